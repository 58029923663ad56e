"""What stands in the tables of the round, read whole, and what one step did to it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from django.db import connection
from django.db.models import Model

from chiso.assessments import models as assessments
from chiso.audit.models import AuditEntry
from chiso.organizations.models import Membership
from chiso.results import models as results
from chiso.rounds import models as rounds

Row = dict[str, Any]
Table = dict[int, Row]
Tables = dict[str, Table]

WATCHED: tuple[type[Model], ...] = (
    Membership,
    rounds.Round,
    rounds.Stage,
    rounds.Extension,
    rounds.PanelMember,
    rounds.Assignment,
    rounds.Conflict,
    assessments.Dossier,
    assessments.Entry,
    assessments.Citation,
    assessments.Appraisal,
    assessments.PassSignOff,
    assessments.PreliminaryNotice,
    assessments.Explanation,
    assessments.Meeting,
    assessments.Attendance,
    assessments.Absence,
    assessments.IndependentScore,
    assessments.Reopening,
    assessments.Motion,
    assessments.Vote,
    results.Submission,
    results.Result,
    results.Ranking,
    results.Publication,
    results.Correction,
)


class Broken(AssertionError):
    """The round reached a state that it must never be in."""


def demand(holds: object, sentence: str) -> None:
    if not holds:
        raise Broken(sentence)


@cache
def _written(model: type[Model]) -> tuple[str, list[str], Any, Any]:
    """The SELECT of a whole table, compiled once: it runs before and after thousands of steps."""
    compiler = model._default_manager.order_by("pk").values().query.get_compiler(connection=connection)
    sql, params = compiler.as_sql()
    if params:
        raise RuntimeError(f"{model} is not read whole.")
    names = [field.attname for field in model._meta.concrete_fields]
    return sql, names, compiler, compiler.get_converters([column for column, *_ in compiler.select])


def _read_table(model: type[Model]) -> Table:
    sql, names, compiler, converters = _written(model)
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = compiler.apply_converters(cursor.fetchall(), converters)
        return {row["id"]: row for row in (dict(zip(names, values, strict=True)) for values in found)}


def read() -> Tables:
    """Every watched table, by the model's name in small letters."""
    return {model._meta.model_name or "": _read_table(model) for model in WATCHED}


def audit_numbers() -> list[tuple[int, str]]:
    """The whole log as (number, seal): what was written stays as it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, hash FROM audit_auditentry ORDER BY number")
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Change:
    """One row that a step changed, and the columns that differ."""

    old: Row
    new: Row

    @cached_property
    def columns(self) -> frozenset[str]:
        return frozenset(name for name, value in self.new.items() if self.old.get(name) != value)


@dataclass(frozen=True)
class Step:
    """One action that was done: by whom, when, its audit entry, and the tables before and after it."""

    code: str
    by: int
    at: datetime
    audit: AuditEntry
    before: Tables
    after: Tables

    def added(self, table: str) -> list[Row]:
        return [row for pk, row in self.after[table].items() if pk not in self.before[table]]

    def removed(self, table: str) -> list[Row]:
        return [row for pk, row in self.before[table].items() if pk not in self.after[table]]

    def changed(self, table: str) -> list[Change]:
        return [
            Change(row, self.after[table][pk])
            for pk, row in self.before[table].items()
            if pk in self.after[table] and self.after[table][pk] != row
        ]

    def touched(self, table: str) -> list[Row]:
        """The new and the changed rows, as they are now."""
        return [*self.added(table), *(change.new for change in self.changed(table))]

    @property
    def stage(self) -> str:
        """The stage in which the step was done."""
        return str(the_round(self.before)["stage"])

    def dossier_of(self, entry: int) -> Row:
        """The dossier of an entry as it was before the step."""
        return self.before["dossier"][self.before["entry"][entry]["dossier_id"]]

    def unit_of(self, entry: int) -> int:
        dossiers, entries = self.after["dossier"], self.after["entry"]
        return int(dossiers[entries[entry]["dossier_id"]]["unit_id"])


def the_round(tables: Tables) -> Row:
    [row] = tables["round"].values()
    return row
