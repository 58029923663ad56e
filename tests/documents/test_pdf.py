"""The finished document opens in LibreOffice and reads as it should; failures are told in words."""

import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import pytest

from chiso.common import office
from chiso.common.office import ConversionFailed, ConverterMissing, to_pdf
from chiso.documents.publication_decision import build
from chiso.documents.rendering import BUILT_IN
from tests.documents.reading import Reading
from tests.documents.sample import DECISION, rows

needs_office = pytest.mark.skipif(
    office.find_converter() is None or shutil.which("pdftotext") is None, reason="LibreOffice or poppler missing"
)


def pages_of(content: bytes, folder: Path) -> list[str]:
    source = folder / "look.pdf"
    source.write_bytes(content)
    printed = subprocess.run(["pdftotext", "-layout", str(source), "-"], capture_output=True, check=True)
    return printed.stdout.decode().split("\f")[:-1]


@needs_office
def test_decision_prints_on_four_pages(tmp_path):
    pages = pages_of(to_pdf(build(DECISION)), tmp_path)
    first, second, ranking, areas = ([" ".join(line.split()) for line in page.splitlines()] for page in pages)

    assert "ỦY BAN NHÂN DÂN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in first
    assert "Số: 85/QĐ-UBND Hạ Lang, ngày 13 tháng 01 năm 2023" in first
    assert second[0] == "2"
    assert any("CHỦ TỊCH" in line for line in second)
    assert "Nguyễn Phương Huy" in " ".join(second)
    assert "1 Thị trấn Thanh Nhật 92,50 1 Tốt" in ranking
    assert ranking[0] == "Phụ lục I"
    assert any(line.startswith("1 Thị trấn Thanh Nhật 95,00 93,25") for line in areas)


@needs_office
def test_headings_are_repeated_on_each_page_of_168_units(tmp_path):
    many = replace(DECISION, rows=rows(tuple(f"Xã số {index}" for index in range(1, 169))), area_names=(), method=())
    pages = pages_of(to_pdf(build(many)), tmp_path)[2:]

    assert len(pages) >= 3
    assert all("(1)" in page and "Xếp loại" in page for page in pages)
    assert [page.strip().split()[0] for page in pages[1:]] == [str(n) for n in range(2, len(pages) + 1)]


@needs_office
def test_template_saved_again_by_a_word_processor_still_works(tmp_path):
    program, profile = str(office.find_converter()), (tmp_path / "profile").as_uri()
    options = [f"-env:UserInstallation={profile}", "--headless", "--convert-to", "docx"]
    subprocess.run(
        [program, *options, "--outdir", str(tmp_path), str(BUILT_IN / "nd30.docx")],
        capture_output=True,
        check=True,
        timeout=60,
    )
    own, built_in = (Reading(build(DECISION, templates=folder)) for folder in (tmp_path, None))

    assert (tmp_path / "nd30.docx").exists()
    assert own.lines == built_in.lines


def test_missing_converter_is_told_in_words(monkeypatch):
    monkeypatch.setattr(office, "PROGRAMS", ("no-such-office",))

    with pytest.raises(ConverterMissing, match="chưa cài LibreOffice"):
        to_pdf(b"")


def fake_office(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "fake-office"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setattr(office, "PROGRAMS", (str(program),))


def test_exit_code_zero_without_a_file_is_a_failure(tmp_path, monkeypatch):
    fake_office(tmp_path, monkeypatch, "exit 0")

    with pytest.raises(ConversionFailed, match="không chuyển được"):
        to_pdf(b"anything")


def test_slow_conversion_is_stopped_with_all_it_started(tmp_path, monkeypatch):
    child = tmp_path / "child"
    fake_office(tmp_path, monkeypatch, f"sleep 30 & echo $! > {child}; wait")

    with pytest.raises(ConversionFailed, match=r"quá 0\.5 giây"):
        to_pdf(b"anything", timeout=0.5)
    assert _ends(int(child.read_text()))


def _ends(process: int) -> bool:
    for _ in range(50):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False
