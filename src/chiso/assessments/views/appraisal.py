"""The team's pages: the queue of a pass, the workspace of one leaf, agreeing with many, the end of a pass."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import appraisal as actions
from chiso.assessments.forms.appraisal import AgreeForm, AppraisalForm, MinutesForm
from chiso.assessments.models import Appraisal, Entry
from chiso.assessments.pages import agree_page, appraise_page
from chiso.assessments.pages.appraisal_page import pass_end, pass_shown, queue_of
from chiso.assessments.scores import node_of
from chiso.common.asking import attempt, require, status_of
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, live_score
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.stage_line import stage_line
from chiso.scoring import FactErrors


def _round(request: UserRequest, pk: int) -> Round:
    rounds = Round.objects.visible_to(request.user).select_related("coordinator").prefetch_related("stages")
    return get_object_or_404(rounds, pk=pk)


def _entry(request: UserRequest, pk: int, code: str, unit_code: str) -> Entry:
    """The leaf with all that judging it needs; 403 when it may be seen but not judged."""
    people = Prefetch("appraisals", Appraisal.objects.select_related("appraised_by").order_by("pass_number"))
    entries = (
        Entry.objects.visible_to(request.user)
        .select_related("dossier__unit", "dossier__block__edition", "explanation__explained_by", "saved_by")
        .defer("dossier__block__edition__text")
        .prefetch_related(people)
    )
    round = _round(request, pk)
    entry = get_object_or_404(entries, dossier__round=round, code=code, dossier__unit__code=unit_code)
    entry.dossier.round = round
    require(policy.can_appraise(request.user, entry))
    return entry


def _posted(request: UserRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _frame(request: UserRequest, round: Round) -> dict[str, Any]:
    return {"round": round, "stage_line": stage_line(round, request.now)}


@require_safe
def appraisal(request: UserRequest, pk: int) -> HttpResponse:
    """The queue of the running pass: how far, how fast, and a row for each criterion."""
    round = _round(request, pk)
    require(policy.can_follow_appraisal(request.user, round))
    queue = queue_of(request.user, round, request.now)
    context = _frame(request, round) | {
        "queue": queue,
        "may_sign_off": bool(queue and queue.is_running and round_policy.can_lead_team(request.user, round)),
        "may_agree": round.stage == StageKey.APPRAISAL and bool(policy.can_sit_in_team(request.user, round)),
    }
    return render(request, "assessments/appraisal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appraise(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """The workspace: evidence beside score and reason; saving goes on to the next unit that waits."""
    entry = _entry(request, pk, code, unit_code)
    desk = appraise_page.desk_of(entry, request.user, request.now)
    form = AppraisalForm(desk.node, desk.parties, _posted(request))
    if _judge(request, entry, form):
        return redirect(desk.following.url)
    page = appraise_page.page_of(desk, chosen=request.GET.get("tai-lieu", ""))
    context = _frame(request, entry.dossier.round) | page | {"form": form, "verified": _verified(form)}
    return render(request, "assessments/appraise.html", context, status=status_of(form))


def _judge(request: UserRequest, entry: Entry, form: AppraisalForm) -> Appraisal | None:
    try:
        return attempt(
            form,
            lambda: actions.appraise_entry(entry, request.user, request.now, answer=form.answer(), **form.words()),
        )
    except FactErrors as errors:
        form.refuse(errors)
        return None


def _verified(form: AppraisalForm) -> LiveScore:
    """The score of the figures the form shows."""
    if form.is_bound:
        return live_score(form.node, form.figures()) if not form.errors else LiveScore(error=form.first_error())
    return live_score(form.node, form.opening())


@require_safe
def appraise_score(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """The score of verified figures while they are typed (htmx)."""
    entry = _entry(request, pk, code, unit_code)
    node = node_of(entry.dossier.block.edition, entry.code)
    form = FactsForm(node, entry, request.GET)
    score = live_score(node, form.answer()) if form.is_valid() else LiveScore(error=form.first_error())
    return render(request, "assessments/appraise.html#verified", {"verified": score})


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: UserRequest, pk: int, code: str = "") -> HttpResponse:
    """Choose units of one criterion, or whole criteria; a second page lists exactly what will be agreed with."""
    round = _round(request, pk)
    require(policy.can_sit_in_team(request.user, round))
    offer = agree_page.offer_of(request.user, round, code)
    form = AgreeForm(offer.choices(), _posted(request) or request.GET or None)
    chosen = agree_page.chosen_leaves(request.user, round, code, form.keys())
    if request.method == "POST" and _agree(request, round, form, agree_page.entries_for(chosen, round)):
        return redirect("assessments:appraisal", round.pk)
    page = agree_page.confirm_page(chosen) if form.keys() else {}
    context = _frame(request, round) | page | {"offer": offer, "form": form, "code": code}
    return render(request, "assessments/agree.html", context, status=status_of(form))


def _agree(request: UserRequest, round: Round, form: AgreeForm, entries: list[Entry]) -> bool:
    if form.is_valid() and form.cleaned_data["count"] != len(entries):
        form.add_error(None, _("Danh sách chờ chấm đã thay đổi từ khi mở trang. Hãy xem lại rồi xác nhận."))
    count = attempt(form, lambda: actions.agree_with_self_scores(round, request.user, request.now, entries=entries))
    if count is not None:
        messages.success(request, _("Đã đồng ý %(count)d điểm tự chấm.") % {"count": count})
    return count is not None


@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: UserRequest, pk: int) -> HttpResponse:
    """The team leader ends the pass, with the minutes of the team's meeting."""
    round = _round(request, pk)
    require(round_policy.can_lead_team(request.user, round))
    number = pass_shown(round)
    form = MinutesForm(_posted(request))
    signed = attempt(form, lambda: actions.sign_off_pass(round, request.user, request.now, **form.cleaned_data))
    if signed:
        messages.success(request, _("Đã kết thúc thẩm định."))
        return redirect("assessments:appraisal", round.pk)
    end = pass_end(request.user, round, number) if number else None
    context = _frame(request, round) | {"end": end, "form": form}
    return render(request, "assessments/sign_off.html", context, status=status_of(form))
