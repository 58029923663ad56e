"""Reading the tree of an index set: areas (lĩnh vực), criteria (tiêu chí), components (tiêu chí thành phần)."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chiso.scoring.fields import Fields
from chiso.scoring.model import Kind, Method, Node, NotApplicable, Policy, Precision
from chiso.scoring.numbers import Exact, decimals_in, exact_decimal, write_vietnamese
from chiso.scoring.rules import Limits, Rule, read_rule

_LEAF_ONLY = ("not_applicable", "as_of")


@dataclass(slots=True)
class Draft:
    """A node as read; the precision of the set is known only when the whole tree is."""

    code: str
    name: str
    kind: Kind
    max: Exact | None
    cap: Exact | None
    method: Method
    texts: dict[str, str]
    evidence: tuple[str, ...]
    not_applicable: NotApplicable | None
    rule: Rule | None
    children: "list[Draft]" = field(default_factory=list)


class TreeReader:
    """Reads ``areas``, noting faults; `build` makes the nodes once the precision is known."""

    def __init__(self) -> None:
        self.areas: list[Draft] = []
        self.places: dict[str, str] = {}
        self.decimals = 0
        self.base_max: Exact = 0

    def read(self, fields: Fields) -> None:
        """Read the list ``areas`` of the file."""
        for area in fields.groups("areas"):
            kind = area.choice("kind", tuple(Kind), default=Kind.BASE) or Kind.BASE
            self.areas.append(self._read_node(area, kind, is_area=True))

    def build(self, precision: Precision) -> tuple[Node, ...]:
        """Make the frozen tree."""
        return tuple(_build(area, precision, None, 0) for area in self.areas)

    def _read_node(self, fields: Fields, kind: Kind, *, is_area: bool = False) -> Draft:
        fields.code = code = fields.code_text("code")
        self._note_code(fields, code)
        draft = Draft(
            code=code,
            name=fields.text("name"),
            kind=kind,
            max=fields.number("max", required=False, low=0),
            cap=_read_cap(fields, kind, is_area=is_area),
            method=fields.choice("method", tuple(Method), default=Method.SELF) or Method.SELF,
            texts=_read_texts(fields),
            evidence=fields.texts("evidence"),
            not_applicable=_read_not_applicable(fields),
            rule=None,
        )
        self._note_precision(draft.cap)
        if fields.has("rule"):
            self._read_leaf(fields, draft)
        else:
            self._read_parent(fields, draft)
        fields.close()
        return draft

    def _note_code(self, fields: Fields, code: str) -> None:
        if code and code in self.places:
            fields.error("code", f"Mã “{code}” đã dùng tại {self.places[code]}.")
        elif code:
            self.places[code] = fields.path

    def _note_precision(self, points: Exact | None) -> None:
        self.decimals = max(self.decimals, 0 if points is None else decimals_in(points))

    def _read_leaf(self, fields: Fields, draft: Draft) -> None:
        if fields.has("children"):
            fields.error("children", "Một tiêu chí có “rule” thì không có “children”.")
        is_penalty = draft.kind is Kind.PENALTY
        if not fields.has("max") and not is_penalty:
            fields.error("max", "Thiếu điểm tối đa “max”.")
        self._note_precision(draft.max)
        high = 0 if is_penalty or draft.max is None else draft.max
        group = fields.group("rule")
        if group is None or (draft.max is None and not is_penalty):
            return
        draft.rule = read_rule(group, Limits(high, is_penalty))
        is_info = draft.method is Method.INFO or (draft.rule is not None and draft.rule.kind == "info")
        if draft.kind is Kind.BASE and not is_info:
            self.base_max += high

    def _read_parent(self, fields: Fields, draft: Draft) -> None:
        if not fields.has("children"):
            fields.error("", "Phải có “rule” (tiêu chí được chấm) hoặc “children” (có cấp dưới).")
            return
        for key in _LEAF_ONLY:
            if fields.has(key):
                fields.warn(key, f"“{key}” chỉ có tác dụng ở tiêu chí có “rule”; ở đây bị bỏ qua.")
        draft.children = [self._read_child(group, draft) for group in fields.groups("children")]
        if not fields.has("max") and draft.kind is Kind.BASE:
            fields.error("max", "Thiếu điểm tối đa “max”.")
        below = [child.max for child in draft.children]
        if None not in below:
            self._check_sum(fields, draft, [high for high in below if high is not None])

    def _read_child(self, fields: Fields, parent: Draft) -> Draft:
        if fields.has("kind"):
            fields.error("kind", "“kind” chỉ viết ở lĩnh vực (cấp cao nhất).")
        return self._read_node(fields, parent.kind)

    def _check_sum(self, fields: Fields, draft: Draft, below: Sequence[Exact]) -> None:
        total = sum(below)
        if draft.max is None and not fields.has("max"):
            draft.max = total
        elif draft.max is not None and draft.max != total:
            fields.error(
                "max",
                f"Điểm tối đa là {write_vietnamese(draft.max)} nhưng tổng điểm tối đa của cấp dưới là "
                f"{write_vietnamese(total)}.",
            )


def _read_texts(fields: Fields) -> dict[str, str]:
    keys = ("owner", "appraiser_body", "official_source", "guidance", "basis")
    texts = {key: fields.text(key, required=False) for key in keys}
    texts["as_of"] = fields.choice("as_of", ("", "year_end"), default="") or ""
    return texts


def _read_cap(fields: Fields, kind: Kind, *, is_area: bool) -> Exact | None:
    if fields.has("cap") and (kind is Kind.BASE or not is_area):
        fields.error("cap", "“cap” chỉ viết ở lĩnh vực điểm thưởng hoặc điểm trừ.")
    return fields.number("cap", required=False, low=0)


def _read_not_applicable(fields: Fields) -> NotApplicable | None:
    group = fields.group("not_applicable", required=False)
    if group is None:
        return None
    policy = group.choice("policy", tuple(Policy))
    when = group.text("when", required=False)
    group.close()
    return None if policy is None else NotApplicable(policy, when)


def _build(draft: Draft, precision: Precision, parent: Draft | None, depth: int) -> Node:
    for key in ("owner", "appraiser_body"):
        if parent is not None and not draft.texts[key]:
            draft.texts[key] = parent.texts[key]
    return Node(
        code=draft.code,
        name=draft.name,
        max=None if draft.max is None else exact_decimal(draft.max),
        kind=draft.kind,
        precision=precision,
        cap=None if draft.cap is None else exact_decimal(draft.cap),
        method=draft.method,
        evidence=draft.evidence,
        not_applicable=draft.not_applicable,
        rule=draft.rule,
        children=tuple(_build(child, precision, draft, depth + 1) for child in draft.children),
        parent_code=None if parent is None else parent.code,
        depth=depth,
        **draft.texts,
    )
