"""The state machine: everybody does anything, and time passes."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.assessments.machine import way
from tests.assessments.machine.drawing import Chance, Draw
from tests.assessments.machine.intents import INTENTS, SENSIBLE, sensible_or_not
from tests.assessments.machine.pages import WITH_VISIBLE_TO
from tests.assessments.machine.player import ANYBODY, Player
from tests.assessments.machine.times import own_end

KEPT_OUT = ["an", "em", "oanh", "quy", "chi", "mai", "son", ANYBODY]
"""Those from whom most is hidden."""
HURRIED = ("entry.save", "dossier.submit", "dossier.withdraw", "entry.explain", "dossier.resubmit", "motion.vote")
"""What people do in the last second."""


class RoundMachine(RuleBasedStateMachine):
    """Each example goes on from the same point of the round, inside a savepoint that is rolled back at its end."""

    def __init__(self, player: Player) -> None:
        super().__init__()
        self.player = player
        self.started_at, self.figures = player.at, player.figures.count
        self.example = transaction.atomic()
        self.example.__enter__()
        player.begin()

    def teardown(self) -> None:
        try:
            with self.player.telling():
                self.player.require_sound_log()
        finally:
            transaction.set_rollback(True)
            self.example.__exit__(None, None, None)
            self.player.at, self.player.figures.count = self.started_at, self.figures

    @rule(data=st.data())
    def somebody_does_something_sensible(self, data: st.DataObject) -> None:
        draw = Chance(data)
        with self.player.telling():
            self._try(sensible_or_not(self.player.mind(draw)), draw)

    @rule(data=st.data())
    def several_do_something_sensible(self, data: st.DataObject) -> None:
        draw = Chance(data)
        with self.player.telling():
            for _turn in range(3):
                self._try(sensible_or_not(self.player.mind(draw)), draw)
            self._count(draw)

    @rule(data=st.data(), code=st.sampled_from(sorted(INTENTS)))
    def anybody_does_anything(self, data: st.DataObject, code: str) -> None:
        with self.player.telling():
            self._try(code, Chance(data))

    def _count(self, draw: Draw) -> None:
        """Building the queries of all models takes longer than the rest of the step."""
        self.player.count_rows(draw.one_of([*self.player.scene.people]), draw.one_of(tuple(WITH_VISIBLE_TO)))

    def _try(self, code: str, draw: Draw) -> None:
        for click in self.player.intend(code, draw):
            click()

    @rule(data=st.data())
    def somebody_clicks_twice(self, data: st.DataObject) -> None:
        draw = Chance(data)
        with self.player.telling():
            for click in self.player.intend(sensible_or_not(self.player.mind(draw)), draw, times=2):
                click()

    @rule(data=st.data())
    def two_act_at_once(self, data: st.DataObject) -> None:
        """The second read everything before the first wrote."""
        draw = Chance(data)
        with self.player.telling():
            codes = [sensible_or_not(self.player.mind(draw)) for _person in range(2)]
            for click in [click for code in codes for click in self.player.intend(code, draw)]:
                click()

    @rule(data=st.data())
    def the_round_goes_on(self, data: st.DataObject) -> None:
        with self.player.telling():
            way.go_on(self.player, Chance(data))
            self._count(Chance(data))

    @rule(pause=st.sampled_from([timedelta(minutes=5), timedelta(hours=7), timedelta(days=1), timedelta(days=3)]))
    def time_passes(self, pause: timedelta) -> None:
        self.player.at += pause

    @rule(data=st.data(), seconds=st.sampled_from([2, 1, 0]))
    def a_deadline_comes(self, data: st.DataObject, seconds: int) -> None:
        """Somebody acts a second before the next deadline, at it, or a second after."""
        coming = [moment for moment in self._deadlines() if moment > self.player.at + timedelta(seconds=5)]
        if coming:
            self.player.at = min(coming) - timedelta(seconds=seconds)
            sensible = SENSIBLE[self.player.mind(Chance(data)).stage]
            hurried = [code for code in HURRIED if code in sensible] or list(sensible)
            with self.player.telling():
                self._try(Chance(data).one_of(hurried), Chance(data))

    def _deadlines(self) -> list[datetime]:
        """Planned, noticed, extended, of a return, of a meeting; and the last day on which a dossier is taken late."""
        tables = self.player.tables
        columns = [("stage", "closes_at"), ("extension", "until"), ("dossier", "return_until")]
        columns += [("meeting", "held_at"), ("meeting", "answers_until")]
        moments = [row[column] for table, column in columns for row in tables[table].values()]
        moments += [own_end(tables, row) for row in tables["dossier"].values()]
        return [moment for moment in moments if moment]

    @rule(data=st.data())
    def somebody_opens_a_page(self, data: st.DataObject) -> None:
        self._look(data, lambda name, draw: self.player.look_anywhere(name, draw))

    @rule(data=st.data())
    def somebody_reads_around(self, data: st.DataObject) -> None:
        """Several pages, and the rows behind them."""

        def read(name: str, draw: Draw) -> None:
            for _page in range(3):
                self.player.look_anywhere(name, draw)
            if name != ANYBODY:
                self.player.count_rows(name, draw.one_of(tuple(WITH_VISIBLE_TO)))

        self._look(data, read)

    def _look(self, data: st.DataObject, read: Callable[[str, Draw], None]) -> None:
        draw = Chance(data)
        with self.player.telling():
            read(draw.one_of(draw.mostly(KEPT_OUT, [*self.player.scene.people, ANYBODY])), draw)
