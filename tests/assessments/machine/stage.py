"""The round that is played: three communes, an expert and a council member in conflict, a set of planted points."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

from chiso.indexsets import actions as sets
from chiso.indexsets.models import Criterion, Edition
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from chiso.rounds import actions as rounds
from chiso.rounds.choices import Panel, Position
from chiso.rounds.models import Round
from chiso.rounds.plan_file import read_plan
from tests import cast
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.world import DATA, moment

SET_TEXT = (Path(__file__).parent / "planted_set.yaml").read_text(encoding="utf-8")

# What the laws know of the set, written down by hand: they do not ask the code that reads it.
SELF_SCORED = ("1.1", "1.2", "2.1", "2.2", "B.1")
BASE = ("1.1", "1.2", "2.1", "2.2")
MAY_NOT_APPLY = frozenset({"1.2"})
YEAR_END = frozenset({"2.1"})
LATE = "P.1"
OFFICIAL = "2.3"
RELATIVE = "2.2"
REFUSED_AFTER_DAYS = 5
MAXIMUM = MappingProxyType({"1.1": 9000, "1.2": 8000, "2.1": 7000, "2.2": 6000, "2.3": 4000, "B.1": 2000, "P.1": 0})


@dataclass(frozen=True)
class Scene:
    """Who plays where, by primary key: nothing here changes while the round runs."""

    round: int
    authority: int
    office: int
    units: dict[str, int]
    people: dict[str, int]
    leaves: dict[str, int]

    @property
    def unit_codes(self) -> dict[int, str]:
        return {pk: code for code, pk in self.units.items()}

    @property
    def codes(self) -> dict[int, str]:
        return {pk: code for code, pk in self.leaves.items()}

    def name_of(self, person: int) -> str:
        return next(name for name, pk in self.people.items() if pk == person)


def set_up() -> Scene:
    """Everything is ready to open; the preparation has tests of its own."""
    people = cast.engage()
    east = UnitFactory(code="03", name="Xã Đông", parent=people.authority)
    crew = people.everyone() | {
        "gam": _person("gam", "Bàn Thị Gấm", east, Role.UNIT_EDITOR),
        "hong": _person("hong", "Lý Văn Hồng", east, Role.UNIT_APPROVER),
        # In conflict: Oanh enters for Xã Nam and is an expert; Quý approves for Xã Bắc and sits on the council.
        "oanh": _person("oanh", "Nguyễn Thị Oanh", people.south, Role.UNIT_EDITOR),
        "viet": UserFactory(email="viet@chiso.example", full_name="Tô Văn Việt"),
        "quy": _person("quy", "Phan Văn Quý", people.north, Role.UNIT_APPROVER),
    }
    justice = Unit.objects.get(code="TP")
    crew["tam"] = _person("tam", "Đinh Văn Tám", justice, Role.OBSERVER)
    round = _prepare(people, crew, [people.north, people.south, east])
    return Scene(
        round=round.pk,
        authority=people.authority.pk,
        office=people.office.pk,
        units={unit.code: unit.pk for unit in (people.north, people.south, east)},
        people={name: user.pk for name, user in crew.items()},
        leaves=dict(Criterion.objects.filter(is_leaf=True).values_list("code", "pk")),
    )


def _person(name: str, full_name: str, unit: Unit, role: Role) -> User:
    user = UserFactory(email=f"{name}@chiso.example", full_name=full_name)
    MembershipFactory(user=user, unit=unit, role=role)
    return user


def _prepare(people: cast.Cast, crew: dict[str, User], units: list[Unit]) -> Round:
    at = moment("14/11/2022 09:00")
    plan = read_plan((DATA / "small_plan.yaml").read_text(encoding="utf-8"))
    round = rounds.create_round(people.authority, people.giang, at, coordinator=people.office, plan=plan)
    rounds.issue_plan(round.plan, people.ha, at, number="1/KH-UBND", day=date(2022, 11, 14))
    sets.import_edition(people.authority, people.giang, at, text=SET_TEXT)
    sets.issue_edition(Edition.objects.get(), people.ha, at, number="2/QĐ-UBND", day=date(2022, 11, 25))
    seats = {
        "khanh": (Panel.TEAM, Position.LEADER),
        "chi": (Panel.TEAM, Position.EXPERT),
        "oanh": (Panel.TEAM, Position.EXPERT),
        "viet": (Panel.TEAM, Position.EXPERT),
        "tam": (Panel.TEAM, Position.OFFICE_HEAD),
        "dung": (Panel.COUNCIL, Position.CHAIR),
        "lan": (Panel.COUNCIL, Position.SECRETARY),
        "mai": (Panel.COUNCIL, Position.VICE_CHAIR),
        "quy": (Panel.COUNCIL, Position.MEMBER),
    }
    members = {
        name: rounds.appoint_member(round, people.giang, at, user=crew[name], panel=panel, position=position)
        for name, (panel, position) in seats.items()
    }
    rounds.establish_panels(round, people.ha, at, number="3/QĐ-UBND", day=date(2022, 11, 25))
    rounds.add_block(round, people.giang, at, name="Các xã", edition=Edition.objects.get(), units=units)
    rounds.assign_criteria(members["chi"], people.giang, at, codes=["1", "P", "2.1"])
    rounds.assign_criteria(members["oanh"], people.giang, at, codes=["2", "B", "1.2"])
    rounds.assign_criteria(members["viet"], people.giang, at, codes=["2", "B"])
    return round
