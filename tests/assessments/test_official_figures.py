"""Official figures: once for all units of a block, from the page or from Excel, never over a human judgement."""

import io
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from chiso.assessments.actions import appraisal, dossier, stages
from chiso.assessments.actions.official_figures import Entered, Figure, enter_official_figures
from chiso.assessments.models import Entry
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from chiso.rounds.models import Assignment, Block, Conflict, PanelMember, Round
from chiso.scoring import FactErrors
from tests import world as worlds
from tests.world import NORTH, SOUTH, World, moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("12/12/2022 21:04")
CODE, AS_OF, SOURCE = "2.1", date(2022, 12, 10), "Cổng Dịch vụ công quốc gia"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small round, in which 2.1 takes official figures."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    for name in ("small_plan.yaml", "small_set.yaml"):
        text = (worlds.DATA / name).read_text(encoding="utf-8")
        marked = text.replace(
            'code: "2.1"', f'code: "2.1"\n        method: official\n        official_source: "{SOURCE}"'
        )
        (tmp_path / name).write_text(marked, encoding="utf-8")
    monkeypatch.setattr(worlds, "DATA", tmp_path)
    return play_to("self_assessment")


def block() -> Block:
    return Block.objects.select_related("round__authority", "edition").get()


def figure(world: World, unit: Unit, done: str, of: str = "100") -> Figure:
    entry = world.entry(unit, CODE)
    return Figure(entry, entry.version, Answer({"numerator": done, "denominator": of}))


def enter(world: World, by: User, *figures: Figure) -> Entered:
    return enter_official_figures(block(), by, NOW, code=CODE, figures=figures, as_of=AS_OF, source=SOURCE)


def both(world: World, by: User) -> Entered:
    return enter(world, by, figure(world, world.cast.north, "90"), figure(world, world.cast.south, "70"))


def hand_over(world: World) -> None:
    """Both communes submit what is theirs, and the team may judge."""
    people = world.cast
    for unit, by, facts in ((people.north, people.an, NORTH), (people.south, people.em, SOUTH)):
        world.fill(unit, by, {code: given for code, given in facts.items() if code != CODE}, NOW)
    dossier.submit_dossier(world.dossier(people.north), people.binh, moment("13/12/2022 10:00"))
    dossier.submit_dossier(world.dossier(people.south), people.phuc, moment("13/12/2022 10:00"))
    stages.start_aggregation(world.round, people.giang, moment("15/12/2022 08:00"))
    stages.start_appraisal(world.round, people.giang, moment("19/12/2022 08:00"))


def test_one_entry_in_the_log_for_all_units(world: World) -> None:
    entered = both(world, world.cast.giang)
    assert len(entered.saved) == 2
    entry = world.entry(world.cast.north, CODE)
    assert (entry.score, entry.as_of, entry.note) == (entry.score, AS_OF, SOURCE)
    assert f"{entry.score:.2f}" == "5.40"
    told = AuditEntry.objects.get(code="official_figures.enter")
    assert set(told.changes) == {"Xã Bắc/2.1", "Xã Nam/2.1", "as_of"}
    assert told.reason == SOURCE
    with pytest.raises(RuleViolation, match="Không có số liệu nào thay đổi"):
        both(world, world.cast.giang)


def test_a_stale_figure_is_refused_and_nothing_is_half_saved(world: World) -> None:
    stale = figure(world, world.cast.south, "60")
    both(world, world.cast.giang)
    with pytest.raises(RuleViolation, match="Xã Nam"):
        enter(world, world.cast.giang, figure(world, world.cast.north, "80"), stale)
    assert world.entry(world.cast.north, CODE).facts["numerator"] == "90"


def test_a_wrong_figure_saves_nothing(world: World) -> None:
    with pytest.raises(FactErrors):
        enter(world, world.cast.giang, figure(world, world.cast.north, "90"), figure(world, world.cast.south, "abc"))
    assert not Entry.objects.filter(code=CODE).exclude(facts={}).exists()


