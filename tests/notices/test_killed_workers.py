"""Real workers, a real server for mail: whatever dies when, no mail arrives twice, and each one is accounted for."""

import os
import signal
from collections.abc import Callable
from datetime import timedelta
from itertools import count
from queue import SimpleQueue

import pytest

from chiso.notices.choices import DeliveryState
from chiso.notices.dispatch import bury_silent
from chiso.notices.models import Delivery
from chiso.notices.sending import send
from chiso.organizations import clock
from tests.background.processes import wait_until
from tests.factories import UserFactory
from tests.notices.conftest import Posters
from tests.notices.servers import MailServer

PEOPLE = 40
PATIENCE = 60
"""Seconds: everything takes long on a machine that runs every test at once."""


@pytest.fixture
def waiting(transactional_db: None) -> None:
    """Forty people have something to read."""
    people = UserFactory.create_batch(PEOPLE)
    send(people, "Mở tự đánh giá, chấm điểm.", clock.now() - timedelta(minutes=2), url="/")


def in_state(*states: str) -> set[str]:
    keys = Delivery.objects.filter(state__in=states).values_list("key", flat=True)
    return {f"<{key}@localhost>" for key in keys}


def strike(which: int, how: signal.Signals) -> tuple["SimpleQueue[int]", Callable[[object], str]]:
    """For a server to call at every mail: it sends the signal at the one that is named, to whoever is put in."""
    pids: SimpleQueue[int] = SimpleQueue()
    calls = count(1)

    def called(_what: object) -> str:
        if next(calls) == which:
            os.kill(pids.get(timeout=PATIENCE), how)
        return ""

    return pids, called


@pytest.mark.usefixtures("waiting")
def test_killed_and_started_again_nothing_goes_out_twice(posters: Posters, mail_server: MailServer) -> None:
    kills = [("on_content", 3), ("on_recipient", 5), ("on_content", 1), ("on_sender", 1), ("on_content", 7)]
    for moment, which in kills:
        pids, called = strike(which, signal.SIGKILL)
        setattr(mail_server, moment, called)
        worker = posters.start(mail_server)
        pids.put(worker.pid)
        assert worker.wait() == -signal.SIGKILL
        setattr(mail_server, moment, lambda _what: "")
    last = posters.start(mail_server)
    wait_until(lambda: not in_state(DeliveryState.QUEUED) and len(in_state(DeliveryState.SENDING)) == 5, PATIENCE)
    os.kill(last.pid, signal.SIGTERM)
    assert last.wait() == 0

    bury_silent(clock.now() + timedelta(minutes=11))

    received, sent, unknown = mail_server.keys(), in_state(DeliveryState.SENT), in_state(DeliveryState.UNKNOWN)
    assert len(received) == len(set(received)) == PEOPLE - 2  # Two died before the server had the mail.
    assert (len(sent), len(unknown), Delivery.objects.count()) == (PEOPLE - 5, 5, PEOPLE)
    assert sent <= set(received) <= sent | unknown
    assert Delivery.objects.values("recipient").distinct().count() == PEOPLE


@pytest.mark.usefixtures("waiting")
def test_two_workers_share_the_work(posters: Posters, mail_server: MailServer) -> None:
    """The first mail is answered when the other worker has come for the same mails."""
    mail_server.may_answer = lambda: mail_server.connections >= 2
    for _ in range(2):
        posters.start(mail_server)
    wait_until(lambda: len(in_state(DeliveryState.SENT)) == PEOPLE, PATIENCE)

    assert sorted(mail_server.keys()) == sorted(in_state(DeliveryState.SENT))
    assert "Traceback" not in posters.log.read_text()


@pytest.mark.usefixtures("waiting")
def test_asked_to_stop_it_leaves_no_doubt(posters: Posters, mail_server: MailServer) -> None:
    """It ends the mail in hand, and begins no other."""
    pids, mail_server.on_content = strike(3, signal.SIGTERM)
    mail_server.thinks_for = 0.1
    worker = posters.start(mail_server)
    pids.put(worker.pid)

    assert worker.wait() == 0

    assert sorted(mail_server.keys()) == sorted(in_state(DeliveryState.SENT))
    assert (len(mail_server.received), len(in_state(DeliveryState.QUEUED))) == (3, PEOPLE - 3)
