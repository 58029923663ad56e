"""What the team's pages show: the queue of a pass, the leaves to agree with at once, the end of a pass."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, F, FilteredRelation, Min, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import policy
from chiso.assessments.choices import Pass
from chiso.assessments.models import Entry
from chiso.assessments.queries import awaiting_appraisal, to_appraise
from chiso.common.numbers import NONE_SIGN, format_max, format_number, format_points
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.models import Round

Row = dict[str, Any]

_PASS_SHOWN = {
    StageKey.APPRAISAL: Pass.FIRST,
    StageKey.NOTICE: Pass.FIRST,
    StageKey.SUPPLEMENT: Pass.FIRST,
    StageKey.REAPPRAISAL: Pass.SECOND,
    StageKey.COUNCIL: Pass.SECOND,
    StageKey.APPROVAL: Pass.SECOND,
    StageKey.PUBLISHED: Pass.SECOND,
}
_ZERO = Value(Decimal(0), output_field=DecimalField(max_digits=9, decimal_places=4))


# ---- whose leaves ------------------------------------------------------------


def pass_shown(round: Round) -> Pass | None:
    """The pass that runs, or the last one that ran; None before the first."""
    return _PASS_SHOWN.get(StageKey(round.stage))


def is_running(round: Round) -> bool:
    return round.stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL)


def my_leaves(user: User, round: Round, number: Pass) -> QuerySet[Entry]:
    """The leaves of a pass that this person judges, as `policy.can_appraise` says: never those of the own unit."""
    entries = to_appraise(round, number).exclude(dossier__unit__in=user.unit_ids())
    if round_policy.can_lead_team(user, round):
        return entries
    held = round_policy.seat(user, round, Panel.TEAM)
    return entries.filter(criterion__in=policy.assigned_criteria(user, held.pk)) if held else entries.none()


def seen_leaves(user: User, round: Round, number: Pass) -> QuerySet[Entry]:
    """Those one judges; all, for those who run the round; never the own unit's, whose judging one may not follow."""
    if round.authority_id in user.authorities_run():
        return to_appraise(round, number).exclude(dossier__unit__in=user.unit_ids())
    return my_leaves(user, round, number)


def with_judgement(entries: QuerySet[Entry], number: Pass) -> QuerySet[Any]:
    """Join what the team gave in the pass: `judged`, `gave`, and whether it `differs` from what stood `before`.

    Before pass 1 stands the self score, before pass 2 the score of pass 1. One row for each leaf stays.
    """
    before, not_applicable = "score", "not_applicable"
    if number == Pass.SECOND:
        first = FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.FIRST))
        entries = entries.annotate(first=first)
        before, not_applicable = "first__score", "first__not_applicable"
    return entries.annotate(
        judged=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=number)),
        gave=Coalesce("judged__score", _ZERO),
        before=Coalesce(before, "score", _ZERO),
        was_not_applicable=Coalesce(not_applicable, "not_applicable"),
    )


def differs(number: Pass) -> Q:
    """A judged leaf that was cut (pass 1) or changed against pass 1 (pass 2)."""
    points = Q(gave__lt=F("before")) if number == Pass.FIRST else ~Q(gave=F("before"))
    return Q(judged__isnull=False) & (points | ~Q(judged__not_applicable=F("was_not_applicable")))


# ---- the queue ---------------------------------------------------------------


@dataclass(frozen=True)
class Progress:
    """How far one's own work in a pass is, and how fast it must go on."""

    judged: int
    total: int
    text: str
    pace: str

    @property
    def waiting(self) -> int:
        return self.total - self.judged


@dataclass(frozen=True)
class Queue:
    """The queue of a pass: the progress of one's own leaves, and a row for each criterion one may see."""

    title: str
    is_running: bool
    progress: Progress
    rows: tuple[Row, ...]
    differs_label: str
    start_url: str
    start_label: str
    shows_others: bool


def queue_of(user: User, round: Round, at: datetime) -> Queue | None:
    """Build the queue page: one query over the leaves, besides the seat and its assignments."""
    number = pass_shown(round)
    if number is None:
        return None
    mine = _mine(user, round)
    counts = [row | {"is_mine": mine is None or row["criterion_id"] in mine} for row in _counts(user, round, number)]
    rows = tuple(_queue_row(row, round, number) for row in counts)
    own = [row for row in counts if row["is_mine"]]
    start = next((row for row in rows if row["is_mine"] and row["waiting"]), None)
    return Queue(
        title=str(number.label),
        is_running=is_running(round),
        progress=_progress(own, round, at),
        rows=rows,
        differs_label=_("Hạ điểm") if number == Pass.FIRST else _("Điều chỉnh"),
        start_url=start["url"] if start and is_running(round) else "",
        start_label=_("Chấm tiếp %(code)s") % {"code": start["code"]} if start else "",
        shows_others=len(own) < len(rows),
    )


def _mine(user: User, round: Round) -> frozenset[int] | None:
    """The criteria one judges; None = all."""
    if round_policy.can_lead_team(user, round):
        return None
    held = round_policy.seat(user, round, Panel.TEAM)
    return policy.assigned_criteria(user, held.pk) if held else frozenset()


