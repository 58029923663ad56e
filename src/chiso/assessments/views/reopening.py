"""Numbered requests that reopen a leaf: the request, what came of it, and all of a round."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import reopening as actions
from chiso.assessments.forms.reopening import ReopenForm, SettleForm
from chiso.assessments.models import Entry, Reopening
from chiso.assessments.pages.history_page import history_of, history_page, open_history
from chiso.assessments.pages.reopenings_page import reopenings_page
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day
from chiso.organizations.requests import UserRequest
from chiso.rounds.stage_line import stage_line
from chiso.rounds.views.frame import frame, open_round


@require_http_methods(["GET", "POST"])
def reopen(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """Ask the unit about one leaf, with the whole line of its score beside the form."""
    entry = open_history(request.user, pk, code)
    require(policy.can_reopen(request.user, entry))
    form = ReopenForm(*sent(request))
    if attempt(form, lambda: _reopen(request, entry, form)):
        messages.success(request, _("Đã gửi yêu cầu đến %(unit)s.") % {"unit": entry.dossier.unit})
        return redirect("assessments:leaf_history", pk, code)
    page = history_page(request.user, entry)
    context = {"entry": entry, "form": form, "page": page, "stage_line": stage_line(entry.dossier.round, request.now)}
    return render(request, "assessments/reopen.html", context, status=status_of(form))


def _reopen(request: UserRequest, entry: Entry, form: ReopenForm) -> Reopening:
    told = form.cleaned_data
    until = end_of_day(told["until"])
    return actions.reopen_leaf(
        entry, request.user, request.now, number=told["number"], reason=told["reason"], until=until
    )


@require_http_methods(["GET", "POST"])
def settle(request: UserRequest, pk: int) -> HttpResponse:
    """Say what came of a request, with what is new beside the form."""
    row = get_object_or_404(Reopening.objects.select_related("entry"), pk=pk)
    entry = row.entry = open_history(request.user, row.entry.dossier_id, row.entry.code)
    require(policy.can_settle(request.user, row))
    form = SettleForm(*sent(request))
    conclude = actions.settle_leaf
    if attempt(form, lambda: conclude(row, request.user, request.now, conclusion=form.cleaned_data["conclusion"])):
        messages.success(request, _("Đã xem xét xong yêu cầu số %(number)s.") % {"number": row.number})
        return redirect("assessments:leaf_history", entry.dossier_id, entry.code)
    context = {"entry": entry, "row": row, "form": form, "leaf": history_of(request.user, entry)}
    line = {"stage_line": stage_line(entry.dossier.round, request.now)}
    return render(request, "assessments/settle.html", context | line, status=status_of(form))


@require_safe
def reopenings(request: UserRequest, pk: int) -> HttpResponse:
    """All requests of a round that this person follows, the open ones first."""
    round = open_round(request, pk)
    require(policy.can_read_meetings(request.user, round))
    rows = reopenings_page(round, request.user, request.now)
    return render(
        request, "assessments/reopenings.html", frame(request, round, "assessments:reopenings") | {"rows": rows}
    )
