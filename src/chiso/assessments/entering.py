"""What it means that a unit enters a leaf, whether on its page or with many others from a workbook.

No action: `entry.save` and `dossier.import_workbook` both call it inside their own transaction and audit entry.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments.models import Entry
from chiso.assessments.scores import judge
from chiso.common.numbers import format_points
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import save_if_unchanged
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.scoring import LeafScore, Node

OF_THE_LEADER = ("assigned_to", "assigned_until", "remark", "remarked_at")
"""What the leader writes on a leaf while officials work on it: a save that was read before keeps it."""


class StaleEntry(RuleViolation):
    """Someone saved this leaf after the page was opened; nothing was overwritten."""


@dataclass(frozen=True)
class Said:
    """What a unit says of a leaf: the answer, and the words and marks beside it."""

    answer: Answer
    reason: str = ""
    note: str = ""
    as_of: date | None = None
    no_document: bool = False


def enter(entry: Entry, node: Node, by: User, at: datetime, *, version: int, said: Said) -> LeafScore:
    """Judge a leaf and save it, unless someone saved it since `version`. Raises `FactErrors` with all faults."""
    require_own_work(node)
    outcome = judge(entry, node, said.answer)
    require_fair(entry, node, outcome, said.reason)
    require_words_for_documents(said, node)
    entry.reason, entry.note = said.reason, said.note
    entry.as_of, entry.no_document = said.as_of, said.no_document
    entry.saved_at, entry.saved_by = at, by
    if not save_if_unchanged(entry, version, leave=OF_THE_LEADER):
        raise StaleEntry(
            _("Tiêu chí %(code)s vừa được người khác lưu nên chưa ghi đè. Hãy tải lại trang, đối chiếu rồi lưu lại.")
            % {"code": entry.code}
        )
    return outcome


def require_words_for_documents(said: Said, node: Node) -> None:
    """Where there is no document, the note stands in its place."""
    if said.no_document and not said.note.strip():
        raise RuleViolation(
            _("Tiêu chí %(code)s khai không có tài liệu thì phải có thuyết minh thay tài liệu.") % {"code": node.code}
        )


def words_of(entry: Entry) -> dict[str, Any]:
    """What stands beside the answer, as the audit log names it; the reason is the reason of its entry."""
    return {"note": entry.note, "as_of": entry.as_of, "no_document": entry.no_document}


def require_own_work(node: Node) -> None:
    if node.method != "self":
        raise RuleViolation(_("Tiêu chí %(code)s không do đơn vị tự chấm nên không nhập ở đây.") % {"code": node.code})


def require_fair(row: Entry, node: Node, outcome: LeafScore, reason: str) -> None:
    """A unit may score itself lower than the rule with a reason, never higher; “not applicable” needs its reason."""
    if row.not_applicable and not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do không áp dụng tiêu chí %(code)s.") % {"code": node.code})
    if row.decided is None:
        return
    if outcome.computed is None or row.decided > outcome.computed:
        raise RuleViolation(
            _("Điểm tự chấm %(score)s cao hơn điểm theo cách chấm (%(computed)s). Hãy sửa số liệu hoặc chấm thấp hơn.")
            % {"score": format_points(row.decided), "computed": format_points(outcome.computed)}
        )
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do tự chấm thấp hơn cách chấm."))
