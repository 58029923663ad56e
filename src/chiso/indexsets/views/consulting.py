from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day, format_deadline
from chiso.indexsets import actions, consultation_page, pages, policy
from chiso.indexsets.choices import Response
from chiso.indexsets.compare_page import seen_by
from chiso.indexsets.drafting.findings import all_findings
from chiso.indexsets.forms import AnswerForm, CloseForm, ConsultationForm, DeadlineForm, OpinionForm
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.indexsets.tree_rows import faults_of
from chiso.indexsets.views.sets import seen_edition
from chiso.organizations.requests import UserRequest


def consult(request: UserRequest, pk: int) -> HttpResponse:
    """Ask offices and units for their opinion."""
    edition = seen_edition(request, pk)
    require(policy.can_consult(request.user, edition))
    form = ConsultationForm(*sent(request), edition=edition)
    if attempt(form, lambda: _open(request, edition, form)):
        messages.success(request, _("Đã gửi lấy ý kiến."))
        return redirect("indexsets:edition", pk)
    tree = seen_by(request.user, edition).tree
    findings = all_findings(tree)
    context = {
        "form": form,
        "edition": edition,
        "faults": faults_of(findings.errors, tree),
        "faults_title": pages.faults_title(findings),
    }
    return render(request, "indexsets/consult.html", context, status=status_of(form))


def _open(request: UserRequest, edition: Edition, form: ConsultationForm) -> Consultation:
    given = form.cleaned_data
    closes_at = end_of_day(given["closes_on"])
    return actions.open_consultation(
        edition, request.user, request.now, bodies=list(given["bodies"]), closes_at=closes_at, seen=given["seen"]
    )


def extend(request: UserRequest, pk: int) -> HttpResponse:
    """Give the bodies more time, or ask once more after the time is over."""
    consultation = _run(request, pk)
    form = DeadlineForm(*sent(request))
    if attempt(
        form,
        lambda: actions.extend_consultation(
            consultation,
            request.user,
            request.now,
            closes_at=end_of_day(form.cleaned_data["closes_on"]),
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("Đã đổi thời hạn và báo cho các cơ quan được lấy ý kiến."))
        return redirect("indexsets:edition", pk)
    context = {"form": form, "edition": consultation.edition, "deadline": format_deadline(consultation.closes_at)}
    return render(request, "indexsets/consult_extend.html", context, status=status_of(form))


def close(request: UserRequest, pk: int) -> HttpResponse:
    """End the asking before its time."""
    consultation = _run(request, pk)
    form = CloseForm(*sent(request))
    if attempt(form, lambda: actions.close_consultation(consultation, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã kết thúc lấy ý kiến và báo cho các cơ quan được lấy ý kiến."))
        return redirect("indexsets:edition", pk)
    context = {"form": form, "edition": consultation.edition, "deadline": format_deadline(consultation.closes_at)}
    return render(request, "indexsets/consult_close.html", context, status=status_of(form))


def give_opinion(request: UserRequest, pk: int) -> HttpResponse:
    """Give an opinion on behalf of one's unit."""
    edition = seen_edition(request, pk)
    consultation = get_object_or_404(Consultation.objects.select_related("edition__index_set"), edition=edition)
    require(policy.can_give_opinion(request.user, consultation))
    form = OpinionForm(*sent(request), consultation=consultation, user=request.user)
    if attempt(form, lambda: actions.give_opinion(consultation, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã gửi ý kiến đến cơ quan thường trực."))
        return redirect("indexsets:edition", pk)
    return render(request, "indexsets/opinion.html", {"form": form, "edition": edition}, status=status_of(form))


def answer_opinion(request: UserRequest, pk: int, opinion_pk: int) -> HttpResponse:
    """Accept an opinion, or explain why not."""
    edition = seen_edition(request, pk)
    related = ("unit", "criterion", "consultation__edition__index_set")
    seen = Opinion.objects.visible_to(request.user).filter(consultation__edition=edition)
    opinion = get_object_or_404(seen.select_related(*related), pk=opinion_pk)
    require(policy.can_answer(request.user, opinion))
    known = {"response": opinion.response or Response.ACCEPTED, "text": opinion.response_text}
    form = AnswerForm(*sent(request), initial=known)
    if attempt(form, lambda: actions.answer_opinion(opinion, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã trả lời ý kiến của %(unit)s.") % {"unit": opinion.unit})
        return redirect("indexsets:edition", pk)
    context = {"form": form, "edition": edition, "opinion": next(iter(consultation_page.opinion_lines([opinion])))}
    return render(request, "indexsets/answer.html", context, status=status_of(form))


def _run(request: UserRequest, pk: int) -> Consultation:
    """The consultation of an edition, for those who asked."""
    edition = seen_edition(request, pk)
    consultation = get_object_or_404(Consultation.objects.select_related("edition__index_set"), edition=edition)
    require(policy.can_run(request.user, consultation))
    return consultation
