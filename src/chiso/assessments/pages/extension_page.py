"""The extensions of a round, and what one more would do."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.assessments.actions.extension import people_told, require_extensible
from chiso.assessments.deadlines import deadlines
from chiso.assessments.pages.more_time import UnitLine, recount_words, told_words, unit_lines
from chiso.assessments.recounting import ends_with, recounts
from chiso.common.dates import format_deadline, format_moment
from chiso.organizations.models import Unit
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Extension, Round


@dataclass(frozen=True)
class ExtensionLine:
    """One extension: to whom, until when, why, by which document, by whom."""

    unit: str
    stage: str
    until: str
    reason: str
    guidance: str
    granted: str


@dataclass(frozen=True)
class ExtensionPreview:
    """What an extension does, before it is granted."""

    title: str
    effects: tuple[str, ...]
    units: tuple[UnitLine, ...]


def extensions_of(round: Round) -> tuple[ExtensionLine, ...]:
    """Every extension of a round, the newest first (one query)."""
    rows = Extension.objects.filter(round=round).select_related("unit", "granted_by").order_by("-granted_at", "-pk")
    return tuple(
        ExtensionLine(
            unit=row.unit.name if row.unit else _("Tất cả đơn vị"),
            stage=row.get_stage_display(),
            until=format_deadline(row.until),
            reason=row.reason,
            guidance=row.guidance,
            granted=f"{row.granted_by.full_name}, {format_moment(row.granted_at)}",
        )
        for row in rows
    )


def extension_preview(
    round: Round, at: datetime, *, stage: StageKey, until: datetime, reason: str, unit: Unit | None
) -> ExtensionPreview:
    """Say what an extension would do; refused as the action would refuse it (7 queries, however many units)."""
    require_extensible(round, at, stage=stage, until=until, reason=reason, unit=unit)
    now, then = deadlines(round, stage), ends_with(round, stage, unit=unit, until=until)
    found = recounts(round, then, unit) if stage == StageKey.SELF_ASSESSMENT else []
    effects = [
        _("Hạn %(stage)s của %(unit)s: %(deadline)s; biểu mẫu mở lại ngay.")
        % {
            "unit": unit.name if unit else _("tất cả đơn vị"),
            "stage": stage.label.lower(),
            "deadline": format_deadline(until),
        },
        told_words(len({user.pk for user in people_told(round, unit)})),
    ]
    if unit:
        effects.append(_("Hạn của các đơn vị khác giữ nguyên."))
    if found:
        effects.append(recount_words(found))
    return ExtensionPreview(
        title=_("Gia hạn cho %(unit)s") % {"unit": unit.name if unit else _("tất cả đơn vị")},
        effects=tuple(effects),
        units=unit_lines(round, now, then, found, unit),
    )
