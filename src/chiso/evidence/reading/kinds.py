"""What a file is, by its first bytes, never by its name."""

from __future__ import annotations

from chiso.evidence.reading.result import Refusal

PDF = "application/pdf"
PNG = "image/png"
JPEG = "image/jpeg"
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
DOCX = _OPEN_XML + "wordprocessingml.document"
XLSX = _OPEN_XML + "spreadsheetml.sheet"
PPTX = _OPEN_XML + "presentationml.presentation"
DOC = "application/msword"
XLS = "application/vnd.ms-excel"
PPT = "application/vnd.ms-powerpoint"
LOCKED_OFFICE = "application/octet-stream"
"""An Office file behind a password: which kind, only its owner can see."""

START = 64
"""How many bytes tell the kind."""

ZIP = "zip"
OLE = "ole"
"""Two envelopes: what is in them is for the reading process to say."""

_SIGNATURES: tuple[tuple[bytes, str | Refusal], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", Refusal.ARCHIVE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"Rar!\x1a\x07", Refusal.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Refusal.ARCHIVE),
    (b"\x1f\x8b", Refusal.ARCHIVE),
)
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"})


def kind_of(start: bytes) -> str | Refusal:
    """The media type, one of the two envelopes, or why the file is refused."""
    for signature, kind in _SIGNATURES:
        if start.startswith(signature):
            return kind
    if start[4:8] == b"ftyp" and start[8:12] in _HEIC_BRANDS:
        return Refusal.HEIC
    return Refusal.UNKNOWN
