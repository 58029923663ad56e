"""Tries what people try, and holds each outcome against the laws."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.core.exceptions import PermissionDenied
from django.test import Client

import chiso.config.urls  # noqa: F401 loads every module that registers an action
from chiso.audit.actions import REGISTRY
from chiso.audit.chain import first_break
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.scoring import FactErrors
from tests.assessments.machine import pages, rows
from tests.assessments.machine.council_laws import LAWS
from tests.assessments.machine.drawing import Draw, Figures
from tests.assessments.machine.intents import INTENTS, who
from tests.assessments.machine.mind import Doing, Mind, NothingToDo, load, user
from tests.assessments.machine.parties import person
from tests.assessments.machine.rows import Broken, Step, Tables, demand
from tests.assessments.machine.sight import Reader, reader_of
from tests.assessments.machine.stage import LATE, SELF_SCORED, Scene
from tests.world import moment

REFUSALS = (PermissionDenied, RuleViolation, FactErrors)
ALL_CODES = frozenset({*SELF_SCORED, LATE})
ANYBODY = "anybody"
"""Who reads without an account."""

Try = Callable[[], bool]


class Player:
    """One round as it is played: the clock, what stands in the tables, and what was tried so far."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.figures = Figures()
        self.at: datetime = moment("28/11/2022 08:00")
        self.clients = {name: Client() for name in (*scene.people, ANYBODY)}
        for name, pk in scene.people.items():
            self.clients[name].force_login(user(pk))
        self.begin()

    def begin(self) -> None:
        """Look at everything anew: at the start, and where an example starts over."""
        self.tables: Tables = rows.read()
        self._hidden: dict[str, pages.Search] = {}
        self.log: list[str] = []
        self.done: Counter[str] = Counter()
        self._audit = rows.audit_numbers()

    def mind(self, draw: Draw) -> Mind:
        return Mind(self.scene, self.tables, self.at, draw, self.figures)

    def wait(self, **time: float) -> None:
        self.at += timedelta(**time)

    def wait_until(self, moment: datetime) -> None:
        self.at = max(self.at, moment)

    # ---- acting -------------------------------------------------------------------------

    def intend(self, code: str, draw: Draw, *, times: int = 1) -> list[Try]:
        """Make up somebody's next action, clicked once or twice; nothing when there is no row it could be about."""
        mind = self.mind(draw)
        try:
            doing = INTENTS[code](mind)
        except NothingToDo:
            return []
        by = who(mind, code, doing)
        return [self.ready(code, by, doing) for _click in range(times)]

    def ready(self, code: str, by: int, doing: Doing) -> Try:
        """Load all that the action needs, as a request does; it happens when it is called, perhaps after another's."""
        subject, actor = load(doing.model, doing.pk), user(by)
        return lambda: self._happen(code, actor, subject, doing.arguments)

    def act(self, code: str, name: str, doing: Doing) -> bool:
        """One person does one thing. Answers whether it was done."""
        return self.ready(code, self.scene.people[name], doing)()

    def _happen(self, code: str, by: Any, subject: Any, arguments: dict[str, Any]) -> bool:
        self.at += timedelta(seconds=1)
        what = f"{self.at:%d/%m %H:%M:%S} {self.scene.name_of(by.pk)}: {code} {subject} {arguments}"
        try:
            REGISTRY[code].function(subject, by, self.at, **arguments)
        except REFUSALS as refusal:
            self.log.append(f"{what} → {type(refusal).__name__}: {refusal}")
            self._require_untouched(code)
            return False
        self.log.append(f"{what} → done")
        self.done[code] += 1
        self._settle(code, by.pk)
        return True

    def _require_untouched(self, what: str) -> None:
        demand(rows.audit_numbers() == self._audit, f"{what} was refused and is in the log.")
        demand(rows.read() == self.tables, f"{what} was refused and changed something.")

    def _settle(self, code: str, by: int) -> None:
        """One entry more, and every law holds for what the step did."""
        audit, after = rows.audit_numbers(), rows.read()
        known = len(self._audit)
        demand(audit[:known] == self._audit, "The log was rewritten.")
        demand(len(audit) == known + 1, f"{code} wrote {len(audit) - known} entries.")
        entry = AuditEntry.objects.get(number=audit[-1][0])
        demand(entry.number == known + 1, f"Entry {known + 1} has the number {entry.number}.")
        demand(entry.previous_hash == (self._audit[-1][1] if known else "0" * 64), "The chain is broken.")
        step = Step(code, by, self.at, entry, self.tables, after)
        self.tables, self._audit = after, audit
        self._hidden = {}
        for law in LAWS:
            law(step, self.scene)

    # ---- looking ----------------------------------------------------------------------------

    def reader(self, name: str) -> Reader:
        one = None if name == ANYBODY else person(self.tables, self.scene.people[name])
        return reader_of(one, self.tables, self.scene)

    def look(self, name: str, path: str, *, in_part: bool = False, is_one_of_many: bool = False) -> int:
        """Somebody opens a page: nothing on it is hidden from this person, and nothing changed but an opened notice."""
        response = pages.open_page(self.clients[name], path, in_part=in_part)
        self.log.append(f"{self.at:%d/%m %H:%M:%S} {name} opens {path} → {response.status_code}")
        if len(rows.audit_numbers()) > len(self._audit):
            self._settle("notice.open", self.scene.people[name])
        elif not is_one_of_many:
            self._require_untouched(path)
        if name not in self._hidden:
            self._hidden[name] = pages.search_for(self.reader(name), self.tables)
        pages.require_nothing_hidden(self._hidden[name], path, response)
        if path.endswith("ket-qua.json") and response.status_code == 200:
            pages.require_published_is_frozen(self.tables, response)
        return response.status_code

    def look_anywhere(self, name: str, draw: Draw) -> None:
        """Somebody opens a page of the address table, with keys that exist."""
        route = draw.one_of(draw.one_of([pages.telling_routes(), pages.routes()]))
        values = {}
        for converter, parameter in pages.parameters(route):
            found = pages.values_for(route, converter, parameter, self.scene)
            if not found:
                return
            values[parameter] = draw.one_of(found)
        self.look(name, pages.address(route, values), in_part=draw.mostly(False, True))

    def look_everywhere(self, name: str, codes: Sequence[str]) -> list[str]:
        """Somebody opens every page with every key; answers what was found that is hidden from this person."""
        found = []
        for route in pages.routes():
            known = [pages.values_for(route, *one, self.scene) for one in pages.parameters(route)]
            known = [[value for value in values if value in codes or value not in ALL_CODES] for values in known]
            for chosen in product(*known):
                names = [parameter for _converter, parameter in pages.parameters(route)]
                try:
                    self.look(name, pages.address(route, dict(zip(names, chosen, strict=True))), is_one_of_many=True)
                except Broken as broken:
                    found.append(f"{name}: {broken}")
        self._require_untouched("reading")
        return found

    def count_rows(self, name: str, *models: str) -> None:
        """The rows that a person's `visible_to` gives, of some models or of all."""
        names = models or tuple(pages.WITH_VISIBLE_TO)
        pages.require_rows_in_sight(self.reader(name), self.tables, user(self.scene.people[name]), names)

    # ---- the end -----------------------------------------------------------------------------

    def require_sound_log(self) -> None:
        demand(first_break() is None, "The chain of the log does not verify.")

    @contextmanager
    def telling(self) -> Iterator[None]:
        """A failure comes with everything that led to it."""
        try:
            yield
        except Exception as broken:
            broken.add_note("\n".join(self.log))
            raise
