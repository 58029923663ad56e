"""A rule (cách chấm) as fields and tables that fit its kind: one pair of functions for each, to show and read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chiso.indexsets.exchange.trees import Tree, Value, children_of, group_at, text_at, texts_at
from chiso.indexsets.rule_cells import (
    Cell,
    Column,
    Label,
    Options,
    Part,
    canonical_expression,
    choice,
    field,
    number_field,
    read_numbers,
    read_rows,
    read_text,
    read_texts,
    shown_expression,
    table,
    texts,
    written,
)

_DEEPEST_BRANCH = 3

KINDS: Options = (
    ("levels", gettext_lazy("Chọn một mức")),
    ("checklist", gettext_lazy("Cộng điểm từng yêu cầu đạt")),
    ("all_or_nothing", gettext_lazy("Đạt tất cả điều kiện mới có điểm")),
    ("ratio", gettext_lazy("Theo tỷ lệ")),
    ("count", gettext_lazy("Theo số lượng, từng bậc")),
    ("deduct", gettext_lazy("Trừ điểm theo số lần")),
    ("late", gettext_lazy("Trừ điểm theo số ngày trễ")),
    ("change", gettext_lazy("So với năm trước")),
    ("relative", gettext_lazy("So với đơn vị tốt nhất")),
    ("branch", gettext_lazy("Hai cách chấm, tùy trường hợp")),
    ("formula", gettext_lazy("Theo công thức")),
    ("survey", gettext_lazy("Kết quả điều tra xã hội học")),
    ("judgement", gettext_lazy("Người chấm cho điểm")),
    ("info", gettext_lazy("Không chấm điểm, chỉ để thông tin")),
)
CURVES: Options = (
    ("linear", gettext_lazy("Tỷ lệ × điểm tối đa")),
    ("target", gettext_lazy("So với mục tiêu")),
    ("band", gettext_lazy("Hai ngưỡng: đủ điểm, tính theo tỷ lệ")),
    ("steps", gettext_lazy("Từng bậc")),
)
_BARS: Options = (
    ("from", gettext_lazy("từ (≥)")),
    ("above", gettext_lazy("trên (>)")),
    ("else", gettext_lazy("còn lại")),
)
_TIERS: Options = (
    ("up_to_days", gettext_lazy("trễ đến (ngày)")),
    ("per_day_after", gettext_lazy("mỗi ngày sau ngày thứ")),
)
_ZERO: Options = (
    ("", gettext_lazy("theo quy định “không áp dụng” của tiêu chí")),
    ("full", gettext_lazy("đạt điểm tối đa")),
    ("zero", gettext_lazy("0 điểm")),
    ("not_applicable", gettext_lazy("không áp dụng, giảm trừ điểm tối đa")),
)
_DIRECTIONS: Options = (("increase", gettext_lazy("tăng")), ("decrease", gettext_lazy("giảm")))
_BEST: Options = (("max", gettext_lazy("giá trị lớn nhất")), ("min", gettext_lazy("giá trị nhỏ nhất")))


def parts_of(rule: Tree, prefix: str = "rule") -> tuple[Part, ...]:
    """The fields and tables of a rule, filled."""
    kind = text_at(rule, "kind")
    return _FORMS[kind].parts(rule, prefix) if kind in _FORMS else ()


def rule_from(data: Mapping[str, Any], prefix: str = "rule", *, kind: str | None = None) -> Tree:
    """The rule that was typed into its fields."""
    kind = read_text(data, prefix, "kind") if kind is None else kind
    return {"kind": kind, **_FORMS[kind].read(data, prefix)} if kind in _FORMS else {"kind": kind}


@dataclass(frozen=True)
class RuleForm:
    """How one kind of rule is shown and read back."""

    parts: Callable[[Tree, str], tuple[Part, ...]]
    read: Callable[[Mapping[str, Any], str], Tree]


# -- one pair of functions for each kind

_LEVEL_COLUMNS = (
    Column("name", gettext_lazy("Mức")),
    Column("points", gettext_lazy("Điểm"), "number"),
    Column("how", gettext_lazy("Cho đến"), "check"),
)
_ITEM_COLUMNS = (Column("name", gettext_lazy("Yêu cầu")), Column("points", gettext_lazy("Điểm"), "number"))
_LINE_COLUMNS = (Column("line", gettext_lazy("Nội dung")),)
_STEP_COLUMNS = (
    Column("bar", gettext_lazy("Ngưỡng"), "choice", _BARS),
    Column("limit", gettext_lazy("Giá trị"), "number"),
    Column("points", gettext_lazy("Điểm"), "number"),
)
_TIER_COLUMNS = (
    Column("bar", gettext_lazy("Mức trễ"), "choice", _TIERS),
    Column("days", gettext_lazy("Số ngày"), "number"),
    Column("points", gettext_lazy("Điểm trừ (số âm)"), "number"),
)
_FIGURE_COLUMNS = (
    Column("name", gettext_lazy("Tên trong công thức")),
    Column("label", gettext_lazy("Số liệu, hoặc tử số")),
    Column("denominator", gettext_lazy("Mẫu số (nếu là tỷ lệ)")),
)


def _levels_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    rows = []
    for level in children_of(rule, "levels"):
        is_open = "points_up_to" in level
        points = text_at(level, "points_up_to" if is_open else "points")
        rows.append({"name": text_at(level, "name"), "points": points, "how": "yes" if is_open else ""})
    hint = _("Đánh dấu “Cho đến” khi người chấm được cho từ 0 đến số điểm đó.")
    return (table(f"{prefix}-levels", _("Các mức"), _LEVEL_COLUMNS, rows, hint),)


def _levels_read(data: Mapping[str, Any], prefix: str) -> Tree:
    levels: list[Value] = []
    for row in read_rows(data, f"{prefix}-levels", _LEVEL_COLUMNS):
        how = "points_up_to" if row["how"] else "points"
        levels.append({**written(row, "name"), **written({how: row["points"]}, how)})
    return {"levels": levels} if levels else {}


def _checklist_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    rows = [{key: text_at(item, key) for key in ("name", "points")} for item in children_of(rule, "items")]
    return (table(f"{prefix}-items", _("Các yêu cầu"), _ITEM_COLUMNS, rows),)


def _checklist_read(data: Mapping[str, Any], prefix: str) -> Tree:
    items: list[Value] = [written(row, "name", "points") for row in read_rows(data, f"{prefix}-items", _ITEM_COLUMNS)]
    return {"items": items} if items else {}


def _lines(rule: Tree, prefix: str, key: str, title: Label) -> Part:
    return table(f"{prefix}-{key}", title, _LINE_COLUMNS, [{"line": one} for one in texts_at(rule, key)])


def _lines_read(data: Mapping[str, Any], prefix: str, key: str) -> Tree:
    lines: list[Value] = [row["line"] for row in read_rows(data, f"{prefix}-{key}", _LINE_COLUMNS)]
    return {key: lines} if lines else {}


def _all_or_nothing_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    points = Part((number_field(rule, prefix, "points", _("Điểm khi đạt tất cả")),))
    return (_lines(rule, prefix, "conditions", _("Các điều kiện")), points)


def _all_or_nothing_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return {**_lines_read(data, prefix, "conditions"), **read_numbers(data, prefix, "points")}


def curve_kind(curve: Tree) -> str:
    """Which of the curves it is, told by its keys."""
    if "steps" in curve:
        return "steps"
    if "target" in curve:
        return "target"
    return "band" if curve.keys() & {"full_from", "proportional_from"} else "linear"


def _ratio_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    curve = group_at(rule, "curve")
    kind = curve_kind(curve)
    names = texts(
        field(rule, prefix, "numerator", _("Tử số")),
        field(rule, prefix, "denominator", _("Mẫu số")),
    )
    how = (
        choice(rule, prefix, "on_zero_denominator", _("Khi mẫu số bằng 0"), _ZERO),
        Cell(f"{prefix}-curve", _("Cách quy tỷ lệ ra điểm"), kind, "choice", CURVES, reshapes=True),
    )
    if kind == "target":
        return names, Part(how), Part((number_field(curve, prefix, "target", _("Mục tiêu (%)")),))
    if kind == "band":
        full = number_field(curve, prefix, "full_from", _("Đủ điểm từ (%)"))
        part = number_field(curve, prefix, "proportional_from", _("Tính theo tỷ lệ từ (%)"))
        return names, Part(how), Part((full, part))
    if kind == "steps":
        return names, Part(how), _steps(curve, prefix, _("Các bậc (%), từ cao xuống thấp"))
    return names, Part(how)


def _ratio_read(data: Mapping[str, Any], prefix: str) -> Tree:
    kind = read_text(data, prefix, "curve")
    curve: Tree = {"linear": True}
    if kind == "target":
        curve = {"target": "", **read_numbers(data, prefix, "target")}
    elif kind == "band":
        curve = {"full_from": "", **read_numbers(data, prefix, "full_from", "proportional_from")}
    elif kind == "steps":
        curve = {"steps": [], **_steps_read(data, prefix)}
    return {
        **read_texts(data, prefix, "numerator", "denominator"),
        "curve": curve,
        **read_texts(data, prefix, "on_zero_denominator"),
    }


def _steps(group: Tree, prefix: str, title: Label) -> Part:
    rows = []
    for step in children_of(group, "steps"):
        bar = next((key for key in ("else", "above") if key in step), "from")
        points = text_at(step, "else" if bar == "else" else "points")
        rows.append({"bar": bar, "limit": "" if bar == "else" else text_at(step, bar), "points": points})
    hint = _("Bậc đầu tiên đúng được tính. Dòng cuối là “còn lại”.")
    return table(f"{prefix}-steps", title, _STEP_COLUMNS, rows, hint)


def _steps_read(data: Mapping[str, Any], prefix: str) -> Tree:
    steps: list[Value] = []
    for row in read_rows(data, f"{prefix}-steps", _STEP_COLUMNS):
        if row["bar"] == "else" and not row["limit"]:
            steps.append({"else": row["points"]})
        else:
            bar = "above" if row["bar"] == "above" else "from"
            steps.append({bar: row["limit"], **written(row, "points")})
    return {"steps": steps} if steps else {}


def _count_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    unit = texts(field(rule, prefix, "unit", _("Đếm gì"), _("Như: cuộc họp, sáng kiến.")))
    return unit, _steps(rule, prefix, _("Các bậc, từ nhiều xuống ít"))


def _count_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return {**read_texts(data, prefix, "unit"), **_steps_read(data, prefix)}


def _deduct_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    floor = choice(
        {"floored": "no" if "floor" in rule and rule["floor"] is None else "yes"},
        prefix,
        "floored",
        _("Điểm thấp nhất"),
        (("yes", _("không thấp hơn mức sàn")), ("no", _("không có mức sàn"))),
    )
    unit = texts(field(rule, prefix, "unit", _("Đếm gì"), _("Như: văn bản ban hành chậm.")))
    per = number_field(rule, prefix, "per", _("Trừ mỗi lần"))
    start = number_field(rule, prefix, "start", _("Bắt đầu từ"), _("Để trống: từ điểm tối đa."))
    least = number_field(rule, prefix, "floor", _("Mức sàn"), _("Để trống: 0 điểm."))
    return unit, Part((per, start, floor, least))


def _deduct_read(data: Mapping[str, Any], prefix: str) -> Tree:
    read: Tree = {**read_texts(data, prefix, "unit"), **read_numbers(data, prefix, "per", "start", "floor")}
    return {**read, "floor": None} if read_text(data, prefix, "floored") == "no" else read


def _late_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    rows = []
    for tier in children_of(rule, "tiers"):
        bar = "per_day_after" if "per_day_after" in tier else "up_to_days"
        rows.append({"bar": bar, "days": text_at(tier, bar), "points": text_at(tier, "points")})
    last = number_field(rule, prefix, "refuse_after_days", _("Không tiếp nhận sau (ngày)"))
    return table(f"{prefix}-tiers", _("Các mức trễ"), _TIER_COLUMNS, rows), Part((last,))


def _late_read(data: Mapping[str, Any], prefix: str) -> Tree:
    tiers: list[Value] = []
    for row in read_rows(data, f"{prefix}-tiers", _TIER_COLUMNS):
        bar = "per_day_after" if row["bar"] == "per_day_after" else "up_to_days"
        tiers.append({bar: row["days"], **written(row, "points")})
    read: Tree = {"tiers": tiers} if tiers else {}
    return {**read, **read_numbers(data, prefix, "refuse_after_days")}


def _change_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    direction = choice(rule, prefix, "direction", _("Có điểm khi so với năm trước"), _DIRECTIONS)
    return (Part((direction, number_field(rule, prefix, "points", _("Điểm")))),)


def _change_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return {**read_numbers(data, prefix, "points"), **read_texts(data, prefix, "direction")}


def _relative_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    return (Part((choice(rule, prefix, "best", _("Tốt nhất trong khối là"), _BEST),)),)


def _relative_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return read_texts(data, prefix, "best")


def _branch_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    question = texts(field(rule, prefix, "question", _("Câu hỏi (trả lời có hoặc không)")))
    sides = []
    for key, title in (("when_true", _("Nếu có")), ("when_false", _("Nếu không"))):
        side = group_at(rule, key)
        at = f"{prefix}-{key}"
        kind = choice(side, at, "kind", _("Cách chấm"), KINDS, reshapes=True)
        sides.append(Part(title=title, side=(Part((kind,)), *parts_of(side, at))))
    return (question, *sides)


def _branch_read(data: Mapping[str, Any], prefix: str) -> Tree:
    sides: Tree = {}
    for key in ("when_true", "when_false"):
        at = f"{prefix}-{key}"
        kind = read_text(data, at, "kind")
        is_too_deep = kind == "branch" and prefix.count("-") >= _DEEPEST_BRANCH
        sides[key] = rule_from(data, at, kind="levels" if is_too_deep else kind)
    return {**read_texts(data, prefix, "question"), **sides}


def _formula_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    rows = []
    for name, figure in group_at(rule, "inputs").items():
        told = figure if isinstance(figure, dict) else {}
        label = text_at(told, "value") or text_at(told, "numerator")
        rows.append({"name": name, "label": label, "denominator": text_at(told, "denominator")})
    hint = _("Dùng + − × ÷ ( ), min(…; …), max(…; …). Tên số liệu viết không dấu, không cách.")
    shown: Tree = {"expression": shown_expression(text_at(rule, "expression"))}
    expression = field(shown, prefix, "expression", _("Công thức"), hint)
    return table(f"{prefix}-inputs", _("Các số liệu"), _FIGURE_COLUMNS, rows), texts(expression)


def _formula_read(data: Mapping[str, Any], prefix: str) -> Tree:
    inputs: Tree = {}
    for row in read_rows(data, f"{prefix}-inputs", _FIGURE_COLUMNS):
        is_ratio = bool(row["denominator"])
        told = {"numerator" if is_ratio else "value": row["label"], "denominator": row["denominator"]}
        name = row["name"]
        while name in inputs:
            # A doubled name is a fault to be seen, not a row to be lost.
            name += "_2"
        inputs[name] = written(told, *told)
    read: Tree = {"inputs": inputs} if inputs else {}
    expression = canonical_expression(read_text(data, prefix, "expression"))
    return {**read, "expression": expression} if expression else read


def _survey_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    return (_lines(rule, prefix, "respondents", _("Đối tượng được hỏi")),)


def _survey_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return _lines_read(data, prefix, "respondents")


def _judgement_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    step = number_field(rule, prefix, "step", _("Bước điểm"), _("Như 0,25: cho 0; 0,25; 0,5…"))
    least = number_field(rule, prefix, "minimum", _("Điểm thấp nhất"), _("Để trống: 0 điểm."))
    return (Part((step, least)),)


def _judgement_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return read_numbers(data, prefix, "step", "minimum")


def _info_parts(rule: Tree, prefix: str) -> tuple[Part, ...]:
    return ()


def _info_read(data: Mapping[str, Any], prefix: str) -> Tree:
    return {}


_FORMS: dict[str, RuleForm] = {
    "levels": RuleForm(_levels_parts, _levels_read),
    "checklist": RuleForm(_checklist_parts, _checklist_read),
    "all_or_nothing": RuleForm(_all_or_nothing_parts, _all_or_nothing_read),
    "ratio": RuleForm(_ratio_parts, _ratio_read),
    "count": RuleForm(_count_parts, _count_read),
    "deduct": RuleForm(_deduct_parts, _deduct_read),
    "late": RuleForm(_late_parts, _late_read),
    "change": RuleForm(_change_parts, _change_read),
    "relative": RuleForm(_relative_parts, _relative_read),
    "branch": RuleForm(_branch_parts, _branch_read),
    "formula": RuleForm(_formula_parts, _formula_read),
    "survey": RuleForm(_survey_parts, _survey_read),
    "judgement": RuleForm(_judgement_parts, _judgement_read),
    "info": RuleForm(_info_parts, _info_read),
}
