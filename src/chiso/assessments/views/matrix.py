"""Units × criteria with the scores of all parties, on screen and as Excel (tổng hợp điểm)."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiso.assessments import policy
from chiso.assessments.matrix_file import write_matrix
from chiso.assessments.pages.matrix_page import matrix_page, view_of
from chiso.common.asking import require
from chiso.organizations.requests import UserRequest
from chiso.rounds.views.frame import frame, open_round

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUTE = "assessments:matrix"


@require_safe
def matrix(request: UserRequest, pk: int) -> HttpResponse:
    """One page of units; everything one looks at is in the address."""
    round = open_round(request, pk)
    require(policy.can_read_meetings(request.user, round))
    view = view_of(round, request.user, request.GET)
    page = matrix_page(view, request.GET) if view else None
    return render(request, "assessments/matrix.html", frame(request, round, ROUTE) | {"page": page})


@require_safe
def matrix_file(request: UserRequest, pk: int) -> HttpResponse:
    """All units that the filters leave, with the four scores, reasons and states of every leaf, as Excel."""
    round = open_round(request, pk)
    require(policy.can_read_meetings(request.user, round))
    view = view_of(round, request.user, request.GET)
    if view is None:
        raise Http404
    response = HttpResponse(write_matrix(view, request.now), content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="tong-hop-diem-{round.year}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response
