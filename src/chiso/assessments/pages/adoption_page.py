"""What adoption would fix: the ranking of every block as the counting scores give it now."""

from typing import Any

from django.utils.translation import gettext as _

from chiso.assessments.choices import DossierState, MeetingState, Outcome
from chiso.assessments.models import Dossier, Meeting
from chiso.assessments.pages.council_room import Room
from chiso.assessments.placing import Placed, placed_in
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.indexsets.reading import index_set_of
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

Row = dict[str, Any]


def adoption_page(room: Room) -> Row:
    meeting = room.meeting
    return {"tables": standings_of(meeting.round, hidden=room.hidden), "locked": why_no_adoption(meeting)}


def standings_of(round: Round, *, hidden: frozenset[int] = frozenset()) -> list[Row]:
    """The ranking of every block, best unit first.

    In a block with a unit that the reader never sees, nothing tells its total or its place: no ranks, units by code.
    """
    related = round.dossiers.select_related("unit", "block__edition")
    dossiers = list(related.defer("block__edition__text", "block__edition__draft").order_by("unit__code"))
    placed = placed_in(round, dossiers)
    tables = []
    for key, block in sorted({dossier.block_id: dossier.block for dossier in dossiers}.items()):
        units = [dossier for dossier in dossiers if dossier.block_id == key]
        places = index_set_of(block.edition).places
        is_told = not any(dossier.unit_id in hidden for dossier in units)
        rows = [_standing(dossier, placed[dossier.pk], places, is_told=is_told) for dossier in units]
        for row, dossier in zip(rows, units, strict=True):
            if dossier.unit_id in hidden:
                row |= {"total": NONE_SIGN, "grade": NONE_SIGN, "note": _("không hiển thị với bạn trước khi công bố")}
        rows.sort(key=lambda row: (row["order"] is None, row["order"] or 0, row["code"]))
        tables.append({"name": block.name, "rows": rows})
    return tables


def _standing(dossier: Dossier, placed: Placed, places: int, *, is_told: bool) -> Row:
    return {
        "name": dossier.unit.name,
        "code": dossier.unit.code,
        "order": placed.rank if is_told else None,
        "rank": (placed.rank or NONE_SIGN) if is_told else NONE_SIGN,
        "total": format_points(placed.total, places),
        "grade": placed.grade or NONE_SIGN,
        "note": _("không nộp") if dossier.state == DossierState.NOT_SUBMITTED else "",
    }


def why_no_adoption(meeting: Meeting) -> str:
    """Why the result can't be adopted now; empty when it can."""
    if meeting.state == MeetingState.CONVENED:
        return _("Phiên họp chưa khai mạc.")
    if meeting.state == MeetingState.ADOPTED or meeting.round.stage != StageKey.COUNCIL:
        return _("Phiên họp đã kết thúc; kết quả đã được thống nhất.")
    waiting = meeting.motions.filter(outcome__in=[Outcome.LISTED, Outcome.OPEN]).count()
    return _("Còn %(count)d nội dung chưa kết luận.") % {"count": waiting} if waiting else ""
