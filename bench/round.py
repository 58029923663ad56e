"""Fill a database with a round of 20 units × 100 leaves, played through the real actions to the self-assessment.

`python -m bench.round` does it in the data folder and database of the environment, and prints where things are.
"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import django

django.setup()

from django.contrib.auth.hashers import make_password  # noqa: E402 - after setup
from django.core.files.base import ContentFile  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench.generated_set import facts_of, leaves, write_set  # noqa: E402
from chiso.assessments.actions import dossier as dossiers  # noqa: E402
from chiso.assessments.actions import stages  # noqa: E402
from chiso.assessments.models import Dossier, Entry  # noqa: E402
from chiso.indexsets import actions as sets  # noqa: E402
from chiso.indexsets.answers import Answer  # noqa: E402
from chiso.organizations.choices import Role, UnitKind  # noqa: E402
from chiso.organizations.models import Membership, Unit, User  # noqa: E402
from chiso.rounds import actions as rounds  # noqa: E402
from chiso.rounds.choices import Panel, Position  # noqa: E402
from chiso.rounds.models import Round  # noqa: E402
from chiso.rounds.plan_file import read_plan  # noqa: E402

UNITS = 20
LEAVES = 100
OFFICIAL_EVERY = 0
WORKED_ON = 8
"""The first dossiers, those that are opened, are further than the rest."""
ANSWERED = 80
ANSWERED_ELSEWHERE = 20
PAPERS = 4
CITED = 24
PASSWORD = "bench-only-2022"
_ROWS = ("1", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7")


def main() -> None:
    json.dump(fill_database(_fill), sys.stdout)


def fill_database(fill: Callable[[int, Round, Unit, User, datetime], None]) -> dict[str, Any]:
    """Play the round to the self-assessment; `fill` lets a unit enter. Answers where things are."""
    call_command("migrate", verbosity=0)
    at = timezone.now()
    units, people = _engage()
    round = _open(at, units, people)
    for number, unit in enumerate(units):
        fill(number, round, unit, people[f"editor-{number}"], at)
    return _places(round, people)


def _engage() -> tuple[list[Unit], dict[str, User]]:
    authority = Unit.objects.create(code="H", name="UBND huyện", kind=UnitKind.AUTHORITY, place="Hạ Lang")
    office = Unit.objects.create(code="NV", name="Phòng Nội vụ", kind=UnitKind.OFFICE, parent=authority)
    units = [
        Unit.objects.create(code=f"X{number:03d}", name=f"Xã số {number + 1}", kind=UnitKind.JUDGED, parent=authority)
        for number in range(UNITS)
    ]
    password = make_password(PASSWORD)
    held = [("coordinator", office, Role.COORDINATOR), ("head", authority, Role.AUTHORITY_HEAD)]
    held += [(f"editor-{number}", unit, Role.UNIT_EDITOR) for number, unit in enumerate(units)]
    people = {}
    for name, unit, role in held:
        people[name] = User.objects.create(
            email=f"{name}@chiso.example", full_name=f"Nguyễn Văn {name}", title="Công chức", password=password
        )
        Membership.objects.create(user=people[name], unit=unit, role=role)
    for name in ("leader", "chair", "secretary"):
        people[name] = User.objects.create(email=f"{name}@chiso.example", full_name=name, password=password)
    return units, people


def _open(at: datetime, units: list[Unit], people: dict[str, User]) -> Round:
    by, head, day = people["coordinator"], people["head"], timezone.localdate(at)
    authority, office = Unit.objects.get(code="H"), Unit.objects.get(code="NV")
    round = rounds.create_round(authority, by, at, coordinator=office, plan=read_plan(_plan(day)))
    rounds.issue_plan(round.plan, head, at, number="1/KH-UBND", day=day)
    edition = sets.import_edition(authority, by, at, text=write_set(LEAVES, official_every=OFFICIAL_EVERY))
    sets.issue_edition(edition, head, at, number="2/QĐ-UBND", day=day)
    seats = {
        "leader": (Panel.TEAM, Position.LEADER),
        "chair": (Panel.COUNCIL, Position.CHAIR),
        "secretary": (Panel.COUNCIL, Position.SECRETARY),
    }
    members = {
        name: rounds.appoint_member(round, by, at, user=people[name], panel=panel, position=position)
        for name, (panel, position) in seats.items()
    }
    rounds.establish_panels(round, head, at, number="3/QĐ-UBND", day=day)
    rounds.add_block(round, by, at, name="Các xã", edition=edition, units=units)
    rounds.assign_criteria(members["leader"], by, at, codes=sorted({str(leaf.area + 1) for leaf in leaves(LEAVES)}))
    stages.open_self_assessment(round, by, at)
    return round


def _plan(day: date) -> str:
    """Deadlines in the weeks to come, so that the real clock will do."""
    rows = [f"plan: {{name: Đợt đo tốc độ, year: {day.year}, superior_plan: Kế hoạch số 1/KH-UBND}}", "tasks:"]
    for place, code in enumerate(_ROWS):
        until = day + timedelta(days=30 + 7 * place)
        deadline = f'{{text: "Trước {until:%d/%m/%Y}", kind: before, date: {until}}}'
        rows.append(f'  - {{code: "{code}", title: Nhiệm vụ {code}, deadline: {deadline}, lead: [Phòng Nội vụ]}}')
    return "\n".join(rows)


def _entries(round: Round, unit: Unit) -> Iterator[Entry]:
    related = ("dossier__round__coordinator", "dossier__unit", "dossier__block__edition", "criterion")
    entries = Entry.objects.filter(dossier__round=round, dossier__unit=unit).select_related(*related)
    yield from entries.order_by("criterion__position")


def _fill(number: int, round: Round, unit: Unit, editor: User, at: datetime) -> None:
    by_code = {leaf.code: leaf for leaf in leaves(LEAVES)}
    papers = []
    answered = ANSWERED if number < WORKED_ON else ANSWERED_ELSEWHERE
    for place, entry in enumerate(list(_entries(round, unit))[:answered]):
        answer = Answer(facts_of(number, by_code[entry.code]))
        dossiers.save_entry(entry, editor, at, version=0, answer=answer, note="Theo báo cáo số 12/BC-UBND.")
        if place < PAPERS:
            file = ContentFile(b"%PDF-1.4\n" + f"{number} {place}".encode(), name=f"Báo cáo {place + 1}.pdf")
            papers.append(dossiers.attach_evidence(entry, editor, at, file=file, place="trang 1").document)
        elif place < CITED:
            dossiers.cite_document(entry, editor, at, document=papers[place % PAPERS], place="trang 2")


def _places(round: Round, people: dict[str, User]) -> dict[str, Any]:
    found = []
    for number, dossier in enumerate(Dossier.objects.filter(round=round).order_by("unit__code")):
        entries = dict(dossier.entries.order_by("criterion__position").values_list("code", "pk"))
        found.append({"pk": dossier.pk, "editor": people[f"editor-{number}"].email, "entries": entries})
    return {"round": round.pk, "coordinator": people["coordinator"].email, "password": PASSWORD, "dossiers": found}


if __name__ == "__main__":
    main()
