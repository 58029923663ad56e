from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.asking import attempt, require, sent, status_of
from chiso.organizations.models import Unit
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, policy
from chiso.rounds.choices import StageKey
from chiso.rounds.forms import BlockForm
from chiso.rounds.models import Round
from chiso.rounds.plan_file import PlanFile
from chiso.rounds.plan_import_form import PlanImportForm
from chiso.rounds.views.frame import frame, open_round


def import_plan(request: UserRequest) -> HttpResponse:
    """Create a round from a plan: a file, the template, an earlier one; nothing is saved unless all is well."""
    require(any(request.user.coordinates(unit) for unit in request.user.authorities_run()))
    form = PlanImportForm(*sent(request), user=request.user, initial={"year": localdate(request.now).year})
    if round := attempt(form, lambda: _create(request, **form.cleaned_data)):
        messages.success(request, _("Đã lập đợt đánh giá theo Kế hoạch."))
        for remark in form.cleaned_data["plan"].remarks:
            messages.warning(request, remark)
        return redirect("rounds:plan", round.pk)
    return render(request, "rounds/import_plan.html", {"form": form}, status=status_of(form))


def block(request: UserRequest, pk: int) -> HttpResponse:
    """Name a ranking group, its index set and its units."""
    round = open_round(request, pk)
    require(policy.can_coordinate(request.user, round))
    form = BlockForm(*sent(request), round=round, user=request.user)
    if attempt(form, lambda: actions.add_block(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã lập khối “%(name)s”.") % {"name": form.cleaned_data["name"]})
        return redirect("assessments:round", pk)
    context = {"form": form, "is_open": round.stage == StageKey.PREPARATION}
    return render(request, "rounds/block.html", frame(request, round, "") | context, status=status_of(form))


def _create(
    request: UserRequest,
    *,
    authority: Unit,
    coordinator: Unit,
    plan: PlanFile,
    before_counts_day: bool,
    **chosen: object,
) -> Round:
    return actions.create_round(
        authority,
        request.user,
        request.now,
        coordinator=coordinator,
        plan=plan,
        before_counts_day=before_counts_day,
    )
