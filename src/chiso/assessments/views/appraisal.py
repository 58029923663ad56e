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
from chiso.assessments.pages.appraisal_listing import listing_of
from chiso.assessments.pages.appraisal_page import queue_of
from chiso.assessments.pages.appraise_draft import draft_page, keep_refused
from chiso.assessments.pages.pass_rows import pass_shown
from chiso.assessments.pages.sign_off_page import pass_end
from chiso.assessments.scores import node_of
from chiso.audit.actions import Verdict
from chiso.common.asking import attempt, require, status_of
from chiso.indexsets.facts_form import FactsForm
from chiso.indexsets.live_score import LiveScore, live_score
from chiso.organizations.models import User
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.stage_line import stage_line
from chiso.scoring import FactErrors


def open_round(request: UserRequest, pk: int) -> Round:
    """A round with what every page of the team needs."""
    rounds = Round.objects.visible_to(request.user).select_related("coordinator").prefetch_related("stages")
    return get_object_or_404(rounds, pk=pk)


def entry_to_judge(request: UserRequest, pk: int, code: str, unit_code: str) -> Entry:
    """The leaf with all that judging it needs; 403 when it may be seen but not judged."""
    people = Prefetch("appraisals", Appraisal.objects.select_related("appraised_by").order_by("pass_number"))
    entries = (
        Entry.objects.visible_to(request.user)
        .select_related(
            "dossier__unit", "dossier__block__edition", "criterion", "explanation__explained_by", "saved_by"
        )
        .defer("dossier__block__edition__text")
        .prefetch_related(people)
    )
    round = open_round(request, pk)
    entry = get_object_or_404(entries, dossier__round=round, code=code, dossier__unit__code=unit_code)
    entry.dossier.round = round
    require(policy.can_appraise(request.user, entry))
    return entry


def _posted(request: UserRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def frame_of(request: UserRequest, round: Round) -> dict[str, Any]:
    """What every page of the team draws around its content."""
    return {"round": round, "stage_line": stage_line(round, request.now)}


def _signs_off(user: User, round: Round) -> Verdict:
    return round_policy.can_lead_team(user, round) or policy.can_sign_off_office(user, round)


@require_safe
def appraisal(request: UserRequest, pk: int) -> HttpResponse:
    """The queue of the running pass: how far, how fast, and a row for each criterion."""
    round = open_round(request, pk)
    require(policy.can_follow_appraisal(request.user, round))
    queue = queue_of(request.user, round, request.now, listing_of(request.GET))
    context = frame_of(request, round) | {
        "queue": queue,
        "may_sign_off": bool(queue and queue.is_running and _signs_off(request.user, round)),
        "may_compare": bool(queue and round.independent_codes and policy.can_read_agreement(request.user, round)),
        "may_agree": round.stage == StageKey.APPRAISAL and bool(policy.can_sit_in_team(request.user, round)),
        "may_keep_reasons": bool(policy.can_sit_in_team(request.user, round)),
    }
    return render(request, "assessments/appraisal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def appraise(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """The workspace: evidence beside score and reason; saving goes on to the next unit that waits."""
    entry = entry_to_judge(request, pk, code, unit_code)
    listing = listing_of(request.GET)
    desk = appraise_page.desk_of(entry, request.user, request.now, listing)
    draft = desk.draft_in_form
    form = AppraisalForm(desk.node, desk.parties, _posted(request), draft=draft.words if draft else None)
    if _judge(request, desk, form):
        return redirect(desk.way.following.url)
    if request.method == "POST":
        desk = keep_refused(desk, form)
    page = appraise_page.page_of(desk, chosen=request.GET.get("tai-lieu", "")) | draft_page(desk, form)
    context = frame_of(request, entry.dossier.round) | page | {"form": form, "verified": _verified(form)}
    context["listing"] = listing
    return render(request, "assessments/appraise.html", context, status=status_of(form))


def _judge(request: UserRequest, desk: appraise_page.Desk, form: AppraisalForm) -> object | None:
    """Give one of two independent scores where the leaf asks for two, else the team's judgement."""
    act = actions.judge_independently if desk.pair and not desk.pair.may_decide else actions.appraise_entry
    try:
        return attempt(form, lambda: act(desk.entry, request.user, request.now, answer=form.answer(), **form.words()))
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
    entry = entry_to_judge(request, pk, code, unit_code)
    node = node_of(entry.dossier.block.edition, entry.code)
    form = FactsForm(node, entry, request.GET)
    score = live_score(node, form.answer()) if form.is_valid() else LiveScore(error=form.first_error())
    return render(request, "assessments/appraise.html#verified", {"verified": score})


@require_http_methods(["GET", "HEAD", "POST"])
def agree(request: UserRequest, pk: int, code: str = "") -> HttpResponse:
    """Choose units of one criterion, or whole criteria; a second page lists exactly what will be agreed with."""
    round = open_round(request, pk)
    require(policy.can_sit_in_team(request.user, round))
    offer = agree_page.offer_of(request.user, round, code)
    form = AgreeForm(offer.choices(), _posted(request) or request.GET or None)
    chosen = agree_page.chosen_leaves(request.user, round, code, form.keys())
    if request.method == "POST" and _agree(request, round, form, agree_page.entries_for(chosen, round)):
        return redirect("assessments:appraisal", round.pk)
    page = agree_page.confirm_page(chosen) if form.keys() else {}
    context = frame_of(request, round) | page | {"offer": offer, "form": form, "code": code}
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
    """The leader ends the pass, the head of an office its part: each with the minutes of a meeting."""
    round = open_round(request, pk)
    leads = round_policy.can_lead_team(request.user, round)
    require(_signs_off(request.user, round))
    number = pass_shown(round)
    act = actions.sign_off_pass if leads else actions.sign_off_office
    form = MinutesForm(_posted(request))
    if attempt(form, lambda: act(round, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã kết thúc thẩm định.") if leads else _("Đã ký kết thúc phần của cơ quan."))
        return redirect("assessments:appraisal", round.pk)
    end = pass_end(request.user, round, number) if number else None
    context = frame_of(request, round) | {"end": end, "form": form}
    return render(request, "assessments/sign_off.html", context, status=status_of(form))
