"""Consultation: whom, until when, what was said of what, how it was answered."""

import pytest
from django.test import Client

from chiso.common.refusals import RuleViolation
from chiso.indexsets import actions
from chiso.indexsets.contents import contents_of
from chiso.indexsets.models import Consultation, Edition, Opinion
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import Unit
from chiso.scoring import read_index_set
from tests.cast import Cast, engage
from tests.indexsets.steps import (
    NOW,
    consult,
    consultation_of,
    draft,
    faulty_tree,
    give,
    queries,
    sign_in,
    small_tree,
    url,
)
from tests.world import moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def cast() -> Cast:
    return engage()


@pytest.fixture
def edition(cast: Cast) -> Edition:
    return draft(cast)


@pytest.fixture
def consulting(cast: Cast, edition: Edition) -> Edition:
    consult(cast, edition)
    return edition


def test_what_is_sent_out_is_written_down(consulting: Edition) -> None:
    consulting.refresh_from_db()
    assert read_index_set(consulting.text).node("2.1").name == "Hồ sơ đúng hạn"
    assert len(consulting.digest) == 64
    assert consulting.draft is not None
    codes = list(consulting.criteria.order_by("position").values_list("code", "parent__code", "is_leaf"))
    assert codes[:3] == [("1", None, False), ("1.1", "1", True), ("1.2", "1", True)]


def test_a_faulty_draft_is_not_sent_out_and_every_fault_is_told(client: Client, cast: Cast) -> None:
    edition = draft(cast, faulty_tree())
    sign_in(client, cast, "giang")
    page = client.get(url("consult", edition)).content.decode()
    assert "Điểm tối đa là 10 nhưng tổng điểm tối đa của cấp dưới là 8." in page
    assert "Gửi lấy ý kiến" not in page
    given = {"bodies": [cast.north.pk], "closes_on": "22/11/2022"}
    assert client.post(url("consult", edition), given).status_code == 422
    with pytest.raises(RuleViolation, match="còn 1 lỗi"):
        consult(cast, edition)
    assert not Consultation.objects.exists()
    assert not edition.criteria.exists()


def test_a_draft_saved_meanwhile_is_not_sent_out_unseen(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "giang")
    given = {"bodies": [cast.north.pk], "closes_on": "22/11/2022", "seen": edition.draft_version}
    Edition.objects.update(draft_version=edition.draft_version + 1)
    answer = client.post(url("consult", edition), given)
    assert answer.status_code == 422
    assert "đã được sửa sau khi trang này mở" in answer.content.decode()


def test_bodies_read_what_was_sent_to_them_while_the_draft_moves_on(
    client: Client, cast: Cast, consulting: Edition
) -> None:
    tree = small_tree()
    tree["areas"][0]["children"][0]["name"] = "Ban hành kế hoạch sớm"
    Edition.objects.update(draft=tree, draft_version=1)
    for name, words in (("an", "Ban hành kế hoạch</th>"), ("giang", "Ban hành kế hoạch sớm</th>")):
        assert words in sign_in(client, cast, name).get(url("edition", consulting)).content.decode()
    assert "sớm" not in sign_in(client, cast, "an").get(url("export", consulting, "yaml")).content.decode()


def test_the_date_is_moved_with_a_reason_and_told(client: Client, cast: Cast, consulting: Edition) -> None:
    sign_in(client, cast, "giang")
    address = url("extend_consultation", consulting)
    assert "hết 24 giờ ngày 22/11/2022" in client.get(address).content.decode()
    assert client.post(address, {"closes_on": "22/11/2022", "reason": "Trùng hạn cũ."}).status_code == 422
    assert client.post(address, {"closes_on": "25/11/2022", "reason": " "}).status_code == 422
    assert client.post(address, {"closes_on": "25/11/2022", "reason": "Nhiều xã đề nghị."}).status_code == 302
    assert Consultation.objects.get().closes_at == moment("26/11/2022 00:00")
    told = Notice.objects.filter(recipient=cast.em, text__contains="Gia hạn").get()
    assert told.detail == "Nhiều xã đề nghị."
    assert "hết 24 giờ ngày 25/11/2022" in told.text


def test_it_is_closed_early_once(client: Client, cast: Cast, consulting: Edition) -> None:
    sign_in(client, cast, "giang")
    address = url("close_consultation", consulting)
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "Các đơn vị đã góp ý đủ."}).status_code == 302
    assert Consultation.objects.get().closes_at == NOW
    assert Notice.objects.filter(recipient=cast.an, text__contains="trước hạn").exists()
    again = client.post(address, {"reason": "Lần nữa."})
    assert again.status_code == 422
    assert "đã hết" in again.content.decode()
    with pytest.raises(RuleViolation, match="Đã hết thời gian"):
        give(cast, consulting)
    page = client.get(url("edition", consulting)).content.decode()
    assert "Kết thúc sớm" not in page
    assert "Gia hạn" in page


