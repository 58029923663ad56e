"""The council's pages: its meetings, who is there, opinions on the whole, and the adoption of the result."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import council as actions
from chiso.assessments.forms.council import (
    AttendanceForm,
    ConclusionForm,
    ConveneForm,
    MoveForm,
    OpinionForm,
    SignedMinutesForm,
)
from chiso.assessments.models import Meeting
from chiso.assessments.pages import council_page
from chiso.assessments.pages.adoption_page import adoption_page
from chiso.assessments.pages.council_room import Room, room_of
from chiso.assessments.sitting import members_of
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round
from chiso.rounds.stage_line import stage_line


def open_room(request: UserRequest, pk: int) -> Room:
    """A meeting as this person may see it; 404 outside one's scope."""
    meetings = Meeting.objects.visible_to(request.user)
    related = ("round__coordinator", "round__authority", "signed_minutes")
    meeting = get_object_or_404(meetings.select_related(*related).prefetch_related("round__stages"), pk=pk)
    return room_of(meeting, request.user)


def posted(request: UserRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def frame(request: UserRequest, round: Round) -> dict[str, Any]:
    return {"round": round, "stage_line": stage_line(round, request.now)}


def answer(request: UserRequest, act: Callable[[], Any], url: str, show: Callable[..., HttpResponse]) -> HttpResponse:
    """Do what was asked and go on; what the rules forbid now is told on the page that it was asked from."""
    try:
        act()
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        return show(status=409)
    return redirect(url)


@require_http_methods(["GET", "HEAD", "POST"])
def meetings(request: UserRequest, pk: int) -> HttpResponse:
    """The meetings of a round; the coordinator or the secretary convenes the next one here."""
    rounds = Round.objects.visible_to(request.user).prefetch_related("stages")
    round = get_object_or_404(rounds, pk=pk)
    require(policy.can_read_meetings(request.user, round))
    form = ConveneForm(posted(request))
    if meeting := attempt(
        form, lambda: actions.convene_meeting(round, request.user, request.now, **form.words(request.now))
    ):
        told = _("Đã lập. Đưa nội dung vào rồi gửi xin ý kiến.") if form.is_written else ""
        messages.success(request, told or _("Đã triệu tập và gửi giấy mời các thành viên Hội đồng."))
        return redirect("assessments:meeting", meeting.pk)
    page = council_page.meetings_page(request.user, round)
    context = frame(request, round) | page | {"form": form}
    context["may_convene"] = page["may_convene"] or form.is_bound
    return render(request, "assessments/meetings.html", context, status=status_of(form))


@require_safe
def meeting(request: UserRequest, pk: int) -> HttpResponse:
    """One meeting: its agenda and why each item is on it, its motions, its people."""
    return show_meeting(request, open_room(request, pk))


def show_meeting(request: UserRequest, room: Room, *, status: int = 200) -> HttpResponse:
    asked = {"group": request.GET.get("nhom", ""), "page": request.GET.get("page", "1")}
    context = frame(request, room.meeting.round) | council_page.meeting_page(room, **asked)
    return render(request, "assessments/meeting.html", context, status=status)


def _answer_on_meeting(request: UserRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    def show(status: int) -> HttpResponse:
        return show_meeting(request, open_room(request, pk), status=status)

    return answer(request, act, reverse("assessments:meeting", args=[pk]), show)


@require_http_methods(["GET", "HEAD", "POST"])
def open_meeting(request: UserRequest, pk: int) -> HttpResponse:
    """The chair opens the meeting with those who are present, and says why others are not."""
    meeting = open_room(request, pk).meeting
    require(policy.can_run_meeting(request.user, meeting))
    form = AttendanceForm(members_of(meeting.round), posted(request))

    def act() -> Meeting:
        here, away = form.chosen(), form.absences()
        return actions.open_meeting(meeting, request.user, request.now, present=here, absences=away)

    if attempt(form, act):
        return redirect("assessments:meeting", meeting.pk)
    context = frame(request, meeting.round) | {"meeting": meeting, "form": form}
    context |= {"title": council_page.title_of(meeting), "when": council_page.when_of(meeting)}
    return render(request, "assessments/open_meeting.html", context, status=status_of(form))


@require_http_methods(["GET", "HEAD", "POST"])
def move_meeting(request: UserRequest, pk: int) -> HttpResponse:
    """Another hour for the meeting, or more time to answer in writing."""
    meeting = open_room(request, pk).meeting
    require(policy.can_propose_motion(request.user, meeting))
    form = MoveForm(meeting, posted(request))
    if attempt(form, lambda: actions.reschedule_meeting(meeting, request.user, request.now, **form.words(request.now))):
        messages.success(request, _("Đã đổi và báo cho các thành viên Hội đồng."))
        return redirect("assessments:meeting", meeting.pk)
    context = frame(request, meeting.round) | {"meeting": meeting, "form": form}
    context |= {"title": council_page.title_of(meeting), "when": council_page.when_of(meeting)}
    return render(request, "assessments/move_meeting.html", context, status=status_of(form))


@require_POST
def send_consultation(request: UserRequest, pk: int) -> HttpResponse:
    """Send the motions to the members, who answer in writing."""
    meeting = open_room(request, pk).meeting
    require(policy.can_propose_motion(request.user, meeting))
    return _answer_on_meeting(request, pk, lambda: actions.send_consultation(meeting, request.user, request.now))


@require_POST
def attendance(request: UserRequest, pk: int, member: int) -> HttpResponse:
    """A member comes late, or leaves early."""
    meeting = open_room(request, pk).meeting
    require(policy.can_propose_motion(request.user, meeting))
    seat = get_object_or_404(meeting.round.panel_members.select_related("user"), pk=member)
    is_here = request.POST.get("is_here") == "1"
    return _answer_on_meeting(
        request,
        pk,
        lambda: actions.record_attendance(meeting, request.user, request.now, member=seat, is_here=is_here),
    )


@require_POST
def opinion(request: UserRequest, pk: int) -> HttpResponse:
    """A member's opinion on the whole: agreed, or a dissent to be recorded."""
    meeting = open_room(request, pk).meeting
    require(policy.can_answer(request.user, meeting))
    form = OpinionForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Ý kiến dài quá 2.000 ký tự."))
        return show_meeting(request, open_room(request, pk), status=422)
    dissent = form.cleaned_data["dissent"]
    return _answer_on_meeting(
        request, pk, lambda: actions.give_opinion(meeting, request.user, request.now, dissent=dissent)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def signed_minutes(request: UserRequest, pk: int) -> HttpResponseBase:
    """Open the scan of the signed minutes, or attach it."""
    meeting = open_room(request, pk).meeting
    if request.method != "POST":
        require(policy.can_read_papers(request.user, meeting))
        if meeting.signed_minutes is None:
            raise Http404
        return respond_with(request, meeting.signed_minutes, download="tai-ve" in request.GET)
    require(policy.can_propose_motion(request.user, meeting))
    form = SignedMinutesForm(*sent(request))
    if not form.is_valid():
        messages.error(request, str(form.errors["file"][0]))
        return show_meeting(request, open_room(request, pk), status=422)
    file = form.cleaned_data["file"]
    return _answer_on_meeting(
        request, pk, lambda: actions.attach_minutes(meeting, request.user, request.now, file=file)
    )


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: UserRequest, pk: int) -> HttpResponse:
    """The chair lets the council adopt the result: the ranking as it will stand, and the conclusion."""
    room = open_room(request, pk)
    meeting = room.meeting
    require(policy.can_run_meeting(request.user, meeting))
    form = ConclusionForm(posted(request))
    adopted = attempt(form, lambda: actions.adopt_results(meeting, request.user, request.now, **form.cleaned_data))
    if adopted:
        messages.success(request, _("Hội đồng đã thống nhất kết quả."))
        return redirect("assessments:meeting", meeting.pk)
    context = frame(request, meeting.round) | {"meeting": meeting, "form": form} | adoption_page(room)
    return render(request, "assessments/adopt.html", context, status=status_of(form))
