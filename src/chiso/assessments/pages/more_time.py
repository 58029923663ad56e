"""Who is affected when a deadline moves or a unit gets more time: read before anybody confirms it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.deadlines import Deadlines
from chiso.assessments.models import Dossier
from chiso.assessments.recounting import Recount
from chiso.common.dates import format_deadline
from chiso.organizations.models import Unit
from chiso.rounds.models import Round


@dataclass(frozen=True)
class UnitLine:
    """A unit: where its dossier stands, its end now and then, its late days now and then where they change."""

    unit: str
    state: str
    now: str
    then: str
    late: str


def unit_lines(
    round: Round, now: Deadlines, then: Deadlines, found: Sequence[Recount], unit: Unit | None = None
) -> tuple[UnitLine, ...]:
    """The units that a change of a stage's end concerns, by code (1 query)."""
    dossiers: dict[int, Dossier] = {}
    rows = round.dossiers.select_related("unit").order_by("unit__code")
    for dossier in rows.filter(unit=unit) if unit else rows:
        dossiers[dossier.unit_id] = dossier
    recounted = {one.dossier.unit_id: one for one in found}
    return tuple(
        UnitLine(
            unit=dossier.unit.name,
            state=dossier.get_state_display(),
            now=format_deadline(now.of_dossier(dossier)),
            then=format_deadline(then.of_dossier(dossier)),
            late=late_words(recounted[pk]) if pk in recounted else "",
        )
        for pk, dossier in dossiers.items()
    )


def late_words(one: Recount) -> str:
    """`trễ 2 ngày → không trễ`."""
    was = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", one.was) % {"n": one.was}
    late = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", one.late) % {"n": one.late} if one.late else _("không trễ")
    return f"{was} → {late}"


def recount_words(found: Sequence[Recount]) -> str:
    """How many dossiers are less late than before."""
    return ngettext(
        "%(n)d hồ sơ đã nộp trễ được tính lại ngày trễ.", "%(n)d hồ sơ đã nộp trễ được tính lại ngày trễ.", len(found)
    ) % {"n": len(found)}


def told_words(count: int) -> str:
    """How many people get a message."""
    return ngettext("%(n)d người được báo ngay.", "%(n)d người được báo ngay.", count) % {"n": count}
