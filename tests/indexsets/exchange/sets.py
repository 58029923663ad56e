"""A Hypothesis strategy for valid index sets with every kind of rule, as the plain tree of the file."""

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]

WORDS = (
    *("Ban hành", "kịp thời", "đúng hạn:", "1 điểm", "trên 90%: 2", "Từ 70% đến 90%", "0,5", "tỷ lệ × 2", "- gạch đầu"),
    *("=1+1", "“trích”", "'nháy'", "a: b", "# thăng", "⏎", "␛", "Mức: cao", "Cách chấm: Chọn một mức", "Còn lại"),
    *("Tổng cộng", "Ghi chú", "Điểm trừ", "1.10", "yes", "null", "~", "2026-01-01", "*", "&amp;", "<b>", "STT"),
    *(
        "_x0041_",
        "!tag",
        "%",
        "|",
        ">",
        "{a}",
        "[b]",
        "cho đến 3 điểm",
        "Điều kiện: đủ",
        "Nếu có: Không",
        "ﬁ",
        "é",
        "😀",
    ),
)
one_line = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
text = st.one_of(one_line, one_line, one_line, st.lists(one_line, min_size=2, max_size=3).map("\n".join))
texts = st.lists(text, min_size=1, max_size=3)
CODES = (
    "1",
    "1.1",
    "1.10",
    "I",
    "II.2",
    "a)",
    "A-1",
    "1e3",
    "0x1F",
    "PUBLISH_ON_TIME",
    "on",
    "null",
    "1:30",
    ".5",
    "1.1.1.",
)


def number(low: int = 0, high: int = 40, places: int = 2) -> st.SearchStrategy[str]:
    units = st.integers(low * 10**places, high * 10**places)
    return units.map(lambda unit: show(Decimal(unit).scaleb(-places)))


def show(decimal: Decimal) -> str:
    plain = f"{decimal:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def points_up_to(high: str) -> st.SearchStrategy[str]:
    """Points from 0 to the maximum; on a penalty (no maximum) from −5 to 0."""
    if not high:
        return number(0, 5).map(lambda one: one if one == "0" else f"-{one}")
    return st.integers(0, 8).map(lambda part: show(Decimal(high) * part / 8))


@st.composite
def steps(draw: st.DrawFn, high: str) -> list[Tree]:
    limits = sorted(draw(st.sets(st.integers(0, 120), min_size=1, max_size=4)), reverse=True)
    rows: list[Tree] = [
        {draw(st.sampled_from(("from", "above"))): str(limit), "points": draw(points_up_to(high))} for limit in limits
    ]
    return [*rows, {"else": draw(points_up_to(high))}] if draw(st.booleans()) else rows


@st.composite
def levels(draw: st.DrawFn, high: str) -> Tree:
    key = st.sampled_from(("points", "points", "points_up_to"))
    rows = [{"name": draw(text), draw(key): draw(points_up_to(high))} for _ in range(draw(st.integers(1, 3)))]
    return {"kind": "levels", "levels": rows}


@st.composite
def checklist(draw: st.DrawFn, high: str) -> Tree:
    if not high:
        return {"kind": "checklist", "items": [{"name": draw(text), "points": draw(points_up_to(high))}]}
    first = Decimal(draw(points_up_to(high)))
    rows = [{"name": draw(text), "points": show(one)} for one in (first, Decimal(high) - first)]
    return {"kind": "checklist", "items": rows}


@st.composite
def all_or_nothing(draw: st.DrawFn, high: str) -> Tree:
    return {"kind": "all_or_nothing", "conditions": draw(texts), "points": draw(points_up_to(high))}


