"""What a filled workbook would change: three versions of every leaf laid side by side.

*Mine* stands in the workbook, *theirs* in the dossier now, and the base is what the workbook was written from. A leaf
that only I changed is a change; one that we both changed is a conflict, and theirs stays unless somebody chooses mine.
"""

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments.entering import Said, require_fair, require_words_for_documents
from chiso.assessments.forms.leaf import LeafForm
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.scores import judge, node_of
from chiso.assessments.workbook.identity import Identity, Leaf, digest_of, plain_figure, plain_text
from chiso.assessments.workbook.reading import Cell, CellFault, Filled, Problem, entered
from chiso.assessments.workbook.rows import NO_REQUIREMENT, Row, own_leaves, rows_of
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.scoring import FactErrors, Node

Sent = dict[str, Any]
"""What a browser would post for a leaf, by the fields of `LeafForm`."""
_TICKS = ("not_applicable", "no_document")


class WrongWorkbook(RuleViolation):
    """The workbook is of another unit, round or edition."""


@dataclass(frozen=True)
class Mine:
    """What the workbook says of a leaf that it changes, and the leaf as it would be; nothing is saved."""

    said: Said
    entry: Entry

    @property
    def facts(self) -> Mapping[str, str]:
        return self.said.answer.facts

    @property
    def not_applicable(self) -> bool:
        return self.said.answer.not_applicable

    @property
    def decided(self) -> Decimal | None:
        return self.said.answer.decided

    @property
    def reason(self) -> str:
        return self.said.reason

    @property
    def note(self) -> str:
        return self.said.note

    @property
    def as_of(self) -> date | None:
        return self.said.as_of

    @property
    def no_document(self) -> bool:
        return self.said.no_document


@dataclass(frozen=True)
class Difference:
    """A leaf on which the workbook says other than the dossier."""

    node: Node
    theirs: Entry
    mine: Mine
    form: LeafForm
    sent: Sent
    is_conflict: bool


@dataclass
class Comparison:
    """All leaves of a workbook against the dossier as it stands."""

    differences: list[Difference] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0
    moved_on: int = 0
    """Leaves that colleagues saved since, and the workbook leaves as they were."""
    absent: list[str] = field(default_factory=list)

    @property
    def conflicts(self) -> list[Difference]:
        return [one for one in self.differences if one.is_conflict]


def require_same(dossier: Dossier, identity: Identity) -> None:
    """Refuse the workbook of another unit, round or edition, and say whose it is."""
    if identity.unit != dossier.unit.code:
        raise WrongWorkbook(
            _("Đây là bảng tính của %(theirs)s, không phải của %(ours)s. Hãy chọn đúng tệp.")
            % {"theirs": identity.unit_name, "ours": dossier.unit.name}
        )
    if identity.dossier != dossier.pk:
        raise WrongWorkbook(
            _("Bảng tính này thuộc đợt đánh giá khác (“%(round)s”). Hãy tải bảng tính của đợt này.")
            % {"round": identity.round_name}
        )
    if identity.edition != dossier.block.edition.digest:
        raise WrongWorkbook(
            _(
                "Bảng tính này theo bản cũ của Bộ chỉ số; từ khi tải về, Bộ chỉ số đã được ban hành lại. "
                "Hãy tải bảng tính mới rồi chép số liệu sang."
            )
        )


def compare_filled(dossier: Dossier, entries: Mapping[str, Entry], filled: Filled) -> Comparison:
    """Compare a workbook; its faults come with their cells."""
    comparison = Comparison(problems=list(filled.problems))
    unknown = dict(filled.cells)
    for node in own_leaves(index_set_of(dossier.block.edition)):
        entry = entries.get(node.code)
        if entry is None:
            continue
        cells = {name: unknown.pop((code, name)) for code, name in filled.cells if code == node.code}
        if not cells:
            comparison.absent.append(node.code)
            continue
        _take(comparison, node, entry, cells, filled.identity.leaves.get(node.code))
    comparison.problems += [_stray(code, cell) for (code, _name), cell in unknown.items() if cell.text]
    return comparison


def compare_sent(
    dossier: Dossier, entries: Mapping[str, Entry], leaves: Mapping[str, Leaf], sent: Mapping[str, Sent]
) -> Comparison:
    """Compare once more what a workbook said when it was read: meanwhile colleagues may have gone on."""
    comparison = Comparison()
    for code, given in sent.items():
        if code in entries:
            _weigh(comparison, node_of(dossier.block.edition, code), entries[code], given, leaves.get(code), {})
    return comparison


def _stray(code: str, cell: Cell) -> Problem:
    what = _("Tiêu chí %(code)s không có dòng này trong bảng tính. Hãy nhập vào dòng có sẵn rồi xóa dòng này.")
    return Problem(cell.where, what % {"code": code})


def _take(comparison: Comparison, node: Node, entry: Entry, cells: Mapping[str, Cell], base: Leaf | None) -> None:
    """Turn the cells of a leaf into what a form would send, and weigh it."""
    rows = {row.field: row for row in rows_of(node, _as_asked(entry, cells))}
    faults = len(comparison.problems)
    comparison.problems += [_stray(node.code, cell) for name, cell in cells.items() if name not in rows and cell.text]
    missing = [row.label for row in rows.values() if row.field not in cells]
    if missing:
        what = _("Thiếu dòng “%(rows)s” của tiêu chí này. Hãy tải lại bảng tính, không xóa dòng.")
        comparison.problems.append(Problem(node.code, what % {"rows": "”, “".join(missing)}))
        return
    sent: Sent = {}
    places = {name: cells[name].where for name in rows}
    for row in rows.values():
        try:
            _put(sent, row, entered(row, cells[row.field].text))
        except CellFault as fault:
            comparison.problems.append(Problem(_place(places, row.field, node), str(fault)))
    _finish_lists(comparison, node, sent, places)
    if len(comparison.problems) == faults:
        _weigh(comparison, node, entry, sent, base, places)
    else:  # The other cells of the leaf are read all the same, so that everything is told at once.
        form = _form(node, entry, sent)
        form.is_valid()
        comparison.problems += _form_problems(form, node, places)


