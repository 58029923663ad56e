"""A person's messages and preferences; the record of what was sent, and who may read and repeat it."""

import re
import uuid
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.notices import actions
from chiso.notices.choices import Channel, DeliveryState, MailPace
from chiso.notices.models import Delivery, MessagePreference, Notice
from chiso.notices.sending import send
from chiso.organizations import clock
from chiso.organizations.choices import Role, UnitKind
from chiso.organizations.models import User
from tests.cast import Cast, engage
from tests.factories import MembershipFactory, UnitFactory, UserFactory
from tests.world import moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("28/11/2022 12:00")
LIST, INBOX = "/thong-bao/gui-di/", "/thong-bao/"


@pytest.fixture
def cast(monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return engage()


@pytest.fixture(autouse=True)
def _open(settings: Settings) -> None:
    settings.NOTICES_BY_MAIL = True


def delivery(
    to: User, state: str = DeliveryState.FAILED, *, text: str = "Gia hạn.", opened: datetime | None = None
) -> Delivery:
    row = Delivery.objects.create(
        key=uuid.uuid4(),
        channel=Channel.MAIL,
        recipient=to,
        address=to.email,
        subject=text,
        body='{"lines": [], "more": 0}',
        state=state,
        failure="Máy chủ thư trả lời: 550 No such user" if state == DeliveryState.FAILED else "",
        queued_at=NOW - timedelta(hours=1),
        next_at=NOW - timedelta(hours=1),
    )
    Notice.objects.create(recipient=to, text=text, sent_at=NOW - timedelta(hours=1), opened_at=opened, mail=row)
    return row


def tell(to: User, text: str = "Gia hạn tự đánh giá.") -> Notice:
    send([to], text, NOW - timedelta(minutes=5), url="/dot/")
    return Notice.objects.latest("pk")


def signed_in(client: Client, person: User) -> Client:
    client.force_login(person)
    return client


# ---- the link of a mail ------------------------------------------------------------------------------


def test_link_of_a_mail_is_opened_by_the_person_only(client: Client, cast: Cast) -> None:
    notice = tell(cast.an)
    path = f"/thong-bao/{notice.pk}/mo/"

    response = client.get(path)  # A scanner on the way.
    assert response.url == f"{reverse('account_login')}?next={path}"
    assert signed_in(client, cast.em).get(path).status_code == 404
    notice.refresh_from_db()
    assert notice.opened_at is None

    response = signed_in(client, cast.an).get(path)
    notice.refresh_from_db()
    assert (response.url, notice.opened_at) == ("/dot/", NOW)


def test_looking_ahead_is_not_opening(client: Client, cast: Cast) -> None:
    notice = tell(cast.an)
    path = f"/thong-bao/{notice.pk}/mo/"
    signed_in(client, cast.an).head(path)
    client.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    client.get(path, headers={"Purpose": "prefetch"})
    assert client.post(path).status_code == 405
    notice.refresh_from_db()
    assert notice.opened_at is None


def test_message_without_a_page_leads_home(client: Client, cast: Cast) -> None:
    send([cast.an], "Đã ghi nhận.", NOW)
    assert signed_in(client, cast.an).get(f"/thong-bao/{Notice.objects.get().pk}/mo/").url == reverse("home")


# ---- a person's messages -----------------------------------------------------------------------------


def test_inbox_lists_the_own_messages_newest_first(client: Client, cast: Cast) -> None:
    for number in range(40):
        tell(cast.an, f"Việc số {number}.")
    tell(cast.em, "Của người khác.")

    first = signed_in(client, cast.an).get(INBOX).content.decode()
    second = client.get(INBOX, {"page": "2"}).content.decode()

    assert "40 thông báo mới" in first
    assert first.index("Việc số 39.") < first.index("Việc số 10.")
    assert "Việc số 9." not in first
    assert "Việc số 9." in second
    assert "Của người khác." not in first + second
    assert client.get(INBOX, {"page": "bậy"}).status_code == 200


def test_all_read_means_what_the_page_showed(client: Client, cast: Cast) -> None:
    tell(cast.an)
    page = signed_in(client, cast.an).get(INBOX).content.decode()
    shown = re.search(r'name="up_to" value="(\d+)"', page)
    assert shown is not None
    after, others = tell(cast.an, "Đến sau."), tell(cast.em)

    for _ in range(2):  # A double click.
        assert client.post("/thong-bao/doc-het/", {"up_to": shown[1]}).status_code == 302

    assert list(Notice.objects.filter(opened_at=None).order_by("pk")) == [after, others]
    for wrong in ("", "x", "-1", "9" * 30):
        client.post("/thong-bao/doc-het/", {"up_to": wrong})
    client.post("/thong-bao/doc-het/", {"up_to": others.pk})
    assert list(Notice.objects.filter(opened_at=None)) == [others]


def test_empty_inbox_says_so(client: Client, cast: Cast) -> None:
    assert "Chưa có thông báo nào" in signed_in(client, cast.son).get(INBOX).content.decode()


def test_inbox_asks_the_same_for_one_and_for_many(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tell(cast.an)
    signed_in(client, cast.an).get(INBOX)
    for count in (0, 60):
        for number in range(count):
            tell(cast.an, f"Việc số {number}.")
        with django_assert_num_queries(5):
            client.get(INBOX)


# ---- preferences -------------------------------------------------------------------------------------


def test_preferences_are_kept(client: Client, cast: Cast, settings: Settings) -> None:
    settings.WEBHOOK_URL = "https://may-chu.example/"
    page = signed_in(client, cast.an).get("/thong-bao/cach-nhan/").content.decode()
    assert "Không gửi trong giờ nghỉ 21:00–06:30" in page
    assert client.post("/thong-bao/cach-nhan/", {"mail": MailPace.DAILY}).status_code == 302
    kept = MessagePreference.objects.get()
    assert (kept.user, kept.mail, kept.push) == (cast.an, MailPace.DAILY, False)
    client.post("/thong-bao/cach-nhan/", {"mail": MailPace.NEVER, "push": "on"})
    kept.refresh_from_db()
    assert (kept.mail, kept.push) == (MailPace.NEVER, True)


def test_preferences_without_a_webhook_leave_its_choice(client: Client, cast: Cast) -> None:
    MessagePreference.objects.create(user=cast.an, push=False)
    page = signed_in(client, cast.an).get("/thong-bao/cach-nhan/").content.decode()
    assert "Zalo" not in page
    client.post("/thong-bao/cach-nhan/", {"mail": MailPace.DAILY, "push": "on"})
    kept = MessagePreference.objects.get()
    assert (kept.mail, kept.push) == (MailPace.DAILY, False)


def test_preference_that_is_none_is_refused(client: Client, cast: Cast) -> None:
    for given in ({}, {"mail": "hourly"}):
        assert signed_in(client, cast.an).post("/thong-bao/cach-nhan/", given).status_code == 422
    assert MessagePreference.objects.count() == 0


def test_preferences_say_when_there_is_no_mailing(client: Client, cast: Cast, settings: Settings) -> None:
    settings.NOTICES_BY_MAIL = False
    assert "chưa cấu hình máy chủ thư" in signed_in(client, cast.an).get("/thong-bao/cach-nhan/").content.decode()


# ---- the record --------------------------------------------------------------------------------------


def test_record_says_to_whom_and_what_became_of_it_but_not_what(client: Client, cast: Cast) -> None:
    delivery(cast.an, text="Lãnh đạo nhận xét: chưa đúng.")
    delivery(cast.em, DeliveryState.SENT, opened=NOW - timedelta(minutes=20))

    page = signed_in(client, cast.giang).get(LIST).content.decode()

    assert "Nông Thị An" in page
    assert "550 No such user" in page
    assert "đã mở 11:40 ngày 28/11/2022" in page
    assert "chưa mở" in page
    assert "nhận xét" not in page


@pytest.mark.parametrize("name", ["an", "binh", "chi", "khanh", "dung", "lan", "son"])
def test_record_is_for_those_who_run_rounds(client: Client, cast: Cast, name: str) -> None:
    row = delivery(cast.em)
    signed_in(client, getattr(cast, name))
    assert client.get(LIST).status_code == 403
    assert client.post(f"{LIST}{row.pk}/gui-lai/").status_code == 404


def test_record_of_another_authority_is_not_there(client: Client, cast: Cast) -> None:
    elsewhere = UnitFactory(code="K", name="UBND huyện khác", kind=UnitKind.AUTHORITY)
    stranger = MembershipFactory(unit=UnitFactory(code="K1", parent=elsewhere), role=Role.UNIT_EDITOR).user
    row = delivery(stranger)
    signed_in(client, cast.giang)
    assert stranger.full_name not in client.get(LIST).content.decode()
    assert client.post(f"{LIST}{row.pk}/gui-lai/").status_code == 404
    with pytest.raises(PermissionDenied):
        actions.send_again(row, cast.giang, NOW)


def test_record_holds_the_panels_of_the_round() -> None:
    """Lan works in no unit: she sits on the council."""
    world = play_to("preparation")
    row = delivery(world.cast.lan)
    unseated = delivery(world.cast.son)
    seen = Delivery.objects.visible_to(world.cast.giang)
    assert row in seen
    assert unseated not in seen


def test_administrator_sees_all(client: Client, cast: Cast) -> None:
    admin = MembershipFactory(unit=cast.office, role=Role.ADMINISTRATOR).user
    row = delivery(cast.son)
    assert cast.son.full_name in signed_in(client, admin).get(LIST).content.decode()
    client.post(f"{LIST}{row.pk}/gui-lai/")
    row.refresh_from_db()
    assert row.state == DeliveryState.QUEUED


def test_head_reads_and_does_not_repeat(client: Client, cast: Cast) -> None:
    row = delivery(cast.an)
    page = signed_in(client, cast.ha).get(LIST).content.decode()
    assert cast.an.full_name in page
    assert "gui-lai" not in page
    assert client.post(f"{LIST}{row.pk}/gui-lai/").status_code == 403


def test_filters(client: Client, cast: Cast) -> None:
    delivery(cast.an)
    delivery(cast.em, DeliveryState.SENT)
    signed_in(client, cast.giang)

    def named(**asked: str) -> list[bool]:
        page = client.get(LIST, asked).content.decode()
        return [person.full_name in page for person in (cast.an, cast.em)]

    assert named(state="sent") == [False, True]
    assert named(state="failed", channel="mail") == [True, False]
    assert named(channel="webhook") == [False, False]
    assert named(person="Hà Thị") == [False, True]
    assert named(person="an@chiso") == [True, False]
    assert named(state="bậy", page="0") == [True, True]


def test_without_mailing_the_page_says_how(client: Client, cast: Cast, settings: Settings) -> None:
    settings.NOTICES_BY_MAIL = False
    page = signed_in(client, cast.giang).get(LIST).content.decode()
    assert "Chưa cấu hình máy chủ thư" in page
    assert "CHISO_SMTP_HOST" in page


def test_record_asks_the_same_for_one_and_for_many(
    client: Client, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    delivery(cast.an)
    signed_in(client, cast.giang).get(LIST)
    for count in (0, 70):
        for person in UserFactory.create_batch(count):
            MembershipFactory(user=person, unit=cast.north)
            delivery(person)
        with django_assert_num_queries(7):
            client.get(LIST)


# ---- once more ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [DeliveryState.FAILED, DeliveryState.UNKNOWN])
def test_sending_again_is_audited_and_keeps_the_list(client: Client, cast: Cast, state: str) -> None:
    row = delivery(cast.an, state)
    User.objects.filter(pk=cast.an.pk).update(email="an.moi@chiso.example")

    response = signed_in(client, cast.giang).post(f"{LIST}{row.pk}/gui-lai/?state={state}&page=2&x=1")

    assert response.url == f"{LIST}?state={state}&page=2"
    before = row.key
    row.refresh_from_db()
    assert (row.state, row.attempts, row.failure, row.key) == (DeliveryState.QUEUED, 0, "", before)
    assert row.address == "an.moi@chiso.example"
    entry = AuditEntry.objects.get()
    assert (entry.code, entry.role) == ("delivery.send_again", Role.COORDINATOR)


def test_button_on_a_later_page_comes_back_to_it(client: Client, cast: Cast) -> None:
    for _ in range(51):
        delivery(cast.an)
    page = signed_in(client, cast.giang).get(LIST, {"state": "failed", "page": "2"}).content.decode()
    assert "gui-lai/?state=failed&amp;page=2" in page


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.SENT])
def test_what_has_not_failed_is_not_sent_again(client: Client, cast: Cast, state: str) -> None:
    row = delivery(cast.an, state)
    page = signed_in(client, cast.giang).post(f"{LIST}{row.pk}/gui-lai/", follow=True).content.decode()
    assert "không còn ở bước cho phép" in page
    row.refresh_from_db()
    assert row.state == state
    assert client.get(f"{LIST}{row.pk}/gui-lai/").status_code == 405


def test_second_click_sends_nothing_more(client: Client, cast: Cast) -> None:
    row = delivery(cast.an)
    signed_in(client, cast.giang).post(f"{LIST}{row.pk}/gui-lai/")
    client.post(f"{LIST}{row.pk}/gui-lai/")
    assert AuditEntry.objects.count() == 1


def test_sending_again_needs_a_person_and_a_way(cast: Cast, settings: Settings) -> None:
    row = delivery(cast.an)
    User.objects.filter(pk=cast.an.pk).update(is_active=False)
    row = Delivery.objects.select_related("recipient").get(pk=row.pk)
    with pytest.raises(RuleViolation, match="ngừng hoạt động"):
        actions.send_again(row, cast.giang, NOW)
    settings.NOTICES_BY_MAIL = False
    with pytest.raises(RuleViolation, match="chưa được cấu hình"):
        actions.send_again(row, cast.giang, NOW)


def test_after_the_server_is_back_all_that_failed_go_again(client: Client, cast: Cast) -> None:
    failed = [delivery(person) for person in (cast.an, cast.binh, cast.em)]
    unknown = delivery(cast.phuc, DeliveryState.UNKNOWN)
    gone = delivery(cast.chi)
    User.objects.filter(pk=cast.chi.pk).update(is_active=False)
    signed_in(client, cast.giang)
    assert "Gửi lại mọi bản tin" in client.get(LIST, {"state": "failed"}).content.decode()

    page = client.post(f"{LIST}gui-lai/?person=Nông&state=failed", follow=True).content.decode()
    assert "Đã xếp hàng gửi lại 1 bản tin." in page
    page = client.post(f"{LIST}gui-lai/?state=failed", follow=True).content.decode()
    assert "Đã xếp hàng gửi lại 2 bản tin." in page

    assert set(Delivery.objects.filter(state=DeliveryState.QUEUED)) == set(failed)
    assert AuditEntry.objects.count() == 3
    for row, state in ((unknown, DeliveryState.UNKNOWN), (gone, DeliveryState.FAILED)):
        row.refresh_from_db()
        assert row.state == state


def test_only_who_may_sends_all_again(client: Client, cast: Cast) -> None:
    row = delivery(cast.an)
    assert signed_in(client, cast.an).post(f"{LIST}gui-lai/").status_code == 403
    signed_in(client, cast.ha).post(f"{LIST}gui-lai/")
    row.refresh_from_db()
    assert row.state == DeliveryState.FAILED