@st.composite
def ratio(draw: st.DrawFn, high: str) -> Tree:
    curves = [steps(high).map(lambda rows: {"steps": rows})]
    if high:
        curves += [
            st.just({"linear": "true"}),
            number(1, 200).map(lambda goal: {"target": goal}),
            number(60, 100).map(lambda full: {"full_from": full, "proportional_from": "59.5"}),
        ]
    tree = {"kind": "ratio", "numerator": draw(text), "denominator": draw(text), "curve": draw(st.one_of(curves))}
    on_zero = draw(st.sampled_from(("", "full", "zero", "not_applicable")))
    return tree | ({"on_zero_denominator": on_zero} if on_zero else {})


@st.composite
def count(draw: st.DrawFn, high: str) -> Tree:
    return {"kind": "count", "unit": draw(text), "steps": draw(steps(high))}


@st.composite
def deduct(draw: st.DrawFn, high: str) -> Tree:
    tree: Tree = {"kind": "deduct", "unit": draw(text), "per": draw(number(0, 3))}
    floor = draw(st.sampled_from(("", "0", "-2.5", None))) if high else draw(st.sampled_from(("-2.5", None)))
    start = draw(points_up_to(high))
    if draw(st.booleans()) and not (floor in ("", "0") and Decimal(start) < 0) and Decimal(start) >= Decimal("-2.5"):
        tree["start"] = start
    return tree if floor == "" else tree | {"floor": floor}


@st.composite
def late(draw: st.DrawFn, high: str) -> Tree:
    days = sorted(draw(st.sets(st.integers(1, 30), min_size=1, max_size=3)))
    tiers: list[Tree] = [{"up_to_days": str(day), "points": draw(points_up_to(""))} for day in days]
    if draw(st.booleans()):
        tiers.append({"per_day_after": str(days[-1]), "points": draw(points_up_to(""))})
    tree: Tree = {"kind": "late", "tiers": tiers}
    return tree | ({"refuse_after_days": "40"} if draw(st.booleans()) else {})


@st.composite
def change(draw: st.DrawFn, high: str) -> Tree:
    direction = draw(st.sampled_from(("increase", "decrease")))
    return {"kind": "change", "points": draw(points_up_to(high)), "direction": direction}


@st.composite
def relative(draw: st.DrawFn, high: str) -> Tree:
    return {"kind": "relative", "best": draw(st.sampled_from(("max", "min")))}


@st.composite
def formula(draw: st.DrawFn, high: str) -> Tree:
    inputs = {"A": {"numerator": draw(text), "denominator": draw(text)}, "no": {"value": draw(text)}}
    expression = draw(st.sampled_from(("6*A + min(2, 2.5*no)", "-(A - no) / 2", "max(A,\n no)")))
    return {"kind": "formula", "inputs": inputs, "expression": expression}


@st.composite
def survey(draw: st.DrawFn, high: str) -> Tree:
    return {"kind": "survey", "respondents": draw(texts)}


@st.composite
def judgement(draw: st.DrawFn, high: str) -> Tree:
    tree: Tree = {"kind": "judgement", "step": draw(number(1, 3))}
    return tree | ({"minimum": draw(points_up_to(high))} if draw(st.booleans()) else {})


def info(high: str) -> st.SearchStrategy[Tree]:
    return st.just({"kind": "info"})


@st.composite
def branch(draw: st.DrawFn, high: str) -> Tree:
    sides = [levels, checklist, all_or_nothing, ratio, count, deduct, late, change, formula, judgement]
    sides += [relative, survey] if high else []
    yes, no = (draw(st.sampled_from(sides).flatmap(lambda side: side(high))) for _ in range(2))
    return {"kind": "branch", "question": draw(text), "when_true": yes, "when_false": no}


EVERY_RULE = (
    *(levels, checklist, all_or_nothing, ratio, count, deduct, late, change, formula, judgement, info, branch),
    *(relative, survey),
)
NOT_FOR_PENALTIES = {relative, survey}


