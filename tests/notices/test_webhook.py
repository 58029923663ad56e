"""Against a real HTTP server: what is posted, how it is signed, and what every answer of it leads to."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from chiso.background import process_time
from chiso.notices import channels, webhook
from chiso.notices.choices import DeliveryState
from chiso.notices.models import Delivery, Notice
from chiso.notices.posting import run
from chiso.notices.sending import send
from chiso.organizations.models import User
from tests.factories import UserFactory
from tests.notices.servers import HookServer
from tests.world import moment

pytestmark = pytest.mark.django_db
NOON = moment("28/11/2022 12:00")


def later(minutes: float) -> None:
    run(NOON + timedelta(minutes=minutes))


def tell(*people: User) -> None:
    send(people, "Mở tự đánh giá, chấm điểm.", NOON, url="/")


@pytest.fixture
def people() -> list[User]:
    return [UserFactory(email=f"{name}@chiso.example", full_name=f"Nông Thị {name}") for name in ("an", "em", "mai")]


def test_post_is_signed_and_names_its_key(hook: HookServer, people: list[User]) -> None:
    tell(people[0])
    later(1)

    [(headers, body)] = hook.posts
    delivery, notice = Delivery.objects.get(), Notice.objects.get()
    assert json.loads(body) == {
        "id": str(delivery.key),
        "created_at": delivery.queued_at.isoformat(),
        "to": {"email": "an@chiso.example", "name": "Nông Thị an"},
        "subject": "Mở tự đánh giá, chấm điểm.",
        "lines": [
            {
                "text": "Mở tự đánh giá, chấm điểm.",
                "url": f"https://cchc.halang.example/thong-bao/{notice.pk}/mo/",
            }
        ],
    }
    assert UUID(headers["Idempotency-Key"]) == delivery.key
    stamp = headers["X-Chiso-Timestamp"]
    expected = hmac.new(b"bi-mat", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Chiso-Signature"] == f"sha256={expected}"
    assert abs(int(stamp) - process_time.now().timestamp()) < 60
    assert delivery.state == DeliveryState.SENT


def test_signature_of_the_document() -> None:
    """Whoever writes a gateway tests it by the example of docs/messages.md, and by its function."""
    document = (Path(__file__).parents[2] / "docs" / "messages.md").read_text(encoding="utf-8")
    body, stamp = b'{"id":"1","lines":[]}', str(int(process_time.now().timestamp()))
    assert webhook.signature("bi-mat", "1669611660", body) in document

    defined: dict[str, Any] = {}
    exec(document.split("```python\n")[1].split("```")[0], defined)
    headers = {"X-Chiso-Timestamp": stamp, "X-Chiso-Signature": webhook.signature("bi-mat", stamp, body)}
    assert defined["is_genuine"]("bi-mat", headers, body)
    assert not defined["is_genuine"]("bi-mat", headers, body + b" ")
    old = {"X-Chiso-Timestamp": "1669611660", "X-Chiso-Signature": webhook.signature("bi-mat", "1669611660", body)}
    assert not defined["is_genuine"]("bi-mat", old, body)


def test_trouble_is_tried_again_with_the_same_key_and_body(hook: HookServer, people: list[User]) -> None:
    hook.answers = [(503, {}, "đang bảo trì"), (500, {}, "")]
    tell(people[0])
    for minutes in (1, 2, 7, 30):
        later(minutes)

    assert len({headers["Idempotency-Key"] for headers, _body in hook.posts}) == 1
    assert len({body for _headers, body in hook.posts}) == 1
    assert len(hook.posts) == 3
    assert Delivery.objects.get().state == DeliveryState.SENT


def test_five_failures_are_the_end(hook: HookServer, people: list[User]) -> None:
    hook.answers = [(502, {}, "x" * 5000)] * 9
    tell(people[0])
    for minutes in (1, 2, 7, 22, 82, 300, 900):
        later(minutes)
    delivery = Delivery.objects.get()
    assert (len(hook.posts), delivery.state) == (5, DeliveryState.FAILED)
    assert len(delivery.failure) < 240


@pytest.mark.parametrize("code", [400, 401, 404, 410, 422])
def test_refusal_is_final(hook: HookServer, people: list[User], code: int) -> None:
    hook.answers = [(code, {}, "khong\x00nhan")]
    tell(people[0])
    later(1)
    later(2)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.failure) == (DeliveryState.FAILED, f"Webhook trả lời: {code} khong nhan")
    assert len(hook.posts) == 1


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_redirect_is_not_followed(hook: HookServer, people: list[User], code: int) -> None:
    hook.answers = [(code, {"Location": hook.url.replace("chiso", "khac")}, "")]
    tell(people[0])
    later(1)
    assert len(hook.posts) == 1
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.FAILED
    assert "chuyển hướng" in delivery.failure


def test_a_pause_that_the_other_side_asks_for_holds_for_all(hook: HookServer, people: list[User]) -> None:
    hook.answers = [(429, {"Retry-After": "1200"}, "")]
    tell(*people)
    later(1)
    assert len(hook.posts) == 1
    later(20.9)
    assert len(hook.posts) == 1
    later(21)
    assert len(hook.posts) == 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("", None),
        ("120", timedelta(minutes=2)),
        ("-5", None),
        ("mai", None),
        ("99999999", timedelta(days=1)),
        ("9" * 400, None),
        ("ngay", None),
    ],
)
def test_reading_how_long_to_wait(asked: str, wait: timedelta | None) -> None:
    assert webhook._wait(asked, NOON) == wait


@pytest.mark.parametrize(("minutes", "wait"), [(5, timedelta(minutes=5)), (-5, timedelta())])
def test_reading_until_when_to_wait(minutes: int, wait: timedelta) -> None:
    until: datetime = NOON + timedelta(minutes=minutes)
    assert webhook._wait(format_datetime(until), NOON) == wait


def test_silence_is_tried_again(hook: HookServer, people: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    """The other side may have taken it: it knows by the key."""
    monkeypatch.setattr(webhook, "TIMEOUT", 0.2)
    hook.thinks_for = 0.5
    tell(*people[:2])
    later(1)
    assert len(hook.posts) == 1
    hook.thinks_for = 0
    later(2)
    assert len({headers["Idempotency-Key"] for headers, _body in hook.posts}) == 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def test_a_body_that_never_ends_does_not_hold_the_worker(
    hook: HookServer, people: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The status has told everything."""
    monkeypatch.setattr(webhook, "TIMEOUT", 0.3)
    hook.answers = [(200, {"X-Extra": "1"}, "x" * 10), (404, {}, "khong co")]
    hook.missing = 1000  # Bytes that the length promises, and that do not come.
    tell(*people[:2])
    later(1)
    assert list(Delivery.objects.order_by("pk").values_list("state", "failure")) == [
        (DeliveryState.SENT, ""),
        (DeliveryState.FAILED, "Webhook trả lời: 404 khong co"),
    ]


def test_nobody_there(hook: HookServer, people: list[User]) -> None:
    hook.stop()
    tell(people[0])
    later(1)
    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.QUEUED
    assert "Không kết nối được webhook" in delivery.failure


@pytest.mark.parametrize(
    "url",
    [
        "ftp://may-chu/",
        "file:///etc/passwd",
        "may-chu/chiso",
        "https://",
        "https://ten:mat-khau@may-chu/",
        "https://may-chu:cong/",
        "https://may-chu/gửi",
        "https://may-chu/a b",
    ],
)
def test_address_that_is_none_is_refused_at_the_start(settings: Settings, url: str) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = url, "bi-mat"
    with pytest.raises(ImproperlyConfigured, match="CHISO_WEBHOOK_URL"):
        channels.check()


def test_address_without_a_secret_is_refused_at_the_start(settings: Settings) -> None:
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "https://may-chu/", ""
    with pytest.raises(ImproperlyConfigured, match="CHISO_WEBHOOK_SECRET"):
        channels.check()
