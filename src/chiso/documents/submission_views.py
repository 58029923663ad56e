"""The submission of a result to the head, as Word."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.documents import submission_paper
from chiso.organizations.requests import UserRequest
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.policy import runs

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def submission(request: UserRequest, pk: int) -> HttpResponse:
    """The submission that waits or was approved last, or a draft, for those who run the round."""
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator", "plan__round")
    round = get_object_or_404(rounds, pk=pk)
    if not runs(request.user, round):
        raise PermissionDenied(_("Tờ trình dành cho cơ quan thường trực và người đứng đầu cơ quan."))
    if round.stage not in (StageKey.APPROVAL, StageKey.PUBLISHED):
        raise Http404
    response = HttpResponse(submission_paper.build(submission_paper.compose(round)), content_type=_WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="to-trinh-chi-so-cchc-{round.year}.docx"'
    return response
