"""The requests of a round: what waits for an answer, what for a decision, what is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from chiso.assessments.models import Entry, Reopening
from chiso.common.addresses import address
from chiso.common.dates import format_deadline, format_moment
from chiso.organizations.models import User
from chiso.rounds import policy
from chiso.rounds.models import Round
from chiso.rounds.policy import runs


@dataclass(frozen=True)
class Line:
    """One request."""

    number: str
    unit: str
    code: str
    url: str
    panel: str
    requested: str
    until: str
    tag: str
    kind: str


def reopenings_page(round: Round, user: User, at: datetime) -> tuple[Line, ...]:
    """One query, however many requests; never of a unit one is barred from."""
    in_sight = Exists(Entry.objects.visible_to(user).filter(pk=OuterRef("entry")).order_by())
    rows = Reopening.objects.filter(in_sight, entry__dossier__round=round).select_related("entry__dossier__unit")
    if not runs(user, round):
        rows = rows.exclude(entry__dossier__unit__in=policy.barred_units(user, round))
    found = sorted(rows, key=lambda row: (row.settled_at is not None, row.until, row.pk))
    return tuple(_line(row, at) for row in found)


def _line(row: Reopening, at: datetime) -> Line:
    tag, kind = _standing(row, at)
    return Line(
        number=row.number,
        unit=row.entry.dossier.unit.name,
        code=row.entry.code,
        url=address("assessments:leaf_history", row.entry.dossier_id, row.entry.code),
        panel=str(row.get_panel_display()),
        requested=format_moment(row.requested_at),
        until=format_deadline(row.until),
        tag=tag,
        kind=kind,
    )


def _standing(row: Reopening, at: datetime) -> tuple[str, str]:
    if row.settled_at is not None:
        return _("đã xem xét xong %(when)s") % {"when": format_moment(row.settled_at)}, "green"
    if row.answered_at is not None:
        return _("đã trả lời %(when)s, chờ xem xét") % {"when": format_moment(row.answered_at)}, "gold"
    return (_("quá hạn, chưa trả lời"), "red") if at >= row.until else (_("chờ đơn vị trả lời"), "blue")
