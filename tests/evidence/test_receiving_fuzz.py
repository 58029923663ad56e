"""Uploads that obey no protocol, and several that obey it at once: never an error page, never a corrupted file."""

import os
import threading
import zlib
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chiso.assessments.models import Citation
from chiso.evidence import receiving
from chiso.evidence.models import Document, Upload
from chiso.organizations import clock
from chiso.organizations.models import User
from tests.world import PDF, World, moment, play_to

PIECE = 1000
TYPE = "application/offset+octet-stream"
EVERY_ANSWER = {200, 201, 204, 400, 404, 405, 409, 415, 422}


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("12/12/2022 21:04"))
    monkeypatch.setattr(receiving, "SMALLEST_PIECE", PIECE)
    monkeypatch.setattr(receiving, "LARGEST_PIECE", 5 * PIECE)


class Browser:
    """Sends one file: as the protocol says, or as a fuzzer likes."""

    def __init__(self, world: World, user: User, content: bytes) -> None:
        self.client, self.content = Client(), content
        self.client.force_login(user)
        self.begin_path = f"/ho-so/{world.dossier(world.cast.north).pk}/1.1/tep/"

    def begin(self, **other: object) -> Any:
        told = {"name": "a.pdf", "size": len(self.content), "checksum": f"{zlib.crc32(self.content):08x}"}
        return self.client.post(self.begin_path, told | other)

    def send(self, path: str, piece: bytes, **headers: str) -> Any:
        given = {"CONTENT_TYPE": TYPE, "CONTENT_LENGTH": str(len(piece))} | headers
        return self.client.generic("PATCH", path, **given, **{"wsgi.input": BytesIO(piece)})

    def deliver(self, random: Random) -> int:
        """Send what is missing, asking the server how far it is after every answer; the status of the last one."""
        path = self.begin().headers["Location"]
        for _attempt in range(200):
            asked = self.client.head(path)
            if asked.status_code == 404:
                return 404
            offset = int(asked.headers["Upload-Offset"])
            piece = self.content[offset : offset + random.randint(PIECE, 5 * PIECE)]
            answer = self.send(path, piece, HTTP_UPLOAD_OFFSET=str(offset))
            assert answer.status_code in EVERY_ANSWER
            if answer.status_code in (200, 404, 422):
                return int(answer.status_code)
        raise AssertionError("The file never came to an end.")


def left_over() -> list[Path]:
    return [path for path in (Path(django_settings.MEDIA_ROOT) / "uploads").rglob("*") if path.is_file()]


numbers = st.one_of(st.integers(-5, 12_000), st.sampled_from([0, 10**15, 10**30, -(10**15)])).map(str)
words = st.one_of(numbers, st.text(max_size=20), st.sampled_from(["", "\x00", "1e3", "0x10", "+1", " 1", "٣", "NaN"]))
latin = words.map(lambda word: word.encode("utf-8", "replace").decode("latin-1"))
bodies = st.one_of(st.binary(max_size=50), st.integers(0, 6000).map(lambda size: b"x" * size))
acts = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(["name", "size", "checksum", "place"]), words),
    st.tuples(st.just("piece"), latin, bodies),
    st.tuples(st.just("lie"), latin, bodies),
    st.tuples(st.just("type"), latin, bodies),
    st.tuples(st.just("method"), st.sampled_from(["GET", "POST", "PUT", "OPTIONS", "TRACE", "HEAD"]), bodies),
    st.tuples(st.just("place"), words, bodies),
    st.tuples(st.just("key"), st.text(st.characters(codec="ascii", exclude_characters="/?#"), max_size=40), bodies),
    st.tuples(st.just("give up"), st.just(""), st.just(b"")),
    st.tuples(st.just("go on"), st.just(""), st.integers(PIECE, 5 * PIECE).map(lambda size: b"x" * size)),
)


def go_on(browser: Browser, path: str, _word: str, body: bytes) -> Any:
    """An honest piece."""
    offset = int(browser.client.head(path).headers.get("Upload-Offset", "0"))
    return browser.send(path, browser.content[offset : offset + len(body)], HTTP_UPLOAD_OFFSET=str(offset))


ACTS = {
    "begin": lambda browser, path, word, body: browser.begin(**{word: body}),
    "piece": lambda browser, path, word, body: browser.send(path, body, HTTP_UPLOAD_OFFSET=word),
    "lie": lambda browser, path, word, body: browser.send(path, body, HTTP_UPLOAD_OFFSET="0", CONTENT_LENGTH=word),
    "type": lambda browser, path, word, body: browser.send(path, body, HTTP_UPLOAD_OFFSET="0", CONTENT_TYPE=word),
    "method": lambda browser, path, word, body: browser.client.generic(word, path, body, content_type=TYPE),
    "place": lambda browser, path, word, body: browser.client.generic(
        "PATCH", path, body, QUERY_STRING=f"place={word}"
    ),
    "key": lambda browser, path, word, body: browser.client.head(f"/tep/{word}/"),
    "give up": lambda browser, path, word, body: browser.client.delete(path),
    "go on": go_on,
}


@pytest.mark.django_db
def test_whatever_is_sent_the_file_arrives_whole() -> None:
    world = play_to("self_assessment")
    numbered = iter(range(1_000_000))

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(acts, max_size=12), st.randoms(use_true_random=False))
    def arrives(done: list[tuple[str, str, Any]], random: Random) -> None:
        content = PDF + b"%% %d" % next(numbered) + random.randbytes(random.randint(0, 9000))
        browser = Browser(world, world.cast.an, content)
        path = browser.begin().headers["Location"]
        for what, word, body in done:
            answer = ACTS[what](browser, path, word, body)
            assert answer.status_code in EVERY_ANSWER, (what, word, body)
        Upload.objects.exclude(fingerprint__startswith=f"{len(content)}-").delete()  # Or there are too many.
        Citation.objects.all().delete()
        status = browser.deliver(random)
        if status == 422:  # The fuzzer's bytes were among the pieces; they are gone now.
            assert not Citation.objects.exists()
            status = browser.deliver(random)
        assert status == 200
        with Citation.objects.get().document.content.open() as kept:
            assert kept.read() == content
        assert left_over() == []

    arrives()


@pytest.mark.django_db(transaction=True)
def test_four_browsers_that_send_the_same_file_make_one_document() -> None:
    world = play_to("self_assessment")
    for round in range(5):
        content = PDF + b"%" + os.urandom(30_000)
        statuses: list[object] = []
        start = threading.Barrier(4)

        def send(seed: int, content: bytes = content, statuses: list[object] = statuses, start: Any = start) -> None:
            try:
                browser = Browser(world, world.cast.an, content)
                start.wait()
                statuses.append(browser.deliver(Random(seed)))
            except BaseException as error:  # noqa: BLE001 told below, where the test sees it
                statuses.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=send, args=(4 * round + number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 4
        document = Document.objects.order_by("-pk")[0]
        with document.content.open() as kept:
            assert kept.read() == content
        assert Document.objects.count() == Citation.objects.count() == round + 1
        assert left_over() == []
