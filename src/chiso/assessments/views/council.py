"""The council's pages: its meetings, one meeting with motions and votes, and the adoption of the result."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import council as actions
from chiso.assessments.choices import Choice
from chiso.assessments.forms.council import AttendanceForm, ConclusionForm, ConveneForm, ProposalForm, VoteForm
from chiso.assessments.models import Entry, Meeting, Motion
from chiso.assessments.pages import council_page
from chiso.assessments.pages.answer_words import thread_of
from chiso.assessments.pages.disputes import disputes_page
from chiso.assessments.scores import node_of
from chiso.common.asking import attempt, require, status_of
from chiso.common.dates import format_moment
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round
from chiso.rounds.stage_line import stage_line
from chiso.scoring import FactErrors


def _meeting(request: UserRequest, pk: int) -> Meeting:
    meetings = Meeting.objects.visible_to(request.user).select_related("round__coordinator")
    return get_object_or_404(meetings.prefetch_related("round__stages"), pk=pk)


def _motion(request: UserRequest, pk: int) -> Motion:
    motions = Motion.objects.visible_to(request.user).select_related("meeting__round", "entry__dossier__unit")
    return get_object_or_404(motions, pk=pk)


def _posted(request: UserRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _frame(request: UserRequest, round: Round) -> dict[str, Any]:
    return {"round": round, "stage_line": stage_line(round, request.now)}


@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: UserRequest, pk: int) -> HttpResponse:
    """The meetings of a round; the coordinator or the secretary convenes the next one here."""
    rounds = Round.objects.visible_to(request.user).prefetch_related("stages")
    round = get_object_or_404(rounds, pk=pk)
    require(policy.can_read_meetings(request.user, round))
    form = ConveneForm(_posted(request))
    if meeting := attempt(form, lambda: _convene(request, round, form)):
        messages.success(request, _("Đã triệu tập và gửi giấy mời các thành viên Hội đồng."))
        return redirect("assessments:meeting", meeting.pk)
    page = council_page.meetings_page(request.user, round)
    context = _frame(request, round) | page | {"form": form}
    context["may_convene"] = page["may_convene"] or form.is_bound
    return render(request, "assessments/meetings.html", context, status=status_of(form))


def _convene(request: UserRequest, round: Round, form: ConveneForm) -> Meeting:
    return actions.convene_meeting(
        round, request.user, request.now, held_at=form.held_at(), place=form.cleaned_data["place"]
    )


@require_safe
def meeting(request: UserRequest, pk: int) -> HttpResponse:
    """One meeting, fit for a projector: members, motions with open votes, what is still in dispute."""
    return _show_meeting(request, _meeting(request, pk))


def _show_meeting(request: UserRequest, meeting: Meeting, *, status: int = 200) -> HttpResponse:
    room = council_page.room_of(meeting, request.user)
    page = council_page.meeting_page(room)
    disputes = disputes_page(room, page=request.GET.get("page", "1"), may_propose=page["may_propose"])
    context = _frame(request, meeting.round) | page | disputes
    return render(request, "assessments/meeting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def open_meeting(request: UserRequest, pk: int) -> HttpResponse:
    """The chair opens the meeting with those who are present."""
    meeting = _meeting(request, pk)
    require(policy.can_run_meeting(request.user, meeting))
    form = AttendanceForm(council_page.members_of(meeting.round), _posted(request))
    opened = attempt(form, lambda: actions.open_meeting(meeting, request.user, request.now, present=form.chosen()))
    if opened:
        return redirect("assessments:meeting", meeting.pk)
    context = _frame(request, meeting.round) | {
        "meeting": meeting,
        "when": format_moment(meeting.held_at),
        "form": form,
    }
    return render(request, "assessments/open_meeting.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Put a score for one leaf to the vote, with its whole thread beside the form."""
    meeting = _meeting(request, pk)
    require(policy.can_propose_motion(request.user, meeting))
    entries = council_page.with_thread(Entry.objects.visible_to(request.user).filter(dossier__round=meeting.round))
    entry = get_object_or_404(entries, code=code, dossier__unit__code=unit_code)
    explanation = getattr(entry, "explanation", None)
    form = ProposalForm(council_page.counting_now(entry), explanation, _posted(request))
    if motion := _propose(request, meeting, entry, form):
        return redirect(f"{reverse('assessments:meeting', args=[meeting.pk])}#noi-dung-{motion.number}")
    node = node_of(entry.dossier.block.edition, entry.code)
    context = _frame(request, meeting.round) | {"meeting": meeting, "entry": entry, "node": node, "form": form}
    context |= {"thread": thread_of(entry, node, explanation)}
    return render(request, "assessments/motion.html", context, status=status_of(form))


def _propose(request: UserRequest, meeting: Meeting, entry: Entry, form: ProposalForm) -> Motion | None:
    def act() -> Motion:
        words = {"answer": form.answer(), "reason": form.cleaned_data["reason"]}
        return actions.propose_motion(meeting, request.user, request.now, entry=entry, **words)

    try:
        return attempt(form, act)
    except FactErrors as errors:
        for problem in errors.problems:
            form.add_error("points" if problem.input == "decided" else None, problem.message)
        return None


@require_POST
def vote(request: UserRequest, pk: int) -> HttpResponse:
    """Cast or change one's own vote."""
    motion = _motion(request, pk)
    require(policy.can_vote(request.user, motion))
    form = VoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chưa chọn ý kiến biểu quyết."))
        return _show_meeting(request, _meeting(request, motion.meeting_id), status=422)
    choice = Choice(form.cleaned_data["choice"])
    return _after(request, motion, lambda: actions.cast_vote(motion, request.user, request.now, choice=choice))


@require_POST
def conclude(request: UserRequest, pk: int) -> HttpResponse:
    """The chair counts the votes of a motion."""
    motion = _motion(request, pk)
    require(policy.can_conclude(request.user, motion))
    return _after(request, motion, lambda: actions.conclude_motion(motion, request.user, request.now))


def _after(request: UserRequest, motion: Motion, act: Any) -> HttpResponse:
    """Back to the motion; a refusal is told on the same page."""
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return _show_meeting(request, _meeting(request, motion.meeting_id), status=409)
    return redirect(f"{reverse('assessments:meeting', args=[motion.meeting_id])}#noi-dung-{motion.number}")


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: UserRequest, pk: int) -> HttpResponse:
    """The chair lets the council adopt the result: the ranking as it will stand, and the conclusion."""
    meeting = _meeting(request, pk)
    require(policy.can_run_meeting(request.user, meeting))
    form = ConclusionForm(_posted(request))
    adopted = attempt(form, lambda: actions.adopt_results(meeting, request.user, request.now, **form.cleaned_data))
    if adopted:
        messages.success(request, _("Hội đồng đã thống nhất kết quả."))
        return redirect("assessments:meeting", meeting.pk)
    context = _frame(request, meeting.round) | {"meeting": meeting, "form": form}
    context |= {"tables": council_page.standings_of(meeting.round), "locked": council_page.why_no_adoption(meeting)}
    return render(request, "assessments/adopt.html", context, status=status_of(form))
