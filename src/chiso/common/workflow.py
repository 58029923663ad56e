"""State moves as data: a transition names where it may start, where it ends, and what people call it."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from chiso.common.refusals import RuleViolation


@dataclass(frozen=True)
class Transition:
    """`sources` → `target`; `label` is the Vietnamese name of the step."""

    sources: frozenset[str]
    target: str
    label: str | Promise


def step(sources: str | Collection[str], target: str, label: str | Promise) -> Transition:
    return Transition(frozenset([sources] if isinstance(sources, str) else sources), target, label)


def move(row: Model, transition: Transition, *, field: str = "state", **also: Any) -> None:
    """Move one row by compare-and-set, and write the fields in `also` with it.

    Whoever comes second finds no row in a source state, on SQLite and PostgreSQL alike, and is refused.
    """
    rows = type(row)._default_manager.filter(pk=row.pk, **{f"{field}__in": transition.sources})
    if not rows.update(**{field: transition.target}, **also):
        raise RuleViolation(
            _("Không thể thực hiện “%(step)s”: %(what)s không còn ở bước cho phép. Hãy tải lại trang để xem.")
            % {"step": transition.label, "what": row}
        )
    for name, value in {field: transition.target, **also}.items():
        setattr(row, name, value)


def move_all(rows: QuerySet[Any], transition: Transition, *, field: str = "state") -> int:
    """Move every row of a set that stands in a source state; answers how many moved."""
    return rows.filter(**{f"{field}__in": transition.sources}).update(**{field: transition.target})


def save_if_unchanged(row: Model, version: int, *, leave: Collection[str] = ()) -> bool:
    """Save a row that carries a `version`, by compare-and-set; answers False when someone else was faster.

    `version` is the one that the page was opened with: 0 for a row that was not there. The fields in `leave` are
    written by other actions, which do not count versions, so they stay as the database has them.
    """
    if row._state.adding and version:
        return False
    row.version = version + 1  # type: ignore[attr-defined]  # every model that is edited on pages has one
    if row._state.adding:
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return False
        return True
    fields = [field for field in row._meta.concrete_fields if not field.primary_key and field.name not in leave]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    return bool(type(row)._default_manager.filter(pk=row.pk, version=version).update(**values))
