"""The plan as an official document: parts I and III around the table of part II, as a draft and as issued."""

import io
from datetime import date
from itertools import pairwise

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from docx import Document

from chiso.demo.cast import DATA as DEMO
from chiso.documents import nd30
from chiso.documents.nd30 import Clause, Issuer, OfficialDocument, Signer
from chiso.documents.plan_document import build, compose
from chiso.documents.rendering import render
from chiso.documents.tables import BodyTable, Column
from chiso.documents.wordml import text_of
from chiso.rounds import actions
from chiso.rounds.choices import PlanState
from chiso.rounds.models import DeadlineChange, Plan, PlanTask, Round, TaskBody
from chiso.rounds.plan_file import read_plan
from chiso.rounds.plan_papers.reading import read_plan_file
from tests.cast import engage
from tests.documents.reading import Reading
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
AT = moment("14/11/2022 09:00")


@pytest.fixture
def world() -> World:
    """The whole plan of Hạ Lang as a draft."""
    cast = engage()
    plan = read_plan((DEMO / "plan_ha_lang_2022.yaml").read_text(encoding="utf-8"))
    actions.create_round(cast.authority, cast.giang, AT, coordinator=cast.office, plan=plan)
    return World(cast)


def plan_of(world: World) -> Plan:
    return Plan.objects.select_related("round__authority", "round__coordinator").get(round=world.round)


def read(world: World) -> Reading:
    return Reading(build(compose(plan_of(world))))


def part_two(world: World) -> list[list[str]]:
    """The table of part II: the middle one of three."""
    word = Document(io.BytesIO(build(compose(plan_of(world)))))
    return [[cell.text for cell in row.cells] for row in word.tables[1].rows]


def test_a_draft_prints_whole_with_number_and_date_left_blank(world: World) -> None:
    printed = "\n".join(read(world).lines)
    for words in (
        "Số:        /KH-UBND",
        "ngày       tháng       năm 2022",
        "KẾ HOẠCH",
        "Thực hiện Kế hoạch số 2886/KH-UBND ngày 08/11/2022 của UBND tỉnh về việc",
        "I. MỤC ĐÍCH, YÊU CẦU",
        "1. Mục đích",
        "- Xác định được chỉ số CCHC của UBND các xã, thị trấn",
        "II. NỘI DUNG",
        "III. TỔ CHỨC THỰC HIỆN",
        "3. Trách nhiệm thực hiện của các cơ quan khác và UBND cấp xã",
        "nghiêm túc triển khai thực hiện./.",
        "- CT, các PCT UBND huyện;",
        "- Lưu: VT, NV.",
        "CHỦ TỊCH",
        "Nguyễn Phương Huy",
    ):
        assert words in printed, words


def test_the_table_of_part_two_is_the_seeds_row_for_row(world: World) -> None:
    head, *rows = part_two(world)
    assert head == ["STT", "Nhiệm vụ", "Thời gian", "Cơ quan chủ trì", "Cơ quan phối hợp"]
    assert " ".join(row[0] for row in rows) == "1 2 3 3.1 3.2 3.3 3.4 3.5 3.6 3.7 4 4.1 4.2 4.3 4.4 4.5"
    assert rows[0][2:] == [
        "Trước 28/11/2022",
        "Phòng Nội vụ",
        "Văn phòng HĐND & UBND huyện; Tư pháp, Tài chính – Kế hoạch, Văn hóa và Thông tin; UBND các xã, thị trấn",
    ]
    assert rows[10][2:] == ["", "", "Ghi chú: Thời gian có thể thay đổi theo hướng dẫn của Sở Nội vụ"]
    assert rows[11][2] == "Tháng 11-12/2022"
    assert rows[12][2] == "Tháng 12/2022 – 01/2023"


def test_the_parts_stand_in_their_order_and_the_table_in_part_two(world: World) -> None:
    text = build(compose(plan_of(world)))
    body = Document(io.BytesIO(text)).element.body
    order = [text_of(element) for element in body]
    places = [
        next(number for number, words in enumerate(order) if words.startswith(start))
        for start in ("I. MỤC ĐÍCH", "II. NỘI DUNG", "STTNhiệm vụ", "III. TỔ CHỨC", "Trên đây là", "Nơi nhận:")
    ]
    assert all(first < second for first, second in pairwise(places))


def test_heading_rows_are_bold_their_notes_are_not_and_headers_repeat(world: World) -> None:
    word = Document(io.BytesIO(build(compose(plan_of(world)))))
    table = word.tables[1]
    four = table.rows[11]
    assert all(run.bold for run in four.cells[1].paragraphs[0].runs)
    assert not any(run.bold for run in four.cells[4].paragraphs[0].runs)
    assert not any(run.bold for run in table.rows[1].cells[1].paragraphs[0].runs)
    assert "tblHeader" in table.rows[0]._tr.xml
    headings = [line for line in word.paragraphs if line.text in ("II. NỘI DUNG", "1. Phòng Nội vụ")]
    assert len(headings) == 2
    assert all(line.paragraph_format.keep_with_next for line in headings)


