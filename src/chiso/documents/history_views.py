"""How scores came about, as Word: what the reader sees on the page."""

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import translation
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from chiso.assessments.pages.dossier_rows import open_dossier
from chiso.assessments.pages.history_page import LeafHistory, criterion_entries, unit_history, visible_leaves
from chiso.documents import score_history
from chiso.organizations.requests import UserRequest
from chiso.rounds.models import Round
from chiso.rounds.views.frame import open_round

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def _file(history: score_history.ScoreHistory, name: str) -> HttpResponse:
    response = HttpResponse(score_history.build(history), content_type=_WORD)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return response


@require_safe
def dossier_history(request: UserRequest, pk: int) -> HttpResponse:
    """All leaves of a unit that the reader sees."""
    dossier = open_dossier(request.user, pk)
    entries = list(visible_leaves(request.user).filter(dossier=pk).order_by("criterion__position"))
    with translation.override(settings.LANGUAGE_CODE):
        leaves = unit_history(request.user, entries)
    round = _round_of(leaves, entries[0].dossier.round if entries else None)
    history = score_history.of_unit(round, dossier.unit.name, leaves, localdate(request.now))
    return _file(history, f"qua-trinh-cham-{dossier.unit.code}-{round.year}")


@require_safe
def criterion_history(request: UserRequest, pk: int, code: str) -> HttpResponse:
    """One criterion over the units that the reader sees."""
    entries = criterion_entries(request.user, open_round(request, pk), code)
    with translation.override(settings.LANGUAGE_CODE):
        leaves = unit_history(request.user, entries)
    round = _round_of(leaves, entries[0].dossier.round)
    return _file(
        score_history.of_criterion(round, leaves, localdate(request.now)), f"qua-trinh-cham-{code}-{round.year}"
    )


def _round_of(leaves: tuple[LeafHistory, ...], round: Round | None) -> Round:
    """The round of some histories; 404 where there is nothing to print."""
    if round is None or not leaves:
        raise Http404
    return round
