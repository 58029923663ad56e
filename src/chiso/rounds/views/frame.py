"""How every page of a round begins: the round that the person may see, and what stands on top."""

from django.shortcuts import get_object_or_404

from chiso.organizations.requests import UserRequest
from chiso.rounds import pages
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.stage_line import stage_line


def open_round(request: UserRequest, pk: int) -> Round:
    """A round by its key; 404 outside one's scope."""
    return get_object_or_404(Round.objects.visible_to(request.user).select_related("authority", "plan"), pk=pk)


def open_member(request: UserRequest, pk: int, member_pk: int) -> PanelMember:
    """A seat of a round, with the round; 404 outside one's scope."""
    round = open_round(request, pk)
    member = get_object_or_404(round.panel_members.select_related("user", "body"), pk=member_pk)
    member.round = round
    return member


def frame(request: UserRequest, round: Round, current: str) -> dict[str, object]:
    """What every page of a round shows on top."""
    return {
        "round": round,
        "stage_line": stage_line(round, request.now),
        "parts": pages.parts_of(round, request.user, current),
    }
