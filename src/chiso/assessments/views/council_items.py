"""The items of a meeting: on the screen, on the agenda, put to the vote, voted on, concluded, adopted together."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chiso.assessments import policy
from chiso.assessments.actions import council as actions
from chiso.assessments.choices import Choice
from chiso.assessments.forms.council import (
    AddItemForm,
    ConcludeForm,
    EnBlocForm,
    ProposalForm,
    ReasonForm,
    VoteForm,
)
from chiso.assessments.models import Entry, Motion
from chiso.assessments.pages.agenda import agenda_of
from chiso.assessments.pages.answer_words import thread_of
from chiso.assessments.pages.council_item import item_page
from chiso.assessments.pages.council_page import title_of
from chiso.assessments.pages.council_room import Room, leaf_choices
from chiso.assessments.pages.en_bloc_page import en_bloc_page, undisputed
from chiso.assessments.pages.leaf_thread import counting_now, with_thread
from chiso.assessments.pages.motion_card import motion_card, motions_of
from chiso.assessments.scores import node_of
from chiso.assessments.views.council import answer, frame, open_room, posted
from chiso.common.asking import attempt, require, status_of
from chiso.organizations.requests import UserRequest
from chiso.scoring import FactErrors


def _entry(room: Room, code: str, unit_code: str) -> Entry:
    return get_object_or_404(with_thread(room.entries()), code=code, dossier__unit__code=unit_code)


def _motion(request: UserRequest, pk: int) -> Motion:
    motions = Motion.objects.visible_to(request.user)
    related = ("meeting__round__authority", "entry__dossier__unit", "entry__dossier__round")
    return get_object_or_404(motions.select_related(*related), pk=pk)


def _url(motion: Motion) -> str:
    entry = motion.entry
    return reverse("assessments:item", args=[motion.meeting_id, entry.code, entry.dossier.unit.code])


@require_safe
def item(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """One item on one screen, for the room: the whole thread, the documents, the motion."""
    room = open_room(request, pk)
    return _show_item(request, room, _entry(room, code, unit_code))


def _show_item(request: UserRequest, room: Room, entry: Entry, *, status: int = 200) -> HttpResponse:
    page = item_page(room, entry, group=request.GET.get("nhom", ""), size=request.GET.get("co-chu", ""))
    return render(request, "assessments/item.html", frame(request, room.meeting.round) | page, status=status)


def _answer_on_item(request: UserRequest, motion: Motion, act: Callable[[], Any]) -> HttpResponse:
    def show(status: int) -> HttpResponse:
        room = open_room(request, motion.meeting_id)
        entry = _entry(room, motion.entry.code, motion.entry.dossier.unit.code)
        return _show_item(request, room, entry, status=status)

    return answer(request, act, f"{_url(motion)}#bieu-quyet", show)


@require_http_methods(["GET", "HEAD", "POST"])
def add_item(request: UserRequest, pk: int) -> HttpResponse:
    """Put a leaf on the agenda by hand."""
    room = open_room(request, pk)
    require(policy.can_propose_motion(request.user, room.meeting))
    given = {"unit": request.GET.get("don-vi"), "code": request.GET.get("muc")}
    form = AddItemForm(*leaf_choices(room), posted(request), initial=given)
    if motion := attempt(form, lambda: _add_item(request, room, form.cleaned_data)):
        messages.success(request, _("Đã đưa vào chương trình họp."))
        return redirect(_url(motion))
    context = frame(request, room.meeting.round) | {"meeting": room.meeting, "title": title_of(room.meeting)}
    return render(request, "assessments/add_item.html", context | {"form": form}, status=status_of(form))


def _add_item(request: UserRequest, room: Room, data: dict[str, str]) -> Motion:
    entry = _entry(room, data["code"], data["unit"])
    return actions.list_item(room.meeting, request.user, request.now, entry=entry, reason=data["reason"])


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: UserRequest, pk: int, code: str, unit_code: str) -> HttpResponse:
    """Put a score for one leaf to the vote, with its whole thread beside the form."""
    room = open_room(request, pk)
    require(policy.can_propose_motion(request.user, room.meeting))
    entry = _entry(room, code, unit_code)
    explanation = getattr(entry, "explanation", None)
    form = ProposalForm(counting_now(entry), explanation, posted(request))
    if motion := _propose(request, room, entry, form):
        return redirect(f"{_url(motion)}#bieu-quyet")
    node = node_of(entry.dossier.block.edition, entry.code)
    context = frame(request, room.meeting.round) | {"meeting": room.meeting, "entry": entry, "node": node, "form": form}
    context |= {"thread": thread_of(entry, node, explanation), "title": title_of(room.meeting)}
    return render(request, "assessments/motion.html", context, status=status_of(form))


def _propose(request: UserRequest, room: Room, entry: Entry, form: ProposalForm) -> Motion | None:
    def act() -> Motion:
        words = {name: form.cleaned_data[name] for name in ("reason", "is_secret")}
        return actions.propose_motion(
            room.meeting, request.user, request.now, entry=entry, answer=form.answer(), **words
        )

    try:
        return attempt(form, act)
    except FactErrors as errors:
        for problem in errors.problems:
            form.add_error("points" if problem.input == "decided" else None, problem.message)
        return None


@require_POST
def unlist(request: UserRequest, pk: int) -> HttpResponse:
    """Take an item off the agenda again."""
    motion = _motion(request, pk)
    require(policy.can_prepare_motion(request.user, motion))
    return _answer_on_item(request, motion, lambda: actions.unlist_item(motion, request.user, request.now))


@require_POST
def withdraw(request: UserRequest, pk: int) -> HttpResponse:
    """Take a motion back, with a reason."""
    motion = _motion(request, pk)
    require(policy.can_prepare_motion(request.user, motion))
    form = ReasonForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    return _answer_on_item(
        request, motion, lambda: actions.withdraw_motion(motion, request.user, request.now, reason=reason)
    )


@require_POST
def vote(request: UserRequest, pk: int) -> HttpResponse:
    """Cast one's own vote, or change it where it is an open one."""
    motion = _motion(request, pk)
    require(policy.can_vote(request.user, motion))
    form = VoteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Chưa chọn ý kiến biểu quyết."))
        room = open_room(request, motion.meeting_id)
        entry = _entry(room, motion.entry.code, motion.entry.dossier.unit.code)
        return _show_item(request, room, entry, status=422)
    words = {"choice": Choice(form.cleaned_data["choice"]), "dissent": form.cleaned_data["dissent"]}
    return _answer_on_item(request, motion, lambda: actions.cast_vote(motion, request.user, request.now, **words))


