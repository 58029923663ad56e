"""More time for a unit or for all (gia hạn), and what it does to the late days already counted."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments.choices import DossierState
from chiso.assessments.recounting import ends_with, record_recounts, recounts
from chiso.audit.actions import action, because, changed
from chiso.common import dates
from chiso.common.refusals import RuleViolation
from chiso.notices.sending import send
from chiso.organizations.models import Unit, User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
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
    guidance: str = "",
) -> Extension:
    """Give one unit, or all, more time for a stage; late days that it covers are forgiven, before and after it."""
    hold(round)
    require_extensible(round, at, stage=stage, until=until, reason=reason, unit=unit)
    planned = round.stages.get(key=stage).closes_at
    extension = Extension.objects.create(
        round=round,
        stage=stage,
        unit=unit,
        until=until,
        reason=reason,
        guidance=guidance,
        granted_by=by,
        granted_at=at,
    )
    changed("until", until, planned)
    changed("unit", unit.name if unit else "*")
    if guidance:
        changed("guidance", guidance)
    because(reason)
    if stage == StageKey.SELF_ASSESSMENT:
        record_recounts(recounts(round, ends_with(round, stage, closes_at=planned), unit))
    send(
        people_told(round, unit),
        _("Gia hạn %(stage)s %(deadline)s.")
        % {"stage": StageKey(stage).label, "deadline": dates.format_deadline(until)},
        at,
        url="/",
    )
    return extension


def people_told(round: Round, unit: Unit | None) -> Iterable[User]:
    """Whom more time concerns: the people of the unit, or of every unit of the round."""
    units = Unit.objects.filter(pk=unit.pk) if unit else Unit.objects.filter(participations__round=round)
    return User.objects.filter(memberships__unit__in=units, is_active=True).distinct()


def require_extensible(
    round: Round, at: datetime, *, stage: StageKey, until: datetime, reason: str, unit: Unit | None
) -> None:
    """Refuse an extension that makes no sense, with the reason."""
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
    if unit and round.dossiers.filter(unit=unit, state=DossierState.NOT_SUBMITTED).exists():
        raise RuleViolation(_("%(unit)s đã được ghi nhận không nộp hồ sơ nên không gia hạn được nữa.") % {"unit": unit})
    _require_longer(round, stage, planned, until, unit)


def _require_longer(
    round: Round, stage: StageKey, planned: datetime | None, until: datetime, unit: Unit | None
) -> None:
    """Refuse what gives nobody more time, naming the longer deadline in force: time that was given is never taken."""
    ends = ends_with(round, stage, closes_at=planned)
    now = ends.of(unit.pk) if unit else ends.of_all()
    words = _("%(who)s đã được gia hạn, %(deadline)s, nên hạn này không thêm thời gian.")
    who = unit.name if unit and now != ends.given else _("Tất cả đơn vị")
    if unit and stage == StageKey.SELF_ASSESSMENT:
        dossier = round.dossiers.filter(unit=unit).first()
        end = ends.of_dossier(dossier) if dossier else now
        then = ends_with(round, stage, closes_at=planned, unit=unit, until=until)
        # Late days of the first hand-over are forgiven, whatever date the return has.
        if end != now and not recounts(round, then, unit):
            now, who = end, unit.name
            words = _(
                "Hồ sơ của %(who)s đang được trả lại để hoàn thiện, %(deadline)s, nên hạn này không thêm thời gian."
            )
    if now and until <= now:
        raise RuleViolation(
            words % {"who": who, "deadline": dates.format_deadline(now)}
            + " "
            + _("Hạn đã cho không rút ngắn được; muốn lùi tiếp, hãy chọn ngày sau đó.")
        )
