from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from chiso.assessments import policy
from chiso.assessments.actions import appraisal, dossier
from chiso.assessments.forms.overview import AdvanceForm, NoticeForm, ReturnForm
from chiso.assessments.models import Dossier
from chiso.assessments.pages import confirm_pages, overview_page
from chiso.assessments.pages.notices_page import notices_page
from chiso.assessments.pages.overview_steps import MOVES
from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day
from chiso.common.refusals import RuleViolation
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.pages import parts_of
from chiso.rounds.stage_line import stage_line


def rounds(request: UserRequest) -> HttpResponse:
    """The rounds a person runs, is judged in, or sits in."""
    may_import = any(request.user.coordinates(unit) for unit in request.user.authorities_run())
    context = {"rounds": overview_page.rounds_for(request.user), "may_import": may_import}
    return render(request, "assessments/rounds.html", context)


def round_overview(request: UserRequest, pk: int) -> HttpResponse:
    """Where the round stands, who is how far, and the next step of this person."""
    round = overview_page.open_round(request.user, pk)
    page = overview_page.round_page(round, request.user, request.now)
    return render(request, "assessments/round.html", _frame(request, round) | {"page": page})


def advance(request: UserRequest, pk: int) -> HttpResponse:
    """The coordinator moves the round to its next stage, after reading what that does."""
    round = _round(request, pk)
    require(round_policy.can_coordinate(request.user, round))
    form = AdvanceForm(*sent(request), initial={"stage": round.stage})
    if attempt(form, lambda: _advance(request, round, form.cleaned_data["stage"])):
        messages.success(
            request, _("Đợt đánh giá chuyển sang giai đoạn “%(stage)s”.") % {"stage": round.get_stage_display()}
        )
        return redirect("assessments:round", pk)
    refusals = [str(error) for error in form.non_field_errors()]
    try:
        page = confirm_pages.advance_page(round, request.now)
        refusals += [page.refusal] if page.refusal and page.refusal not in refusals else []
    except RuleViolation as refusal:
        page = None
        refusals = refusals or [str(refusal)]
    context = {"page": page, "form": form, "problems": [{"what": text} for text in refusals]}
    status = 409 if form.is_bound else 200
    return render(request, "assessments/advance.html", _frame(request, round) | context, status=status)


def send_notices(request: UserRequest, pk: int) -> HttpResponse:
    """Send every unit its preliminary result, after reading the list of what they will be told."""
    round = _round(request, pk)
    require(round_policy.can_coordinate(request.user, round))
    form = NoticeForm(*sent(request))
    notices = attempt(form, lambda: _send(request, round, form))
    if notices is not None:  # A list without units is an answer too: everybody may have sent nothing.
        messages.success(request, _("Đã gửi thông báo đến %(count)d đơn vị.") % {"count": len(notices)})
        return redirect("assessments:round", pk)
    context = {"form": form, "rows": confirm_pages.notice_rows(round), "is_open": round.stage == StageKey.NOTICE}
    context["told"] = None if context["is_open"] else notices_page(round)
    return render(request, "assessments/send_notices.html", _frame(request, round) | context, status=status_of(form))


def return_dossier(request: UserRequest, pk: int) -> HttpResponse:
    """Return a dossier for formal defects, with a reason and a deadline."""
    returned = _dossier(request, pk)
    form = ReturnForm(*sent(request))
    if attempt(
        form,
        lambda: dossier.return_dossier(
            returned,
            request.user,
            request.now,
            reason=form.cleaned_data["reason"],
            until=end_of_day(form.cleaned_data["until"]),
        ),
    ):
        messages.success(request, _("Đã trả lại hồ sơ của %(unit)s.") % {"unit": returned.unit})
        return redirect("assessments:round", returned.round_id)
    context = _frame(request, returned.round) | {"dossier": returned, "form": form}
    return render(request, "assessments/return_dossier.html", context, status=status_of(form))


def record_not_submitted(request: UserRequest, pk: int) -> HttpResponse:
    """Record that a unit sent nothing, after reading what that means."""
    missing = _dossier(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            dossier.record_not_submitted(missing, request.user, request.now)
        except RuleViolation as violation:
            refusal = str(violation)
        else:
            messages.success(request, _("Đã ghi nhận %(unit)s không nộp hồ sơ.") % {"unit": missing.unit})
            return redirect("assessments:round", missing.round_id)
    context = _frame(request, missing.round) | {"dossier": missing, "problems": [{"what": refusal}] if refusal else []}
    return render(request, "assessments/record_not_submitted.html", context, status=409 if refusal else 200)


def _advance(request: UserRequest, round: Round, shown_at: str) -> object:
    """Move on from the stage the page was shown at; a stale page, or a second click, moves nothing."""
    if shown_at != round.stage or shown_at not in MOVES:
        raise RuleViolation(
            _("Trang này mở từ trước; đợt đánh giá nay ở giai đoạn “%(stage)s”. Hãy đọc lại rồi xác nhận.")
            % {"stage": round.get_stage_display()}
        )
    return MOVES[StageKey(shown_at)].perform(round, request.user, request.now)


def _send(request: UserRequest, round: Round, form: NoticeForm) -> list[object]:
    until = end_of_day(form.cleaned_data["answer_until"])
    number = form.cleaned_data["number"]
    return [*appraisal.send_preliminary_notices(round, request.user, request.now, number=number, answer_until=until)]


def _round(request: UserRequest, pk: int) -> Round:
    found = Round.objects.visible_to(request.user).select_related("authority", "coordinator", "plan")
    return get_object_or_404(found, pk=pk)


def _dossier(request: UserRequest, pk: int) -> Dossier:
    """A dossier that this person may see and, as its coordinator, judge by its form."""
    found = Dossier.objects.visible_to(request.user).select_related("unit", "round__coordinator", "block__edition")
    dossier = get_object_or_404(found.defer("block__edition__text"), pk=pk)
    require(policy.can_coordinate_dossier(request.user, dossier))
    return dossier


def _frame(request: UserRequest, round: Round) -> dict[str, object]:
    """What every page of a round shows on top."""
    return {
        "round": round,
        "stage_line": stage_line(round, request.now),
        "parts": parts_of(round, request.user, "assessments:round"),
    }
