"""The papers of the council: invitation and minutes."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from chiso.assessments import policy
from chiso.assessments.views.council import open_room
from chiso.common.asking import require
from chiso.documents import council_invitation, council_minutes
from chiso.organizations.requests import UserRequest

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _file(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response


@require_safe
def invitation(request: UserRequest, pk: int) -> HttpResponse:
    """The invitation with the agenda, as Word."""
    room = open_room(request, pk)
    require(policy.can_read_invitation(request.user, room.meeting))
    content = council_invitation.build(council_invitation.compose(room))
    return _file(content, f"giay-moi-hop-hoi-dong-{room.meeting.round.year}-{room.meeting.number}")


@require_safe
def minutes(request: UserRequest, pk: int) -> HttpResponse:
    """The minutes as they are to be signed, as Word; before the adoption, a draft."""
    room = open_room(request, pk)
    require(policy.can_read_papers(request.user, room.meeting))
    content = council_minutes.build(council_minutes.compose(room))
    return _file(content, f"bien-ban-hop-hoi-dong-{room.meeting.round.year}-{room.meeting.number}")
