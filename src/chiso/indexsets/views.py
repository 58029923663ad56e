from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.asking import attempt, require, sent, status_of
from chiso.common.dates import end_of_day
from chiso.indexsets import actions, pages, policy
from chiso.indexsets.choices import Response
from chiso.indexsets.forms import AnswerForm, ConsultationForm, DecisionForm, ImportForm, OpinionForm
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.organizations.requests import UserRequest
from chiso.scoring import IndexSetErrors


def editions(request: UserRequest) -> HttpResponse:
    """The index sets a person may see."""
    context = {"editions": pages.editions_for(request.user), "may_import": _may_import(request)}
    return render(request, "indexsets/editions.html", context)


def edition(request: UserRequest, pk: int) -> HttpResponse:
    """One edition as a table that can be read and printed."""
    page = pages.edition_page(_edition(request, pk), request.user, request.now)
    return render(request, "indexsets/edition.html", {"page": page})


def import_edition(request: UserRequest) -> HttpResponse:
    """Import a set from its file; every fault is shown, and nothing is saved unless all is well."""
    require(_may_import(request))
    form = ImportForm(*sent(request), user=request.user)
    faults: list[dict[str, str]] = []
    if request.method == "POST":
        try:
            edition = attempt(
                form,
                lambda: actions.import_edition(
                    form.cleaned_data["authority"], request.user, request.now, text=form.cleaned_data["file"]
                ),
            )
        except IndexSetErrors as errors:
            edition, faults = None, pages.faults_of(errors)
        if edition:
            messages.success(request, _("Đã nhập “%(name)s” thành dự thảo.") % {"name": edition.name})
            return redirect("indexsets:edition", edition.pk)
    context = {"form": form, "faults": faults}
    return render(request, "indexsets/import.html", context, status=422 if faults else status_of(form))


def consult(request: UserRequest, pk: int) -> HttpResponse:
    """Ask offices and units for their opinion."""
    edition = _edition(request, pk)
    require(policy.can_consult(request.user, edition))
    form = ConsultationForm(*sent(request), edition=edition)
    if attempt(
        form,
        lambda: actions.open_consultation(
            edition,
            request.user,
            request.now,
            bodies=list(form.cleaned_data["bodies"]),
            closes_at=end_of_day(form.cleaned_data["closes_on"]),
        ),
    ):
        messages.success(request, _("Đã gửi lấy ý kiến."))
        return redirect("indexsets:edition", pk)
    return render(request, "indexsets/consult.html", {"form": form, "edition": edition}, status=status_of(form))


def give_opinion(request: UserRequest, pk: int) -> HttpResponse:
    """Give an opinion on behalf of one's unit."""
    edition = _edition(request, pk)
    consultation = get_object_or_404(Consultation.objects.select_related("edition__index_set"), edition=edition)
    require(policy.can_give_opinion(request.user, consultation))
    form = OpinionForm(*sent(request), consultation=consultation, user=request.user)
    if attempt(form, lambda: actions.give_opinion(consultation, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã gửi ý kiến đến cơ quan thường trực."))
        return redirect("indexsets:edition", pk)
    return render(request, "indexsets/opinion.html", {"form": form, "edition": edition}, status=status_of(form))


def answer_opinion(request: UserRequest, pk: int, opinion_pk: int) -> HttpResponse:
    """Accept an opinion, or explain why not."""
    edition = _edition(request, pk)
    related = ("unit", "criterion", "consultation__edition__index_set")
    seen = Opinion.objects.visible_to(request.user).filter(consultation__edition=edition)
    opinion = get_object_or_404(seen.select_related(*related), pk=opinion_pk)
    require(policy.can_answer(request.user, opinion))
    known = {"response": opinion.response or Response.ACCEPTED, "text": opinion.response_text}
    form = AnswerForm(*sent(request), initial=known)
    if attempt(form, lambda: actions.answer_opinion(opinion, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã trả lời ý kiến của %(unit)s.") % {"unit": opinion.unit})
        return redirect("indexsets:edition", pk)
    context = {"form": form, "edition": edition, "opinion": next(iter(pages.opinion_lines([opinion])))}
    return render(request, "indexsets/answer.html", context, status=status_of(form))


def issue(request: UserRequest, pk: int) -> HttpResponse:
    """The head issues an edition by decision."""
    edition = _edition(request, pk)
    require(policy.can_issue(request.user, edition))
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if attempt(form, lambda: actions.issue_edition(edition, request.user, request.now, **form.cleaned_data)):
        messages.success(request, _("Đã ban hành “%(name)s”.") % {"name": edition.name})
        return redirect("indexsets:edition", pk)
    context = {"form": form, "edition": edition, "effects": pages.effects_of_issue(edition)}
    return render(request, "indexsets/issue.html", context, status=status_of(form))


def _edition(request: UserRequest, pk: int) -> Edition:
    found = Edition.objects.visible_to(request.user).defer("text").select_related("index_set__authority")
    return get_object_or_404(found, pk=pk)


def _may_import(request: UserRequest) -> bool:
    return any(request.user.coordinates(unit) for unit in request.user.authorities_run())
