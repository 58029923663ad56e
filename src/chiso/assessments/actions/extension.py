"""More time for a unit or for all (gia hạn), and what it does to the late days already counted."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import windows
from chiso.assessments.actions.dossier import record_late_days
from chiso.assessments.choices import DossierState
from chiso.audit.actions import action, because, changed
from chiso.common import dates
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.deadlines import late_days
from chiso.rounds.holding import hold
from chiso.rounds.models import Extension, Round


@action("round.extend", gettext_noop("Gia hạn"), allowed=round_policy.can_coordinate)
def grant_extension(
    round: Round,
    by: User,
    at: datetime,
    *,
    stage: StageKey,
    until: datetime,
    reason: str,
    unit: Unit | None = None,
) -> Extension:
    """Give one unit, or all, more time for a stage; late days that it covers are forgiven, before and after it."""
    hold(round)
    _require_sense(round, at, stage=stage, until=until, reason=reason, unit=unit)
    planned = round.stages.get(key=stage).closes_at
    extension = Extension.objects.create(
        round=round, stage=stage, unit=unit, until=until, reason=reason, granted_by=by, granted_at=at
    )
    changed("until", until, planned)
    changed("unit", unit.name if unit else "*")
    because(reason)
    if stage == StageKey.SELF_ASSESSMENT:
        _count_late_days_again(round, unit)
    told = [unit] if unit else [participant.unit for participant in round.participants.select_related("unit")]
    send(
        User.objects.filter(memberships__unit__in=told),
        _("Gia hạn %(stage)s %(deadline)s.")
        % {"stage": StageKey(stage).label, "deadline": dates.format_deadline(until)},
        at,
        url="/",
    )
    return extension


def _require_sense(
    round: Round, at: datetime, *, stage: StageKey, until: datetime, reason: str, unit: Unit | None
) -> None:
    if stage not in (StageKey.SELF_ASSESSMENT, StageKey.SUPPLEMENT):
        raise RuleViolation(_("Chỉ gia hạn tự đánh giá và giải trình, bổ sung."))
    planned = round.stages.get(key=stage).closes_at
    if until <= at or (planned and until <= planned):
        raise RuleViolation(
            _("Hạn mới phải sau hiện tại và sau hạn cũ (%(deadline)s).") % {"deadline": dates.format_deadline(planned)}
        )
    if not reason.strip():
        raise RuleViolation(_("Chưa nêu lý do gia hạn."))
    if unit and not round.participants.filter(unit=unit).exists():
        raise RuleViolation(_("%(unit)s không thuộc đợt đánh giá này.") % {"unit": unit})


def _count_late_days_again(round: Round, unit: Unit | None) -> None:
    """A dossier that is in already is as late as the new deadline says, never later."""
    dossiers = round.dossiers.filter(state=DossierState.SUBMITTED, late_days__gt=0)
    for dossier in dossiers.filter(unit=unit) if unit else dossiers:
        end = windows.deadline(dossier, StageKey.SELF_ASSESSMENT)
        if end is None or dossier.submitted_at is None:
            continue
        late = min(dossier.late_days, late_days(end, dossier.submitted_at))
        if late != dossier.late_days:
            changed(f"late_days:{dossier.unit_id}", late, dossier.late_days)
            dossier.late_days = late
            dossier.save(update_fields=["late_days"])
            record_late_days(dossier, late)
