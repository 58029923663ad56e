"""Council and team in a browser: a conflict makes a hole, a proposal fills it, somebody leaves. With and without
JavaScript."""

import pytest

from chiso.rounds.coverage import coverage_of
from chiso.rounds.models import Assignment, PanelMember
from tests.factories import UserFactory
from tests.journeys.people import Stage
from tests.world import World

pytestmark = pytest.mark.journey


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def office(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    stage.javascript = request.param
    return stage


def test_a_conflict_a_proposal_and_a_hand_over(office: Stage, world: World) -> None:
    round, people = world.round, world.cast
    newcomer = UserFactory(full_name="Nông Văn Mới")
    team = f"/dot/{round.pk}/hoi-dong/"

    chi = office.sign_in(people.chi)
    chi.go(team)
    chi.page.get_by_role("link", name="Xung đột lợi ích Mã Thị Chi").click()
    chi.page.get_by_label("Đơn vị").select_option(label="Xã Bắc")
    chi.page.get_by_label("Lý do").fill("Chồng là Chủ tịch xã.")
    chi.press("Khai xung đột")
    chi.sees("Đã ghi nhận xung đột lợi ích.")

    giang = office.sign_in(people.giang)
    giang.go(f"{team}do-phu/")
    giang.sees("0 người: 1/2")
    giang.go(team)
    giang.page.get_by_role("link", name="Bổ sung thành viên").click()
    giang.page.get_by_label("Họ và tên").select_option(label="Nông Văn Mới")
    giang.page.get_by_label("Chức vụ").select_option(label="Thành viên")
    giang.page.get_by_label("Quyết định thay đổi").fill("9/QĐ-UBND")
    giang.page.get_by_label("Lý do").fill("Thêm người.")
    giang.press("Bổ sung thành viên")
    giang.sees("Đã bổ sung Nông Văn Mới.")

    giang.go(f"{team}do-phu/")
    giang.page.get_by_role("link", name="Đề xuất phân công cân đối").click()
    giang.press("Phân công theo đề xuất")
    giang.sees("Đã phân công theo đề xuất.")
    assert not coverage_of(round).gaps()
    assert set(Assignment.objects.filter(member__user=newcomer).values_list("unit__code", flat=True)) == {"01"}

    giang.go(f"{team}{PanelMember.objects.get(user=people.chi).pk}/thay/")
    giang.page.get_by_label("Người thay").select_option(label="Nông Văn Mới")
    giang.page.get_by_label("Quyết định thay đổi").fill("10/QĐ-UBND")
    giang.page.get_by_label("Lý do").fill("Chuyển công tác.")
    giang.press("Ghi nhận thay đổi")
    giang.sees("Đã thôi tham gia")
    assert not coverage_of(round).gaps()
    assert chi.page.goto(f"{office.url}{team}").status == 404  # type: ignore[union-attr]  # a page answers
