from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from chiso.assessments.actions.extension import grant_extension
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day
from chiso.organizations.requests import UserRequest
from chiso.rounds import pages, policy
from chiso.rounds.choices import StageKey
from chiso.rounds.forms import ExtensionForm, extended_stage
from chiso.rounds.models import Round
from chiso.rounds.stage_line import stage_line


def extend(request: UserRequest, pk: int) -> HttpResponse:
    """The extensions of a round, and the form for one more."""
    round = get_object_or_404(Round.objects.visible_to(request.user).select_related("authority", "plan"), pk=pk)
    require(pages.runs(request.user, round))
    form = ExtensionForm(*sent(request), round=round)
    may_extend = bool(policy.can_coordinate(request.user, round)) and extended_stage(round) is not None
    if request.method == "POST":
        require(policy.can_coordinate(request.user, round))
        if attempt(form, lambda: _extend(request, round, form)):
            return redirect("assessments:extend", pk)
    context = {"form": form, "may_extend": may_extend, "extensions": pages.extensions_of(round)}
    frame = {
        "round": round,
        "stage_line": stage_line(round, request.now),
        "parts": pages.parts_of(round, request.user, "assessments:extend"),
    }
    return render(request, "assessments/extend.html", frame | context, status=status_of(form))


def _extend(request: UserRequest, round: Round, form: ExtensionForm) -> object:
    granted = grant_extension(
        round,
        request.user,
        request.now,
        stage=StageKey(form.cleaned_data["stage"]),
        until=end_of_day(form.cleaned_data["until"]),
        reason=form.cleaned_data["reason"],
        unit=form.cleaned_data["unit"],
    )
    messages.success(request, _("Đã gia hạn cho %(unit)s.") % {"unit": granted.unit or _("tất cả đơn vị")})
    return granted
