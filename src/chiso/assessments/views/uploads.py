"""Files that arrive piece by piece, in the core of the tus protocol 1.0 (`evidence.receiving`).

POST begins an upload, or finds the one that broke off; its `Location` is then asked (HEAD), sent on (PATCH) and given
up (DELETE). Every refusal is a sentence as plain text with status 422: 409 is kept for a wrong offset.
"""

import logging
import re

from django.core.exceptions import PermissionDenied
from django.core.files.base import File
from django.http import Http404, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from chiso.assessments import policy
from chiso.assessments.actions import dossier as actions
from chiso.assessments.citing import require_attachable
from chiso.assessments.forms.uploads import BeginForm, PlaceForm
from chiso.assessments.matching import leaf_for_name
from chiso.assessments.models import Citation, Entry
from chiso.assessments.pages.dossier_page import files_pieces
from chiso.assessments.pages.dossier_rows import open_dossier, open_leaf
from chiso.assessments.uploading import leaf_of, purpose_of
from chiso.common.refusals import RuleViolation
from chiso.evidence import receiving
from chiso.evidence.models import Upload
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest

logger = logging.getLogger(__name__)
PIECE_TYPE = "application/offset+octet-stream"


@require_POST
def begin(request: UserRequest, pk: int, code: str) -> HttpResponse:
    return _begin(request, open_leaf(request.user, pk, code, to_write=True))


@require_POST
def begin_by_name(request: UserRequest, pk: int) -> HttpResponse:
    """For a whole dossier: the name of the file says for which leaf it is."""
    index_set = index_set_of(open_dossier(request.user, pk).block.edition)
    code = leaf_for_name(index_set, request.POST.get("name", ""))
    if code is None:
        return _refused(
            _("Tên tệp chưa cho biết tiêu chí. Hãy đặt mã tiêu chí ở đầu tên (ví dụ: %(name)s) rồi chọn lại tệp.")
            % {"name": f"{index_set.leaves[0].code}_ke-hoach.pdf"}
        )
    return _begin(request, open_leaf(request.user, pk, code, to_write=True))


def _begin(request: UserRequest, entry: Entry) -> HttpResponse:
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _refused("\n".join(str(error) for errors in form.errors.values() for error in errors))
    told = form.cleaned_data
    place = told.pop("place")
    try:
        _require_attachable(request, entry)
        upload = receiving.begin(entry.dossier.unit, request.user, request.now, purpose=purpose_of(entry), **told)
    except RuleViolation as refusal:
        return _refused(str(refusal))
    answer = _standing(upload, 201, str(entry))
    path = reverse("assessments:upload", args=[upload.key])
    answer.headers["Location"] = f"{path}?{urlencode({'place': place})}" if place else path
    return answer


@require_http_methods(["HEAD", "PATCH", "DELETE"])
def upload(request: UserRequest, key: str) -> HttpResponse:
    found = receiving.upload_of(request.user, key)
    leaf = leaf_of(found) if found else None
    if found is None or leaf is None:
        raise Http404
    entry = open_leaf(request.user, *leaf, to_write=True)
    if request.method == "DELETE":
        receiving.discard(found)
        return HttpResponse(status=204)
    if request.method == "HEAD":
        return _standing(found, 200)
    try:
        return _receive(request, entry, found)
    except RuleViolation as refusal:
        receiving.discard(found)
        return _refused(str(refusal))
    except OSError:
        logger.exception("Không ghi được tệp đang tải lên %s.", key)
        return _plain(_("Máy chủ chưa lưu được phần này của tệp. Hãy thử lại sau ít phút."), 503)
    except Upload.DoesNotExist:  # Given up or refused by another request meanwhile.
        raise Http404 from None


def _receive(request: UserRequest, entry: Entry, upload: Upload) -> HttpResponse:
    """Take one piece, and the file once it is whole. No bytes at its end ask what became of it."""
    if request.content_type != PIECE_TYPE:
        return _standing(upload, 415)
    offset, piece = request.headers.get("Upload-Offset", ""), _whole_piece(request)
    if piece is None or not re.fullmatch("[0-9]{1,15}", offset):
        return _standing(upload, 400)
    if not receiving.is_finished(upload):
        _require_attachable(request, entry)
    try:
        receiving.append(upload, int(offset), piece, request.now)
    except receiving.UnfitPiece:
        return _standing(upload, 400)
    except receiving.OutOfStep:
        upload.refresh_from_db()
        return _standing(upload, 409)
    return _standing(upload, 204) if upload.received < upload.size else _finish(request, entry, upload)


def _whole_piece(request: UserRequest) -> bytes | None:
    """The bytes of the request; None when the line broke in the middle of them, or when they are too many."""
    length = request.headers.get("Content-Length", "")
    if not re.fullmatch("[0-9]{1,7}", length) or int(length) > receiving.LARGEST_PIECE:
        return None
    try:
        piece = request.body
    except UnreadablePostError:
        return None
    return piece if len(piece) == int(length) else None


def _finish(request: UserRequest, entry: Entry, upload: Upload) -> HttpResponse:
    """Let the action decide; answer with the list of documents as it is then."""
    form = PlaceForm(request.GET)
    place = form.cleaned_data["place"] if form.is_valid() else ""

    def attach(file: File[bytes]) -> Citation:
        return actions.attach_evidence(entry, request.user, request.now, file=file, place=place)

    receiving.finish(upload, attach)
    answer = render(request, "assessments/dossier.html#arrived", files_pieces(request, entry))
    return _stamped(answer, upload)


def _require_attachable(request: UserRequest, entry: Entry) -> None:
    """Ask before the line is used what the action asks in the end."""
    if policy.can_edit_entry(request.user, entry) is None:
        raise PermissionDenied(_("Chỉ công chức, lãnh đạo của đơn vị tải tài liệu lên ở đây."))
    require_attachable(entry, request.now)


def _standing(upload: Upload, status: int, words: str = "") -> HttpResponse:
    return _stamped(_plain(words, status), upload)


def _stamped(answer: HttpResponse, upload: Upload) -> HttpResponse:
    answer.headers["Upload-Offset"] = str(upload.received)
    answer.headers["Upload-Length"] = str(upload.size)
    answer.headers["Tus-Resumable"] = "1.0.0"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(sentence: str) -> HttpResponse:
    return _plain(sentence, 422)


def _plain(words: str, status: int) -> HttpResponse:
    return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
