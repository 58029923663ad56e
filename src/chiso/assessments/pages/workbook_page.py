"""The dry run of a workbook: every change old → new, every conflict with both versions, every fault; nothing is saved.

Between the two steps what the workbook changes lies in the page itself, signed for one person, one dossier and one
day, as in the import of index sets: no half-read file waits on the server to be thrown away or to be found by others,
and any worker can finish.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chiso.assessments import windows
from chiso.assessments.actions.workbook import EnteredLeaf
from chiso.assessments.entering import StaleEntry
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.pages import two_versions
from chiso.assessments.pages.answer_words import score_in_words
from chiso.assessments.scores import total
from chiso.assessments.workbook.comparing import Comparison, Difference, Sent
from chiso.assessments.workbook.identity import Leaf, plain_text
from chiso.assessments.workbook.reading import Filled, Problem
from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.common.numbers import format_number, format_points
from chiso.common.refusals import RuleViolation
from chiso.organizations.models import User
from chiso.organizations.requests import UserRequest

_SALT = "chiso.assessments.workbook.import"
_ONE_DAY = 24 * 60 * 60
_MOST_TOLD = 100
MOVED = gettext_lazy(
    "Có tiêu chí vừa được người khác lưu sau khi bạn mở trang này nên chưa lưu gì. "
    "Dưới đây là bản mới nhất để đối chiếu."
)
_LONGEST = 1_500_000
"""Of the signed changes; a form of more than 2 MB is refused by the server. 100 leaves with long notes take 300 kB."""


@dataclass(frozen=True)
class Pending:
    """What a workbook said when it was read: its changes, what it was written from, and the versions seen beside it."""

    exported_at: str
    leaves: Mapping[str, Leaf]
    sent: Mapping[str, Sent]
    seen: Mapping[str, int]

    @classmethod
    def of(cls, filled: Filled, comparison: Comparison) -> "Pending":
        return cls(
            filled.identity.exported_at,
            {one.node.code: leaf for one in comparison.differences if (leaf := _base(filled, one))},
            {one.node.code: one.sent for one in comparison.differences},
            {one.node.code: one.theirs.version for one in comparison.differences},
        )

    def seen_now(self, comparison: Comparison) -> "Pending":
        """The same, over the versions that the page shows now."""
        seen = {one.node.code: one.theirs.version for one in comparison.differences}
        return Pending(self.exported_at, self.leaves, self.sent, {**self.seen, **seen})

    def require_unmoved(self, comparison: Comparison) -> None:
        """Refuse when somebody saved one of the leaves since the page was shown."""
        if any(self._has_moved(one) for one in comparison.differences):
            raise StaleEntry

    def still_chosen(self, comparison: Comparison, chosen: Iterable[str]) -> list[str]:
        stayed = {one.node.code for one in comparison.differences if not self._has_moved(one)}
        return [code for code in chosen if code in stayed]

    def _has_moved(self, one: Difference) -> bool:
        return self.seen.get(one.node.code) != one.theirs.version

    def sign(self, dossier: Dossier, user: User) -> str:
        leaves = {code: [leaf.version, leaf.digest] for code, leaf in self.leaves.items()}
        told: dict[str, Any] = {"exported_at": self.exported_at, "leaves": leaves, "sent": self.sent, "seen": self.seen}
        told |= {"user": user.pk, "dossier": dossier.pk, "edition": dossier.block.edition.digest}
        token = signing.dumps(told, salt=_SALT, compress=True)
        if len(token) > _LONGEST:
            raise RuleViolation(_("Bảng tính có quá nhiều thay đổi để nhập một lần. Hãy nhập từng phần."))
        return token

    @classmethod
    def unsign(cls, token: str, dossier: Dossier, user: User) -> "Pending":
        try:
            told: dict[str, Any] = signing.loads(token, salt=_SALT, max_age=_ONE_DAY)
        except signing.BadSignature:
            told = {}
        if (told.get("user"), told.get("dossier")) != (user.pk, dossier.pk):
            raise RuleViolation(
                _("Phần kiểm tra bảng tính đã quá một ngày hoặc không còn nguyên vẹn. Hãy tải bảng tính lên lại.")
            )
        if told["edition"] != dossier.block.edition.digest:
            raise RuleViolation(_("Bộ chỉ số vừa được ban hành lại. Hãy tải bảng tính mới rồi chép số liệu sang."))
        leaves = {code: Leaf(*leaf) for code, leaf in told["leaves"].items()}
        return cls(told["exported_at"], leaves, told["sent"], told["seen"])


def _base(filled: Filled, one: Difference) -> Leaf | None:
    return filled.identity.leaves.get(one.node.code)


@dataclass(frozen=True)
class LeafChange:
    """A leaf that the workbook changes: line by line, and its score."""

    code: str
    name: str
    url: str
    told: str
    theirs: str
    lines: list[two_versions.Line]
    old_score: str
    new_score: str
    is_chosen: bool


@dataclass(frozen=True)
class ImportPage:
    """What a workbook would do, in words."""

    exported: str
    summary: str
    problems: list[Problem]
    changes: list[LeafChange]
    conflicts: list[LeafChange]
    notes: list[str]
    locked: str
    old_total: str
    new_total: str
    can_confirm: bool


def own_entries(dossier: Dossier) -> dict[str, Entry]:
    """Every leaf of a dossier by code, with who saved it: one query."""
    entries = dossier.entries.select_related("saved_by").order_by("criterion__position")
    for entry in (found := list(entries)):
        entry.dossier = dossier
    return {entry.code: entry for entry in found}


def import_page(
    request: UserRequest,
    dossier: Dossier,
    entries: Mapping[str, Entry],
    comparison: Comparison,
    *,
    exported_at: str,
    chosen: Iterable[str] = (),
) -> ImportPage:
    """Put a comparison into words."""
    ticked = set(chosen)
    changes = [_change(request.user, dossier, one, ticked) for one in comparison.differences]
    taken = [one for one in comparison.differences if not one.is_conflict]
    locked = why_locked(dossier, request.now)
    new = {**entries, **{one.node.code: one.mine.entry for one in taken}}
    return ImportPage(
        exported=format_moment(datetime.fromisoformat(exported_at)),
        summary=_summary(comparison),
        problems=_told(comparison.problems),
        changes=[change for change in changes if not change.told],
        conflicts=[change for change in changes if change.told],
        notes=_notes(comparison),
        locked=locked,
        old_total=_points(dossier, entries),
        new_total=_points(dossier, new),
        can_confirm=bool(changes) and not comparison.problems and not locked,
    )


def _told(problems: list[Problem]) -> list[Problem]:
    """The faults that people can still read, and how many more there are."""
    left = len(problems) - _MOST_TOLD
    if left <= 0:
        return problems
    more = ngettext("và %(n)s lỗi khác", "và %(n)s lỗi khác", left) % {"n": format_number(left)}
    return [*problems[:_MOST_TOLD], Problem("", more)]


def why_locked(dossier: Dossier, at: datetime) -> str:
    try:
        windows.require_writable(dossier, at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _points(dossier: Dossier, rows: Mapping[str, Entry]) -> str:
    score = total(dossier.block.edition, rows)
    return format_points(score.base_points, score.index_set.places)


def _change(reader: User, dossier: Dossier, one: Difference, ticked: set[str]) -> LeafChange:
    versions = two_versions.of_entry(reader, one.theirs, one.node, one.form)
    lines = [line for line in versions.lines if plain_text(line.theirs) != plain_text(line.mine)]
    code = one.node.code
    return LeafChange(
        code=code,
        name=one.node.name,
        url=address("assessments:leaf", dossier.pk, code),
        told=_conflict_words(reader, one.theirs) if one.is_conflict else "",
        theirs=versions.title,
        lines=lines,
        old_score=score_in_words(one.theirs),
        new_score=score_in_words(one.mine.entry),
        is_chosen=code in ticked,
    )


def _conflict_words(reader: User, theirs: Entry) -> str:
    words = {"when": format_moment(theirs.saved_at)}
    if theirs.saved_by is None or theirs.saved_by == reader:
        return _("Bạn đã lưu tiêu chí này lúc %(when)s, sau khi tải bảng tính.") % words
    words["who"] = theirs.saved_by.full_name
    return _("%(who)s đã lưu tiêu chí này lúc %(when)s, sau khi bạn tải bảng tính.") % words


def _summary(comparison: Comparison) -> str:
    changes = len(comparison.differences) - len(comparison.conflicts)
    told = [
        ngettext("%(n)d tiêu chí thay đổi", "%(n)d tiêu chí thay đổi", changes) % {"n": changes},
        ngettext("%(n)d tiêu chí giữ nguyên", "%(n)d tiêu chí giữ nguyên", comparison.unchanged)
        % {"n": comparison.unchanged},
    ]
    if count := len(comparison.conflicts):
        told.insert(1, ngettext("%(n)d tiêu chí xung đột", "%(n)d tiêu chí xung đột", count) % {"n": count})
    if count := len(comparison.problems):
        told.insert(0, ngettext("%(n)d lỗi", "%(n)d lỗi", count) % {"n": count})
    return " · ".join(told)


def _notes(comparison: Comparison) -> list[str]:
    notes = []
    if comparison.moved_on:
        notes.append(
            ngettext(
                "%(n)d tiêu chí đã được lưu sau khi tải bảng tính mà bảng tính không sửa: giữ nguyên bản đã lưu.",
                "%(n)d tiêu chí đã được lưu sau khi tải bảng tính mà bảng tính không sửa: giữ nguyên bản đã lưu.",
                comparison.moved_on,
            )
            % {"n": comparison.moved_on}
        )
    if comparison.absent:
        notes.append(
            _("Bảng tính không còn dòng của các tiêu chí %(codes)s: giữ nguyên số liệu đã lưu.")
            % {"codes": ", ".join(comparison.absent)}
        )
    return notes


def leaves_to_save(pending: Pending, comparison: Comparison, chosen: Iterable[str]) -> list[EnteredLeaf]:
    """What to save: every clean change, and the conflicts in which the workbook was chosen."""
    mine = set(chosen)
    return [
        EnteredLeaf(one.node.code, pending.seen[one.node.code], one.mine.said)
        for one in comparison.differences
        if not one.is_conflict or one.node.code in mine
    ]
