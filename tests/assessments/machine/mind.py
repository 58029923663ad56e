"""What somebody has before the eyes who is about to act, and how it is made up what is said of a leaf."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from chiso.assessments.models import Citation, Dossier, Entry, Meeting, Motion, PreliminaryNotice, Reopening
from chiso.indexsets.answers import Answer
from chiso.organizations.models import User
from chiso.results.models import Result, Submission
from chiso.rounds.models import Block, Conflict, PanelMember, Round
from tests.assessments.machine.drawing import Draw, Figures
from tests.assessments.machine.rows import Row, Tables
from tests.assessments.machine.stage import MAXIMUM, MAY_NOT_APPLY, Scene

_RELATED: dict[type[Model], tuple[str, ...]] = {
    Round: ("coordinator", "authority"),
    Dossier: ("round__coordinator", "unit", "block__edition"),
    Entry: ("dossier__round__coordinator", "dossier__unit", "dossier__block__edition", "criterion"),
    Citation: (
        "document",
        "entry__dossier__round__coordinator",
        "entry__dossier__unit",
        "entry__dossier__block__edition",
    ),
    PreliminaryNotice: ("dossier",),
    PanelMember: ("round", "user"),
    Conflict: ("member__round", "member__user", "unit"),
    Meeting: ("round__coordinator",),
    Motion: ("meeting__round__coordinator", "entry__dossier__unit", "entry__dossier__round", "entry__criterion"),
    Submission: ("round__authority",),
    Result: ("round__authority", "approved_by", "corrects"),
    Block: ("round", "edition"),
    Reopening: ("entry__dossier__round__coordinator", "entry__dossier__block__edition", "entry__dossier__unit"),
}
_TOO_MUCH = 12000
_MANY = 400
"""More figures than a run needs, and few enough to stay below every maximum."""


def load(model: type[Model], pk: int) -> Any:
    """Read a row as a page would, with what the action walks to."""
    return model._default_manager.select_related(*_RELATED[model]).get(pk=pk)


class NothingToDo(Exception):
    """There is no row that the action could be about."""


@dataclass(frozen=True)
class Mind:
    """What somebody has before the eyes who is about to act."""

    scene: Scene
    tables: Tables
    at: datetime
    draw: Draw
    figures: Figures

    @property
    def stage(self) -> str:
        [row] = self.tables["round"].values()
        return str(row["stage"])

    def pick(self, table: str, *, usual: Callable[[Row], object] = lambda _row: True) -> Row:
        """A row of a table, mostly one of the usual ones."""
        rows = list(self.tables[table].values())
        if not rows:
            raise NothingToDo
        fitting = [row for row in rows if usual(row)] or rows
        return self.draw.one_of(self.draw.mostly(fitting, rows))

    def pick_pk(self, table: str, *, usual: Callable[[Row], object] = lambda _row: True) -> int:
        return int(self.pick(table, usual=usual)["id"])

    def state_of(self, entry: Row) -> str:
        return str(self.tables["dossier"][entry["dossier_id"]]["state"])

    def text(self) -> str:
        return self.draw.mostly(self.figures.words(), "", "   ")

    def later(self, *days: float) -> datetime:
        return self.at + timedelta(days=self.draw.one_of(days))

    # What is said of a leaf.

    def facts(self, code: str) -> dict[str, str]:
        number = self.figures.next() % _MANY
        return {
            "1.1": {"numerator": str(600_003 + 977 * number), "denominator": "999983"},
            "1.2": {"numerator": str(600_103 + 977 * number), "denominator": "999979"},
            "2.1": {"score": f"{4000 + 7.25 * number:.2f}"},
            "2.2": {"value": str(200_003 + 811 * number)},
            "2.3": {"score": f"{1500 + 4.25 * number:.2f}"},
            "B.1": {"count": str(number % 3)},
            "P.1": {"days_late": str(number % 4)},
        }[code]

    def points(self, code: str) -> Decimal:
        """Points that somebody decides: below the maximum, and unlike any other."""
        step = Decimal("7.37") if MAXIMUM[code] > 5000 else Decimal("1.37")
        return Decimal("1000.01") + step * (self.figures.next() % _MANY)

    def answer(self, code: str, *, decides: bool) -> Answer:
        """Facts, points decided against the rule, “not applicable”, nonsense, or nothing."""
        facts = Answer(self.facts(code))
        decided = Answer({} if decides else dict(facts.facts), decided=self.points(code))
        does_not_apply = Answer({}, not_applicable=True)
        others = [does_not_apply] * (code in MAY_NOT_APPLY) + [
            Answer({}),
            Answer({"numerator": "3"}),
            Answer({}, decided=Decimal(_TOO_MUCH)),
            does_not_apply,
        ]
        usual = self.draw.one_of([decided, facts] if decides else [facts, decided])
        return self.draw.mostly(usual, *others)

    def version(self, row: Row | None) -> int:
        """The version that the page showed, or an old one, or one that never was."""
        now = int(row["version"]) if row else 0
        return self.draw.mostly(now, max(now - 1, 0), now + 1)


@dataclass(frozen=True)
class Doing:
    """What the action is about, and the rest of its arguments."""

    model: type[Model]
    pk: int
    arguments: dict[str, Any]


Intent = Callable[[Mind], Doing]


def user(pk: int) -> User:
    """A person as a request loads one: nothing is remembered from before."""
    return User.objects.get(pk=pk)
