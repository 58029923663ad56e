"""The plan as a page, and the draft as it is edited row by row."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy
from chiso.rounds.actions import framing, planning
from chiso.rounds.models import Plan, PlanTask, Round
from chiso.rounds.plan_check import check_plan, on_a_working_day
from chiso.rounds.plan_page import effects_of_plan, moment_words, plan_page
from chiso.rounds.plan_rows import deadline_words, mark_of_plan, rows_of
from chiso.rounds.planning_forms import IssuePlanForm, PlanTextsForm, TaskForm
from chiso.rounds.views.frame import frame, open_round


def plan(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as it is printed, with the exact moment of every deadline."""
    round = open_round(request, pk)
    return _page(request, round, "rounds/plan.html", {"page": plan_page(round.plan, request.user, request.now)})


def issue_plan(request: UserRequest, pk: int) -> HttpResponse:
    """The head issues the plan."""
    round = open_round(request, pk)
    require(policy.can_issue_plan(request.user, round.plan))
    rows = rows_of(round.plan)
    form = IssuePlanForm(
        *sent(request), initial={"day": localdate(request.now), "seen": mark_of_plan(round.plan, rows)}
    )
    if attempt(form, lambda: framing.issue_plan(round.plan, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã ban hành Kế hoạch số %(number)s.") % {"number": round.plan.number})
        return redirect("rounds:plan", pk)
    context = {
        "form": form,
        "effects": effects_of_plan(round.plan, rows),
        "findings": check_plan(round.plan, rows, request.now),
    }
    return _page(request, round, "rounds/issue_plan.html", context, status_of(form))


def edit_texts(request: UserRequest, pk: int) -> HttpResponse:
    """Write what the plan says beside its tasks."""
    round = _open_draft(request, pk)
    form = PlanTextsForm(*sent(request), plan=round.plan)
    if attempt(form, lambda: _edit_texts(request, round.plan, form)):
        messages.success(request, _("Đã lưu lời văn Kế hoạch."))
        return redirect("rounds:plan", pk)
    return _page(request, round, "rounds/plan_texts.html", {"form": form}, status_of(form))


def _edit_texts(request: UserRequest, plan: Plan, form: PlanTextsForm) -> Plan:
    seen = form.cleaned_data["seen"]
    return planning.edit_texts(plan, request.user, request.now, texts=form.texts(), seen=seen)


def add_task(request: UserRequest, pk: int) -> HttpResponse:
    """Add a row to the draft."""
    round = _open_draft(request, pk)
    form = TaskForm(*sent(request), plan=round.plan)
    if attempt(form, lambda: _add(request, round.plan, form)):
        messages.success(request, _("Đã thêm dòng %(code)s.") % {"code": form.given().code})
        return _back(pk, form.given().code)
    return _page(request, round, "rounds/plan_row.html", {"form": form}, status_of(form))


def _add(request: UserRequest, plan: Plan, form: TaskForm) -> PlanTask:
    after = form.cleaned_data.get("after", "")
    return planning.add_task(plan, request.user, request.now, given=form.given(), after=after)


def edit_task(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Change a row of the draft."""
    round = _open_draft(request, pk)
    task = _row(round, code)
    form = TaskForm(*sent(request), plan=round.plan, task=task)
    if edited := attempt(form, lambda: _edit(request, round.plan, code, form)):
        _tell(request, edited)
        return _back(pk, edited.code)
    context = {"form": form, "task": task, "moment": moment_words(task)}
    return _page(request, round, "rounds/plan_row.html", context, status_of(form))


def _edit(request: UserRequest, plan: Plan, code: str, form: TaskForm) -> PlanTask:
    seen = form.cleaned_data["seen"]
    return planning.edit_task(plan, request.user, request.now, code=code, given=form.given(), seen=seen)


@require_POST
def remove_task(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Take a row out of the draft."""
    round = _open_draft(request, pk)
    try:
        planning.remove_task(round.plan, request.user, request.now, code=code)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Đã bỏ dòng %(code)s.") % {"code": code})
    return redirect("rounds:plan", pk)


@require_POST
def move_task(request: UserRequest, pk: int, code: str, *, up: bool) -> HttpResponse:
    """Let a row of the draft change places with its neighbor."""
    round = _open_draft(request, pk)
    try:
        seen = request.POST.get("seen", "")
        planning.move_task(round.plan, request.user, request.now, code=code, up=up, seen=seen)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    return _back(pk, code)


@require_POST
def to_working_day(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Write the next working day into a row of the draft, with one click."""
    round = _open_draft(request, pk)
    task = _row(round, code)
    try:
        given, seen = on_a_working_day(task), request.POST.get("seen", "")
        edited = planning.edit_task(round.plan, request.user, request.now, code=code, given=given, seen=seen)
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
    else:
        _tell(request, edited)
    return redirect("rounds:plan", pk)


def _tell(request: UserRequest, task: PlanTask) -> None:
    """Show back what was understood: the words, and the exact moment."""
    words = {"code": task.code, "deadline": deadline_words(task) or _("dòng tiêu đề")}
    messages.success(request, _("Đã sửa dòng %(code)s: %(deadline)s.") % words)


def _back(pk: int, code: str) -> HttpResponse:
    """Back to the plan, at the row."""
    return redirect(f"{reverse('rounds:plan', args=[pk])}#dong-{code}")


def _open_draft(request: UserRequest, pk: int) -> Round:
    round = open_round(request, pk)
    require(policy.can_edit_plan(request.user, round.plan))
    return round


def _row(round: Round, code: str) -> PlanTask:
    return get_object_or_404(round.plan.tasks.prefetch_related("bodies__unit"), code=code)


def _page(
    request: UserRequest, round: Round, template: str, context: dict[str, object], status: int = 200
) -> HttpResponse:
    return render(request, template, frame(request, round, "rounds:plan") | context, status=status)
