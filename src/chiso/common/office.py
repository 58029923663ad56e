"""Turn an Office document into PDF with LibreOffice, where it is installed."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = ("soffice", "libreoffice")
# A document comes from strangers: it runs no macro and fetches nothing that it links to.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
</oor:items>
"""
DEFAULT_TIMEOUT = 60.0


class ConverterMissing(Exception):
    """LibreOffice is not installed; the message says what to do."""


class ConversionFailed(Exception):
    """LibreOffice gave no PDF; the message says why, in words for people."""


def find_converter() -> str | None:
    """Find the LibreOffice program, or None where it is not installed."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def to_pdf(content: bytes, *, suffix: str = ".docx", timeout: float = DEFAULT_TIMEOUT) -> bytes:
    """Convert an Office file to PDF; `suffix` names its kind (`.docx`, `.xlsx`, `.pptx`, `.doc`, `.xls`, `.ppt`).

    Each call has its own user profile, so conversions run side by side. LibreOffice exits 0 on failure too:
    only the file it leaves behind counts.
    """
    program = find_converter()
    if program is None:
        raise ConverterMissing(
            "Máy chủ chưa cài LibreOffice nên chưa tạo được tệp PDF. "
            "Hãy tải tệp Word, hoặc đề nghị người quản trị cài LibreOffice."
        )
    with tempfile.TemporaryDirectory(prefix="chiso-pdf-") as name:
        folder = Path(name)
        source = folder / f"document{suffix}"
        source.write_bytes(content)
        settings = folder / "profile" / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        _convert(program, source, folder, timeout)
        target = source.with_suffix(".pdf")
        if not target.exists() or not target.stat().st_size:
            raise ConversionFailed(
                "LibreOffice không chuyển được văn bản này sang PDF. "
                "Hãy tải tệp Word và mở thử; nếu tệp Word mở được, đề nghị báo người quản trị."
            )
        return target.read_bytes()


def _convert(program: str, source: Path, folder: Path, timeout: float) -> None:
    command = [
        program,
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        "--headless",
        "--norestore",
        "--convert-to",
        "pdf",
        "--outdir",
        str(folder),
        str(source),
    ]
    process = subprocess.Popen(  # noqa: S603 no shell, no argument from outside
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise ConversionFailed(
            f"Chuyển sang PDF quá {timeout:g} giây nên đã dừng. Hãy thử lại sau ít phút, hoặc tải tệp Word."
        ) from None
    finally:
        _stop(process)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End LibreOffice with the helper it starts (soffice.bin): both are in the session of this call."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
