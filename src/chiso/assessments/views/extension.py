from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.pages.extension_page import ExtensionPreview, extension_preview, extensions_of
from chiso.common.asking import attempt, require, sent, status_of
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy
from chiso.rounds.forms import ExtensionForm, extended_stage
from chiso.rounds.guidance import CONFIRM, EDIT
from chiso.rounds.models import Extension, Round
from chiso.rounds.policy import runs
from chiso.rounds.views.frame import frame, open_round


def extend(request: UserRequest, pk: int) -> HttpResponse:
    """The extensions of a round, and the form for one more; what it does is shown before it is granted."""
    round = open_round(request, pk)
    require(runs(request.user, round))
    form = ExtensionForm(*sent(request), round=round)
    may_extend = bool(policy.can_coordinate(request.user, round))
    require(may_extend or request.method == "GET")
    top = frame(request, round, "assessments:extend") | {"form": form}
    step = request.POST.get("step", "") if request.method == "POST" else EDIT
    granted = attempt(form, lambda: _extend(request, round, form)) if step == CONFIRM else None
    if granted:
        return redirect("assessments:extend", pk)
    if step not in (CONFIRM, EDIT) and (preview := attempt(form, lambda: _preview(request, round, form))):
        return render(
            request, "assessments/extend_confirm.html", top | {"preview": preview, "guidance": form.guidance()}
        )
    context = {"may_extend": may_extend and extended_stage(round) is not None, "extensions": extensions_of(round)}
    return render(request, "assessments/extend.html", top | context, status=status_of(form))


def _preview(request: UserRequest, round: Round, form: ExtensionForm) -> ExtensionPreview:
    return extension_preview(round, request.now, **form.wish())


def _extend(request: UserRequest, round: Round, form: ExtensionForm) -> Extension:
    granted = grant_extension(round, request.user, request.now, guidance=form.guidance(), **form.wish())
    messages.success(request, _("Đã gia hạn cho %(unit)s.") % {"unit": granted.unit or _("tất cả đơn vị")})
    return granted
