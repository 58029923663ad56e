from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from chiso.common.asking import attempt, require, sent, status_of
from chiso.organizations.requests import UserRequest
from chiso.rounds import actions, judging_page, pages, policy
from chiso.rounds.forms import RulesForm
from chiso.rounds.panel_forms import JudgingRulesForm
from chiso.rounds.policy import runs
from chiso.rounds.views.frame import frame, open_round


def rules(request: UserRequest, pk: int) -> HttpResponse:
    """What units must hand in: the coordinator sets it until the dossiers go to the team, the head reads it."""
    round = open_round(request, pk)
    require(runs(request.user, round))
    form = RulesForm(*sent(request), initial=pages.rules_of(round), round=round)
    if request.method == "POST":
        require(policy.can_coordinate(request.user, round))
        if attempt(form, lambda: actions.set_rules(round, request.user, request.now, **form.cleaned_data)):
            messages.success(request, _("Đã đặt quy định của đợt đánh giá."))
            return redirect("rounds:rules", pk)
    context = {"form": form, "page": pages.rules_page(round, request.user)}
    return render(request, "rounds/rules.html", frame(request, round, "rounds:rules") | context, status=status_of(form))


def judging_rules(request: UserRequest, pk: int) -> HttpResponse:
    """How team and council judge: the coordinator sets it, everybody on team and council reads it."""
    round = open_round(request, pk)
    require(judging_page.may_read(request.user, round))
    areas = judging_page.areas_of(round)
    form = JudgingRulesForm(
        *sent(request), initial=judging_page.rules_of(round), **judging_page.form_options(round, areas)
    )
    if request.method == "POST":
        require(policy.can_coordinate(request.user, round))
        if attempt(form, lambda: actions.set_judging_rules(round, request.user, request.now, rules=form.rules())):
            messages.success(request, _("Đã đặt quy định thẩm định, biểu quyết."))
            return redirect("rounds:judging_rules", pk)
    context = {"form": form, "page": judging_page.judging_page(round, request.user, areas, form)}
    return render(
        request, "rounds/judging_rules.html", frame(request, round, "rounds:rules") | context, status=status_of(form)
    )
