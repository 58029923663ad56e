from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments.models import Dossier
from chiso.assessments.pages.dossier_rows import line_of, open_dossier, sees_whole
from chiso.assessments.pages.receipt_page import is_handed_over
from chiso.common.asking import sent, status_of
from chiso.common.refusals import RuleViolation
from chiso.documents import (
    opinions_table,
    panels_decision,
    publication_decision,
    publishing_page,
    receipt,
    receipt_pdf,
    self_assessment_report,
)
from chiso.documents.composing import compose
from chiso.evidence.serving import respond_with_content
from chiso.evidence.storing import PDF
from chiso.indexsets import policy as set_policy
from chiso.indexsets.forms import DecisionForm
from chiso.indexsets.models import Consultation, Edition
from chiso.organizations.requests import UserRequest
from chiso.results import actions, policy
from chiso.results.models import Publication, Result
from chiso.rounds.models import Round
from chiso.rounds.pages import parts_of
from chiso.rounds.policy import runs
from chiso.rounds.stage_line import stage_line

_OFFICE = "application/vnd.openxmlformats-officedocument."
WORD = f"{_OFFICE}wordprocessingml.document"
_OPINIONS = {
    "docx": (WORD, opinions_table.build_docx),
    "xlsx": (f"{_OFFICE}spreadsheetml.sheet", opinions_table.build_xlsx),
}


def _result(request: UserRequest, pk: int) -> Result:
    """The approved result of a round, for those who publish it."""
    rows = (
        Result.objects.visible_to(request.user)
        .filter(round=pk)
        .select_related("round__authority", "round__coordinator", "round__plan", "approved_by")
    )
    result = rows.order_by("-pk").first()
    if result is None:
        raise Http404
    if not policy.can_publish(request.user, result):
        raise PermissionDenied(_("Cơ quan thường trực ban hành, công bố kết quả."))
    return result


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: UserRequest, pk: int) -> HttpResponse:
    """Number and date first, then a page that says what will happen, then the publication."""
    result = _result(request, pk)
    form = DecisionForm(*sent(request), initial={"day": localdate(request.now)})
    if request.method == "POST" and form.is_valid():
        if "confirmed" in request.POST:
            return _publish(request, result, form)
        confirmation = publishing_page.confirmation(result, form.cleaned_data)
        return _page(request, result, "documents/confirm_publication.html", {"page": confirmation})
    context = {"page": publishing_page.publishing_page(result), "form": form}
    return _page(request, result, "documents/publish.html", context, status=status_of(form))


