"""One change of a round at a time.

What an action is handed was read before its transaction began. Here the transaction takes the round for itself (on
PostgreSQL by a row lock; SQLite's IMMEDIATE transaction is alone already) and reads again what its guards ask.
"""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from chiso.rounds.models import Round


def hold(round: Round) -> None:
    """Make this transaction the only one that changes the round until it ends, and read again where it stands."""
    held = Round.objects.select_for_update(no_key=True).filter(pk=round.pk)
    take_over(round, held.values("stage", "panels_decision", "panels_date").get())


def read_again(row: Model, *fields: str) -> None:
    """Read fields of a row anew, after its round is held."""
    take_over(row, type(row)._default_manager.filter(pk=row.pk).values(*fields).get())


def take_over(row: Model, values: Mapping[str, Any]) -> None:
    """Put freshly read values on a row."""
    for name, value in values.items():
        setattr(row, name, value)