def test_two_people_do_not_move_the_date_over_each_other(cast: Cast, consulting: Edition) -> None:
    stale = consultation_of(consulting)
    later = moment("26/11/2022 00:00")
    actions.extend_consultation(consultation_of(consulting), cast.giang, NOW, closes_at=later, reason="Một.")
    with pytest.raises(RuleViolation, match="vừa được người khác đổi"):
        actions.close_consultation(stale, cast.giang, NOW, reason="Hai.")


def test_an_opinion_keeps_the_words_it_was_about(client: Client, cast: Cast, consulting: Edition) -> None:
    """1.2 goes away and 2.1 gets another number before the issue."""
    gone, moved = give(cast, consulting, "Bỏ đi.", "1.2"), give(cast, consulting, "Đổi tên.", "2.1")
    tree = small_tree()
    tree["areas"][0]["children"].pop()
    tree["areas"][0]["max"] = "2"
    tree["areas"][1]["children"][0] |= {"code": "2.9", "name": "Hồ sơ trả đúng hẹn, đúng hạn"}
    Edition.objects.update(draft=tree)
    for opinion in (gone, moved):
        actions.answer_opinion(opinion, cast.giang, NOW, response="accepted", text="")
    actions.issue_edition(consulting, cast.ha, NOW, number="2/QĐ", day=NOW.date())
    gone.refresh_from_db()
    moved.refresh_from_db()
    assert (gone.criterion, gone.about) == (None, "1.2 Tỷ lệ hoàn thành kế hoạch")
    assert moved.criterion is not None
    assert (moved.criterion.code, moved.about) == ("2.9", "2.1 Hồ sơ đúng hạn")
    page = sign_in(client, cast, "an").get(url("edition", consulting)).content.decode()
    assert "1.2 Tỷ lệ hoàn thành kế hoạch (không còn trong Bộ chỉ số)" in page
    assert "2.1 Hồ sơ đúng hạn" in page


def test_an_opinion_is_about_a_criterion_of_this_very_set(client: Client, cast: Cast, consulting: Edition) -> None:
    other = draft(cast, small_tree(version="2"))
    consult(cast, other)
    foreign = other.criteria.get(code="2.1")
    sign_in(client, cast, "an")
    given = {"unit": cast.north.pk, "criterion": foreign.pk, "text": "Ý kiến."}
    assert client.post(url("give_opinion", consulting), given).status_code == 422
    with pytest.raises(RuleViolation, match="không thuộc Bộ chỉ số"):
        actions.give_opinion(
            consultation_of(consulting), cast.an, NOW, unit=cast.north, text="Ý kiến.", criterion=foreign
        )
    assert not Opinion.objects.exists()


@pytest.mark.parametrize("route", ["extend_consultation", "close_consultation"])
@pytest.mark.parametrize(("name", "status"), [("ha", 403), ("an", 403), ("son", 404), ("chi", 403)])
def test_only_the_coordinator_keeps_the_date(
    client: Client, cast: Cast, consulting: Edition, route: str, name: str, status: int
) -> None:
    sign_in(client, cast, name)
    assert client.get(url(route, consulting)).status_code == status
    assert client.post(url(route, consulting), {"reason": "x", "closes_on": "25/11/2022"}).status_code == status
    assert Consultation.objects.get().closes_at == moment("23/11/2022 00:00")


def test_there_is_no_date_to_keep_before_anyone_was_asked(client: Client, cast: Cast, edition: Edition) -> None:
    sign_in(client, cast, "giang")
    for route in ("extend_consultation", "close_consultation"):
        assert client.get(url(route, edition)).status_code == 404


def test_after_the_issue_the_date_stays(client: Client, cast: Cast, consulting: Edition) -> None:
    actions.issue_edition(consulting, cast.ha, NOW, number="2/QĐ", day=NOW.date())
    sign_in(client, cast, "giang")
    answer = client.post(url("extend_consultation", consulting), {"closes_on": "25/11/2022", "reason": "Muộn."})
    assert answer.status_code == 422
    assert "không còn ở bước lấy ý kiến" in answer.content.decode()


def test_the_form_of_an_opinion_costs_the_same_whatever_the_size(
    client: Client, cast: Cast, consulting: Edition
) -> None:
    sign_in(client, cast, "giang").get(url("edition", consulting))
    before = queries(client, url("edition", consulting))
    Consultation.objects.get().bodies.set(Unit.objects.exclude(code="H"))
    for _ in range(3):
        give(cast, consulting, code="2.1")
    assert queries(client, url("edition", consulting)) == before <= 8


def test_a_draft_is_read_once_between_two_saves(edition: Edition) -> None:
    edition.refresh_from_db()
    assert contents_of(edition) is contents_of(Edition.objects.get())