def _counts(user: User, round: Round, number: Pass) -> Iterable[Row]:
    rows: Iterable[Row] = (
        with_judgement(seen_leaves(user, round, number), number)
        .values("criterion_id", "code", name=F("criterion__name"), max_score=F("criterion__max_score"))
        .annotate(
            total=Count("pk"),
            done=Count("judged"),
            changed=Count("pk", filter=differs(number)),
            first_unit=Min("dossier__unit__code"),
            next_unit=Min("dossier__unit__code", filter=Q(judged=None)),
        )
        .order_by("criterion__edition", "criterion__position")
    )
    return rows


def _queue_row(row: Row, round: Round, number: Pass) -> Row:
    waiting = row["total"] - row["done"]
    unit = row["next_unit"] or row["first_unit"]
    return {
        "code": row["code"],
        "name": row["name"],
        "max": format_max(row["max_score"]),
        "done": row["done"],
        "total": row["total"],
        "waiting": waiting,
        "changed": row["changed"] or NONE_SIGN,
        "is_mine": row["is_mine"],
        "status": "done" if not waiting else "partial" if row["done"] else "empty",
        "status_label": _("xong") if not waiting else _("còn %(count)d") % {"count": waiting},
        "url": reverse("assessments:appraise", args=[round.pk, row["code"], unit]) if row["is_mine"] else "",
        "agree_url": (
            reverse("assessments:agree", args=[round.pk, row["code"]])
            if row["is_mine"] and waiting and number == Pass.FIRST and is_running(round)
            else ""
        ),
    }


def _progress(rows: Iterable[Row], round: Round, at: datetime) -> Progress:
    judged = total = 0
    for row in rows:
        judged, total = judged + row["done"], total + row["total"]
    text = _("đã chấm %(judged)s/%(total)s") % {"judged": format_number(judged), "total": format_number(total)}
    return Progress(judged, total, text, _pace(total - judged, round, at))


def _pace(waiting: int, round: Round, at: datetime) -> str:
    """`còn 4 ngày · khoảng 25 tiêu chí/ngày`; nothing when all is done or no date is set."""
    ends = next((stage.closes_at for stage in round.stages.all() if stage.key == round.stage), None)
    if not waiting or ends is None or not is_running(round):
        return ""
    days = -(-(ends - at) // timedelta(days=1))
    if days <= 0:
        return _("đã quá hạn · còn %(count)s tiêu chí") % {"count": format_number(waiting)}
    left = ngettext("còn %(n)d ngày", "còn %(n)d ngày", days) % {"n": days}
    return _("%(left)s · khoảng %(each)s tiêu chí/ngày") % {"left": left, "each": format_number(-(-waiting // days))}


def progress_of(user: User, round: Round, number: Pass, at: datetime) -> tuple[Progress, list[Row]]:
    """One's own progress, and the counts of one's own criteria in order (for the next one); one query."""
    mine = _mine(user, round)
    own = [row for row in _counts(user, round, number) if mine is None or row["criterion_id"] in mine]
    return _progress(own, round, at), own


# ---- the end of a pass -----------------------------------------------------------


@dataclass(frozen=True)
class PassEnd:
    """What ends with a pass: how much was judged, what still waits, and the cuts of each unit."""

    title: str
    is_running: bool
    judged: str
    waiting: int
    rows: tuple[Row, ...]
    differs_label: str
    effect: str


def pass_end(user: User, round: Round, number: Pass) -> PassEnd:
    units = (
        with_judgement(seen_leaves(user, round, number), number)
        .values(unit=F("dossier__unit__name"))
        .annotate(
            total=Count("pk"),
            done=Count("judged"),
            changed=Count("pk", filter=differs(number)),
            points=Sum(F("gave") - F("before"), filter=Q(judged__isnull=False)),
        )
        .order_by("dossier__unit__code")
    )
    rows = tuple(
        {
            "unit": row["unit"],
            "judged": f"{row['done']}/{row['total']}",
            "changed": row["changed"] or NONE_SIGN,
            "points": format_points(row["points"]) if row["points"] else NONE_SIGN,
        }
        for row in units
    )
    is_first = number == Pass.FIRST
    return PassEnd(
        title=_("Kết thúc thẩm định lần %(number)d") % {"number": number},
        is_running=is_running(round),
        judged=format_number(sum(row["done"] for row in units)),
        waiting=awaiting_appraisal(round, number).count(),
        rows=rows,
        differs_label=_("Tiêu chí hạ điểm") if is_first else _("Tiêu chí điều chỉnh"),
        effect=(
            _("Điểm thẩm định lần 1 được khóa; %(coordinator)s thông báo kết quả sơ bộ cho các đơn vị.")
            if is_first
            else _(
                "Điểm thẩm định lần 2 được khóa; hồ sơ trình Hội đồng thẩm định. %(coordinator)s chuẩn bị phiên họp."
            )
        )
        % {"coordinator": round.coordinator.name},
    )
