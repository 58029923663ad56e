from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chiso.common.asking import attempt, require, sent, status_of
from chiso.organizations.requests import UserRequest
from chiso.rounds.views.frame import frame, open_round
from chiso.tracking import actions, chase_page, policy, rules_page, urgings_page
from chiso.tracking.forms import ReminderRulesForm, UrgeForm
from chiso.tracking.rules import rules_of


def chase(request: UserRequest, pk: int) -> HttpResponse:
    """Who owes what: those who run the round read it, the coordinator urges whom it chooses."""
    round = open_round(request, pk)
    require(policy.can_read_chase(request.user, round))
    chosen = request.POST.getlist("chosen")
    picked = chosen if request.method == "POST" else None
    page = chase_page.chase_page(round, request.user, request.now, request.GET, picked)
    form = UrgeForm(*sent(request), initial=chase_page.first_words(round, request.now))
    if request.method == "POST":
        require(policy.can_chase(request.user, round))
        if urged := attempt(form, lambda: _urge(request, round, form, chosen)):
            for level, text in chase_page.told(urged):
                messages.add_message(request, level, text)
            return redirect("tracking:urgings" if urged.letter else "tracking:chase", pk)
    context = {"form": form, "page": page}
    return render(
        request, "tracking/chase.html", frame(request, round, "tracking:chase") | context, status=status_of(form)
    )


def _urge(request: UserRequest, round: Any, form: UrgeForm, chosen: list[str]) -> actions.Urged:
    given = form.cleaned_data
    return actions.urge(
        round,
        request.user,
        request.now,
        chosen=chosen,
        shown=given["shown"],
        message=given["message"],
        letter=form.letter(),
    )


@require_safe
def urgings(request: UserRequest, pk: int) -> HttpResponse:
    """Every reminder of a round, by hand and by the clock, with who opened it."""
    round = open_round(request, pk)
    require(policy.can_read_chase(request.user, round))
    only_by_hand = request.GET.get("loc") == "tay"
    pages = Paginator(urgings_page.times_of(round, only_by_hand=only_by_hand), urgings_page.ON_A_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {"page": page, "times": urgings_page.lines_of(page.object_list), "only_by_hand": only_by_hand}
    return render(request, "tracking/urgings.html", frame(request, round, "tracking:chase") | context)


def reminder_rules(request: UserRequest, pk: int) -> HttpResponse:
    """When the clock reminds: the coordinator sets it, the head reads it."""
    round = open_round(request, pk)
    require(policy.can_read_chase(request.user, round))
    rules = rules_of(round)
    form = ReminderRulesForm(*sent(request), initial=rules_page.initial(rules))
    if request.method == "POST":
        require(policy.can_chase(request.user, round))
        if attempt(form, lambda: actions.set_reminders(round, request.user, request.now, **form.cleaned_data)):
            messages.success(request, _("Đã đặt quy định đôn đốc."))
            return redirect("tracking:reminder_rules", pk)
    context = {"form": form, "page": rules_page.rules_page(round, request.user, rules, request.now)}
    return render(
        request, "tracking/reminder_rules.html", frame(request, round, "rounds:rules") | context, status=status_of(form)
    )
