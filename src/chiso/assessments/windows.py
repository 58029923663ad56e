"""Until when a unit may write: the plan's deadline, a notice's date, and the extensions that move them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.common.dates import format_deadline
from chiso.common.prepared import Prepared
from chiso.common.refusals import RuleViolation
from chiso.indexsets.reading import index_set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.holding import take_over
from chiso.rounds.models import Extension, Round, Stage
from chiso.scoring import Node
from chiso.scoring.rules import LateRule

WRITING_STATES = frozenset({DossierState.DRAFT, DossierState.RETURNED})
ANSWERING_STATES = frozenset({DossierState.NOTIFIED, DossierState.SUPPLEMENTING})
_refused_after: dict[str, int | None] = {}
"""By edition, as `index_set_of` keeps them."""
_FRESH = ("state", "late_days", "return_until", "submitted_at")
_SELF_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION)


def writing_stage(dossier: Dossier) -> StageKey:
    """The stage a unit writes in now: self-assessment until the notice, the supplement after it."""
    before = (StageKey.PREPARATION, *_SELF_STAGES)
    return StageKey.SELF_ASSESSMENT if dossier.round.stage in before else StageKey.SUPPLEMENT


def document_stage(dossier: Dossier) -> StageKey:
    """The stage that a document added now belongs to: of a leaf reopened by a request, that of the round itself, so
    that what was handed over before stays as it was."""
    stage = StageKey(dossier.round.stage)
    return stage if stage in (StageKey.REAPPRAISAL, StageKey.COUNCIL) else writing_stage(dossier)


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


def hold(dossier: Dossier) -> None:
    """Take the round for this transaction, and read again state and deadlines of the dossier (see rounds.holding)."""
    if connection.features.has_select_for_update:
        Round.objects.select_for_update(no_key=True).filter(pk=dossier.round_id).values_list("pk").get()
    [row] = _standings.rows(dossier=dossier.pk)
    take_over(dossier, {name: row[name] for name in _FRESH})
    take_over(dossier.round, {"stage": row["round__stage"]})
    if row["block__edition"] != dossier.block.edition_id:
        raise RuleViolation(_("Đợt đánh giá vừa chuyển sang bản mới của Bộ chỉ số. Hãy tải lại trang để làm tiếp."))
    for key in (StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT):
        moments = (row[f"{key}_planned"], row[f"{key}_extended"])
        remember_deadline(dossier, key, max((moment for moment in moments if moment), default=None))


@Prepared
def _standings(*, dossier: int) -> QuerySet[Dossier, dict[str, Any]]:
    stages = Stage.objects.filter(round=OuterRef("round"))
    given = Extension.objects.filter(Q(unit=None) | Q(unit=OuterRef("unit")), round=OuterRef("round")).order_by(
        "-until"
    )
    ends: dict[str, Any] = {}
    for key in (StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT):
        ends[f"{key}_planned"] = Subquery(stages.filter(key=key).values("closes_at")[:1])
        ends[f"{key}_extended"] = Subquery(given.filter(stage=key).values("until")[:1])
    found: QuerySet[Dossier, dict[str, Any]] = (
        Dossier.objects.filter(pk=dossier).annotate(**ends).values("round__stage", "block__edition", *_FRESH, *ends)
    )
    return found


def is_return(dossier: Dossier) -> bool:
    """Whether the dossier came back for formal defects and was not handed in again yet, whatever its state."""
    return dossier.return_until is not None and dossier.state in (*WRITING_STATES, DossierState.INTERNAL_REVIEW)


def planned(dossier: Dossier) -> datetime | None:
    """The deadline that counts for the dossier now."""
    return with_return(dossier, deadline(dossier, writing_stage(dossier)))


def with_return(dossier: Dossier, end: datetime | None) -> datetime | None:
    """The end of a stage as it counts for a dossier: a return has its own, which an extension may pass."""
    if is_return(dossier) and dossier.return_until is not None:
        return max(end, dossier.return_until) if end else dossier.return_until
    return end


def refuse_after_days(dossier: Dossier) -> int | None:
    """How many days late a dossier is still taken: 0 when the set knows no late days, None when it sets no limit."""
    edition = dossier.block.edition
    if edition.digest not in _refused_after:
        leaves = index_set_of(edition).leaves
        rules = [node.rule for node in leaves if isinstance(node.rule, LateRule) and node.method == "official"]
        limits = [rule.refuse_after for rule in rules]
        _refused_after[edition.digest] = (
            0 if not limits else None if None in limits else max(filter(None, limits), default=0)
        )
    return _refused_after[edition.digest]


def last_moment(dossier: Dossier) -> datetime | None:
    """The last moment at which a self-assessment is still taken, late days included; None when there is no limit."""
    end = planned(dossier)
    if end is None or is_return(dossier):
        return end
    limit = refuse_after_days(dossier)
    return None if limit is None else end + timedelta(days=limit)


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
    lost = (entry.score or 0) > (first.score or 0) or entry.effective_max < first.effective_max
    was_cut = (
        lost or entry.not_applicable != first.not_applicable or (first.score is None and first.facts != entry.facts)
    )
    return was_cut or first.needs_explanation
