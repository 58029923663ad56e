"""How a unit shares its leaves among its officials (phân công tự chấm): who answers for which, until when.

Responsibility, not a lock: any official of the unit may still enter any leaf.
"""

from collections.abc import Collection
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from chiso.assessments import policy, windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.audit.actions import action, changed
from chiso.common.dates import end_of_day, format_date, format_deadline, start_of_day
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.scoring import IndexSet

OFFICIALS = (Role.UNIT_EDITOR, Role.UNIT_APPROVER)
_CODES_TOLD = 6


@action("dossier.assign_leaves", gettext_noop("Phân công tự chấm điểm"), allowed=policy.can_approve)
def assign_leaves(
    dossier: Dossier, by: User, at: datetime, *, codes: Collection[str], to: User | None, until: date | None = None
) -> int:
    """Give leaves, or all that stand under a node, to an official with an inner deadline; `to` None takes them back.

    Answers how many leaves changed hands or deadline. The official gets one message, whatever the number.
    """
    windows.hold(dossier)
    require_shared_now(dossier)
    until = until if to else None
    if to:
        _require_official(dossier, to)
    if until:
        _require_inner_deadline(dossier, until, at)
    given = [row for row in _leaves(dossier, codes) if (row.assigned_to_id, row.assigned_until) != (_pk(to), until)]
    if not given:
        raise RuleViolation(
            _("Các tiêu chí đã chọn vốn được phân công như vậy. Hãy chọn tiêu chí, người hoặc hạn khác.")
        )
    _give(given, to, until)
    if to and to != by:
        _tell(dossier, to, [row.code for row in given], until, by, at)
    return len(given)


@action("dossier.hand_over_leaves", gettext_noop("Bàn giao phần việc tự chấm điểm"), allowed=policy.can_approve)
def hand_over_leaves(dossier: Dossier, by: User, at: datetime, *, giver: User, to: User) -> int:
    """Everything one person answers for goes to another, with its inner deadlines (bàn giao)."""
    windows.hold(dossier)
    require_shared_now(dossier)
    _require_official(dossier, to)
    if giver == to:
        raise RuleViolation(_("Người giao và người nhận là một. Hãy chọn người nhận khác."))
    given = list(Entry.objects.filter(dossier=dossier, assigned_to=giver).order_by("criterion__position"))
    if not given:
        raise RuleViolation(
            _("%(name)s không còn phụ trách tiêu chí nào. Hãy tải lại trang để xem.") % {"name": giver.full_name}
        )
    for row in given:
        changed(row.code, to.pk, giver.pk)
    Entry.objects.filter(pk__in=[row.pk for row in given]).update(assigned_to=to)
    if to != by:
        deadlines = [row.assigned_until for row in given if row.assigned_until]
        _tell(dossier, to, [row.code for row in given], min(deadlines, default=None), by, at)
    return len(given)


def require_shared_now(dossier: Dossier) -> None:
    """Refuse once the work is out of the unit's hands."""
    in_hand = windows.WRITING_STATES | {DossierState.INTERNAL_REVIEW}
    writes = dossier.round.stage in (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION) and dossier.state in in_hand
    answers = dossier.round.stage == StageKey.SUPPLEMENT and dossier.state in windows.ANSWERING_STATES
    if not (writes or answers):
        raise RuleViolation(windows.why_locked(dossier))


def _require_official(dossier: Dossier, person: User) -> None:
    if not person.is_active or not person.memberships.filter(unit=dossier.unit_id, role__in=OFFICIALS).exists():
        raise RuleViolation(
            _("%(name)s không phải công chức hoặc lãnh đạo của %(unit)s nên không giao được.")
            % {"name": person.full_name, "unit": dossier.unit}
        )


def _require_inner_deadline(dossier: Dossier, until: date, at: datetime) -> None:
    """Between today and the deadline; once that has passed, until the last moment that late dossiers are taken."""
    if end_of_day(until) <= at:
        raise RuleViolation(_("Hạn nội bộ phải từ hôm nay trở đi."))
    end = windows.planned(dossier)
    if end is not None and at >= end:
        end = windows.last_moment(dossier)
    # A deadline in the middle of a day still lets that day be the inner one.
    if end is not None and start_of_day(until) >= end:
        raise RuleViolation(
            _("Hạn nội bộ %(day)s sau hạn nộp hồ sơ (%(deadline)s). Hãy chọn ngày sớm hơn.")
            % {"day": format_date(until), "deadline": format_deadline(end)}
        )


def _leaves(dossier: Dossier, codes: Collection[str]) -> list[Entry]:
    """The leaves that the unit scores itself among these nodes and under them; refuses when there are none."""
    named = leaves_under(index_set_of(dossier.block.edition), codes)
    rows = list(Entry.objects.filter(dossier=dossier, code__in=named).order_by("criterion__position"))
    if not rows:
        raise RuleViolation(
            _("Chưa chọn tiêu chí nào mà đơn vị tự chấm. Hãy đánh dấu tiêu chí hoặc lĩnh vực cần giao.")
        )
    return rows


def leaves_under(index_set: IndexSet, codes: Collection[str]) -> list[str]:
    """The codes of the leaves a unit scores itself, among these nodes and below them."""
    found = {
        leaf.code: None
        for code in codes
        if code in index_set.by_code
        for leaf in index_set.by_code[code].walk()
        if leaf.is_leaf and leaf.method == "self"
    }
    return list(found)


def _give(rows: list[Entry], to: User | None, until: date | None) -> None:
    for row in rows:
        changed(row.code, [_pk(to), until], [row.assigned_to_id, row.assigned_until])
    Entry.objects.filter(pk__in=[row.pk for row in rows]).update(assigned_to=to, assigned_until=until)


def _pk(person: User | None) -> int | None:
    return person.pk if person else None


def _tell(dossier: Dossier, to: User, codes: list[str], until: date | None, by: User, at: datetime) -> None:
    listed = ", ".join(codes[:_CODES_TOLD]) + ("…" if len(codes) > _CODES_TOLD else "")
    text = ngettext(
        "%(name)s giao bạn phụ trách %(count)d tiêu chí (%(codes)s).",
        "%(name)s giao bạn phụ trách %(count)d tiêu chí (%(codes)s).",
        len(codes),
    ) % {"name": by.full_name, "count": len(codes), "codes": listed}
    if until:
        text += " " + _("Hạn nội bộ: hết ngày %(day)s.") % {"day": format_date(until)}
    send([to], text, at, url=f"/ho-so/{dossier.pk}/phan-cong/?loc=cua-toi")
