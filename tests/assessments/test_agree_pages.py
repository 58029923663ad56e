"""Agreeing with many self scores at once, and the end of a pass."""

import pytest
from django.test import Client

from chiso.assessments.models import Appraisal, Entry, PassSignOff
from chiso.organizations import clock
from tests.assessments.test_appraisal_pages import NOW, as_, judge, url
from tests.world import play_to

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


# ---- agreeing with many ---------------------------------------------------------------


def test_bulk_agreement_lists_exactly_what_it_will_do(client: Client) -> None:
    world = play_to("appraisal")
    address = url(world, "agree", "2.1")
    assert "Xã Bắc" in as_(client, world, "chi").get(address).content.decode()
    page = client.get(address, {"chosen": ["01"]}).content.decode()
    assert "Xã Bắc: 5,40" in page
    assert "Đồng ý 1 điểm tự chấm" in page
    answer = client.post(address, {"chosen": ["01"], "count": 1})
    assert answer["Location"] == url(world, "appraisal")
    assert Appraisal.objects.get().entry.dossier.unit.code == "01"


def test_bulk_agreement_leaves_out_claims_and_leaves_without_evidence(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "chi").get(url(world, "agree", "1.2")).content.decode()
    assert "Xã Nam" not in page
    page = client.get(url(world, "agree", "1.1")).content.decode()
    assert ("Xã Bắc" in page, "Xã Nam" in page) == (True, False)
    assert "Còn 1 mục phải chấm riêng." in page


def test_bulk_agreement_over_all_criteria(client: Client) -> None:
    world = play_to("appraisal")
    address = url(world, "agree_all")
    page = as_(client, world, "chi").get(address)
    assert "2.1 Hồ sơ đúng hạn" in page.content.decode()
    keys = [key for key, _label in page.context["form"].fields["chosen"].choices]
    assert "Đồng ý 7 điểm tự chấm" in client.get(address, {"chosen": keys}).content.decode()
    assert client.post(address, {"chosen": keys, "count": 7}).status_code == 302
    assert Appraisal.objects.count() == 7
    assert "Không có điểm tự chấm nào" in client.get(address).content.decode()


@pytest.mark.parametrize("data", [{"chosen": ["01", "02"], "count": 1}, {"chosen": ["99"], "count": 1}])
def test_a_list_that_changed_meanwhile_is_refused(client: Client, data: dict[str, object]) -> None:
    world = play_to("appraisal")
    answer = as_(client, world, "chi").post(url(world, "agree", "2.1"), data)
    assert answer.status_code == 422
    assert "đã thay đổi từ khi mở trang" in answer.content.decode()
    assert not Appraisal.objects.exists()


def test_bulk_agreement_is_the_teams_alone(client: Client) -> None:
    world = play_to("appraisal")
    for name, status in {"giang": 403, "an": 403, "son": 404}.items():
        assert as_(client, world, name).get(url(world, "agree_all")).status_code == status
    world.notice()
    assert as_(client, world, "chi").post(url(world, "agree", "2.1"), {"chosen": ["01"], "count": 1}).status_code == 422


# ---- the end of a pass --------------------------------------------------------------------


def test_the_leader_ends_the_pass_with_minutes(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "khanh")
    page = client.get(url(world, "sign_off")).content.decode()
    assert "Còn 9 mục chưa thẩm định" in page
    refused = client.post(url(world, "sign_off"), {"minutes": "Tổ họp."})
    assert refused.status_code == 422
    assert "Còn 9 tiêu chí chưa thẩm định" in refused.content.decode()
    for entry in Entry.objects.exclude(facts={}).select_related("dossier__unit"):
        judge(client, world, entry.code, entry.dossier.unit.code, choice="agree")
    judge(client, world, "1.2", "02", choice="agree")
    page = client.get(url(world, "sign_off")).content.decode()
    assert ("5/5" in page, "4/4" in page) == (True, True)
    assert "Chưa có nội dung biên bản" in client.post(url(world, "sign_off"), {"minutes": ""}).content.decode()
    assert client.post(url(world, "sign_off"), {"minutes": "Tổ họp, thống nhất."}).status_code == 302
    assert PassSignOff.objects.get().signed_by == world.cast.khanh
    again = client.post(url(world, "sign_off"), {"minutes": "Lại."})
    assert again.status_code == 422
    assert "không thẩm định được" in again.content.decode()


def test_only_the_leader_ends_the_pass(client: Client) -> None:
    world = play_to("appraisal")
    for name, status in {"chi": 403, "giang": 403, "an": 403, "son": 404}.items():
        assert as_(client, world, name).post(url(world, "sign_off"), {"minutes": "x"}).status_code == status
    assert not PassSignOff.objects.exists()
