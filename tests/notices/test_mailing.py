"""Against a real server for mail: what arrives, and what every answer of it leads to."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from chiso.notices import channels, composing, dispatch, mailing
from chiso.notices.choices import Channel, DeliveryState
from chiso.notices.models import Delivery
from chiso.notices.posting import run
from chiso.notices.sending import send
from chiso.organizations.models import User
from tests.factories import UserFactory
from tests.notices.servers import MailServer
from tests.world import moment

pytestmark = pytest.mark.django_db
NOON = moment("28/11/2022 12:00")


def later(minutes: float) -> None:
    run(NOON + timedelta(minutes=minutes))


def tell(*people: User) -> None:
    send(people, "Gia hạn tự đánh giá đến hết 24 giờ ngày 16/12/2022.", NOON, url="/")


def states() -> list[str]:
    return list(Delivery.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(email=f"{name}@chiso.example", full_name=f"Nông Thị {name}") for name in ("an", "em", "mai")]


def test_arrives_as_it_was_written(mail_server: MailServer, people: list[User]) -> None:
    tell(people[0])
    later(1)

    [mail] = mail_server.received
    delivery = Delivery.objects.get()
    assert mail["Subject"].strip() == "Gia hạn tự đánh giá đến hết 24 giờ ngày 16/12/2022."
    assert mail["From"] == "Chỉ số CCHC <cchc@halang.example>"
    assert mail["To"] == "an@chiso.example"
    assert mail["Message-ID"] == f"<{delivery.key}@cchc.halang.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    text, html = (part.get_content() for part in mail.iter_parts())
    assert "Kính gửi đồng chí Nông Thị an," in text
    assert '<html lang="vi">' in html
    assert (delivery.state, delivery.sent_at) == (DeliveryState.SENT, NOON + timedelta(minutes=1))


def test_one_connection_carries_a_batch(mail_server: MailServer, people: list[User]) -> None:
    tell(*people)
    later(1)
    assert (len(mail_server.received), mail_server.connections) == (3, 1)


def test_a_refused_address_fails_at_once_and_the_others_go(mail_server: MailServer, people: list[User]) -> None:
    mail_server.on_recipient = lambda address: "550 5.1.1 No such user" if address.startswith("em") else ""
    tell(*people)
    for minutes in (1, 5, 60, 120):
        later(minutes)

    assert states() == [DeliveryState.SENT, DeliveryState.FAILED, DeliveryState.SENT]
    assert Delivery.objects.get(recipient=people[1]).failure == "Máy chủ thư trả lời: 550 5.1.1 No such user"
    assert len(mail_server.received) == 2


def test_a_full_mailbox_is_tried_after_1_5_15_60_minutes_then_given_up(
    mail_server: MailServer, people: list[User]
) -> None:
    tries: list[str] = []
    mail_server.on_recipient = lambda address: str(tries.append(address) or "452 4.2.2 Mailbox full")
    tell(people[0])

    moments = [1, 1.9, 2, 6.9, 7, 21.9, 22, 81.9, 82, 200]
    counts = []
    for minutes in moments:
        later(minutes)
        counts.append(len(tries))

    assert counts == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert states() == [DeliveryState.FAILED]
    assert "452 4.2.2 Mailbox full" in Delivery.objects.get().failure


@pytest.mark.parametrize(
    ("answer", "state"), [("451 4.3.0 Try later", DeliveryState.QUEUED), ("554 5.7.1 Spam", DeliveryState.FAILED)]
)
def test_content_refused(mail_server: MailServer, people: list[User], answer: str, state: str) -> None:
    mail_server.on_content = lambda _message: answer
    tell(people[0])
    later(1)
    assert states() == [state]
    assert answer in Delivery.objects.get().failure


@pytest.mark.parametrize(
    ("answer", "state"), [("252 Taken, perhaps", DeliveryState.SENT), ("Chào anh", DeliveryState.UNKNOWN)]
)
def test_strange_answer_to_the_content_brings_no_second_mail(
    mail_server: MailServer, people: list[User], answer: str, state: str
) -> None:
    """The server had the whole mail: unless it says no, it may have taken it."""
    heard: list[str] = []
    mail_server.on_content = lambda message: str(heard.append(message["Message-ID"]) or answer)
    tell(people[0])
    for minutes in (1, 2, 7, 30):
        later(minutes)
    assert (len(heard), states()) == (1, [state])


def test_after_a_refused_sender_nothing_more_is_said(mail_server: MailServer, people: list[User]) -> None:
    asked: list[str] = []
    mail_server.on_sender = lambda _address: "550 5.7.1 Not you"
    mail_server.on_recipient = lambda address: str(asked.append(address) or "")
    tell(people[0])
    later(1)
    assert (asked, states()) == ([], [DeliveryState.FAILED])
    assert "550 5.7.1 Not you" in Delivery.objects.get().failure


def test_server_that_closes_is_left_alone_until_the_next_time(mail_server: MailServer, people: list[User]) -> None:
    mail_server.on_sender = lambda _address: "421 4.3.2 Closing" if len(mail_server.received) == 1 else ""
    tell(*people)
    later(1)
    assert states() == [DeliveryState.SENT, DeliveryState.QUEUED, DeliveryState.QUEUED]
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 1, 0]

    mail_server.on_sender = lambda _address: ""
    later(2)
    assert len(set(mail_server.keys())) == len(mail_server.received) == 3


def test_silence_after_the_content_is_unknown_and_never_sent_again(
    mail_server: MailServer, people: list[User], settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.3
    mail_server.thinks_for = 1
    tell(*people[:2])
    later(1)
    assert states() == [DeliveryState.UNKNOWN, DeliveryState.QUEUED]
    assert "Không rõ thư đã đến hay chưa" in Delivery.objects.earliest("pk").failure

    mail_server.thinks_for = 0
    for minutes in (2, 30, 90):
        later(minutes)
    assert states() == [DeliveryState.UNKNOWN, DeliveryState.SENT]
    assert len(set(mail_server.keys())) == len(mail_server.received) == 2


def test_a_server_that_is_down_costs_one_try_for_all_and_comes_back(
    mail_server: MailServer, people: list[User]
) -> None:
    mail_server.stop()
    tell(*people)
    later(1)
    assert set(Delivery.objects.values_list("state", "attempts", "next_at")) == {
        (DeliveryState.QUEUED, 1, NOON + timedelta(minutes=2))
    }
    assert "Không kết nối được máy chủ thư" in Delivery.objects.earliest("pk").failure

    mail_server.start()
    later(1.5)
    assert mail_server.received == []
    later(2)
    assert states() == [DeliveryState.SENT] * 3
    assert set(Delivery.objects.values_list("failure", flat=True)) == {""}


def test_a_server_that_stays_down_is_given_up(mail_server: MailServer, people: list[User]) -> None:
    mail_server.stop()
    tell(*people)
    for minutes in (1, 2, 7, 22, 82):
        assert DeliveryState.FAILED not in states()
        later(minutes)
    assert states() == [DeliveryState.FAILED] * 3


def test_a_batch_ends_in_time_and_the_next_goes_on(
    mail_server: MailServer, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "SECONDS", 0.05)
    mail_server.thinks_for = 0.1
    tell(*people)
    later(1)
    assert len(mail_server.received) == 1
    monkeypatch.setattr(dispatch, "BATCH", 1)
    monkeypatch.setattr(dispatch, "SECONDS", 20)
    later(1.5)
    later(2)
    assert states() == [DeliveryState.SENT] * 3


# ---- things change while a message waits ----------------------------------------------------------------


def test_whose_account_was_closed_meanwhile_is_not_written_to(mail_server: MailServer, people: list[User]) -> None:
    mail_server.on_recipient = lambda _address: "452 4.2.2 Mailbox full"
    tell(people[0])
    later(1)
    User.objects.filter(pk=people[0].pk).update(is_active=False)
    mail_server.on_recipient = lambda _address: ""
    later(2)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.failure, delivery.attempts) == (
        DeliveryState.FAILED,
        "Tài khoản đã ngừng hoạt động.",
        1,
    )
    assert mail_server.received == []


def test_the_next_try_goes_to_the_address_of_today(mail_server: MailServer, people: list[User]) -> None:
    mail_server.on_recipient = lambda _address: "452 4.2.2 Mailbox full"
    tell(people[0])
    later(1)
    User.objects.filter(pk=people[0].pk).update(email="an.moi@chiso.example")
    mail_server.on_recipient = lambda _address: ""
    later(2)
    assert [mail["To"] for mail in mail_server.received] == ["an.moi@chiso.example"]
    assert Delivery.objects.get().address == "an.moi@chiso.example"


def test_what_waited_three_days_for_a_server_is_no_news(mail_server: MailServer, people: list[User]) -> None:
    tell(*people[:2])
    composing.compose(NOON + timedelta(minutes=1))
    Delivery.objects.filter(recipient=people[1]).update(next_at=NOON + timedelta(days=1))
    later(1 + 3 * 24 * 60)
    assert states() == [DeliveryState.FAILED, DeliveryState.SENT]
    assert "ba ngày" in Delivery.objects.earliest("pk").failure


def test_what_nobody_foresaw_is_written_down_and_the_others_go(
    mail_server: MailServer, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = mailing.message_of

    def stumble(delivery: Delivery) -> EmailMultiAlternatives:
        if delivery.recipient == people[0]:
            raise ValueError
        return write(delivery)

    monkeypatch.setattr(mailing, "message_of", stumble)
    tell(*people)
    for minutes in (1, 1.5, 30):
        later(minutes)
    assert states() == [DeliveryState.UNKNOWN, DeliveryState.SENT, DeliveryState.SENT]
    assert "Lỗi khi gửi (ValueError)" in Delivery.objects.earliest("pk").failure
    assert len(mail_server.received) == 2


# ---- several workers, dead workers ------------------------------------------------------------------------


@pytest.mark.parametrize("channel", [Channel.MAIL, Channel.WEBHOOK])
def test_what_a_dead_worker_left(mail_server: MailServer, people: list[User], channel: str) -> None:
    """A mail waits for a person to decide; a post goes out again, since the webhook knows its key."""
    tell(people[0])
    later(0)
    left = Delivery.objects.create(
        key="6a0e4d0a-5d2c-4a4e-9f0e-0d7f3f0a0001",
        channel=channel,
        recipient=people[1],
        address=people[1].email,
        subject="Một việc",
        body='{"lines": [], "more": 0}',
        state=DeliveryState.SENDING,
        attempts=1,
        next_at=NOON,
        queued_at=NOON,
        begun_at=NOON,
    )
    later(9.9)
    left.refresh_from_db()
    assert left.state == DeliveryState.SENDING
    later(10)
    left.refresh_from_db()
    assert left.state == (DeliveryState.UNKNOWN if channel == Channel.MAIL else DeliveryState.QUEUED)
    later(60)
    assert len(mail_server.received) == 1


def test_a_slow_worker_that_was_given_up_for_dead_may_still_say_that_it_is_sent(
    mail_server: MailServer, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(people[0])
    settle: Callable[..., None] = dispatch._settle

    def settle_late(row: Delivery, *rest: object) -> None:
        dispatch.bury_silent(NOON + timedelta(minutes=30))
        assert states() == [DeliveryState.UNKNOWN]
        settle(row, *rest)

    monkeypatch.setattr(dispatch, "_settle", settle_late)
    later(1)
    assert states() == [DeliveryState.SENT]


def test_a_row_that_another_worker_took_is_left(mail_server: MailServer, people: list[User]) -> None:
    tell(people[0])
    later(0)
    composing.compose(NOON + timedelta(minutes=1))
    at = NOON + timedelta(minutes=1)
    [mine] = Delivery.objects.all()
    [theirs] = Delivery.objects.all()
    assert dispatch._take(theirs, at) is True
    assert dispatch._take(mine, at) is False


# ---- settings that could not work -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"PUBLIC_URL": "cchc.halang.example"}, "CHISO_PUBLIC_URL"),
        ({"PUBLIC_URL": ""}, "CHISO_PUBLIC_URL"),
        ({"EMAIL_USE_TLS": True, "EMAIL_USE_SSL": True}, "CHISO_SMTP_TLS"),
    ],
)
def test_settings_that_could_not_work_are_refused_at_the_start(
    settings: Settings, change: dict[str, object], name: str
) -> None:
    settings.NOTICES_BY_MAIL = True
    channels.check()
    for setting, value in change.items():
        setattr(settings, setting, value)
    with pytest.raises(ImproperlyConfigured, match=name):
        channels.check()