def _as_asked(entry: Entry, fields: Iterable[str]) -> Entry:
    """The leaf as it was asked when the workbook was written: a colleague may have taken up or left the percentage."""
    asked, names = copy.copy(entry), {name.rpartition(".")[2] for name in fields}
    facts = {name: text for name, text in entry.facts.items() if name != "percent"}
    asked.facts = facts | ({"percent": ""} if "percent" in names else {})
    asked.no_document = entry.no_document or "no_document" in names
    return asked


def _put(sent: Sent, row: Row, value: str) -> None:
    """Add a value as a browser would send it."""
    listed, dot, position = row.field.rpartition(".")
    if dot and listed.rpartition(".")[2] == "items":
        answers = sent.setdefault(listed, {})
        if value:
            answers[position] = value
    elif row.field in _TICKS:
        if value == "yes":
            sent[row.field] = "on"
    elif value:
        sent[row.field] = value


def _finish_lists(comparison: Comparison, node: Node, sent: Sent, places: Mapping[str, str]) -> None:
    """Requirements were answered one by one; “none” must be said of each."""
    for name, answers in [(name, given) for name, given in sent.items() if isinstance(given, dict)]:
        met = [position for position, value in answers.items() if value == "yes"]
        open_fields = [one for one in places if one.startswith(f"{name}.") and one.rpartition(".")[2] not in answers]
        if answers and not met and open_fields:
            what = _("Chưa trả lời Có hoặc Không cho yêu cầu này.")
            comparison.problems += [Problem(_place(places, one, node), what) for one in open_fields]
        sent[name] = met or ([NO_REQUIREMENT] if answers else [])


def _form(node: Node, entry: Entry, sent: Sent) -> LeafForm:
    return LeafForm.of(node, _as_asked(entry, sent), {**sent, "version": str(entry.version)})


def _weigh(
    comparison: Comparison, node: Node, theirs: Entry, sent: Sent, base: Leaf | None, places: Mapping[str, str]
) -> None:
    """Decide what a leaf is: as it was, changed by me, or changed by both."""
    form = _form(node, theirs, sent)
    if not form.is_valid():
        comparison.problems += _form_problems(form, node, places)
        return
    told = form.told()
    told.pop("version")
    said = _in_their_spelling(Said(**told), theirs)
    mine = Mine(said, copy.copy(theirs))
    digest, theirs_digest = digest_of(mine), digest_of(theirs)
    is_base = base is not None and digest == base.digest
    if digest == theirs_digest or is_base:
        comparison.moved_on += digest != theirs_digest
        comparison.unchanged += digest == theirs_digest
        return
    fault = _judged(node, mine, form)
    if fault or form.errors:
        comparison.problems += [Problem(_place(places, name, node), what) for name, what in fault]
        comparison.problems += _form_problems(form, node, places)
        return
    saved_since = base is None or theirs_digest != base.digest
    comparison.differences.append(Difference(node, theirs, mine, form, sent, is_conflict=saved_since))


def _judged(node: Node, mine: Mine, form: LeafForm) -> list[tuple[str, str]]:
    """Put the leaf as it would be into `mine.entry`; answers what the rules refuse, by field."""
    entry, said = mine.entry, mine.said
    try:
        outcome = judge(entry, node, said.answer)
    except FactErrors as errors:
        form.refuse(errors)
        return []
    except RuleViolation as refusal:
        return [("decided", str(refusal))]
    entry.reason, entry.note, entry.as_of, entry.no_document = said.reason, said.note, said.as_of, said.no_document
    too_high = entry.decided is not None and (outcome.computed is None or entry.decided > outcome.computed)
    faults = []
    try:
        require_fair(entry, node, outcome, said.reason)
    except RuleViolation as refusal:
        faults.append(("decided" if too_high else "reason", str(refusal)))
    try:
        require_words_for_documents(said, node)
    except RuleViolation as refusal:
        faults.append(("note", str(refusal)))
    return faults


def _form_problems(form: LeafForm, node: Node, places: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(_place(places, "" if name == "__all__" else name, node), str(error))
        for name, errors in form.errors.items()
        for error in errors
    ]


def _place(places: Mapping[str, str], name: str, node: Node) -> str:
    """The cell of a field; of a checklist its first requirement; of the leaf as a whole its first row."""
    cell = places.get(name) or next((place for one, place in places.items() if one.startswith(f"{name}.")), "")
    cell = cell or next(iter(places.values()), "")
    return f"{cell} ({node.code})" if cell else node.code


def _in_their_spelling(said: Said, theirs: Entry) -> Said:
    """Keep `12.50` where the workbook says 12,5, and line ends as they are: only what is new is a change."""
    facts = {
        name: stored if plain_figure(text) == plain_figure(stored := theirs.facts.get(name, "")) else text
        for name, text in said.answer.facts.items()
    }
    words = {
        name: stored if plain_text(given) == plain_text(stored := getattr(theirs, name)) else given
        for name, given in (("reason", said.reason), ("note", said.note))
    }
    answer = replace(said.answer, facts=facts)
    return replace(said, answer=answer, reason=words["reason"], note=words["note"])
