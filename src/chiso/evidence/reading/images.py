"""PNG and JPEG by their headers: large enough to read, and whole. Runs in the reading process only."""

from __future__ import annotations

import struct
from pathlib import Path

from chiso.evidence.reading import kinds
from chiso.evidence.reading.result import FindingCode
from chiso.evidence.reading.sheet import Sheet

SHORTEST = 1000
"""Dots along the longer side: fewer, and the small print of an A4 page cannot be read."""
_TAIL = 64 * 1024
_NO_SIZE = frozenset({0xC4, 0xC8, 0xCC})
_MOST_SEGMENTS = 10_000


def read_image(path: Path, media_type: str) -> Sheet:
    """Say whether a picture is whole and large enough."""
    sheet = Sheet(media_type, pages=1, complete=True)
    with path.open("rb") as file:
        content = file.read(16 * 1024 * 1024)
        file.seek(max(path.stat().st_size - _TAIL, 0))
        tail = file.read()
    try:
        width, height = _png_size(content) if media_type == kinds.PNG else _jpeg_size(content)
    except (struct.error, ValueError, IndexError):
        sheet.find(FindingCode.DAMAGED)
        return sheet
    end = b"IEND" if media_type == kinds.PNG else b"\xff\xd9"
    if end not in tail or not width or not height:
        sheet.find(FindingCode.DAMAGED)
    elif max(width, height) < SHORTEST:
        sheet.find(FindingCode.LOW_RESOLUTION, 1)
    return sheet


def _png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR":
        raise ValueError("IHDR")
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _jpeg_size(content: bytes) -> tuple[int, int]:
    at = 2
    for _count in range(_MOST_SEGMENTS):
        while content[at] == 0xFF and content[at + 1] == 0xFF:
            at += 1
        if content[at] != 0xFF:
            raise ValueError("marker")
        marker = content[at + 1]
        (length,) = struct.unpack_from(">H", content, at + 2)
        if 0xC0 <= marker <= 0xCF and marker not in _NO_SIZE:
            height, width = struct.unpack_from(">HH", content, at + 5)
            return width, height
        at += 2 + length
    raise ValueError("no size")
