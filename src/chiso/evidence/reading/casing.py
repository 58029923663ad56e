"""Headings are printed in capitals; a proposal is written as a sentence: `Ủy ban nhân dân xã Minh Long`."""

from __future__ import annotations

import re

_ACRONYMS = """UBND HĐND MTTQ CCHC TTHC KSTTHC CNTT CBCC CBCCVC QLNN DVC DVCTT ISO TCVN PAR SIPAS TCCB NTM QPPL VBQPPL
    ATTP PCTN THPT THCS KT-XH QP-AN KTXH ANTT CĐS BCĐ HTX VP TP"""
_LEVELS = ("thị trấn", "thành phố", "thị xã", "xã", "phường", "huyện", "quận", "tỉnh", "đặc khu")
_FIELD_BODIES = ("bộ", "sở", "phòng", "ban", "ngành", "công an", "viện", "cục", "tổng cục", "chi cục")
_NOT_A_PLACE = frozenset({"hội", "ủy", "uỷ", "thị", "đội"})
_PLACE_ENDS = "năm về và của trên giai đoạn tháng quý trong theo từ đến khóa kỳ"
_KEPT, _ENDS = frozenset(_ACRONYMS.split()), frozenset(_PLACE_ENDS.split())
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PLACE = re.compile(rf"\b({'|'.join(_LEVELS)})((?: [^\W\d_]+){{1,4}})")


def sentence(text: str) -> str:
    """Capitals as a sentence, names of places and known abbreviations kept; anything else as it is."""
    if not text.isupper():
        return text
    plain = _WORD.sub(_lowered, text)
    plain = _PLACE.sub(_named_place, plain)
    return plain[:1].upper() + plain[1:]


def body_name(text: str) -> str:
    """The name of an organisation: as `sentence`, and the field it is named after begins with a capital."""
    if not text.isupper():
        return text
    name = sentence(text)
    for body in _FIELD_BODIES:
        start = body.capitalize() + " "
        if name.startswith(start) and " nhân dân" not in name:
            rest = name[len(start) :]
            rest = re.sub(r"( - | và )(\w)", lambda match: match[1] + match[2].upper(), rest[:1].upper() + rest[1:])
            return start + rest
    return name


def _lowered(match: re.Match[str]) -> str:
    word = match[0]
    return word if word in _KEPT else word.lower()


def _named_place(match: re.Match[str]) -> str:
    level, words = match[1], match[2].split()
    if words[0] in _NOT_A_PLACE:  # `xã hội`, `huyện ủy`
        return match[0]
    named: list[str] = []
    for number, word in enumerate(words):
        if word in _ENDS or word in _LEVELS:
            return " ".join([level, *named, *words[number:]])
        named.append(word.capitalize())
    return " ".join([level, *named])
