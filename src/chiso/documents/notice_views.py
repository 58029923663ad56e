"""The preliminary notice as Word, and all notices of a round in one ZIP."""

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from chiso.assessments.models import PreliminaryNotice
from chiso.assessments.pages.dossier_rows import sees_whole
from chiso.common.asking import require
from chiso.documents import notices_zip, preliminary_notice
from chiso.evidence.serving import respond_with_content
from chiso.organizations.requests import UserRequest
from chiso.rounds import policy
from chiso.rounds.models import Round
from chiso.rounds.views.frame import frame, open_round

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@require_safe
def notice(request: UserRequest, pk: int) -> HttpResponse:
    """One notice, for its unit and for those who run the round."""
    told = PreliminaryNotice.objects.visible_to(request.user).select_related(*preliminary_notice.with_joins())
    found = get_object_or_404(told.defer("dossier__block__edition__text"), dossier=pk)
    require(sees_whole(request.user, found.dossier))
    content = preliminary_notice.build(preliminary_notice.compose(found))
    response = HttpResponse(content, content_type=_WORD)
    name = f"thong-bao-so-bo-{found.dossier.unit.code}-{found.dossier.round.year}.docx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _sent_round(request: UserRequest, pk: int) -> Round:
    round = open_round(request, pk)
    require(policy.can_coordinate(request.user, round))
    if not PreliminaryNotice.objects.filter(dossier__round=round).exists():
        raise Http404
    return round


@require_http_methods(["GET", "HEAD", "POST"])
def notices(request: UserRequest, pk: int) -> HttpResponse:
    """Have the ZIP of all notices made, and say whether it is there."""
    round = _sent_round(request, pk)
    if request.method == "POST":
        notices_zip.ask_for_zip(round, request.now)
        return redirect(f"{request.path}?dang-tao")
    is_ready = notices_zip.is_ready(round)
    context = {"is_ready": is_ready, "is_waiting": not is_ready and "dang-tao" in request.GET}
    return render(request, "documents/notices.html", frame(request, round, "assessments:round") | context)


@require_safe
def notices_file(request: UserRequest, pk: int) -> HttpResponseBase:
    """The ZIP itself, once it was made."""
    round = _sent_round(request, pk)
    if not notices_zip.is_ready(round):
        raise Http404
    path = notices_zip.path_of(round)
    name = f"thong-bao-so-bo-{round.year}.zip"
    return respond_with_content(request, default_storage.open(path), name, "application/zip", tag=path, inline=False)
