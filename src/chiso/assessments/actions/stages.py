"""The round from stage to stage: each step moves the round and its dossiers together."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows, workflow
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.citing import tell_of_sent
from chiso.assessments.deadlines import deadlines
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.queries import to_appraise
from chiso.audit.actions import action, changed
from chiso.common.dates import format_deadline
from chiso.common.prepared import Prepared
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import Transition, move, move_all
from chiso.indexsets.models import Criterion
from chiso.notices.sending import send
from chiso.organizations.clock_person import is_clock
from chiso.organizations.models import User
from chiso.rounds import workflow as round_workflow
from chiso.rounds.actions import require_ready_to_open
from chiso.rounds.choices import Panel, StageKey
from chiso.rounds.coverage import AppraisedLeaf, coverage_of
from chiso.rounds.holding import hold
from chiso.rounds.models import Round, Stage

_UNITS_TOLD = 3


def advance(round: Round, transition: Transition, at: datetime) -> None:
    """Move the round, close the stage it leaves and open the one it enters."""
    left = round.stage
    move(round, transition, field="stage")
    round.stages.filter(key=left, closed_at=None).update(closed_at=at)
    round.stages.filter(key=round.stage).update(opened_at=at, closed_at=None)
    changed("stage", round.stage, left)


def _note_plan(round: Round, by: User) -> None:
    """Where the clock moves the round, put beside the moment it did so the one that the plan names: it may be late."""
    if is_clock(by):
        changed("planned_for", deadlines(round, StageKey(round.stage)).of_all())


@action(
    "round.open_self_assessment",
    gettext_noop("Mở tự đánh giá, chấm điểm"),
    allowed=policy.can_move,
)
def open_self_assessment(round: Round, by: User, at: datetime) -> Round:
    """Open the self-assessment: every unit gets a dossier with one entry for each leaf of its block's edition."""
    hold(round)
    require_ready_to_open(round)
    _note_plan(round, by)
    advance(round, round_workflow.OPEN_SELF_ASSESSMENT, at)
    participants = list(round.participants.select_related("block", "unit"))
    dossiers = Dossier.objects.bulk_create(
        Dossier(round=round, block=participant.block, unit=participant.unit) for participant in participants
    )
    leaves: dict[int, list[Criterion]] = {}
    for block in round.blocks.all():
        leaves[block.pk] = list(Criterion.objects.filter(edition=block.edition_id, is_leaf=True).order_by("position"))
    Entry.objects.bulk_create(
        (
            Entry(dossier=dossier, criterion=leaf, code=leaf.code)
            for dossier in dossiers
            for leaf in leaves[dossier.block_id]
        ),
        batch_size=1000,
    )
    deadline = round.stages.get(key=StageKey.SELF_ASSESSMENT).closes_at
    send(
        User.objects.filter(memberships__unit__participations__round=round).distinct(),
        _("Mở tự đánh giá, chấm điểm: %(round)s (%(deadline)s).")
        % {"round": round.name[:150], "deadline": format_deadline(deadline)},
        at,
        url="/",
    )
    return round


@Prepared
def _closes_at(*, round: int, stage: str) -> QuerySet[Stage, tuple[datetime | None]]:
    return Stage.objects.filter(round=round, key=stage).values_list("closes_at")


@Prepared
def _not_submitted(*, round: int) -> QuerySet[Dossier, int]:
    return Dossier.objects.filter(round=round).exclude(state=DossierState.SUBMITTED).values_list("pk", flat=True)


def require_ready_to_aggregate(round: Round, at: datetime) -> None:
    """Refuse to lock the self-assessment while its time runs and units still work on it."""
    [(deadline,)] = _closes_at.rows(round=round.pk, stage=StageKey.SELF_ASSESSMENT.value)
    waiting = len(_not_submitted.rows(round=round.pk))
    if waiting and deadline and at < deadline:
        raise RuleViolation(
            _("Chưa hết hạn tự đánh giá (%(deadline)s) và còn %(count)d đơn vị chưa nộp.")
            % {"deadline": format_deadline(deadline), "count": waiting}
        )


@action("round.start_aggregation", gettext_noop("Khóa tự đánh giá, tổng hợp"), allowed=policy.can_move)
def start_aggregation(round: Round, by: User, at: datetime) -> Round:
    """Start to aggregate, once the deadline has passed or everybody has submitted.

    Units that are late or have an extension may still submit while the aggregation runs.
    """
    hold(round)
    require_ready_to_aggregate(round, at)
    _note_plan(round, by)
    advance(round, round_workflow.START_AGGREGATION, at)
    return round


