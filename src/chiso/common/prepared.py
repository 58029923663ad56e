"""A query that Django writes once for each process; from then on only its parameters change.

Building and compiling a query takes Django several times as long as the database takes to answer it. The pages that
are opened all day therefore prepare theirs: `build` gives the same queryset it would give anyway, `visible_to` and
all, once with marks in the place of the parameters. What `visible_to` says is so taken over, never written twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet

Row = TypeVar("Row")
Given = int | str | datetime | Collection[int] | None
_FIRST_MARK = 9_000_000_000_000_000_000
"""Near the end of what a big integer holds: no row has such a key, and no query such a constant."""
_FIRST_MOMENT = datetime(1, 1, 2, tzinfo=UTC)


class Prepared(Generic[Row]):
    """The rows of `build(**parameters)`, which must use every parameter as it is and branch on none of their values.

    Numbers, strings, moments and collections of numbers are parameters. None and booleans are handed to `build` as
    they are, and so is an empty collection: each gives a query of its own, as does each length of a collection.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build
        self._written: dict[tuple[object, ...], _Written[Row]] = {}

    def rows(self, **given: Given) -> list[Row]:
        shape = tuple(map(_shape, given.values()))
        if shape not in self._written:
            self._written[shape] = _Written(self._build, given)
        return self._written[shape].rows(_flat(given.values()))

    def first(self, **given: Given) -> Row | None:
        return next(iter(self.rows(**given)), None)


def remember(owner: Model, relation: str, rows: list[Any]) -> None:
    """Let `owner.relation.all()` answer with rows that were read already, as prefetching does."""
    known: QuerySet[Any] = QuerySet(type(owner)._meta.get_field(relation).related_model)
    known._result_cache = rows
    vars(owner).setdefault("_prefetched_objects_cache", {})[relation] = known


class _Written(Generic[Row]):
    """One SQL text, with the place of every parameter in it."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]], given: dict[str, Given]) -> None:
        marks = iter(range(_FIRST_MARK, _FIRST_MARK + len(_flat(given.values()))))
        marked = {name: _marked(value, marks) for name, value in given.items()}
        queryset: Any = build(**marked)
        self.queryset = queryset
        if queryset._prefetch_related_lookups:
            raise TypeError("A prepared query prefetches nothing.")
        self.compiler = self.queryset.query.get_compiler(self.queryset.db)
        self.sql = ""
        self.params: list[tuple[int | None, object]] = []
        with suppress(EmptyResultSet):  # Django knows that nothing can be found, and writes no SQL.
            self._write(_flat(marked.values()))

    def _write(self, marks: list[object]) -> None:
        self.sql, params = self.compiler.as_sql()
        self.converters = self.compiler.get_converters(
            [column for column, *_ in self.compiler.select[: self.compiler.col_count]]
        )
        places = {self._adapted(mark): place for place, mark in enumerate(marks)}
        self.params = [(places.get(value), value) for value in params]
        if set(places.values()) - {place for place, _ in self.params}:
            raise TypeError("A prepared query must use every parameter as it is.")

    def rows(self, values: Sequence[object]) -> list[Row]:
        if not self.sql:
            return []
        params = tuple(constant if place is None else self._adapted(values[place]) for place, constant in self.params)
        compiler = copy(self.compiler)
        compiler.connection = connections[self.queryset.db]
        vars(compiler).update(as_sql=lambda: (self.sql, params), get_converters=lambda _: self.converters)
        return list(self.queryset._iterable_class(_Source(self.queryset, compiler)))

    def _adapted(self, value: Any) -> Any:
        """As fields of the model would hand it to the database."""
        return self.compiler.connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


class _Source:
    """What Django's iterables ask of a queryset and of its query."""

    _known_related_objects: dict[Any, Any] = {}

    def __init__(self, queryset: QuerySet[Any, Any], compiler: Any) -> None:
        self.query = self
        self.db = queryset.db
        self._compiler = compiler

        self._names = queryset.query

    def get_compiler(self, using: str) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._names, name)


def _shape(value: Given) -> object:
    if value is None or isinstance(value, bool):
        return value
    return type(value) if isinstance(value, int | str | datetime) else len(value)


def _marked(value: Given, marks: Any) -> Given:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return f"\x00{next(marks)}"
    if isinstance(value, datetime):
        return _FIRST_MOMENT + timedelta(microseconds=next(marks) - _FIRST_MARK)
    return next(marks) if isinstance(value, int) else [next(marks) for _ in value]


def _flat(values: Collection[Given]) -> list[object]:
    """The parameters one after the other, as `_marked` gives out its marks."""
    found: list[object] = []
    for value in values:
        if value is None or isinstance(value, bool):
            continue
        if isinstance(value, int | str | datetime):
            found.append(value)
        else:
            found += value
    return found
