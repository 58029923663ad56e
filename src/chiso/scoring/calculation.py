"""The calculation (diễn giải cách tính) of a node and of the total of a unit."""

from fractions import Fraction

from chiso.scoring.model import Node, State
from chiso.scoring.numbers import write_vietnamese
from chiso.scoring.scores import LeafScore, NodeScore, UnitScore
from chiso.scoring.steps import Step, StepKind

_STATE_TEXT = {
    State.DECIDED: " (điểm quyết định)",
    State.MISSING: " (chưa có đủ số liệu)",
    State.NOT_APPLICABLE: " (không áp dụng)",
    State.EXCLUDED: " (không tính điểm)",
}


def explain_node(unit: UnitScore, code: str) -> tuple[Step, ...]:
    """Show how a node came to its points: its parts, their sum, its percentage.

    A leaf scored by `score_unit` or `score_round` shows its facts and its rule; one that came from stored points
    shows its points only. Raises KeyError for an unknown code.
    """
    one = unit.by_code[code]
    if isinstance(one, LeafScore):
        return one.steps
    by_code = unit.by_code
    parts = [_part(by_code[child.code]) for child in one.node.children]
    steps = [*parts, Step(StepKind.RESULT, "Cộng" if parts else "Điểm đạt được", points_text(one), code)]
    if one.percent is not None:
        text = f"{points_text(one)} × 100 = {write_vietnamese(one.percent, unit.index_set.places)}%"
        steps.append(Step(StepKind.WORKING, "Chỉ số thành phần", text))
    return tuple(steps)


def explain_total(unit: UnitScore) -> tuple[Step, ...]:
    """Show how the total came about: areas, base, bonus, penalty, clamp, rounding."""
    places = unit.index_set.places
    steps = [_part(area) for area in unit.areas]
    if unit.exact_base is None or unit.exact_total is None or unit.total is None:
        text = "Tổng điểm tối đa có hiệu lực bằng 0 nên không có tổng điểm"
        return (*steps, Step(StepKind.RESULT, "Tổng điểm", text))
    got, most = write_vietnamese(unit.base_points), write_vietnamese(unit.base_max_effective)
    base = f"{got} ÷ {most} × {write_vietnamese(unit.index_set.scale)} = {write_vietnamese(unit.exact_base)}"
    steps.append(Step(StepKind.WORKING, "Điểm quy đổi theo thang điểm", base))
    steps += [_extra(area) for area in unit.areas if not area.node.is_base]
    before = unit.exact_base + Fraction(unit.bonus) - Fraction(unit.penalty)
    if unit.bonus or unit.penalty:
        text = (
            f"{write_vietnamese(unit.exact_base)} + {write_vietnamese(unit.bonus)} − "
            f"{write_vietnamese(unit.penalty)} = {write_vietnamese(before)}"
        )
        steps.append(Step(StepKind.WORKING, "Cộng điểm thưởng, trừ điểm trừ", text))
    if before != unit.exact_total:
        text = f"{write_vietnamese(before)} → {write_vietnamese(unit.exact_total)}"
        steps.append(Step(StepKind.WORKING, "Giới hạn của tổng điểm", text))
    total = write_vietnamese(unit.total, places)
    steps.append(Step(StepKind.ROUNDING, f"Làm tròn {places} chữ số thập phân", f"{total} điểm"))
    steps.append(Step(StepKind.RESULT, "Tổng điểm", f"{total} điểm"))
    return tuple(steps)


def points_text(one: NodeScore) -> str:
    """Write the points of a node with their effective maximum, as ``5,66/6``."""
    points = write_vietnamese(one.points, one.node.precision.places)
    return f"{points}/{write_vietnamese(one.effective_max)}" if one.effective_grains else points


def _part(one: NodeScore) -> Step:
    text = points_text(one) + _STATE_TEXT.get(one.state, "")
    return Step(StepKind.PART, f"{one.code} {one.node.name}", text, one.code)


def _extra(area: NodeScore) -> Step:
    """The points of a bonus or penalty area with its cap."""
    label = "Điểm thưởng" if area.node.is_bonus else "Điểm trừ"
    size = abs(area.points)
    text = f"{write_vietnamese(size)} điểm{_cap_text(area.node)}"
    return Step(StepKind.WORKING, f"{label} {area.code}", text, area.code)


def _cap_text(node: Node) -> str:
    return "" if node.cap is None else f", tính không quá {write_vietnamese(node.cap)} điểm"
