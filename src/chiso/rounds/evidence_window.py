"""Between which days a document must be issued to prove something in a round (thời gian ban hành tài liệu)."""

from datetime import date

from chiso.evidence.advice import window_of
from chiso.rounds.models import Round

MOST_MONTHS_BEFORE = 24


def evidence_window(round: Round) -> tuple[date, date]:
    """The first and the last day: the assessed year, and the months before it that the round's rules add."""
    return window_of(round.year, round.evidence_months_before)