@st.composite
def leaf(draw: st.DrawFn, *, is_penalty: bool) -> Tree:
    high = "" if is_penalty else draw(st.one_of(number(1, 20), st.just("12.123456789012345678")))
    kinds = [one for one in EVERY_RULE if not (is_penalty and one in NOT_FOR_PENALTIES)]
    node: Tree = {"name": draw(text), **({"max": high} if high else {}), **draw(extras())}
    if draw(st.booleans()):
        claim = {"policy": draw(st.sampled_from(("reduce_max", "full", "zero", "exclude")))}
        node["not_applicable"] = claim | ({"when": draw(text)} if draw(st.booleans()) else {})
    if draw(st.booleans()):
        node["as_of"] = "year_end"
    return node | {"rule": draw(st.sampled_from(kinds).flatmap(lambda kind: kind(high)))}


@st.composite
def extras(draw: st.DrawFn) -> Tree:
    keys = ("owner", "appraiser_body", "official_source", "guidance", "basis")
    tree: Tree = {key: draw(text) for key in draw(st.sets(st.sampled_from(keys), max_size=2))}
    if draw(st.booleans()):
        tree["evidence"] = draw(texts)
    if draw(st.booleans()):
        tree["method"] = draw(st.sampled_from(("self", "survey", "official", "info")))
    return tree


@st.composite
def node(draw: st.DrawFn, depth: int, *, is_penalty: bool) -> Tree:
    if depth > 1 and (depth > 3 or draw(st.booleans())):
        return draw(leaf(is_penalty=is_penalty))
    children = [draw(node(depth + 1, is_penalty=is_penalty)) for _ in range(draw(st.integers(1, 3)))]
    tree: Tree = {"name": draw(text), **draw(extras()), "children": children}
    below = [child.get("max") for child in children]
    return tree if None in below else tree | {"max": show(sum((Decimal(one) for one in below), Decimal(0)))}


@st.composite
def set_trees(draw: st.DrawFn) -> Tree:
    areas = [draw(node(1, is_penalty=False))]
    for kind in draw(st.lists(st.sampled_from(("base", "bonus", "penalty")), max_size=2)):
        area = draw(node(1, is_penalty=kind == "penalty")) | {"kind": kind}
        if kind != "base" and draw(st.booleans()):
            area["cap"] = draw(number(1, 20))
        areas.append(area)
    codes = draw(st.permutations(CODES))
    named = _give_codes(areas, codes)
    tree: Tree = {"format": "chiso-index-set/1", "id": draw(one_line), "name": draw(text), "year": "2026"}
    tree |= {"version": "2", "status": draw(st.sampled_from(("official", "transcribed", "sample")))}
    optional: dict[str, st.SearchStrategy[Any]] = {
        "source": text,
        "note": text,
        "applies_to": texts,
        "scale": number(1, 100),
        "total": st.sampled_from(({"minimum": "1", "maximum": "99.5"}, {"maximum": "100"}, {})),
        "rounding": st.sampled_from(({"places": "3"}, {"places": "0", "mode": "half_up"})),
        "ranking": st.just({"by": "exact", "ties": "dense", "tie_breakers": named[:2]}),
        "survey_absent": st.sampled_from(("rescale", "zero")),
        "classes": st.just([{"name": "Tốt: từ 80", "min": "80"}, {"name": "Khá", "min": "0.5"}]),
    }
    for key in draw(st.sets(st.sampled_from(sorted(optional)))):
        tree[key] = draw(optional[key])
    return tree | {"areas": areas}


def _give_codes(areas: list[Tree], codes: list[str]) -> list[str]:
    """Give every node a code of its own: from the list of odd ones first, then counted."""
    given: list[str] = []

    def give(nodes: list[Tree]) -> None:
        for one in nodes:
            place = len(given)
            given.append(codes[place] if place < len(codes) else f"n.{place}")
            one["code"] = given[-1]
            give(one.get("children", []))

    give(areas)
    return given


def set_texts() -> st.SearchStrategy[str]:
    """Files of valid index sets with every kind of rule. JSON is YAML in which every text is quoted."""
    return set_trees().map(
        lambda tree: json.dumps(tree, ensure_ascii=False).replace('"linear": "true"', '"linear": true')
    )
