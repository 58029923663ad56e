from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from chiso.assessments.actions import rescheduling as actions
from chiso.assessments.pages.rescheduling_page import move_preview
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy
from chiso.rounds.guidance import CONFIRM, EDIT
from chiso.rounds.models import DeadlineChange, PlanTask, Round
from chiso.rounds.plan_page import moment_words
from chiso.rounds.planning_forms import MoveDeadlineForm
from chiso.rounds.views.frame import frame, open_round


def move_deadline(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Move a date of the issued plan; who is affected is shown before it is done."""
    round = open_round(request, pk)
    require(policy.can_edit_plan(request.user, round.plan))
    task = _row(round, code)
    form = MoveDeadlineForm(*sent(request), task=task)
    top = frame(request, round, "rounds:plan") | {"form": form, "task": task, "moment": moment_words(task)}
    step = request.POST.get("step", "") if request.method == "POST" else EDIT
    change = attempt(form, lambda: _move(request, task, form)) if step == CONFIRM else None
    if change:
        return redirect("rounds:plan", pk)
    if step not in (CONFIRM, EDIT) and (
        preview := attempt(form, lambda: move_preview(task, request.now, **form.wish()))
    ):
        return render(
            request, "assessments/move_deadline_confirm.html", top | {"preview": preview, "guidance": form.guidance()}
        )
    return render(
        request, "assessments/move_deadline.html", top | {"locked": _why_locked(task)}, status=status_of(form)
    )


def _move(request: UserRequest, task: PlanTask, form: MoveDeadlineForm) -> DeadlineChange:
    change = actions.move_deadline(
        task,
        request.user,
        request.now,
        shown=form.cleaned_data["shown"],
        guidance=form.guidance(),
        **form.wish(),
    )
    messages.success(
        request, _("Đã đổi thời hạn dòng %(code)s: %(text)s.") % {"code": task.code, "text": change.new_text}
    )
    return change


def _why_locked(task: PlanTask) -> str:
    try:
        actions.require_movable(task)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _row(round: Round, code: str) -> PlanTask:
    task = get_object_or_404(round.plan.tasks.prefetch_related("bodies"), code=code)
    task.plan = round.plan
    return task
