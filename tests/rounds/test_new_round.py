"""The page that begins a round: from Word, Excel or YAML, from the template, from the plan of an earlier round."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.organizations import clock
from chiso.organizations.choices import Role, UnitKind
from chiso.rounds.choices import BodyKind, PlanState, StageKey, TaskRole
from chiso.rounds.models import Plan, PlanTask, Round, Stage, TaskBody
from chiso.rounds.plan_papers.excel import write_workbook
from chiso.rounds.plan_papers.reading import read_plan_file
from chiso.rounds.plan_source import plan_of
from tests.cast import Cast, engage
from tests.factories import MembershipFactory, UnitFactory
from tests.rounds.seed_word import saved, seed_document
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
SMALL = Path(__file__).parent.parent / "data" / "small_plan.yaml"


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("14/11/2022 11:00"))


def begin(client: Client, cast: Cast, name: str = "giang", **fields: object) -> tuple[int, str]:
    client.force_login(cast.everyone()[name])
    answer = client.post(reverse("rounds:import_plan"), {"authority": cast.authority.pk, **fields})
    return answer.status_code, answer.content.decode()


def upload(content: bytes, name: str = "ke-hoach.docx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_the_plan_of_ha_lang_comes_in_from_word(client: Client) -> None:
    cast = engage()
    UnitFactory(code="VP", name="Văn phòng HĐND & UBND huyện", kind=UnitKind.OFFICE, parent=cast.authority)
    status, _page = begin(client, cast, source="file", file=upload(saved(seed_document())))
    assert status == 302
    plan = Plan.objects.get()
    assert (plan.state, plan.signer_name) == (PlanState.DRAFT, "Nguyễn Phương Huy")
    assert plan.aims.startswith("1. Mục đích\n- Xác định được")
    assert plan.closing.endswith("./.")
    assert plan.recipients.splitlines()[-1] == "Lưu: VT, NV"
    assert PlanTask.objects.count() == 16
    first = PlanTask.objects.get(code="1")
    assert first.coordinate_text.startswith("Văn phòng HĐND & UBND huyện; Tư pháp, Tài chính")
    assert first.lead_text == ""
    kinds = dict(first.bodies.filter(role=TaskRole.COORDINATE).values_list("label", "kind"))
    assert kinds["Tư pháp"] == kinds["Văn phòng HĐND & UBND huyện"] == BodyKind.UNIT
    assert kinds["UBND các xã, thị trấn"] == BodyKind.PARTICIPANTS
    assert TaskBody.objects.get(task__code="3.5").kind == BodyKind.TEAM
    assert TaskBody.objects.get(task__code="3.7", role=TaskRole.LEAD).kind == BodyKind.COUNCIL
    assert Stage.objects.get(key=StageKey.COUNCIL).deadline_text == "Trước ngày 10/01/2023"


def test_what_is_kept_is_what_the_papers_said(client: Client) -> None:
    cast = engage()
    content = saved(seed_document())
    begin(client, cast, source="file", file=upload(content))
    workbook = client.get(reverse("rounds:plan_workbook", args=[Round.objects.get().pk])).content
    assert read_plan_file(workbook) == read_plan_file(content)


def test_a_file_is_told_by_its_content_not_by_its_name(client: Client) -> None:
    cast = engage()
    book = write_workbook(read_plan_file(saved(seed_document())))
    status, _page = begin(client, cast, source="file", file=upload(book, "ke-hoach.yaml"))
    assert status == 302
    assert PlanTask.objects.count() == 16


def test_a_file_with_faults_saves_nothing_and_tells_them_all(client: Client) -> None:
    word = seed_document()
    table = word.tables[1]
    table.cell(2, 2).text = "Khi có điều kiện"
    table.cell(5, 1).text = ""
    status, page = begin(client, engage(), source="file", file=upload(saved(word)))
    assert status == 422
    assert "Bảng 1, dòng 3, cột Thời gian: Không đọc được thời hạn “Khi có điều kiện”" in page
    assert "Bảng 1, dòng 6, cột Nhiệm vụ: chưa ghi nhiệm vụ." in page
    assert not Round.objects.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.4", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_broken_files_are_refused(client: Client, content: bytes) -> None:
    status, page = begin(client, engage(), source="file", file=upload(content))
    assert status == 422
    assert 'class="error"' in page


def test_the_template_takes_the_year_and_the_names(client: Client) -> None:
    cast = engage()
    assert begin(client, cast, source="template", year="2026")[0] == 302
    round = Round.objects.get()
    assert (round.year, round.coordinator) == (2026, cast.office)
    assert "năm 2026 của UBND huyện" in round.name
    tasks = {task.code: task for task in PlanTask.objects.prefetch_related("bodies")}
    assert len(tasks) == 16
    assert tasks["3.7"].deadline_text == "Chậm nhất ngày 15/01/2027"
    assert tasks["4.2"].deadline_text == "Tháng 12/2026 – 01/2027"
    (lead,) = tasks["3.1"].bodies.filter(role=TaskRole.LEAD)
    assert lead.kind == BodyKind.PARTICIPANTS
    assert tasks["3.2"].bodies.get().unit == cast.office
    assert set(PlanTask.objects.exclude(stage="").values_list("stage", flat=True)) == {
        key for key in StageKey if key not in (StageKey.SUPPLEMENT, StageKey.PUBLISHED)
    }
    assert "2022" not in "".join([round.name, round.plan.preamble, round.plan.aims, round.plan.duties])
    assert "[" not in "".join([round.name, round.plan.preamble, round.plan.duties, round.plan.recipients])


def test_next_years_plan_from_this_years(client: Client) -> None:
    world = play_to("preparation")
    Plan.objects.update(
        preamble="Thực hiện Kế hoạch số 2886/KH-UBND ngày 08/11/2022 của UBND tỉnh về Chỉ số năm 2022;",
        duties="1. Phòng Nội vụ\n- Báo cáo kết quả năm 2022.",
    )
    old = world.round
    assert begin(client, world.cast, source=str(old.pk), year="2023")[0] == 302
    new = Round.objects.exclude(pk=old.pk).get()
    assert (new.year, new.name, new.plan.state, new.plan.number) == (2023, old.name, PlanState.DRAFT, "")
    assert new.plan.preamble == ("Thực hiện Kế hoạch số …/KH-UBND ngày …/…/2023 của UBND tỉnh về Chỉ số năm 2023;")
    assert new.plan.duties.endswith("năm 2023.")
    moved = {task.code: task.deadline_text for task in new.plan.tasks.all()}
    assert moved["1"] == "Trước 28/11/2023"
    assert moved["4.2"] == "Tháng 12/2023 – 01/2024"
    before, after = plan_of(old.plan).tasks, plan_of(new.plan).tasks
    assert [(row.code, row.lead, row.stage) for row in before] == [(row.code, row.lead, row.stage) for row in after]


def test_whom_names_mean_is_kept_for_the_next_year(client: Client) -> None:
    world = play_to("preparation")
    unit = UnitFactory(code="BD", name="Công ty Bưu chính", kind=UnitKind.OFFICE, parent=world.cast.authority)
    TaskBody.objects.filter(label="Bưu điện huyện").update(kind=BodyKind.UNIT, unit=unit)
    TaskBody.objects.filter(label="Hội đồng thẩm định").update(label="Ban thẩm định", kind=BodyKind.COUNCIL)
    old = world.round
    assert begin(client, world.cast, source=str(old.pk), year="2023")[0] == 302
    new = TaskBody.objects.exclude(task__plan__round=old)
    assert set(new.filter(label="Bưu điện huyện").values_list("kind", "unit")) == {(BodyKind.UNIT, unit.pk)}
    assert set(new.filter(label="Ban thẩm định").values_list("kind", flat=True)) == {BodyKind.COUNCIL}


def test_what_was_not_chosen_or_not_filled_in_is_asked_for(client: Client) -> None:
    world = play_to("preparation")
    rounds = Round.objects.count()
    for fields, sentence in (
        ({"source": "file"}, "Chưa chọn tệp Kế hoạch."),
        ({"source": "template"}, "Chưa ghi năm đánh giá."),
        ({"source": "template", "year": "hai nghìn"}, "Năm đánh giá"),
        ({"source": str(world.round.pk), "year": "2022"}, "Năm 2022 đã có Kế hoạch này."),
        ({"source": "999999", "year": "2023"}, "Cách lập"),
        ({"year": "2023"}, "Cách lập"),
    ):
        status, page = begin(client, world.cast, **fields)
        assert status == 422, fields
        assert sentence in page
        assert 'class="error"' in page
    assert Round.objects.count() == rounds


def test_the_same_template_twice_is_refused(client: Client) -> None:
    cast = engage()
    assert begin(client, cast, source="template", year="2026")[0] == 302
    status, page = begin(client, cast, source="template", year="2026")
    assert status == 422
    assert "đã có" in page
    assert Round.objects.count() == 1


def test_the_plan_of_another_authority_is_out_of_reach(client: Client) -> None:
    world = play_to("preparation")
    other = UnitFactory(code="K", name="UBND huyện khác", kind=UnitKind.AUTHORITY)
    office = UnitFactory(code="KNV", name="Phòng Nội vụ khác", kind=UnitKind.OFFICE, parent=other)
    MembershipFactory(user=world.cast.son, unit=office, role=Role.COORDINATOR)
    client.force_login(world.cast.son)
    page = client.get(reverse("rounds:import_plan")).content.decode()
    assert world.round.name not in page
    fields = {"authority": other.pk, "source": str(world.round.pk), "year": "2023"}
    assert client.post(reverse("rounds:import_plan"), fields).status_code == 422
    # Who works for both may not mix them either.
    MembershipFactory(user=world.cast.giang, unit=office, role=Role.COORDINATOR)
    client.force_login(world.cast.giang)
    answer = client.post(reverse("rounds:import_plan"), fields)
    assert answer.status_code == 422
    assert "Đây là Kế hoạch của UBND huyện" in answer.content.decode()
    assert Round.objects.count() == 1


def test_the_office_of_the_authority_runs_its_round(client: Client) -> None:
    cast = engage()
    below = UnitFactory(code="CN", name="Chi nhánh", kind=UnitKind.AUTHORITY, parent=cast.authority)
    office = UnitFactory(code="NV2", name="Phòng Nội vụ mới", kind=UnitKind.OFFICE, parent=cast.authority)
    for unit in (below, office):
        MembershipFactory(user=cast.son, unit=unit, role=Role.COORDINATOR)
    assert begin(client, cast, "son", source="template", year="2026")[0] == 302
    assert Round.objects.get().coordinator == office


@pytest.mark.parametrize("name", ["ha", "an", "chi", "son"])
def test_only_a_coordinator_begins_a_round(client: Client, name: str) -> None:
    assert begin(client, engage(), name, source="template", year="2026")[0] == 403
    assert not Round.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("giang", 200), ("ha", 200), ("an", 200), ("chi", 200), ("son", 404)])
def test_everybody_in_the_round_takes_the_workbook(client: Client, name: str, status: int) -> None:
    world = play_to("preparation")
    client.force_login(world.cast.everyone()[name])
    address = reverse("rounds:plan_workbook", args=[world.round.pk])
    assert client.get(address).status_code == status
    assert client.post(address).status_code == 405


def ask(client: Client, world: World, address: str) -> int:
    client.force_login(world.cast.giang)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_more_rows_and_rounds_are_no_more_questions(client: Client) -> None:
    world = play_to("preparation")
    page, workbook = reverse("rounds:import_plan"), reverse("rounds:plan_workbook", args=[world.round.pk])
    ask(client, world, page)
    before = ask(client, world, page), ask(client, world, workbook)
    plan = world.round.plan
    for number in range(5):
        begin(client, world.cast, source="template", year=str(2030 + number))
        task = PlanTask.objects.create(
            plan=plan, position=90 + number, code=f"9.{number}", title="Thêm", deadline_kind="group"
        )
        TaskBody.objects.create(task=task, position=1, role=TaskRole.LEAD, label="Phòng")
    assert (ask(client, world, page), ask(client, world, workbook)) == before
