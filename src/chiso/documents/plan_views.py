from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from chiso.documents import plan_document
from chiso.documents.views import WORD
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round


@require_safe
def plan(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as Word, for everybody in the round; before it is issued it is a draft."""
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator", "plan")
    round = get_object_or_404(rounds, pk=pk)
    round.plan.round = round
    response = HttpResponse(plan_document.build(plan_document.compose(round.plan)), content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="ke-hoach-{round.year}.docx"'
    return response
