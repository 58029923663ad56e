"""Two people saved one leaf: what stands now beside what was typed, so that one of them chooses knowingly."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments.forms.leaf import ExplanationForm, LeafForm
from chiso.assessments.models import Entry, Explanation, LeafScored
from chiso.assessments.pages.answer_words import facts_in_words, score_in_words
from chiso.assessments.scores import judge
from chiso.common.dates import format_date, format_moment
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.organizations.models import User
from chiso.scoring import Node

Words = dict[str, str]


@dataclass(frozen=True)
class Line:
    """One thing that was said, in both versions."""

    label: str
    theirs: str
    mine: str

    @property
    def differs(self) -> bool:
        return self.theirs != self.mine


@dataclass(frozen=True)
class TwoVersions:
    """The comparison: who saved meanwhile and when, line by line, and what keeping theirs is called."""

    told: str
    title: str
    keep: str
    lines: list[Line]


def of_entry(reader: User, entry: Entry, node: Node, form: LeafForm) -> TwoVersions:
    """`entry` as it stands now, and what the form holds, which was found fit to be saved."""
    mine = Entry()
    judge(mine, node, form.answer())
    given = form.cleaned_data
    mine.reason, mine.note, mine.as_of = given["reason"], given["note"], given["as_of"]
    mine.no_document = given.get("no_document", False)
    lines = _lines(_entry_words(node, entry), _entry_words(node, mine))
    return _versions(reader, entry.saved_by, entry.saved_at, entry.code, lines)


def stored_explanation(entry: Entry) -> Explanation | None:
    """The explanation of a leaf as it stands now."""
    return Explanation.objects.select_related("entry", "explained_by").filter(entry=entry).first()


def of_explanation(reader: User, stored: Explanation, node: Node, form: ExplanationForm) -> TwoVersions:
    """As `of_entry`, of an explanation."""
    given = form.cleaned_data
    mine = Explanation(text=given["text"], as_of=given["as_of"])
    judge(mine, node, form.answer())
    lines = _lines(_explanation_words(node, stored), _explanation_words(node, mine))
    return _versions(reader, stored.explained_by, stored.explained_at, stored.entry.code, lines)


def _versions(reader: User, who: User | None, when: datetime | None, code: str, lines: list[Line]) -> TwoVersions:
    words: dict[str, Any] = {"code": code, "when": format_moment(when)}
    if who is None or who.pk == reader.pk:
        told = _("Tiêu chí %(code)s vừa được bạn lưu ở cửa sổ khác lúc %(when)s nên chưa ghi đè.") % words
        return TwoVersions(told, _("Bản đã lưu lúc %(when)s") % words, _("Giữ bản đã lưu"), lines)
    words["who"] = who.full_name
    told = _("Tiêu chí %(code)s vừa được %(who)s lưu lúc %(when)s nên chưa ghi đè.") % words
    return TwoVersions(told, _("Bản của %(who)s, %(when)s") % words, _("Giữ bản của %(who)s") % words, lines)


def _lines(theirs: Words, mine: Words) -> list[Line]:
    """Facts first, then the words beside them, the score last; what neither says is left out."""
    labels = list(dict.fromkeys([*list(theirs)[:-1], *list(mine)[:-1], *list(theirs)[-1:]]))
    lines = (Line(label, theirs.get(label) or NONE_SIGN, mine.get(label) or NONE_SIGN) for label in labels)
    return [line for line in lines if (line.theirs, line.mine) != (NONE_SIGN, NONE_SIGN)]


def _entry_words(node: Node, row: Entry) -> Words:
    return {
        **dict(_facts(node, row)),
        _("Tự chấm thấp hơn cách chấm"): format_points(row.decided) if row.decided is not None else "",
        _("Lý do"): row.reason,
        _("Số liệu đến ngày"): format_date(row.as_of) if row.as_of else "",
        _("Thuyết minh"): row.note,
        _("Thuyết minh thay tài liệu"): _("có") if row.no_document else "",
        _("Điểm"): score_in_words(row),
    }


def _explanation_words(node: Node, row: Explanation) -> Words:
    return {
        _("Nội dung giải trình"): row.text,
        **dict(_facts(node, row)),
        _("Số liệu đến ngày"): format_date(row.as_of) if row.as_of else "",
        _("Điểm"): score_in_words(row),
    }


def _facts(node: Node, row: LeafScored) -> Iterator[tuple[str, str]]:
    yield from facts_in_words(node, row.facts)
    yield _("Không áp dụng"), _("có") if row.not_applicable else ""
