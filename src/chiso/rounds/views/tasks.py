from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from chiso.common.asking import attempt, require, sent, status_of
from chiso.evidence.serving import respond_with
from chiso.organizations.requests import UserRequest
from chiso.rounds import task_policy
from chiso.rounds.actions import tasks as actions
from chiso.rounds.choices import DeadlineKind
from chiso.rounds.models import PlanTask, TaskBody
from chiso.rounds.task_forms import ReportForm, ReturnForm, SeenForm, WhyForm
from chiso.rounds.task_page import may_read, task_page
from chiso.rounds.tasks_page import tasks_page
from chiso.rounds.views.frame import frame, open_round


@require_safe
def tasks(request: UserRequest, pk: int) -> HttpResponse:
    """The tasks of the plan, one's own first."""
    round = open_round(request, pk)
    page = tasks_page(round, request.user, request.now, request.GET.get("loc", ""))
    return render(request, "rounds/tasks.html", frame(request, round, "rounds:tasks") | {"page": page})


@require_safe
def task(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """One task: every body's part, what is to be done now, and what was done."""
    return _page(request, _open_task(request, pk, code))


def report(request: UserRequest, pk: int, code: str, body_pk: int) -> HttpResponse:
    """A body writes down how far its part is, or hands it over."""
    body = _open_body(request, pk, code, body_pk)
    require(task_policy.can_report(request.user, body))
    form = ReportForm(*sent(request), body=body, today=localdate(request.now))
    if attempt(
        form,
        lambda: actions.report_part(
            body, request.user, request.now, report=form.report(), seen=form.cleaned_data["seen"]
        ),
    ):
        messages.success(request, _("Đã ghi: %(state)s.") % {"state": body.get_state_display().lower()})
        return redirect("rounds:task", pk, code)
    return _page(request, body.task, body, form)


@require_POST
def confirm(request: UserRequest, pk: int, code: str, body_pk: int) -> HttpResponse:
    """A lead confirms what a body handed over."""
    body, form = _open_body(request, pk, code, body_pk), SeenForm(request.POST)
    require(task_policy.can_confirm(request.user, body))
    told = _("Đã xác nhận phần việc của %(body)s.") % {"body": body.label}
    return _press(
        request,
        body.task,
        form,
        lambda: actions.confirm_part(body, request.user, request.now, **form.cleaned_data),
        told,
    )


@require_POST
def send_back(request: UserRequest, pk: int, code: str, body_pk: int) -> HttpResponse:
    """A lead returns a part and says why."""
    body, form = _open_body(request, pk, code, body_pk), ReturnForm(request.POST)
    require(task_policy.can_confirm(request.user, body))
    told = _("Đã trả lại phần việc của %(body)s.") % {"body": body.label}
    return _press(
        request,
        body.task,
        form,
        lambda: actions.return_part(body, request.user, request.now, **form.cleaned_data),
        told,
    )


@require_POST
def finish(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """A lead says that the task is done."""
    found, form = _open_task(request, pk, code), WhyForm(request.POST)
    require(task_policy.can_finish(request.user, found))
    return _press(
        request,
        found,
        form,
        lambda: actions.finish_task(found, request.user, request.now, **form.cleaned_data),
        _("Đã ghi nhiệm vụ hoàn thành."),
    )


@require_POST
def reopen(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """The coordinator opens a finished task again."""
    found, form = _open_task(request, pk, code), WhyForm(request.POST)
    require(task_policy.can_reopen(request.user, found))
    return _press(
        request,
        found,
        form,
        lambda: actions.reopen_task(found, request.user, request.now, **form.cleaned_data),
        _("Đã mở lại nhiệm vụ."),
    )


@require_safe
def product(request: UserRequest, pk: int, code: str, body_pk: int) -> HttpResponseBase:
    """The file of a part, for those who read its product; for others there is none."""
    body = _open_body(request, pk, code, body_pk)
    if body.product is None or not may_read(request.user, body):
        raise Http404
    return respond_with(request, body.product, download="tai-ve" in request.GET)


def _open_task(request: UserRequest, pk: int, code: str) -> PlanTask:
    """A task of a round in one's scope; a heading row is none."""
    round = open_round(request, pk)
    found = get_object_or_404(round.plan.tasks.exclude(deadline_kind=DeadlineKind.GROUP), code=code)
    round.plan.round = round
    found.plan = round.plan
    return found


def _open_body(request: UserRequest, pk: int, code: str, body_pk: int) -> TaskBody:
    found = _open_task(request, pk, code)
    body = get_object_or_404(found.bodies.select_related("product", "unit"), pk=body_pk)
    body.task = found
    return body


def _page(
    request: UserRequest, found: PlanTask, body: TaskBody | None = None, form: ReportForm | None = None
) -> HttpResponse:
    page = task_page(found, request.user, request.now, chosen=body)
    if form is None and page.reporting is not None:
        form = ReportForm(body=page.reporting, today=localdate(request.now))
    context = {"page": page, "task": found, "form": form}
    top = frame(request, found.plan.round, "rounds:tasks")
    return render(request, "rounds/task.html", top | context, status=status_of(form) if form else 200)


def _press(
    request: UserRequest, found: PlanTask, form: forms.Form, act: Callable[[], object], told: str
) -> HttpResponse:
    """A button pressed on the page of a task: back to it, with what became of it."""
    if attempt(form, act):
        messages.success(request, told)
    for faults in form.errors.values():
        messages.error(request, " ".join(str(fault) for fault in faults))
    return redirect("rounds:task", found.plan.round_id, found.code)