def test_a_human_judgement_is_never_replaced(world: World) -> None:
    both(world, world.cast.giang)
    hand_over(world)
    appraisal.appraise_entry(
        world.entry(world.cast.north, CODE),
        world.cast.chi,
        moment("20/12/2022 08:00"),
        version=0,
        answer=Answer({"numerator": "80", "denominator": "100"}),
        reason="Đối chiếu lại.",
    )
    entered = enter(
        world, world.cast.giang, figure(world, world.cast.north, "95"), figure(world, world.cast.south, "75")
    )
    assert [entry.dossier.unit.name for entry in entered.differing] == ["Xã Bắc"]
    assert world.entry(world.cast.north, CODE).facts["numerator"] == "90"
    assert world.entry(world.cast.south, CODE).facts["numerator"] == "75"
    with pytest.raises(RuleViolation, match="giữ nguyên: Xã Bắc"):
        enter(world, world.cast.giang, figure(world, world.cast.north, "95"))


@pytest.mark.parametrize("who", ["an", "binh", "dung", "lan", "ha", "son"])
def test_others_enter_nothing(world: World, who: str) -> None:
    with pytest.raises(PermissionDenied):
        both(world, getattr(world.cast, who))


def test_a_seat_enters_what_is_assigned_to_it(world: World) -> None:
    assert len(both(world, world.cast.chi).saved) == 2
    Assignment.objects.filter(criterion__code=CODE).delete()
    chi = User.objects.get(pk=world.cast.chi.pk)
    with pytest.raises(RuleViolation, match="không được giao"):
        enter(world, chi, figure(world, world.cast.north, "50"))


def test_a_barred_seat_enters_nothing_of_that_unit(world: World, client: Client) -> None:
    seat = PanelMember.objects.get(user=world.cast.chi)
    Conflict.objects.create(
        member=seat, unit=world.cast.north, reason="Người nhà.", declared_by=world.cast.giang, declared_at=NOW
    )
    chi = User.objects.get(pk=world.cast.chi.pk)
    with pytest.raises(RuleViolation):
        enter(world, chi, figure(world, world.cast.north, "50"))
    client.force_login(chi)
    page = client.get(url("official_figures")).content.decode()
    assert ("Xã Bắc" in page, "Xã Nam" in page) == (False, True)


def test_leaves_of_the_units_take_no_official_figures(world: World) -> None:
    entry = world.entry(world.cast.north, "1.1")
    with pytest.raises(RuleViolation, match="không lấy số liệu chính thức"):
        enter_official_figures(
            block(),
            world.cast.giang,
            NOW,
            code="1.1",
            figures=[Figure(entry, entry.version, Answer({"level": "1"}))],
            as_of=AS_OF,
            source=SOURCE,
        )


@pytest.mark.parametrize(("day", "source"), [(date(2022, 12, 13), SOURCE), (AS_OF, " ")], ids=["tomorrow", "no source"])
def test_day_and_source(world: World, day: date, source: str) -> None:
    with pytest.raises(RuleViolation, match="nguồn số liệu"):
        enter_official_figures(
            block(),
            world.cast.giang,
            NOW,
            code=CODE,
            figures=[figure(world, world.cast.north, "90")],
            as_of=day,
            source=source,
        )


def test_after_the_first_pass_it_is_over(world: World) -> None:
    Round.objects.update(stage="reappraisal")
    with pytest.raises(RuleViolation, match="đến hết thẩm định lần 1"):
        both(world, world.cast.giang)


# ---- pages ----------------------------------------------------------------------------


def url(route: str) -> str:
    at = block()
    return reverse(f"assessments:{route}", args=[at.round_id, at.pk, CODE])


def sheet(*rows: tuple[object, ...], heads: tuple[str, ...] = ()) -> SimpleUploadedFile:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        page = book.add_worksheet("Số liệu chính thức")
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                page.write(number, place, value)
    return SimpleUploadedFile("so-lieu.xlsx", target.getvalue())


