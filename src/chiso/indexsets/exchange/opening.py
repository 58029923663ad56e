"""What a file is, by its content and not by its name, and whether it is safe to read."""

import io
import re
import zipfile
from enum import StrEnum
from pathlib import Path

MAX_FILE = 20_000_000
MAX_UNPACKED = 100_000_000
MAX_PARTS = 2_000
_CHUNK = 1 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_OLD_EXCEL = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_SAVE_AS = "Hãy mở bằng Excel rồi lưu lại dạng .xlsx."


class UnreadableFile(ValueError):
    """There is nothing to read; the message is a Vietnamese sentence with the way out."""


class FileKind(StrEnum):
    """The kinds of files that can be read."""

    YAML = "yaml"
    XLSX = "xlsx"
    XLS = "xls"
    DOCX = "docx"


def load(source: "str | Path | bytes", name: str = "") -> bytes:
    """Read a path, or pass bytes on; refuses a file that is too large."""
    if not isinstance(source, bytes):
        path = Path(source)
        try:
            if path.stat().st_size > MAX_FILE:
                raise UnreadableFile(f"{name or path}: {_too_large()}")
            source = path.read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{path}: không đọc được tệp ({_reason(error)}).") from error
    if len(source) > MAX_FILE:
        raise UnreadableFile(_too_large())
    return source


def kind_of_file(content: bytes) -> FileKind:
    """Tell what a file is; raises `UnreadableFile` for everything that is no index set."""
    if not content.strip():
        raise UnreadableFile("Tệp rỗng.")
    if content.startswith(b"PK\x03\x04"):
        return _kind_of_zip(content)
    if content.startswith(_OLE):
        return _kind_of_ole(content)
    if content.startswith(b"%PDF"):
        raise UnreadableFile("Đây là tệp PDF; cần tệp Word (.docx), Excel (.xlsx) hoặc YAML gốc.")
    if re.match(rb"\s*(<!doctype html|<html|<table|<\?xml|<meta)", content[:400].lower().removeprefix(b"\xef\xbb\xbf")):
        raise UnreadableFile(f"Đây là trang web hoặc XML được đổi đuôi, không phải tệp Excel. {_SAVE_AS}")
    if content.startswith(b"{\\rtf"):
        raise UnreadableFile("Đây là tệp RTF; hãy mở bằng Word rồi lưu lại dạng .docx.")
    if b"\x00" in content[:2000]:
        raise UnreadableFile("Không nhận ra loại tệp; cần tệp .xlsx, .docx hoặc .yaml.")
    return FileKind.YAML


def open_zip(content: bytes) -> zipfile.ZipFile:
    """Open a package after unpacking it once, part by part, within the limits."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        _measure(package)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError) as error:
        if isinstance(error, UnreadableFile):
            raise
        raise UnreadableFile("Tệp bị hỏng; hãy mở bằng Excel hoặc Word rồi lưu lại.") from error
    except Exception as error:  # zlib.error and lzma's have no common parent
        raise UnreadableFile("Tệp bị hỏng; hãy mở bằng Excel hoặc Word rồi lưu lại.") from error
    return package


def _measure(package: zipfile.ZipFile) -> None:
    infos = package.infolist()
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise UnreadableFile(_too_much_inside())
    total = 0
    for info in infos:
        with package.open(info) as part:
            while chunk := part.read(_CHUNK):
                total += len(chunk)
                if total > MAX_UNPACKED:
                    raise UnreadableFile(_too_much_inside())


def _kind_of_zip(content: bytes) -> FileKind:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile("Tệp bị hỏng; hãy mở bằng Excel hoặc Word rồi lưu lại.") from error
    if "xl/workbook.xml" in names:
        return FileKind.XLSX
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "xl/workbook.bin" in names:
        raise UnreadableFile(f"Tệp .xlsb không đọc được. {_SAVE_AS}")
    if "mimetype" in names:
        raise UnreadableFile("Tệp OpenDocument (.ods, .odt) không đọc được; hãy lưu lại dạng .xlsx hoặc .docx.")
    raise UnreadableFile("Tệp nén này không phải tệp Excel hay Word.")


def _kind_of_ole(content: bytes) -> FileKind:
    if _ENCRYPTED in content:
        raise UnreadableFile("Tệp được đặt mật khẩu; hãy bỏ mật khẩu rồi lưu lại.")
    if _OLD_WORD in content:
        raise UnreadableFile("Tệp Word kiểu cũ (.doc); hãy mở bằng Word rồi lưu lại dạng .docx.")
    if any(mark in content for mark in _OLD_EXCEL):
        return FileKind.XLS
    raise UnreadableFile(f"Không nhận ra loại tệp. {_SAVE_AS}")


def _too_large() -> str:
    return f"Tệp lớn hơn {MAX_FILE // 1_000_000} MB; một bộ chỉ số không lớn như vậy."


def _too_much_inside() -> str:
    return f"Tệp nén chứa quá nhiều dữ liệu (hơn {MAX_UNPACKED // 1_000_000} MB hoặc {MAX_PARTS} phần)."


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "không tìm thấy tệp"
    if isinstance(error, IsADirectoryError):
        return "đây là thư mục"
    if isinstance(error, PermissionError):
        return "không có quyền"
    return f"lỗi hệ thống số {error.errno}"
