"""Until when a unit may write: the plan's deadline, a notice's date, and the extensions that move them."""

from datetime import datetime, timedelta

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Stage
from chiso.scoring import Node
from chiso.scoring.rules import LateRule

WRITING_STATES = frozenset({DossierState.DRAFT, DossierState.RETURNED})
ANSWERING_STATES = frozenset({DossierState.NOTIFIED, DossierState.SUPPLEMENTING})
_SELF_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION)


def writing_stage(dossier: Dossier) -> StageKey:
    """The stage a unit writes in now: self-assessment until the notice, the supplement after it."""
    before = (StageKey.PREPARATION, *_SELF_STAGES)
    return StageKey.SELF_ASSESSMENT if dossier.round.stage in before else StageKey.SUPPLEMENT


def deadline(dossier: Dossier, stage: StageKey) -> datetime | None:
    """When the stage ends for this unit, extensions counted (one query, remembered on the dossier)."""
    known: dict[StageKey, datetime | None] = dossier.__dict__.setdefault("_deadlines", {})
    if stage not in known:
        mine = Q(round__extensions__stage=stage) & (
            Q(round__extensions__unit=dossier.unit_id) | Q(round__extensions__unit=None)
        )
        row = (
            Stage.objects.filter(round=dossier.round_id, key=stage)
            .annotate(extended=Max("round__extensions__until", filter=mine))
            .values_list("closes_at", "extended")
            .first()
        )
        known[stage] = max((moment for moment in row or () if moment), default=None)
    return known[stage]


def remember_deadline(dossier: Dossier, stage: StageKey, end: datetime | None) -> None:
    """Take over a deadline, extensions counted, from callers that read it along with something else."""
    dossier.__dict__.setdefault("_deadlines", {})[stage] = end


def planned(dossier: Dossier) -> datetime | None:
    """The deadline that counts for the dossier now: a return has its own."""
    if dossier.state == DossierState.RETURNED:
        return dossier.return_until
    return deadline(dossier, writing_stage(dossier))


def refuse_after_days(dossier: Dossier) -> int | None:
    """How many days late a dossier is still taken, when the set has a rule for it."""
    for node in index_set_of(dossier.block.edition).leaves:
        if isinstance(node.rule, LateRule) and node.rule.refuse_after is not None:
            return node.rule.refuse_after
    return None


def last_moment(dossier: Dossier) -> datetime | None:
    """The last moment at which a self-assessment is still taken, late days included."""
    end = planned(dossier)
    if end is None or dossier.state == DossierState.RETURNED:
        return end
    return end + timedelta(days=refuse_after_days(dossier) or 0)


def require_writable(dossier: Dossier, at: datetime) -> None:
    """Refuse, with the reason and who can open it, unless the unit may change its self-assessment now."""
    if dossier.round.stage not in _SELF_STAGES or dossier.state not in WRITING_STATES:
        raise RuleViolation(why_locked(dossier))
    _require_time(dossier, last_moment(dossier), at)


def require_self_stage(dossier: Dossier) -> None:
    """Refuse once the dossiers went to the team: from then on nothing comes in and nothing goes back."""
    if dossier.round.stage not in _SELF_STAGES:
        raise RuleViolation(why_locked(dossier))


def require_submittable(dossier: Dossier, at: datetime) -> None:
    """Refuse unless the unit may hand over its dossier now."""
    require_self_stage(dossier)
    _require_time(dossier, last_moment(dossier), at)


def require_answerable(dossier: Dossier, at: datetime) -> None:
    """Refuse unless the unit may explain and supplement now."""
    if dossier.round.stage != StageKey.SUPPLEMENT or dossier.state not in ANSWERING_STATES:
        raise RuleViolation(why_locked(dossier))
    _require_time(dossier, deadline(dossier, StageKey.SUPPLEMENT), at)


def _require_time(dossier: Dossier, end: datetime | None, at: datetime) -> None:
    if end is not None and at >= end:
        raise RuleViolation(
            _("Đã quá hạn (%(deadline)s). Nếu có lý do khách quan, đề nghị %(coordinator)s gia hạn.")
            % {"deadline": format_deadline(end), "coordinator": dossier.round.coordinator.name}
        )


def is_writable(dossier: Dossier, at: datetime) -> bool:
    try:
        require_writable(dossier, at)
    except RuleViolation:
        return False
    return True


def is_answerable(dossier: Dossier, at: datetime) -> bool:
    try:
        require_answerable(dossier, at)
    except RuleViolation:
        return False
    return True


def why_locked(dossier: Dossier) -> str:
    """A sentence that says why the form is locked and who can open it."""
    state = DossierState(dossier.state)
    if dossier.round.stage == StageKey.PREPARATION:
        return _("Đợt đánh giá chưa mở tự chấm điểm.")
    if state == DossierState.INTERNAL_REVIEW:
        return _("Hồ sơ đang chờ lãnh đạo đơn vị duyệt nên tạm khóa; lãnh đạo có thể trả lại để sửa.")
    if state == DossierState.SUBMITTED:
        return _("Hồ sơ đã nộp nên khóa; %(coordinator)s có thể trả lại để hoàn thiện.") % {
            "coordinator": dossier.round.coordinator.name
        }
    if state == DossierState.RESUBMITTED:
        return _("Đã gửi giải trình, bổ sung nên khóa; chờ Tổ Chuyên viên rà soát.")
    return _("Hồ sơ %(state)s nên không sửa được ở bước này.") % {"state": state.label}


def reopened_codes(dossier: Dossier) -> frozenset[str]:
    """The leaves open in the supplement (design.md §3): cut, flagged, missing, or not final until year end."""
    nodes = index_set_of(dossier.block.edition).by_code
    entries = Entry.objects.filter(dossier=dossier).prefetch_related("appraisals")
    return frozenset(entry.code for entry in entries if is_reopened(entry, nodes[entry.code]))


def is_reopened(entry: Entry, node: Node) -> bool:
    """Whether one leaf reopens in the supplement; needs its appraisals prefetched."""
    if node.method != "self":
        return False
    if node.as_of == "year_end":
        return True
    first = next((row for row in entry.appraisals.all() if row.pass_number == 1), None)
    if first is None:
        return node.kind == "base" and not entry.has_answer()
    was_cut = (entry.score or 0) > (first.score or 0) or entry.not_applicable != first.not_applicable
    return was_cut or first.needs_explanation