def require_ready_to_appraise(round: Round, at: datetime) -> None:
    """Refuse to hand over to the team while a dossier is out or an answered leaf has no appraiser."""
    waiting = [
        dossier.unit.name
        for dossier in round.dossiers.select_related("unit")
        if dossier.state not in (DossierState.SUBMITTED, DossierState.NOT_SUBMITTED)
    ]
    if waiting:
        raise RuleViolation(
            _("Còn đơn vị chưa nộp và chưa ghi nhận không nộp: %(units)s.") % {"units": ", ".join(waiting)}
        )
    if lacking := lacking_appraisers(round):
        raise RuleViolation(_("Chưa đủ người thẩm định: %(lacking)s.") % {"lacking": "; ".join(lacking)})


def lacking_appraisers(round: Round) -> list[str]:
    """The answered leaves × units without a person who may judge them, or without two where two judge independently.

    The answers are only read where something lacks.
    """
    coverage = coverage_of(round)
    gaps = {leaf.criterion_id: (leaf, units) for leaf, units in coverage.gaps()}
    if not gaps:
        return []
    found: dict[int, list[str]] = {}
    place = {unit.pk: number for number, unit in enumerate(coverage.units)}
    answered = (
        to_appraise(round, Pass.FIRST).filter(criterion__in=gaps).order_by("criterion__position", "dossier__unit__code")
    )
    for criterion, unit, name in answered.values_list("criterion", "dossier__unit", "dossier__unit__name"):
        if unit in place and gaps[criterion][1] >> place[unit] & 1:
            found.setdefault(criterion, []).append(name)
    return [_lacking(gaps[criterion][0], names) for criterion, names in found.items()]


def _lacking(leaf: AppraisedLeaf, names: list[str]) -> str:
    """`2.1 (Xã Bắc, Xã Nam)`; of many units only the first are named."""
    units = ", ".join(names[:_UNITS_TOLD])
    if len(names) > _UNITS_TOLD:
        units = _("%(units)s và %(count)d đơn vị khác") % {"units": units, "count": len(names) - _UNITS_TOLD}
    words = _("%(code)s cần hai người (%(units)s)") if leaf.needs > 1 else "%(code)s (%(units)s)"
    return words % {"code": leaf.node.code, "units": units}


@action(
    "round.start_appraisal",
    gettext_noop("Chuyển Tổ Chuyên viên thẩm định"),
    allowed=policy.can_move,
)
def start_appraisal(round: Round, by: User, at: datetime) -> Round:
    """Hand the dossiers to the team, once each is in or recorded as not submitted, and each leaf has its appraiser."""
    hold(round)
    require_ready_to_appraise(round, at)
    _note_plan(round, by)
    advance(round, round_workflow.START_APPRAISAL, at)
    changed("dossiers", move_all(round.dossiers.all(), workflow.START_APPRAISAL))
    send(
        User.objects.filter(panel_seats__round=round, panel_seats__panel=Panel.TEAM, panel_seats__left_at=None),
        _("Đã có hồ sơ để thẩm định lần 1."),
        at,
        url=f"/dot/{round.pk}/tham-dinh/",
    )
    return round


def require_ready_to_reappraise(round: Round, at: datetime) -> None:
    """Refuse to close the supplement while a unit that has not answered still has time."""
    ends = deadlines(round, StageKey.SUPPLEMENT)
    answering = round.dossiers.filter(state__in=windows.ANSWERING_STATES).values_list("unit", flat=True)
    late = [end for unit_id in answering if (end := ends.of(unit_id)) and at < end]
    if late:
        raise RuleViolation(
            _("Còn %(count)d đơn vị đang trong thời hạn giải trình, bổ sung (%(deadline)s).")
            % {"count": len(late), "deadline": format_deadline(max(late))}
        )


@action(
    "round.start_reappraisal",
    gettext_noop("Khóa bổ sung, rà soát, điều chỉnh"),
    allowed=policy.can_move,
)
def start_reappraisal(round: Round, by: User, at: datetime) -> Round:
    """Close the supplement and hand the answers to the team for pass 2."""
    hold(round)
    require_ready_to_reappraise(round, at)
    _note_plan(round, by)
    advance(round, round_workflow.START_REAPPRAISAL, at)
    changed("dossiers", move_all(round.dossiers.all(), workflow.START_REAPPRAISAL))
    tell_of_sent(round.dossiers.all(), at)  # What was saved but not sent goes to the team too.
    send(
        User.objects.filter(panel_seats__round=round, panel_seats__panel=Panel.TEAM, panel_seats__left_at=None),
        _("Các đơn vị đã giải trình, bổ sung; đề nghị rà soát, điều chỉnh."),
        at,
        url=f"/dot/{round.pk}/tham-dinh/",
    )
    return round