def heads_of(client: Client) -> tuple[str, ...]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(url("official_template")).content))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    return tuple(map(str, next(row for row in rows if row[0] == "Mã đơn vị")))


def test_all_units_on_one_page(world: World, client: Client) -> None:
    client.force_login(world.cast.giang)
    page = client.get(url("official_figures"))
    assert "Xã Bắc" in page.content.decode()
    forms = [row["form"] for row in page.context["rows"]]
    data = {form.add_prefix("version"): "0" for form in forms} | {"as_of": "10/12/2022", "source": SOURCE}
    for form, done in zip(forms, ("90", "70"), strict=True):
        data |= {form.add_prefix("numerator"): done, form.add_prefix("denominator"): "100"}
    wrong = data | {forms[1].add_prefix("numerator"): "85.25"}
    refused = client.post(url("official_figures"), wrong)
    assert refused.status_code == 422
    assert "viết 85,25" in refused.content.decode()
    assert not Entry.objects.filter(code=CODE).exclude(facts={}).exists()
    assert client.post(url("official_figures"), data).status_code == 302
    assert world.entry(world.cast.south, CODE).facts == {"numerator": "70", "denominator": "100"}
    listed = client.get(reverse("assessments:official_list", args=[world.round.pk])).content.decode()
    assert "2/2" in listed
    assert "10/12/2022" in listed


def test_a_filled_template_is_shown_and_not_saved(world: World, client: Client) -> None:
    enter(world, world.cast.giang, figure(world, world.cast.north, "90"))
    client.force_login(world.cast.giang)
    heads = heads_of(client)
    filled = sheet(heads, ("01", "Xã Bắc", 95, 100), ("02", "Xã Nam", "", ""))
    page = client.post(url("official_figures"), {"import": "1", "file": filled})
    assert page.status_code == 200
    text = page.content.decode()
    assert "chưa lưu gì" in text.lower()
    assert text.count("→ <strong>") == 1
    assert 'value="95"' in text
    assert world.entry(world.cast.north, CODE).facts["numerator"] == "90"


def test_faults_of_a_file_come_all_at_once_with_their_cells(world: World, client: Client) -> None:
    client.force_login(world.cast.giang)
    heads = heads_of(client)
    filled = sheet(heads, ("01", "", "mười", 100), ("02", "", "1,5,5", 100), ("01", "", 1, 2), ("99", "", 1, 2))
    page = client.post(url("official_figures"), {"import": "1", "file": filled})
    assert page.status_code == 422
    wheres = {problem["where"].rpartition(", ")[2] for problem in page.context["problems"]}
    assert {"C2", "C3", "A4", "A5"} <= wheres


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"%PDF-1.4", b"a;b;c"], ids=["empty", "broken zip", "pdf", "csv"]
)
def test_a_crafted_file_is_refused(world: World, client: Client, content: bytes) -> None:
    client.force_login(world.cast.giang)
    file = SimpleUploadedFile("so-lieu.xlsx", content)
    page = client.post(url("official_figures"), {"import": "1", "file": file})
    assert page.status_code == 422
    assert page.context["file_form"].errors


@pytest.mark.parametrize(("who", "status"), [("an", 403), ("dung", 403), ("son", 404)])
@pytest.mark.parametrize("route", ["official_figures", "official_template"])
def test_doors(world: World, client: Client, who: str, status: int, route: str) -> None:
    client.force_login(getattr(world.cast, who))
    assert client.get(url(route)).status_code == status


def test_the_page_asks_the_same_whatever_the_number_of_units(world: World, client: Client) -> None:
    client.force_login(world.cast.giang)
    client.get(url("official_figures"))
    with CaptureQueriesContext(connection) as asked:
        client.get(url("official_figures"))
    Entry.objects.filter(dossier__unit=world.cast.south).delete()
    with CaptureQueriesContext(connection) as fewer:
        client.get(url("official_figures"))
    assert len(asked) == len(fewer) <= 11
