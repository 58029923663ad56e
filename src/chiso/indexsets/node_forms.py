"""The forms of the editor: one criterion, and what a set says of itself.

A draft may be faulty: nothing typed is refused for what it says. Only what is too long is, by the actions.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from chiso.indexsets.drafting.outline import Spot
from chiso.indexsets.exchange.trees import Tree, Value, children_of, group_at, text_at, texts_at, without_empty
from chiso.indexsets.exchange.words import join_items, split_items
from chiso.indexsets.rule_cells import canonical, typed

KINDS = (
    ("", gettext_lazy("Điểm cơ bản")),
    ("bonus", gettext_lazy("Điểm thưởng")),
    ("penalty", gettext_lazy("Điểm trừ")),
)
METHODS = (
    ("", gettext_lazy("Tự chấm, thẩm định")),
    ("survey", gettext_lazy("Điều tra xã hội học")),
    ("official", gettext_lazy("Theo số liệu chính thức của cơ quan khác")),
    ("info", gettext_lazy("Chỉ để thông tin")),
)
AS_OF = (("", gettext_lazy("Thời điểm chấm")), ("year_end", gettext_lazy("Cuối năm")))
POLICIES = (
    ("", gettext_lazy("Luôn áp dụng")),
    ("reduce_max", gettext_lazy("Giảm trừ điểm tối đa")),
    ("full", gettext_lazy("Đạt điểm tối đa")),
    ("zero", gettext_lazy("0 điểm")),
    ("exclude", gettext_lazy("Không tính và không hiện")),
)
_NUMBER = {"inputmode": "decimal", "autocomplete": "off"}
_TEXTS = ("owner", "appraiser_body", "official_source", "guidance", "basis")


class DraftForm(forms.Form):
    """Fields that take whatever is typed."""

    use_required_attribute = False

    def __init__(self, data: Mapping[str, Any] | None, initial: dict[str, str]) -> None:
        super().__init__(data, auto_id="node_%s", initial=initial)
        for field in self.fields.values():
            field.required = False

    def text(self, key: str) -> str:
        value = self.data.get(key, "") if self.is_bound else self.initial.get(key, "")
        return str(value).replace("\r\n", "\n").strip()


def _text(label: Any, *, rows: int = 0, hint: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, widget=widget, help_text=hint)


def _number(label: Any, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, widget=forms.TextInput(attrs=_NUMBER), help_text=hint)


class NodeForm(DraftForm):
    """What a criterion says, apart from its rule."""

    code = _text(gettext_lazy("Mã"))
    name = _text(gettext_lazy("Tên"), rows=2)
    max = _number(gettext_lazy("Điểm tối đa"))
    kind = forms.ChoiceField(label=gettext_lazy("Loại điểm"), choices=KINDS)
    cap = _number(gettext_lazy("Tổng điểm thưởng, điểm trừ nhiều nhất"))
    evidence = _text(gettext_lazy("Tài liệu kiểm chứng"), rows=3, hint=gettext_lazy("Mỗi dòng một tài liệu."))
    guidance = _text(gettext_lazy("Hướng dẫn"), rows=2)
    owner = _text(gettext_lazy("Phụ trách"), hint=gettext_lazy("Để trống: như cấp trên."))
    appraiser_body = _text(gettext_lazy("Cơ quan thẩm định"), hint=gettext_lazy("Để trống: như cấp trên."))
    method = forms.ChoiceField(label=gettext_lazy("Nguồn điểm"), choices=METHODS)
    official_source = _text(gettext_lazy("Nguồn số liệu chính thức"))
    as_of = forms.ChoiceField(label=gettext_lazy("Số liệu tính đến"), choices=AS_OF)
    policy = forms.ChoiceField(label=gettext_lazy("Khi không áp dụng với đơn vị"), choices=POLICIES)
    when = _text(gettext_lazy("Không áp dụng khi nào"))
    basis = _text(gettext_lazy("Căn cứ"))

    def __init__(self, spot: Spot, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, _initial(spot.node))
        self.spot = spot
        if spot.depth:
            del self.fields["kind"], self.fields["cap"]

    def basics(self) -> list[forms.BoundField]:
        return [self[key] for key in ("code", "max", "kind", "cap") if key in self.fields]

    def proofs(self) -> list[forms.BoundField]:
        return [self[key] for key in ("evidence", "guidance")]

    def rarer(self) -> list[forms.BoundField]:
        """What most criteria leave as it is."""
        keys = ("owner", "appraiser_body", "method", "official_source", "as_of", "policy", "when", "basis")
        return [self[key] for key in keys]

    def tree(self, rule: Tree | None) -> Tree:
        """The fields of the node as the file has them, with the rule that was typed beside them."""
        fields: Tree = {"code": self.text("code"), "name": self.text("name")}
        fields["max"] = canonical(self.text("max"))
        if self.spot.depth == 0:
            fields |= {"kind": self.text("kind"), "cap": canonical(self.text("cap"))}
        fields |= {key: self.text(key) for key in _TEXTS}
        fields |= {"method": self.text("method"), "as_of": self.text("as_of")}
        fields["evidence"] = list[Value](split_items(self.text("evidence")))
        if self.text("policy") or self.text("when"):
            fields["not_applicable"] = without_empty({"policy": self.text("policy"), "when": self.text("when")})
        if rule:
            fields["rule"] = rule
        return without_empty(fields)


class InformationForm(DraftForm):
    """What a set says of itself, apart from its criteria."""

    name = _text(gettext_lazy("Tên bộ chỉ số"), rows=2)
    year = _number(gettext_lazy("Năm"))
    version = _number(gettext_lazy("Lần ban hành"))
    scale = _number(gettext_lazy("Thang điểm"))
    minimum = _number(gettext_lazy("Tổng điểm thấp nhất"))
    maximum = _number(gettext_lazy("Tổng điểm cao nhất"))
    places = _number(gettext_lazy("Số chữ số thập phân"))
    by = forms.ChoiceField(
        label=gettext_lazy("Xếp hạng theo"),
        choices=(
            ("rounded", gettext_lazy("tổng điểm đã làm tròn")),
            ("exact", gettext_lazy("tổng điểm chưa làm tròn")),
        ),
    )
    ties = forms.ChoiceField(
        label=gettext_lazy("Khi bằng điểm"),
        choices=(
            ("competition", gettext_lazy("cùng hạng, bỏ hạng sau (1-2-2-4)")),
            ("dense", gettext_lazy("cùng hạng, không bỏ hạng (1-2-2-3)")),
        ),
    )
    tie_breakers = _text(gettext_lazy("Tiêu chí xét tiếp khi bằng điểm"), rows=2, hint=gettext_lazy("Mỗi dòng một mã."))
    survey_absent = forms.ChoiceField(
        label=gettext_lazy("Khi không điều tra xã hội học"),
        choices=(("zero", gettext_lazy("0 điểm")), ("rescale", gettext_lazy("quy đổi phần còn lại"))),
    )
    classes = _text(
        gettext_lazy("Xếp loại"), rows=5, hint=gettext_lazy("Mỗi dòng một loại, từ cao xuống thấp: Xuất sắc: 90")
    )
    source = _text(gettext_lazy("Nguồn văn bản"), rows=2)
    note = _text(gettext_lazy("Ghi chú"), rows=2)

    def __init__(self, information: Tree, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, _information(information))
        self.information = information

    def numbers(self) -> list[forms.BoundField]:
        return [self[key] for key in ("year", "version", "scale", "minimum", "maximum", "places")]

    def ranks(self) -> list[forms.BoundField]:
        return [self[key] for key in ("by", "ties", "tie_breakers", "survey_absent", "classes")]

    def tree(self) -> Tree:
        """The fields as the file has them; what this form does not show stays."""
        texts = {key: self.text(key) for key in ("name", "source", "note", "survey_absent")}
        numbers = {key: canonical(self.text(key)) for key in ("year", "version", "scale")}
        total = {key: canonical(self.text(key)) for key in ("minimum", "maximum")}
        breakers = list[Value](split_items(self.text("tie_breakers")))
        rounding: Tree = {"mode": "half_up", "places": canonical(self.text("places"))}
        ranking: Tree = {"by": self.text("by"), "ties": self.text("ties"), "tie_breakers": breakers}
        return {
            **texts,
            **numbers,
            "total": without_empty({**total}),
            "rounding": without_empty(rounding),
            "ranking": without_empty(ranking),
            "classes": [_class(line) for line in split_items(self.text("classes"))],
        }


def _class(line: str) -> dict[str, Value]:
    """A class as one line: `Xuất sắc: 90`; a line without a number is a class that lacks it."""
    name, colon, low = line.rpartition(":")
    return {"name": name.strip(), "min": canonical(low)} if colon else {"name": line}


def _initial(node: Tree) -> dict[str, str]:
    claim = group_at(node, "not_applicable")
    texts = {key: text_at(node, key) for key in ("code", "name", *_TEXTS, "as_of")}
    return {
        **texts,
        "max": typed(text_at(node, "max")),
        "cap": typed(text_at(node, "cap")),
        "kind": text_at(node, "kind").replace("base", ""),
        "method": text_at(node, "method").replace("self", ""),
        "evidence": join_items(texts_at(node, "evidence")),
        "policy": text_at(claim, "policy"),
        "when": text_at(claim, "when"),
    }


def _information(tree: Tree) -> dict[str, str]:
    ranking, total = group_at(tree, "ranking"), group_at(tree, "total")
    grades = [f"{text_at(one, 'name')}: {typed(text_at(one, 'min'))}" for one in children_of(tree, "classes")]
    return {
        **{key: text_at(tree, key) for key in ("name", "source", "note", "survey_absent", "year", "version")},
        "scale": typed(text_at(tree, "scale")),
        "minimum": typed(text_at(total, "minimum")),
        "maximum": typed(text_at(total, "maximum")),
        "places": text_at(group_at(tree, "rounding"), "places"),
        "by": text_at(ranking, "by"),
        "ties": text_at(ranking, "ties"),
        "tie_breakers": "\n".join(texts_at(ranking, "tie_breakers")),
        "classes": "\n".join(grades),
    }
