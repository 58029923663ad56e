"""Which units have opened their preliminary notice, who did and when; those who have not come first."""

from dataclasses import dataclass

from chiso.assessments.models import PreliminaryNotice
from chiso.common.addresses import address
from chiso.common.dates import format_deadline, format_moment
from chiso.rounds.models import Round


@dataclass(frozen=True)
class Opened:
    """One unit and its notice."""

    unit: str
    url: str
    word_url: str
    state: str
    opened: str
    by: str


@dataclass(frozen=True)
class NoticesPage:
    """All notices that were sent; empty before."""

    number: str
    sent: str
    answer_until: str
    waiting: tuple[str, ...]
    rows: tuple[Opened, ...]


def notices_page(round: Round) -> NoticesPage | None:
    """One query, however many units; None while no notice was sent."""
    found = PreliminaryNotice.objects.filter(dossier__round=round).select_related("dossier__unit", "opened_by")
    notices = sorted(found, key=lambda one: (one.opened_at is not None, one.dossier.unit.code))
    if not notices:
        return None
    return NoticesPage(
        number=notices[0].number,
        sent=format_moment(notices[0].sent_at),
        answer_until=format_deadline(notices[0].answer_until),
        waiting=tuple(one.dossier.unit.name for one in notices if one.opened_at is None),
        rows=tuple(_opened(one) for one in notices),
    )


def _opened(notice: PreliminaryNotice) -> Opened:
    return Opened(
        unit=notice.dossier.unit.name,
        url=address("assessments:notice", notice.dossier_id),
        word_url=address("documents:notice", notice.dossier_id),
        state=str(notice.dossier.get_state_display()),
        opened=format_moment(notice.opened_at) if notice.opened_at else "",
        by=notice.opened_by.full_name if notice.opened_by else "",
    )
