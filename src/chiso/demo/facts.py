"""What the communes of the demo enter: varied, plausible, and the same every time.

Every draw is a hash of what it is for, so that adding one leaf changes no other figure.
"""

import hashlib

from chiso.indexsets.answers import Answer
from chiso.scoring import Node

_DENOMINATORS = {
    "1.1.4": (12, 24),
    "1.3.1": (5, 8),
    "3.1.2": (120, 190),
    "3.2.1": (420, 1400),
    "3.2.2": (2, 30),
    "3.3.1": (1, 9),
    "3.3.2": (1, 9),
    "3.6": (80, 400),
    "5.1": (9, 12),
    "6.1": (900, 6800),
    "6.3": (1, 6),
    "7.1": (420, 1400),
    "7.2": (60, 300),
    "7.3": (420, 1400),
    "7.4": (420, 1400),
    "7.5": (300, 900),
    "8.2": (10, 16),
}
_NOT_APPLICABLE = {
    "2.3": "Trong năm không nhận được dự thảo văn bản đề nghị góp ý.",
    "4.3": "Trong năm không được phân cấp, ủy quyền nhiệm vụ.",
    "6.1": "Năm 2022 không được giao vốn đầu tư công.",
}
GAPS = {"01540": ("7.5", "7.6", "1.5"), "01549": ("6.2",), "01573": ("2.4", "7.7")}
"""Leaves that a commune leaves empty."""


def draw(low: int, high: int, *what: str) -> int:
    """A whole number in low…high, always the same for the same `what`."""
    digest = hashlib.sha256("/".join(what).encode()).digest()
    return low + int.from_bytes(digest[:8]) % (high - low + 1)


def quality(unit: str) -> int:
    """How well a commune did, in percent: 78–97."""
    return draw(78, 97, "quality", unit)


def answer_for(unit: str, node: Node) -> tuple[Answer, str] | None:
    """A commune's answer on a leaf, and the reason for “not applicable”; None for a gap or a bonus not claimed."""
    code = node.code
    if code in GAPS.get(unit, ()):
        return None
    if node.kind == "bonus" and draw(0, 2, "bonus", unit, code):
        return None
    if code in _NOT_APPLICABLE and draw(1, 100, "na", unit, code) <= 22:
        return Answer({}, not_applicable=True), _NOT_APPLICABLE[code]
    return Answer(facts_for(unit, node)), ""


def facts_for(unit: str, node: Node, *, penalty: int = 0) -> dict[str, str]:
    """Facts of one leaf for one commune; `penalty` percent worse than its usual quality."""
    good = quality(unit) - penalty
    luck = draw(1, 100, "luck", unit, node.code)
    kind = node.rule.kind if node.rule else ""
    if kind == "ratio":
        return _ratio(unit, node.code, good, luck)
    if kind == "levels":
        return {"level": "1" if luck <= good else "2"}
    if kind == "checklist":
        count = len(node.rule.inputs[0].choices) if node.rule else 0
        met = [str(n) for n in range(1, count + 1) if draw(1, 100, "item", unit, node.code, str(n)) <= good]
        return {"items": ";".join(met) or "0"}
    if kind == "branch":
        return {"condition": "yes", **_ratio(unit, node.code, good, luck, (3, 6))}
    if kind == "all_or_nothing":
        return {"met": "yes" if luck <= good else "no"}
    if kind == "change":
        before = draw(180, 520, "before", unit, node.code)
        return {"previous": str(before), "current": str(before + draw(-20, 160, "more", unit, node.code))}
    counts = {"1.4": (8, 16), "1.5": (0, 2), "7.6": (2, 5), "B.1": (1, 2)}
    low, high = counts.get(node.code, (0, 2 if luck > good else 0))
    return {"count": str(draw(low, high, "count", unit, node.code))}


def _ratio(unit: str, code: str, good: int, luck: int, span: tuple[int, int] | None = None) -> dict[str, str]:
    whole = draw(*(span or _DENOMINATORS[code]), "whole", unit, code)
    share = min(100, good + draw(-6, 9, "share", unit, code) + (3 if luck > 40 else 0))
    return {"numerator": str(whole * share // 100), "denominator": str(whole)}
