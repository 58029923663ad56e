"""Check a frozen result without the database: its hash, and every number scored anew from its facts.

`node_row` and `digest_of` are how a result is frozen; `verify` reads it back. No Django here, so that `chiso verify`
runs anywhere.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from chiso import scoring

FILE_FORMAT = "chiso-result-file/1"
BUNDLE_FORMAT = "chiso-result/1"
_SHOWN = 20

Bundle = dict[str, Any]


class BrokenBundle(Exception):
    """The file is not a frozen result, or cannot be scored; the message says why."""


@dataclass(frozen=True)
class Difference:
    """A value that does not come out as frozen: where, what was frozen, what comes out."""

    place: str
    frozen: str
    scored: str


@dataclass(frozen=True)
class Verification:
    """`stated` is the hash the result was frozen under (empty when unknown), `found` that of its content."""

    stated: str
    found: str
    compared: int
    differences: tuple[Difference, ...]

    @property
    def is_same_hash(self) -> bool:
        return self.stated in ("", self.found)

    @property
    def is_sound(self) -> bool:
        return self.is_same_hash and not self.differences


def digest_of(bundle: Bundle) -> str:
    """The SHA-256 of a frozen copy, as 64 hex digits."""
    text = json.dumps(bundle, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def file_of(bundle: Bundle, digest: str) -> Bundle:
    """The file that people download: the frozen copy with the hash it was frozen under."""
    return {"format": FILE_FORMAT, "digest": digest, "bundle": bundle}


def node_row(score: scoring.NodeScore) -> dict[str, Any]:
    """A node as it is frozen."""
    return {
        "code": score.code,
        "name": score.node.name,
        "score": text_of(score.score),
        "max": text_of(score.max),
        "effective_max": text_of(score.effective_max),
        "percent": text_of(score.percent),
        "state": score.state.value,
    }


def text_of(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


def verify(bundle: Bundle, stated: str = "") -> Verification:
    """Score the facts of a frozen copy anew and compare each number. Raises `BrokenBundle`."""
    try:
        found = digest_of(bundle)
        pairs = list(_pairs(bundle))
    except (scoring.IndexSetErrors, scoring.FactErrors) as error:
        raise BrokenBundle(f"không tính lại được từ bộ chỉ số và số liệu trong bản chụp: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError, LookupError) as error:
        raise BrokenBundle(f"bản chụp thiếu hoặc sai cấu trúc ({type(error).__name__}: {error})") from error
    different = [pair for pair in pairs if pair[1] != pair[2]]
    return Verification(
        stated, found, len(pairs), tuple(Difference(place, _word(old), _word(new)) for place, old, new in different)
    )


def _pairs(bundle: Bundle) -> Iterator[tuple[str, object, object]]:
    """Every frozen value beside the one that comes out now."""
    blocks = {block["name"]: block for block in bundle["blocks"]}
    if stray := [unit["code"] for unit in bundle["units"] if unit["block"] not in blocks]:
        raise ValueError(f"đơn vị không thuộc khối nào: {', '.join(stray)}")
    for name, block in blocks.items():
        yield f"{name} · bộ chỉ số", block["edition"], hashlib.sha256(block["text"].encode()).hexdigest()
        units = [unit for unit in bundle["units"] if unit["block"] == name]
        scored = scoring.score_round(
            scoring.read_index_set(block["text"]), {unit["code"]: unit["facts"] for unit in units}
        )
        if len(scored.units) != len(units):
            raise ValueError("hai đơn vị cùng mã")
        for unit in units:
            yield from _unit(unit, scored)


def _unit(unit: Bundle, scored: scoring.RoundScore) -> Iterator[tuple[str, object, object]]:
    score, standing = scored.units[unit["code"]], scored.standings[unit["code"]]
    place = f"{unit['code']} {unit['name']}"
    yield f"{place} · chỉ số", unit["total"], text_of(score.total)
    yield f"{place} · hạng", unit["rank"], standing.rank
    yield f"{place} · xếp loại", unit["grade"], standing.grade
    for kind, nodes in (("areas", score.areas), ("leaves", score.leaves)):
        frozen = {row["code"]: row for row in unit[kind]}
        yield f"{place} · {kind}", [row["code"] for row in unit[kind]], [node.code for node in nodes]
        for node in nodes:
            row = node_row(node)
            yield from ((f"{place} · {node.code} · {key}", frozen.get(node.code, {}).get(key), row[key]) for key in row)


def _word(value: object) -> str:
    return "không có" if value is None else str(value)


def read_file(text: str) -> tuple[Bundle, str]:
    """The frozen copy of a downloaded file, and the hash the file states. Raises `BrokenBundle`."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenBundle(f"tệp không phải JSON ({error})") from error
    form = content.get("format") if isinstance(content, dict) else None
    if form == BUNDLE_FORMAT:
        return content, ""
    if form != FILE_FORMAT or not isinstance(content.get("bundle"), dict) or not isinstance(content.get("digest"), str):
        raise BrokenBundle(f"không phải tệp bản chụp kết quả ({FILE_FORMAT})")
    return content["bundle"], content["digest"]


def run_verify(path: Path, out: TextIO, err: TextIO) -> int:
    """Verify a file and say what was found: 0 sound, 1 not, 2 not a frozen result."""
    try:
        bundle, stated = read_file(path.read_text(encoding="utf-8"))
        found = verify(bundle, stated)
    except (BrokenBundle, UnicodeDecodeError) as error:
        err.write(f"chiso: {path.name}: {error}.\n")
        return 2
    out.write(f"Mã kiểm tra tính lại (SHA-256): {found.found}\n")
    if not found.is_same_hash:
        out.write(f"KHÁC mã kiểm tra ghi trong tệp: {found.stated}\n")
    elif found.stated:
        out.write("Đúng bằng mã kiểm tra ghi trong tệp.\n")
    out.write(f"Tính lại từ số liệu: so sánh {found.compared} giá trị, {len(found.differences)} giá trị khác.\n")
    for one in found.differences[:_SHOWN]:
        out.write(f"  {one.place}: trong bản chụp {one.frozen}; tính lại {one.scored}\n")
    if len(found.differences) > _SHOWN:
        out.write(f"  … và {len(found.differences) - _SHOWN} giá trị khác nữa.\n")
    out.write("Kết quả ĐÚNG.\n" if found.is_sound else "Kết quả KHÔNG KHỚP.\n")
    return 0 if found.is_sound else 1
