"""A document that may hold a state secret: remove its content for good, or say that it holds none."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chiso.assessments.forms.secrecy import SecrecyForm
from chiso.assessments.pages.secrecy_page import citation_to_decide, secrecy_page
from chiso.common.asking import attempt, require, sent, status_of
from chiso.evidence import actions, policy
from chiso.organizations.requests import UserRequest


@require_http_methods(["GET", "HEAD", "POST"])
def secrecy(request: UserRequest, pk: int) -> HttpResponse:
    citation = citation_to_decide(request.user, pk)
    require(policy.can_remove_content(request.user, citation.document))
    form = SecrecyForm(sent(request)[0])
    step = actions.release_content if form.releases() else actions.remove_content
    if attempt(form, lambda: step(citation.document, request.user, request.now, reason=form.cleaned_data["reason"])):
        said = _("Đã thôi tạm giữ tài liệu.") if form.releases() else _("Đã gỡ nội dung tài liệu.")
        messages.success(request, said)
        return redirect("assessments:leaf", citation.entry.dossier_id, citation.entry.code)
    return render(request, "assessments/secrecy.html", secrecy_page(citation, form), status=status_of(form))