@require_POST
def conclude(request: UserRequest, pk: int) -> HttpResponse:
    """Who presides counts the votes of a motion."""
    motion = _motion(request, pk)
    require(policy.can_conclude(request.user, motion))
    form = ConcludeForm(request.POST)
    words = form.cleaned_data if form.is_valid() else {}
    return _answer_on_item(request, motion, lambda: actions.conclude_motion(motion, request.user, request.now, **words))


@require_safe
def tally(request: UserRequest, pk: int) -> HttpResponse:
    """How far the vote on a motion is, for a screen that keeps asking."""
    motion = _motion(request, pk)
    room = open_room(request, motion.meeting_id)
    card = motion_card(get_object_or_404(motions_of(room), pk=pk), room)
    return render(request, "assessments/tally.html", {"card": card})


@require_http_methods(["GET", "HEAD", "POST"])
def en_bloc(request: UserRequest, pk: int) -> HttpResponse:
    """Adopt together, by consensus, what nobody disputes."""
    room = open_room(request, pk)
    require(policy.can_run_meeting(request.user, room.meeting))
    agenda = agenda_of(room)
    items = undisputed(room, agenda)
    form = EnBlocForm([item.line.pk for item in items], posted(request))
    if done := attempt(form, lambda: _adopt_en_bloc(request, room, form)):
        told = ngettext("Đã thông qua chung %(n)d mục.", "Đã thông qua chung %(n)d mục.", len(done))
        messages.success(request, told % {"n": len(done)})
        return redirect("assessments:meeting", pk)
    chosen = request.POST.getlist("items") if form.is_bound else None
    context = frame(request, room.meeting.round) | {"meeting": room.meeting, "form": form}
    context |= {"title": title_of(room.meeting)} | en_bloc_page(room, agenda, items, chosen)
    return render(request, "assessments/en_bloc.html", context, status=status_of(form))


def _adopt_en_bloc(request: UserRequest, room: Room, form: EnBlocForm) -> list[Motion]:
    entries = list(room.entries().filter(pk__in=form.chosen()))
    resolution = form.cleaned_data["resolution"]
    return actions.adopt_en_bloc(room.meeting, request.user, request.now, entries=entries, resolution=resolution)
