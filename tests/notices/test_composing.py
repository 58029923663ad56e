"""Who is written to, when, and what the letter says. Django's own box in memory takes the mail."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from chiso.notices import composing, letters
from chiso.notices.choices import Channel, DeliveryState, MailPace
from chiso.notices.models import Delivery, Notice
from chiso.notices.opening import record_opening
from chiso.notices.posting import run
from chiso.notices.preferences import set_preference
from chiso.notices.quiet import quiet_hours
from chiso.notices.sending import send
from chiso.organizations.models import User
from tests.factories import UserFactory
from tests.world import moment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("by_mail")]
NOON = moment("28/11/2022 12:00")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.fixture
def an() -> User:
    return UserFactory(email="an@chiso.example", full_name="Nông Thị An")


def tell(person: User, at: datetime = NOON, text: str = "Mở tự đánh giá, chấm điểm.") -> Notice:
    send([person], text, at, url="/")
    return Notice.objects.latest("pk")


def test_one_message_is_the_subject(an: User) -> None:
    notice = tell(an, text="Gia hạn tự đánh giá\r\nđến hết 24 giờ ngày 16/12/2022.")

    run(NOON + minutes(1))

    [letter] = mail.outbox
    assert letter.subject == "Gia hạn tự đánh giá đến hết 24 giờ ngày 16/12/2022."
    assert letter.to == ["an@chiso.example"]
    assert letter.body.startswith("Kính gửi đồng chí Nông Thị An,")
    assert f"https://cchc.halang.example/thong-bao/{notice.pk}/mo/" in letter.body
    assert "https://cchc.halang.example/thong-bao/cach-nhan/" in letter.body


def test_several_messages_are_one_letter(an: User) -> None:
    texts = [f"Việc số {number} <b>" for number in range(5)]
    for text in texts:
        tell(an, text=text)

    run(NOON + minutes(1))

    [letter] = mail.outbox
    [(html, _kind)] = letter.alternatives
    assert letter.subject == "5 việc cần biết – chỉ số CCHC"
    assert all(text in letter.body for text in texts)
    assert "Việc số 4 &lt;b&gt;" in html
    assert "<b>" not in html
    delivery = Delivery.objects.get()
    assert set(Notice.objects.values_list("mail", flat=True)) == {delivery.pk}
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENT, 1)


def test_a_long_digest_names_the_first_and_counts_the_rest(an: User) -> None:
    for number in range(letters.LINES_SHOWN + 7):
        tell(an, text=f"Việc số {number}.")

    run(NOON + minutes(1))

    [letter] = mail.outbox
    assert letter.subject == "57 việc cần biết – chỉ số CCHC"
    assert "Việc số 49." in letter.body
    assert "Việc số 50." not in letter.body
    assert "Và 7 thông báo nữa, xem tại https://cchc.halang.example/thong-bao/" in letter.body


def test_nothing_goes_out_before_a_minute_has_passed_and_nothing_twice(an: User) -> None:
    tell(an)
    run(NOON + minutes(0.5))
    assert mail.outbox == []
    tell(an, NOON + minutes(0.9), "Đến sau.")

    run(NOON + minutes(1))
    run(NOON + minutes(1.5))
    run(NOON + minutes(60))

    assert [letter.subject for letter in mail.outbox] == ["2 việc cần biết – chỉ số CCHC"]


def test_what_was_opened_in_the_product_is_not_mailed(an: User) -> None:
    record_opening(tell(an), NOON)
    run(NOON + minutes(5))
    assert mail.outbox == []


def test_what_is_older_than_three_days_is_not_mailed(an: User) -> None:
    tell(an)
    run(NOON + timedelta(days=3))
    assert mail.outbox == []


@pytest.mark.parametrize(
    ("told", "asked", "goes"),
    [
        ("28/11/2022 20:57", "28/11/2022 20:59", True),
        ("28/11/2022 20:59", "28/11/2022 21:00", False),
        ("28/11/2022 23:00", "29/11/2022 00:30", False),
        ("28/11/2022 23:00", "29/11/2022 06:29", False),
        ("28/11/2022 23:00", "29/11/2022 06:30", True),
    ],
)
def test_quiet_hours(an: User, told: str, asked: str, goes: bool) -> None:
    tell(an, moment(told))
    run(moment(asked))
    assert len(mail.outbox) == goes


def test_what_waits_for_another_try_keeps_quiet_too(an: User) -> None:
    tell(an)
    composing.compose(NOON + minutes(1))
    Delivery.objects.update(next_at=moment("28/11/2022 23:00"))

    run(moment("28/11/2022 23:30"))
    assert mail.outbox == []
    run(moment("29/11/2022 06:30"))
    assert len(mail.outbox) == 1


def test_hours_at_noon_are_read_as_well_and_none_is_none(settings: Settings) -> None:
    settings.QUIET_HOURS = "11:30-13:30"
    hours = quiet_hours()
    assert hours is not None
    assert [hours.hold(moment(f"28/11/2022 {time}")) for time in ("11:29", "11:30", "13:29", "13:30", "23:00")] == [
        False,
        True,
        True,
        False,
        False,
    ]
    settings.QUIET_HOURS = " "
    assert quiet_hours() is None


@pytest.mark.parametrize("text", ["21h-6h", "21:00", "25:00-06:00", "21:00-06:75"])
def test_hours_that_are_none_are_refused(settings: Settings, text: str) -> None:
    settings.QUIET_HOURS = text
    with pytest.raises(Exception, match="CHISO_QUIET_HOURS"):
        quiet_hours()


def test_daily_is_one_letter_at_seven(an: User) -> None:
    set_preference(an, mail=MailPace.DAILY, push=True)
    tell(an, text="Một.")
    tell(an, moment("29/11/2022 06:59"), "Hai.")
    run(NOON + minutes(10))
    run(moment("29/11/2022 06:45"))
    assert mail.outbox == []

    run(moment("29/11/2022 07:00"))
    tell(an, moment("29/11/2022 07:30"), "Ba.")
    run(moment("29/11/2022 09:00"))
    assert [letter.subject for letter in mail.outbox] == ["2 việc cần biết – chỉ số CCHC"]

    run(moment("30/11/2022 07:00"))
    assert [letter.subject for letter in mail.outbox[1:]] == ["Ba."]


def test_never_is_never(an: User) -> None:
    set_preference(an, mail=MailPace.NEVER, push=True)
    tell(an)
    run(NOON + minutes(5))
    assert mail.outbox == []
    assert Delivery.objects.count() == 0


def test_without_a_server_nothing_is_even_queued(an: User, settings: Settings) -> None:
    settings.NOTICES_BY_MAIL = False
    tell(an)
    run(NOON + minutes(5))
    assert Delivery.objects.count() == 0
    assert Notice.objects.get().mail_id is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "Tài khoản đã ngừng hoạt động."),
        ({"email": ""}, "Tài khoản không có địa chỉ thư hợp lệ."),
        ({"email": "an@chiso@example"}, "Tài khoản không có địa chỉ thư hợp lệ."),
        ({"email": "an@chỉ-số.example"}, "Địa chỉ thư có ký tự ngoài bảng chữ cái Latinh không dấu."),
    ],
)
def test_who_cannot_be_written_to_is_recorded_and_left(an: User, change: dict[str, object], reason: str) -> None:
    tell(an)
    User.objects.filter(pk=an.pk).update(**change)

    for count in range(1, 90, 20):
        run(NOON + minutes(count))

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.failure, delivery.attempts) == (DeliveryState.FAILED, reason, 0)
    assert mail.outbox == []


def test_both_channels_carry_the_same(an: User, settings: Settings) -> None:
    settings.WEBHOOK_URL = "http://127.0.0.1:9/"  # Nobody listens there.
    settings.WEBHOOK_SECRET = "bi-mat"
    tell(an)
    run(NOON + minutes(1))

    assert list(Delivery.objects.order_by("channel").values_list("channel", "state")) == [
        (Channel.MAIL, DeliveryState.SENT),
        (Channel.WEBHOOK, DeliveryState.QUEUED),
    ]
    notice = Notice.objects.get()
    assert notice.mail_id != notice.push_id


def test_who_wants_no_push_gets_mail_only(an: User, settings: Settings) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://127.0.0.1:9/", "bi-mat"
    set_preference(an, mail=MailPace.SOON, push=False)
    tell(an)
    run(NOON + minutes(1))
    assert Delivery.objects.get().channel == Channel.MAIL


def test_composing_for_many_asks_little(django_assert_max_num_queries: object) -> None:
    for person in UserFactory.create_batch(150):
        tell(person)
    with django_assert_max_num_queries(175):  # type: ignore[operator]  # one mark a person, the rest by the hundred
        assert composing.compose(NOON + minutes(1)) == 150