def test_printed_imported_and_printed_again_is_the_same_file(world: World) -> None:
    first = build(compose(plan_of(world)))
    plan = read_plan_file(first)
    Round.objects.update(name="Đợt cũ")
    actions.create_round(world.cast.authority, world.cast.giang, AT, coordinator=world.cast.office, plan=plan)
    again = Plan.objects.select_related("round__authority").get(round__name=plan.name)
    assert build(compose(again)) == first
    assert again.tasks.count() == 16


def test_an_issued_plan_has_number_date_and_the_signers_capacity(world: World) -> None:
    world.cast.ha.title = "Phó Chủ tịch UBND huyện"
    world.cast.ha.save()
    Plan.objects.update(
        state=PlanState.ISSUED, number="2150/KH-UBND", date=date(2022, 11, 15), signer_name=world.cast.ha.full_name
    )
    printed = "\n".join(read(world).lines)
    for words in ("Số: 2150/KH-UBND", "ngày 15 tháng 11 năm 2022", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Bế Văn Hà"):
        assert words in printed


def test_a_moved_deadline_leaves_the_signed_document_as_it_was(world: World) -> None:
    Plan.objects.update(state=PlanState.ISSUED, number="1/KH-UBND", date=date(2022, 11, 15))
    task = PlanTask.objects.get(code="4.3")
    for old, new, at in (
        ("Trước 05/12/2022", "Trước 08/12/2022", "01/12/2022 08:00"),
        ("Trước 08/12/2022", "Trước 09/12/2022", "02/12/2022 08:00"),
    ):
        DeadlineChange.objects.create(
            task=task,
            old_text=old,
            old_ends_at=task.ends_at,
            new_text=new,
            new_ends_at=task.ends_at,
            reason="Theo hướng dẫn.",
            changed_by=world.cast.giang,
            changed_at=moment(at),
        )
    PlanTask.objects.filter(pk=task.pk).update(deadline_text="Trước 09/12/2022")
    row = next(row for row in part_two(world) if row[0] == "4.3")
    assert row[2] == "Trước 05/12/2022"


def test_a_plan_with_only_a_table_still_ends_as_a_document_must(world: World) -> None:
    Plan.objects.update(preamble="", aims="", duties="", closing="", recipients="", signer_name="")
    printed = read(world).lines
    assert "II. NỘI DUNG" in printed
    assert not any(line.startswith(("I. ", "III. ")) for line in printed)
    assert any(line.endswith("./.") for line in printed)
    assert world.cast.ha.full_name in printed


def test_what_people_type_stays_text(world: World) -> None:
    Plan.objects.update(aims="1. {{ 7*7 }}\n- <w:p/> & \ue000 \x07")
    PlanTask.objects.filter(code="1").update(title="{% raw %} <b>A & B</b>")
    printed = "\n".join(read(world).lines)
    assert "1. {{ 7*7 }}" in printed
    assert "- <w:p/> & " in printed
    assert "{% raw %} <b>A & B</b>" in str(part_two(world))


def test_a_table_of_the_main_text_in_any_document() -> None:
    table = BodyTable((Column("A", 40), Column("B", 40)), (("1", "dòng một\ndòng hai"),))
    document = OfficialDocument(
        issuer=Issuer("", "Ủy ban nhân dân huyện", "Hạ Lang"),
        symbol="TB-UBND",
        number=None,
        date=None,
        draft_year=2022,
        signer=Signer(("CHỦ TỊCH",), "A"),
        kind="Thông báo",
        summary="Thử",
        clauses=(Clause("\ue000"), Clause("", table=table), Clause("", table=table), Clause("Hết")),
        recipients=("Lưu: VT",),
    )
    word = Document(io.BytesIO(render(document)))
    assert [len(one.rows) for one in word.tables] == [2, 2, 2, 1]
    assert [line.text for line in word.tables[1].rows[1].cells[1].paragraphs] == ["dòng một", "dòng hai"]
    assert "\ue000" not in "".join(line.text for line in word.paragraphs)
    assert nd30.END_MARK in word.paragraphs[-2].text or any("Hết./." in line.text for line in word.paragraphs)


@pytest.mark.parametrize(("name", "status"), [("giang", 200), ("ha", 200), ("an", 200), ("chi", 200), ("son", 404)])
def test_everybody_in_the_round_takes_the_plan(client: Client, name: str, status: int) -> None:
    world = play_to("preparation")
    client.force_login(world.cast.everyone()[name])
    address = reverse("documents:plan", args=[world.round.pk])
    answer = client.get(address)
    assert answer.status_code == status
    if status == 200:
        assert 'filename="ke-hoach-2022.docx"' in answer["Content-Disposition"]
        assert Document(io.BytesIO(answer.content)).tables
    assert client.post(address).status_code == 405


def test_a_stranger_signs_in_first(client: Client) -> None:
    world = play_to("preparation")
    assert client.get(reverse("documents:plan", args=[world.round.pk])).status_code == 302


def test_more_rows_are_no_more_questions(world: World) -> None:
    def asked() -> int:
        plan = plan_of(world)
        with CaptureQueriesContext(connection) as questions:
            compose(plan)
        return len(questions)

    before = asked()
    for number in range(5):
        task = PlanTask.objects.create(
            plan=plan_of(world), position=90 + number, code=f"9.{number}", title="Thêm", deadline_kind="group"
        )
        TaskBody.objects.create(task=task, position=1, role="lead", label="Phòng")
    assert asked() == before
    assert before <= 4
