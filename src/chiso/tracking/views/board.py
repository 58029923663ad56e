"""Where everyone stands: the board, its Excel file, and the leader's one page."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiso.assessments.pages.overview_page import open_round
from chiso.common.asking import require
from chiso.organizations.requests import UserRequest
from chiso.rounds.policy import runs
from chiso.rounds.views.frame import frame
from chiso.tracking.board import board_page, may_read
from chiso.tracking.board_file import write_board
from chiso.tracking.board_rows import standing
from chiso.tracking.leader_page import leader_page

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ROUTE = "tracking:board"


@require_safe
def board(request: UserRequest, pk: int) -> HttpResponse:
    """The plan as a timeline, what is due, who is behind, and the numbers of each stage; filters in the address."""
    round = open_round(request.user, pk)
    require(may_read(request.user, round))
    page = board_page(standing(round, request.now), request.user, request.GET)
    return render(request, "tracking/board.html", frame(request, round, ROUTE) | {"page": page})


@require_safe
def board_file(request: UserRequest, pk: int) -> HttpResponse:
    """Tasks, bodies, units and stages as Excel; of the tasks those that the filters leave."""
    round = open_round(request.user, pk)
    require(may_read(request.user, round))
    content = write_board(standing(round, request.now), request.user, request.GET)
    response = HttpResponse(content, content_type=_XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="tien-do-{round.year}.xlsx"'
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
def brief(request: UserRequest, pk: int) -> HttpResponse:
    """The round on one sheet of A4, for those who run it."""
    round = open_round(request.user, pk)
    require(runs(request.user, round))
    page = leader_page(standing(round, request.now), request.user)
    return render(request, "tracking/leader.html", frame(request, round, ROUTE) | {"page": page})
