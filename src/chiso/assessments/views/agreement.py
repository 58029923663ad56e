"""How far two independent appraisers agree, for the leader and for those who run the round."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.assessments import policy
from chiso.assessments.pages.agreement_page import agreement_page, must_judge_first
from chiso.assessments.pages.pass_rows import pass_shown
from chiso.assessments.views.appraisal import frame_of, open_round
from chiso.common.asking import require
from chiso.organizations.requests import UserRequest


@require_safe
def agreement(request: UserRequest, pk: int) -> HttpResponse:
    """The statistics of the pass that runs or ran; hidden from a leader with own scores still to give."""
    round = open_round(request, pk)
    require(policy.can_read_agreement(request.user, round))
    number = pass_shown(round)
    if number is None or not round.independent_codes:
        raise Http404
    hides = must_judge_first(request.user, round, number)
    context = frame_of(request, round) | {
        "page": None if hides else agreement_page(request.user, round, number),
        "why_not": _("Hãy chấm xong các mục thẩm định độc lập của mình rồi mới xem.") if hides else "",
    }
    return render(request, "assessments/agreement.html", context)
