"""The papers of the expert team: the minutes that end a pass."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from chiso.assessments.choices import Pass
from chiso.assessments.pages.pass_rows import pass_shown
from chiso.common.asking import require
from chiso.documents import team_minutes
from chiso.documents.views import WORD
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round


@require_safe
def minutes(request: UserRequest, pk: int, number: int) -> HttpResponse:
    """The minutes of a pass that runs or ran, as Word; before the pass is signed off, a draft."""
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator")
    round = get_object_or_404(rounds, pk=pk)
    require(team_minutes.may_read(request.user, round))
    shown = pass_shown(round)
    if shown is None or number not in Pass or number > shown:
        raise Http404
    content = team_minutes.build(team_minutes.compose(round, request.user, Pass(number)))
    response = HttpResponse(content, content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="bien-ban-hop-to-{round.year}-lan-{number}.docx"'
    return response
