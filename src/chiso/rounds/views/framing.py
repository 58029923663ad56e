from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.asking import attempt, require, sent, status_of
from chiso.indexsets.forms import DecisionForm
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, pages, policy
from chiso.rounds.choices import StageKey
from chiso.rounds.forms import BlockForm, PlanImportForm
from chiso.rounds.views.frame import frame, open_round


def plan(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as it is printed, with the exact moment of every deadline."""
    round = open_round(request, pk)
    context = {"page": pages.plan_page(round.plan, request.user)}
    return render(request, "rounds/plan.html", frame(request, round, "rounds:plan") | context)


def issue_plan(request: UserRequest, pk: int) -> HttpResponse:
    """The head issues the plan."""
    round = open_round(request, pk)
    require(policy.can_issue_plan(request.user, round.plan))
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.issue_plan(round.plan, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã ban hành Kế hoạch số %(number)s.") % {"number": round.plan.number})
        return redirect("rounds:plan", pk)
    context = {"form": form, "effects": pages.effects_of_plan(round.plan)}
    return render(
        request, "rounds/issue_plan.html", frame(request, round, "rounds:plan") | context, status=status_of(form)
    )


def import_plan(request: UserRequest) -> HttpResponse:
    """Create a round from a plan's file; every fault is shown, and nothing is saved unless all is well."""
    require(any(request.user.coordinates(unit) for unit in request.user.authorities_run()))
    form = PlanImportForm(*sent(request), user=request.user)
    if round := attempt(
        form,
        lambda: actions.create_round(
            form.cleaned_data["authority"],
            request.user,
            request.now,
            coordinator=_office_of(request.user, form.cleaned_data["authority"]),
            plan=form.cleaned_data["file"],
            before_counts_day=form.cleaned_data["before_counts_day"],
        ),
    ):
        messages.success(request, _("Đã lập đợt đánh giá theo Kế hoạch."))
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


def _office_of(user: User, authority: Unit) -> Unit:
    """The coordinating office in which this person works for that authority."""
    offices = [
        held.unit_id
        for held in user.roles()
        if held.role == Role.COORDINATOR and authority.pk in (held.parent_id, held.unit_id)
    ]
    return get_object_or_404(Unit, pk=min(offices, default=0))
