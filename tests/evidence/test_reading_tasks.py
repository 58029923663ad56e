"""The background reads on: every page, the signatures, and what was overlooked at the door."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.background import recovery
from chiso.evidence import housekeeping, reader, storing, tasks
from chiso.evidence.advice import advice_on
from chiso.evidence.models import Document
from chiso.evidence.reading import Reading, Trust
from chiso.evidence.reading.result import Refusal
from tests.evidence import papers
from tests.evidence.signing import SIGNER, chain, sign, trust
from tests.factories import UnitFactory, UserFactory
from tests.world import moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")


def keep(content: bytes) -> Document:
    return storing.store(UnitFactory(), ContentFile(content, name="Kế hoạch.pdf"), UserFactory(), AT)


def keep_unread(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Document:
    """As if the second at the door had been too short."""
    with monkeypatch.context() as patch:
        patch.setattr(reader, "read_quickly", lambda file: Reading(media_type="application/pdf", pages=1))
        return keep(content)


def read(document: Document) -> Reading:
    tasks.read_document.call(document.pk)
    document.refresh_from_db()
    reading = Reading.from_json(document.reading)
    assert reading is not None
    return reading


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Document, datetime]]:
    heard: list[tuple[Document, datetime]] = []
    monkeypatch.setattr(tasks, "_when_secret", [])
    tasks.when_secret_found(lambda document, at: heard.append((document, at)))
    return heard


def test_signature_is_verified_against_the_folder_of_the_installation(settings, tmp_path: Path) -> None:
    settings.EVIDENCE_TRUST_DIR = trust(tmp_path / "trust", chain()[0])
    document = keep(sign(papers.plan(), chain()[2]))
    assert document.reading.get("signatures") is None
    reading = read(document)
    assert [(one.signer, one.trust, one.intact) for one in reading.signatures] == [(SIGNER, Trust.TRUSTED, True)]
    assert reading.is_finished
    assert read(document) == reading  # A second run finds the same.


def test_scanned_pages_are_drawn_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep(papers.joined(papers.scan(150), papers.scan(150, ink=False)))
    assert not (Reading.from_json(document.reading) or Reading()).is_finished
    assert {str(one.code): one.pages for one in read(document).findings} == {"blank_pages": (2,), "image_only": ()}


def test_document_is_queued_once_for_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    tasks.queue_reading(document)
    assert DBTaskResult.objects.count() == 1
    monkeypatch.setattr(tasks, "VERSION", 99)
    tasks.queue_reading(document)
    assert DBTaskResult.objects.count() == 2


def test_secret_found_later_is_withheld_and_told_once(
    monkeypatch: pytest.MonkeyPatch, told: list[tuple[Document, datetime]]
) -> None:
    document = keep_unread(papers.plan((papers.LEFT, 128, "MẬT")), monkeypatch)
    reading = read(document)
    assert (document.is_withheld, reading.secret, reading.number, reading.title) == (True, "Mật", "", "")
    read(document)
    assert [one for one, _at in told] == [document]


def test_released_document_is_not_withheld_again(
    monkeypatch: pytest.MonkeyPatch, told: list[tuple[Document, datetime]]
) -> None:
    document = keep_unread(papers.plan((papers.LEFT, 128, "MẬT")), monkeypatch)
    Document.objects.filter(pk=document.pk).update(reading={"version": 1, "released": True})
    reading = read(document)
    assert (document.is_withheld, reading.released, told) == (False, True, [])


def test_what_people_confirmed_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    Document.objects.filter(pk=document.pk).update(number="15/KH-UBND", described_at=AT)
    assert read(document).number == "12/KH-UBND"
    assert document.number == "15/KH-UBND"


def test_lost_bytes_and_removed_documents_harm_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    default_storage.delete(document.content.name)
    reading = read(document)
    assert ({str(one.code) for one in reading.findings}, reading.is_finished) == ({"missing"}, True)
    Document.objects.filter(pk=document.pk).update(removed_at=AT, content="", reading={})
    assert tasks.read_document.call(document.pk) == "gone"
    assert tasks.read_document.call(0) == "gone"


def test_removed_while_it_was_read_stays_removed(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)

    def remove_meanwhile(file: Any) -> Reading:
        Document.objects.filter(pk=document.pk).update(removed_at=AT, reading={})
        return Reading(media_type="application/pdf", number="12/KH-UBND")

    monkeypatch.setattr(reader, "read_fully", remove_meanwhile)
    tasks.read_document.call(document.pk)
    document.refresh_from_db()
    assert document.reading == {}


def test_reading_that_fails_keeps_what_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep(sign(papers.plan(), chain()[2]))
    monkeypatch.setattr(reader, "read_fully", lambda file: reader.Reading().with_finding(reader.FindingCode.UNREADABLE))
    reading = read(document)
    assert reading.number == "12/KH-UBND"
    assert ({str(one.code) for one in reading.findings}, reading.is_finished) == ({"unreadable"}, True)


def test_nothing_is_refused_any_more_once_it_is_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    monkeypatch.setattr(reader, "read_fully", lambda file: Reading(refusal=Refusal.UNKNOWN, complete=True))
    read(document)
    assert Document.objects.get(pk=document.pk).media_type == "application/pdf"


# ---- a task that comes to no end -------------------------------------------------------


def die(document: Document, times: int = recovery.DEATHS_ALLOWED) -> None:
    for _death in range(times):
        task = DBTaskResult.objects.get(task_path__endswith="read_document", status=TaskResultStatus.READY)
        assert task.args_kwargs["args"] == [document.pk]
        task.claim("w1")
        task.refresh_from_db()
        assert recovery.give_back(task, recovery.WorkerDied("dead"), AT)


def told_of(document: Document) -> set[str]:
    document.refresh_from_db()
    return {one.code for one in advice_on(document, year=2022, months_before=0, deadline=None)}


def test_a_reading_that_was_killed_five_times_is_said_to_go_on_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    die(document, recovery.DEATHS_ALLOWED - 1)
    tasks.settle_broken(AT)
    assert "being_read" in told_of(document)
    die(document, 1)
    housekeeping.settle_readings()
    assert {"being_read", "unreadable"} & told_of(document) == {"unreadable"}
    before = Document.objects.values().get(pk=document.pk)
    tasks.settle_broken(AT)
    assert Document.objects.values().get(pk=document.pk) == before


def test_a_reading_asked_for_again_after_it_died_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep_unread(papers.plan(), monkeypatch)
    die(document)
    tasks.read_again(document, AT)
    tasks.settle_broken(AT)
    assert "being_read" in told_of(document)
    read(document)
    tasks.settle_broken(AT)
    assert "unreadable" not in told_of(document)


def test_settling_asks_as_much_for_many_that_died_long_ago(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    for name in (b"a", b"b", b"c"):
        die(keep_unread(papers.plan() + name, monkeypatch))
    removed = keep_unread(papers.plan() + b"d", monkeypatch)
    die(removed)
    Document.objects.filter(pk=removed.pk).update(removed_at=AT, reading={})
    tasks.settle_broken(AT)
    with django_assert_num_queries(2):
        tasks.settle_broken(AT)
    removed.refresh_from_db()
    assert removed.reading == {}
