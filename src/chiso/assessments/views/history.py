"""How a score came about: of one leaf, of a unit, of a criterion over units; each prints as it stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from chiso.assessments.pages.dossier_rows import line_of, open_dossier
from chiso.assessments.pages.history_page import (
    criterion_entries,
    history_page,
    open_history,
    unit_history,
    visible_leaves,
)
from chiso.assessments.scores import node_of
from chiso.organizations.requests import UserRequest
from chiso.rounds.stage_line import stage_line
from chiso.rounds.views.frame import frame, open_round


@require_safe
def leaf_history(request: UserRequest, pk: int, code: str) -> HttpResponse:
    entry = open_history(request.user, pk, code)
    context = {"entry": entry, "page": history_page(request.user, entry)}
    line = {"stage_line": stage_line(entry.dossier.round, request.now)}
    return render(request, "assessments/leaf_history.html", context | line)


@require_safe
def dossier_history(request: UserRequest, pk: int) -> HttpResponse:
    """All leaves of a unit that the reader sees, in the order of the set."""
    dossier = open_dossier(request.user, pk)
    entries = visible_leaves(request.user).filter(dossier=pk).order_by("criterion__position")
    context = {"dossier": dossier, "leaves": unit_history(request.user, entries)}
    return render(request, "assessments/dossier_history.html", context | {"stage_line": line_of(dossier, request.now)})


@require_safe
def criterion_history(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """One criterion over all units that the reader sees."""
    round = open_round(request, pk)
    entries = criterion_entries(request.user, round, code)
    node = node_of(entries[0].dossier.block.edition, code)
    context = {"node": node, "leaves": unit_history(request.user, entries)}
    return render(request, "assessments/criterion_history.html", frame(request, round, "assessments:matrix") | context)
