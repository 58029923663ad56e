"""The leader's page is one sheet of A4 upright, whatever the number of units; the board prints across."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from chiso.assessments.models import Dossier
from chiso.rounds.choices import DeadlineKind, PlanState, TaskRole
from chiso.rounds.models import Participant, Plan, PlanTask, Round, TaskBody
from tests.factories import UnitFactory
from tests.journeys.people import Person, Stage
from tests.world import World, moment

pytestmark = pytest.mark.journey

_UNITS, _TASKS = 168, 24
_LONG = "Tổng hợp danh sách Đại biểu Hội đồng nhân dân, lãnh đạo cấp huyện thực hiện điều tra xã hội học, báo cáo Sở"


def _grow(world: World) -> None:
    """A province: 168 units that are late, and a plan of long rows of which half are late and half come next."""
    world.self_assessment()
    block = world.round.blocks.get()
    for number in range(_UNITS):
        unit = UnitFactory(code=f"P{number:03d}", name=f"Phường Hoàng Văn Thụ số {number}", parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=block, unit=unit)
        Dossier.objects.create(round=world.round, block=block, unit=unit)
    for number in range(_TASKS):
        ends = moment("05/12/2022 00:00") + timedelta(days=number)
        task = PlanTask.objects.create(
            plan=world.round.plan,
            position=100 + number,
            code=f"5.{number}",
            title=_LONG,
            deadline_kind=DeadlineKind.BEFORE,
            deadline_text="Trước",
            ends_on=ends.date(),
            ends_at=ends,
        )
        label = f"Trung tâm Văn hóa, Thông tin và Truyền thông {number}"
        TaskBody.objects.create(task=task, position=0, role=TaskRole.LEAD, label=label)


def _printed(person: Person, path: str) -> PdfReader:
    person.go(path)
    return PdfReader(io.BytesIO(person.page.pdf(prefer_css_page_size=True)))


def test_the_sheet_is_one_and_upright_and_the_board_lies_across(stage: Stage, world: World) -> None:
    _grow(world)
    Round.objects.update(panels_decision="")
    Plan.objects.update(state=PlanState.DRAFT)
    stage.set_clock(moment("18/12/2022 08:00"))
    giang = stage.sign_in(world.cast.giang)
    sheet = _printed(giang, f"/dot/{world.round.pk}/bao-cao-nhanh/")
    assert len(sheet.pages) == 1
    assert sheet.pages[0].mediabox.height > sheet.pages[0].mediabox.width
    words = " ".join(sheet.pages[0].extract_text().split())
    for text in ("Báo cáo nhanh", "và 158 đơn vị khác", "nhiệm vụ trễ khác", "Các giai đoạn đã mở"):
        assert text in words
    board = _printed(giang, f"/dot/{world.round.pk}/tien-do/")
    assert board.pages[0].mediabox.width > board.pages[0].mediabox.height