def _page(
    request: UserRequest, result: Result, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    parts = parts_of(result.round, request.user, "results:results")
    frame = {"result": result, "stage_line": stage_line(result.round, request.now), "parts": parts}
    return render(request, template, frame | context, status=status)


def _publish(request: UserRequest, result: Result, form: DecisionForm) -> HttpResponse:
    number, day = form.cleaned_data["number"], form.cleaned_data["day"]
    decision = publication_decision.build(compose(result, number=number, day=day))
    try:
        publication = actions.publish_result(
            result, request.user, request.now, number=number, day=day, decision=decision
        )
    except RuleViolation as refusal:
        messages.error(request, str(refusal))
        context = {"page": publishing_page.publishing_page(result), "form": form}
        return _page(request, result, "documents/publish.html", context, status=409)
    messages.success(request, _("Đã công bố. Mọi người xem được kết quả, các đơn vị nhận được thông báo."))
    return redirect("portal:publication", pk=publication.pk)


@require_safe
def draft(request: UserRequest, pk: int) -> HttpResponse:
    """The decision as it would be printed now, with the number and date of the form when they are given."""
    result = _result(request, pk)
    form = DecisionForm(request.GET or None)
    signed = form.cleaned_data if form.is_valid() else {}
    content = publication_decision.build(compose(result, number=signed.get("number"), day=signed.get("day")))
    response = HttpResponse(content, content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="du-thao-quyet-dinh-{result.round.year}.docx"'
    return response


@login_not_required
@require_safe
def decision(request: HttpRequest, pk: int) -> FileResponse:
    """The decision as it was published: a public document."""
    publication = get_object_or_404(Publication.objects.public(), pk=pk)
    try:
        file = publication.decision.open("rb")
    except (OSError, ValueError):  # A restore that went wrong.
        raise Http404 from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=f"quyet-dinh-{publication.number.replace('/', '-')}.docx",
        content_type=WORD,
    )
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@require_safe
def panels(request: UserRequest, pk: int) -> HttpResponse:
    """The decision that sets up council and team: a draft for those who run the round, then for everybody in it."""
    rounds = Round.objects.visible_to(request.user).select_related("authority", "coordinator", "plan")
    round = get_object_or_404(rounds, pk=pk)
    if not round.panels_decision and not runs(request.user, round):
        raise PermissionDenied(_("Dự thảo quyết định dành cho cơ quan thường trực và người đứng đầu cơ quan."))
    response = HttpResponse(panels_decision.build(panels_decision.compose(round)), content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="quyet-dinh-thanh-lap-{round.year}.docx"'
    return response


@require_safe
def opinions(request: UserRequest, pk: int, kind: str) -> HttpResponse:
    """All opinions on a set with their answers (bảng tổng hợp), for those who ask and the head."""
    editions = Edition.objects.visible_to(request.user).defer("text", "draft").select_related("index_set__authority")
    edition = get_object_or_404(editions, pk=pk)
    if not set_policy.can_read_opinions(request.user, edition):
        raise PermissionDenied(_("Bảng tổng hợp ý kiến dành cho cơ quan thường trực và người đứng đầu cơ quan."))
    consultation = get_object_or_404(Consultation.objects.select_related("edition__index_set"), edition=edition)
    if kind not in _OPINIONS:
        raise Http404
    media_type, build = _OPINIONS[kind]
    response = HttpResponse(build(opinions_table.compose(consultation)), content_type=media_type)
    name = f"tong-hop-y-kien-{edition.year}-{edition.version}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def report_draft(request: UserRequest, pk: int) -> HttpResponse:
    """The unit's report on its self-assessment as it would be printed now, to be signed."""
    dossier = open_dossier(request.user, pk)
    if not sees_whole(request.user, dossier):
        raise PermissionDenied(_("Báo cáo tự đánh giá dành cho đơn vị và cơ quan thường trực."))
    report = self_assessment_report.compose(request.user, dossier, by=request.user)
    response = HttpResponse(self_assessment_report.build(report), content_type=WORD)
    name = f"bao-cao-tu-danh-gia-{dossier.unit.code}-{dossier.round.year}.docx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _receipt(request: UserRequest, pk: int) -> tuple[Dossier, receipt.ReceiptDocument]:
    """A dossier with its receipt; 404 when it was not handed over."""
    dossier = open_dossier(request.user, pk)
    if not is_handed_over(dossier):
        raise Http404
    return dossier, receipt.compose(request.user, dossier)


@require_safe
def receipt_docx(request: UserRequest, pk: int) -> HttpResponse:
    """The receipt as Word."""
    dossier, document = _receipt(request, pk)
    response = HttpResponse(receipt.build(document), content_type=WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="{_receipt_name(dossier, "docx")}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def receipt_as_pdf(request: UserRequest, pk: int) -> HttpResponse:
    """Have the PDF of the receipt made, and say how far it is."""
    dossier, document = _receipt(request, pk)
    if request.method == "POST":
        receipt_pdf.ask_for_pdf(document, request.now)
        return redirect("documents:receipt_pdf", pk)
    path = receipt_pdf.path_of(document)
    making = receipt_pdf.how_far(path)
    why = receipt_pdf.why_failed(path) if making == receipt_pdf.Making.FAILED else ""
    context = {"dossier": dossier, "making": making, "why": why, "stage_line": line_of(dossier, request.now)}
    return render(request, "documents/receipt_pdf.html", context)


@require_safe
def receipt_pdf_file(request: UserRequest, pk: int) -> HttpResponseBase:
    """The PDF itself, once it was made."""
    dossier, document = _receipt(request, pk)
    path = receipt_pdf.path_of(document)
    if receipt_pdf.how_far(path) != receipt_pdf.Making.READY:
        raise Http404
    content, name = default_storage.open(path), _receipt_name(dossier, "pdf")
    return respond_with_content(request, content, name, PDF, tag=path, inline=True)


def _receipt_name(dossier: Dossier, suffix: str) -> str:
    return f"bien-nhan-{dossier.unit.code}-{dossier.round.year}.{suffix}"
