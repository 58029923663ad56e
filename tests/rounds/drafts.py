"""A draft of the plan for the tests that edit it: the small one, or the seed's."""

from pathlib import Path

from chiso.demo.cast import DATA as DEMO
from chiso.rounds.actions import create_round
from chiso.rounds.models import Plan, PlanTask, Round
from chiso.rounds.plan_file import read_plan
from tests.cast import Cast, engage
from tests.world import moment

SMALL = Path(__file__).parent.parent / "data" / "small_plan.yaml"
SEED = DEMO / "plan_ha_lang_2022.yaml"


def draft(cast: Cast | None = None, source: Path = SMALL) -> Plan:
    """A round in preparation whose plan nobody has issued yet."""
    people = cast or engage()
    plan = read_plan(source.read_text(encoding="utf-8"))
    at = moment("10/11/2022 09:00")
    create_round(people.authority, people.giang, at, coordinator=people.office, plan=plan)
    return again()


def again() -> Plan:
    """The plan read anew, with its round."""
    return Round.objects.select_related("plan", "authority").get().plan


def row(code: str) -> PlanTask:
    """A row read anew, with its bodies."""
    return PlanTask.objects.prefetch_related("bodies__unit").get(code=code)
