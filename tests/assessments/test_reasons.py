"""Ready-made reasons: the team's by its leader, each member's own, kept on a page or from the workspace."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import reasons as actions
from chiso.assessments.models import ReadyReason
from chiso.assessments.reasons import built_in
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.organizations import clock
from chiso.rounds.models import Round
from tests.assessments.test_appraisal_pages import as_, judge, queries, url
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("22/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def world() -> World:
    return play_to("appraisal")


def add(world: World, name: str, text: str, *, code: str = "", team: bool = False, number: int = 1) -> ReadyReason:
    by = world.cast.everyone()[name]
    owner = None if team else by
    reason = ReadyReason(round=world.round, owner=owner, pass_number=number, code=code, text=text)
    return actions.add_reason(reason, by, NOW)


def texts(**which: Any) -> list[str]:
    return list(ReadyReason.objects.filter(**which).order_by("position", "pk").values_list("text", flat=True))


def chips(client: Client, world: World, code: str = "2.1", unit: str = "01") -> list[str]:
    """The reasons that the workspace offers, in their order."""
    page = client.get(url(world, "appraise", code, unit)).content.decode()
    return [part.split("</button>")[0] for part in page.split('data-fill="#id_reason">')[1:]]


# ---- in the workspace -----------------------------------------------------------------------


def test_the_own_come_first_then_the_written_then_the_teams(client: Client, world: World) -> None:
    as_(client, world, "chi")
    assert chips(client, world) == built_in(1)
    judge(client, world, unit="02", choice="decided", points="4", reason="Đã viết lần trước.")
    add(world, "chi", "Của Chi, mọi tiêu chí")
    add(world, "khanh", "Của Tổ", team=True)
    add(world, "khanh", "Của Tổ cho phần 2", team=True, code="2")
    add(world, "khanh", "Của Tổ cho phần 1", team=True, code="1")
    add(world, "khanh", "Của Tổ, lần 2", team=True, number=2)
    add(world, "khanh", "Của riêng Tổ trưởng")
    assert chips(client, world) == ["Của Chi, mọi tiêu chí", "Đã viết lần trước.", "Của Tổ", "Của Tổ cho phần 2"]
    assert "Của Tổ cho phần 1" in chips(client, world, "1.1")


def test_a_reason_is_for_the_criterion_and_all_below_it(client: Client, world: World) -> None:
    add(world, "chi", "Cho lĩnh vực", code="2")
    add(world, "chi", "Cho tiêu chí", code="2.1")
    as_(client, world, "chi")
    assert chips(client, world, "2.1")[:2] == ["Cho lĩnh vực", "Cho tiêu chí"]
    assert chips(client, world, "2.2")[:1] == ["Cho lĩnh vực"]
    assert "Cho lĩnh vực" not in chips(client, world, "1.1")


def test_what_stands_in_the_field_is_kept_for_the_criterion(client: Client, world: World) -> None:
    as_(client, world, "chi")
    address = url(world, "keep_reason", "2.1", "01")
    answer = client.post(address, {"reason": " Thiếu bảng kê. ", "choice": "agree"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Đã lưu lý do mẫu." in page
    assert ">Thiếu bảng kê.</button>" in page
    row = ReadyReason.objects.get()
    assert (row.owner, row.code, row.pass_number, row.text) == (world.cast.chi, "2.1", 1, "Thiếu bảng kê.")
    again = client.post(address, {"reason": "thiếu  BẢNG kê."})
    assert again.status_code == 422
    assert "Danh sách đã có lý do mẫu này." in again.content.decode()
    for reason, sentence in (("", "Chưa có nội dung"), ("x" * 301, "dài 301 ký tự; tối đa 300"), ("\0", "")):
        refused = client.post(address, {"reason": reason})
        assert refused.status_code == 422
        assert sentence in refused.content.decode()
    assert ReadyReason.objects.count() == 1


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 403), ("em", 404), ("son", 404)])
def test_only_who_judges_keeps_from_the_workspace(client: Client, world: World, name: str, status: int) -> None:
    address = url(world, "keep_reason", "2.1", "01")
    assert as_(client, world, name).post(address, {"reason": "Thử"}).status_code == status
    assert not ReadyReason.objects.exists()


# ---- the page -------------------------------------------------------------------------------------


def test_the_leader_keeps_the_teams_list(client: Client, world: World) -> None:
    as_(client, world, "khanh")
    page = client.get(url(world, "reasons")).content.decode()
    assert built_in(1)[0] in page
    assert "Lập danh sách của Tổ từ các lý do này" in page
    client.post(url(world, "take_built_in"), {"lan": "1"})
    assert texts(owner=None) == built_in(1)
    client.post(url(world, "take_built_in"), {"lan": "1"})  # A double click.
    assert texts(owner=None) == built_in(1)
    answer = client.post(url(world, "reasons") + "?lan=1", {"text": "Thiếu chữ ký.", "code": "2", "whose": "team"})
    assert answer["Location"] == url(world, "reasons") + "?lan=1"
    row = ReadyReason.objects.get(text="Thiếu chữ ký.")
    client.post(url(world, "reason_up", str(row.pk)))
    assert texts(owner=None)[2:] == ["Thiếu chữ ký.", built_in(1)[2]]
    client.post(url(world, "edit_reason", str(row.pk)), {"text": "Thiếu dấu.", "code": "", "seen": "Thiếu chữ ký."})
    client.post(url(world, "remove_reason", str(ReadyReason.objects.get(text=built_in(1)[0]).pk)))
    assert texts(owner=None) == [built_in(1)[1], "Thiếu dấu.", built_in(1)[2]]
    codes = AuditEntry.objects.filter(code__startswith="reason.").order_by("number").values_list("code", flat=True)
    assert list(codes) == ["reason.take_built_in", "reason.add", "reason.move", "reason.edit", "reason.remove"]


def test_the_built_in_come_back_when_the_list_is_empty(client: Client, world: World) -> None:
    row = add(world, "khanh", "Một lý do", team=True)
    as_(client, world, "chi")
    assert chips(client, world) == ["Một lý do"]
    actions.remove_reason(row, world.cast.khanh, NOW)
    assert chips(client, world) == built_in(1)


def test_an_expert_keeps_the_own_and_reads_the_teams(client: Client, world: World) -> None:
    shared = add(world, "khanh", "Của Tổ", team=True)
    private = add(world, "khanh", "Của riêng Tổ trưởng")
    as_(client, world, "chi")
    answer = client.post(url(world, "reasons"), {"text": "Của Chi", "code": "", "whose": "team"})
    assert answer.status_code == 302
    assert ReadyReason.objects.get(text="Của Chi").owner == world.cast.chi
    page = client.get(url(world, "reasons")).content.decode()
    assert "Của Tổ" in page
    assert "Của riêng Tổ trưởng" not in page
    assert url(world, "edit_reason", str(shared.pk)) not in page
    for name in ("edit_reason", "remove_reason", "reason_up", "reason_down"):
        assert client.post(url(world, name, str(shared.pk))).status_code == 403
        assert client.post(url(world, name, str(private.pk))).status_code == 404
    assert client.post(url(world, "take_built_in"), {"lan": "2"}).status_code == 403
    assert texts(owner=world.cast.khanh) == ["Của riêng Tổ trưởng"]


@pytest.mark.parametrize(("name", "status"), [("giang", 403), ("an", 403), ("dung", 403), ("son", 404)])
def test_the_page_is_the_teams(client: Client, world: World, name: str, status: int) -> None:
    row = add(world, "chi", "Của Chi")
    as_(client, world, name)
    assert client.get(url(world, "reasons")).status_code == status
    assert client.post(url(world, "reasons"), {"text": "Thử", "code": ""}).status_code == status
    assert client.post(url(world, "remove_reason", str(row.pk))).status_code == status
    assert texts() == ["Của Chi"]


def test_who_left_the_team_keeps_nothing(client: Client, world: World) -> None:
    row = add(world, "chi", "Của Chi")
    world.cast.chi.panel_seats.update(left_at=NOW)
    as_(client, world, "chi")
    assert client.get(url(world, "reasons")).status_code in (403, 404)
    chi = type(world.cast.chi).objects.get(pk=world.cast.chi.pk)
    with pytest.raises(PermissionDenied):
        actions.remove_reason(row, chi, NOW)


def test_a_reason_of_another_round_is_not_reached(client: Client, world: World) -> None:
    row = add(world, "khanh", "Của Tổ", team=True)
    address = url(world, "remove_reason", str(row.pk))
    other = Round.objects.get()
    other.pk = None
    other.year += 1
    other.save()
    ReadyReason.objects.filter(pk=row.pk).update(round=other)
    as_(client, world, "khanh")
    assert client.post(address).status_code == 404
    assert ReadyReason.objects.exists()


def test_what_is_wrong_is_told_at_once(client: Client, world: World) -> None:
    as_(client, world, "khanh")
    answer = client.post(url(world, "reasons"), {"text": "", "code": "9.9"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chưa có nội dung lý do mẫu." in page
    assert "Không có tiêu chí 9.9." in page
    long = client.post(url(world, "reasons"), {"text": "x" * 301, "code": "", "whose": "own"})
    assert "dài 301 ký tự; tối đa 300 ký tự" in long.content.decode()
    assert not ReadyReason.objects.exists()


def test_lists_hold_fifty_and_no_words_twice(client: Client, world: World) -> None:
    for number in range(50):
        add(world, "chi", f"Lý do {number}")
    with pytest.raises(RuleViolation, match="đã có 50 lý do mẫu"):
        add(world, "chi", "Lý do nữa")
    assert add(world, "chi", "Lý do 1", number=2).position == 1
    add(world, "khanh", "Lý do 1", team=True)
    with pytest.raises(RuleViolation, match="đã có lý do mẫu này"):
        add(world, "khanh", " lý  DO 1\r\n", team=True, code="2.1")
    add(world, "khanh", "Chỉ cho 2.1", team=True, code="2.1")
    add(world, "khanh", "Chỉ cho 2.1", team=True, code="1.1")
    with pytest.raises(RuleViolation, match="Chưa có nội dung"):
        add(world, "khanh", " \n ", team=True)


def test_a_stale_page_overwrites_nothing(client: Client, world: World) -> None:
    row = add(world, "chi", "Dòng một\nDòng hai")
    as_(client, world, "chi")
    data = {"text": "Sửa", "code": "2.1", "seen": "Dòng một\r\nDòng hai"}
    assert client.post(url(world, "edit_reason", str(row.pk)), data).status_code == 302
    again = client.post(url(world, "edit_reason", str(row.pk)), data | {"text": "Sửa nữa"})
    assert again.status_code == 422
    assert "vừa được sửa ở nơi khác" in again.content.decode()
    assert texts() == ["Sửa"]
    actions.remove_reason(ReadyReason.objects.get(), world.cast.chi, NOW)
    with pytest.raises(RuleViolation, match="đã được bỏ"):
        actions.remove_reason(row, world.cast.chi, NOW)
    with pytest.raises(RuleViolation, match="đã được bỏ"):
        actions.edit_reason(row, world.cast.chi, NOW, code="", text="Nữa", seen="Sửa")
    assert client.post(url(world, "remove_reason", str(row.pk))).status_code == 404


def test_a_reason_moves_within_its_list_only(world: World) -> None:
    rows = [add(world, "chi", text) for text in ("a", "b", "c")]
    add(world, "chi", "lần 2", number=2)
    add(world, "khanh", "của Tổ", team=True)
    actions.move_reason(rows[0], world.cast.chi, NOW, up=False)
    assert texts(owner=world.cast.chi, pass_number=1) == ["b", "a", "c"]
    for row, up, sentence in ((rows[1], True, "ở đầu"), (rows[2], False, "ở cuối")):
        with pytest.raises(RuleViolation, match=sentence):
            actions.move_reason(row, world.cast.chi, NOW, up=up)
    assert add(world, "chi", "d").position == 4


def test_a_published_round_is_only_read(client: Client) -> None:
    world = play_to("reappraisal")
    row = add(world, "khanh", "Của Tổ", team=True)
    Round.objects.update(stage="published")
    as_(client, world, "khanh")
    page = client.get(url(world, "reasons") + "?lan=1").content.decode()
    assert "chỉ còn để xem" in page
    assert "Của Tổ" in page
    assert url(world, "edit_reason", str(row.pk)) not in page
    refused = client.post(url(world, "reasons"), {"text": "Thử", "code": "", "whose": "team"})
    assert refused.status_code == 422
    client.post(url(world, "take_built_in"), {"lan": "2"})
    for name in ("remove_reason", "reason_up", "reason_down"):
        assert client.post(url(world, name, str(row.pk))).status_code == 302
    data = {"text": "Sửa", "code": "", "seen": "Của Tổ"}
    assert client.post(url(world, "edit_reason", str(row.pk)), data).status_code == 422
    assert texts() == ["Của Tổ"]


def test_the_list_is_prepared_before_the_pass(client: Client) -> None:
    world = play_to("aggregation")
    as_(client, world, "khanh")
    assert client.post(url(world, "take_built_in"), {"lan": "1"}).status_code == 302
    assert texts() == built_in(1)
    page = client.get(url(world, "reasons"), {"lan": "khong-biet"}).content.decode()
    assert built_in(1)[0] in page


def test_queries_do_not_grow_with_the_reasons(client: Client, world: World) -> None:
    as_(client, world, "khanh")
    add(world, "khanh", "Của Tổ", team=True)
    addresses = [url(world, "reasons"), url(world, "appraise", "2.1", "01")]
    few = [queries(client, address) for address in addresses]
    for number in range(20):
        add(world, "khanh", f"Của Tổ {number}", team=True)
        add(world, "khanh", f"Của tôi {number}", code="2.1")
    assert [queries(client, address) for address in addresses] == few
    assert few[0] <= 8


def test_the_list_of_the_pass_leads_to_the_page(client: Client, world: World) -> None:
    address = reverse("assessments:reasons", args=[world.round.pk])
    assert address in as_(client, world, "chi").get(url(world, "appraisal")).content.decode()
    assert address not in as_(client, world, "giang").get(url(world, "appraisal")).content.decode()
