"""Bytes that are gone or altered: told once, forgotten once they are back, found by `chiso check-files`."""

from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chiso.evidence import checking, losing, tasks
from chiso.evidence.models import Document
from chiso.evidence.reading import FindingCode, Reading
from chiso.evidence.storing import store, store_link
from chiso.organizations.models import Unit
from tests.evidence import papers
from tests.evidence.test_storing import alter
from tests.factories import UnitFactory, UserFactory
from tests.world import moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    heard: list[int] = []

    def tell(document: Document, at: datetime) -> None:
        heard.append(document.pk)

    monkeypatch.setattr(tasks, "_when_lost", [tell])
    return heard


def keep(content: bytes = b"", unit: Unit | None = None, name: str = "Kế hoạch.pdf") -> Document:
    return store(unit or UnitFactory(), ContentFile(content or papers.plan(), name=name), UserFactory(), AT)


def lose(document: Document) -> None:
    default_storage.delete(document.content.name)


def is_noted(document: Document) -> bool:
    document.refresh_from_db()
    reading = Reading.from_json(document.reading)
    return reading is not None and reading.found(FindingCode.MISSING) is not None


def read(document: Document) -> None:
    tasks.read_document.call(document.pk)
    document.refresh_from_db()


def test_a_loss_is_told_once_for_each_unit_that_holds_the_content(told: list[int]) -> None:
    mine, theirs = keep(), keep()
    assert losing.has_bytes(mine)
    lose(mine)
    assert not losing.has_bytes(mine)
    stale = Document.objects.get(pk=mine.pk)
    for reader in (mine, stale, theirs):
        losing.note_missing(reader, AT)
    assert told == [mine.pk, theirs.pk]
    assert is_noted(theirs)
    reading = Reading.from_json(mine.reading)
    assert (reading and reading.number) == "12/KH-UBND"  # What was read before stays.


def test_the_background_tells_too_and_nobody_tells_after_it(told: list[int]) -> None:
    document = keep()
    lose(document)
    read(document)
    read(document)
    losing.note_missing(document, AT)
    assert told == [document.pk]


def test_bytes_that_come_back_are_read_anew_and_a_second_loss_is_news(told: list[int]) -> None:
    document = keep()
    lose(document)
    losing.note_missing(document, AT)
    keep(unit=document.unit)  # The unit sends the same file again.
    document.refresh_from_db()
    losing.note_found(document, AT)
    read(document)
    assert not is_noted(document)
    lose(document)
    losing.note_missing(document, AT)
    assert told == [document.pk] * 2


# ---- chiso check-files -----------------------------------------------------------


def checked() -> tuple[int, list[str]]:
    out = StringIO()
    return checking.run_check(out), out.getvalue().splitlines()


def test_whole_files_links_and_removed_documents_are_no_fault() -> None:
    document, removed = keep(), keep(papers.word("b"), name="b.docx")
    store_link(document.unit, "https://halang.example/a", "", UserFactory(), AT)
    lose(removed)
    Document.objects.filter(pk=removed.pk).update(removed_at=AT, content="", reading={})
    assert checked() == (0, ["1 tệp đều còn, đúng mã băm SHA-256."])


def test_lost_altered_and_unreadable_files_are_named_without_their_file_names() -> None:
    lost, altered, whole = keep(), keep(papers.word("b"), name="Mật.docx"), keep(papers.word("c"), name="c.docx")
    twin = keep()
    lose(lost)
    alter(altered)
    before = Document.objects.order_by("pk").values()[:]
    code, lines = checked()
    assert code == 1
    assert sorted(lines[:-1]) == sorted(
        [
            f"mất tệp: {lost.content.name} (tài liệu số {lost.pk}, {lost.unit})",
            f"mất tệp: {lost.content.name} (tài liệu số {twin.pk}, {twin.unit})",
            f"tệp bị sửa: {altered.content.name} (tài liệu số {altered.pk}, {altered.unit})",
        ]
    )
    assert lines[-1].startswith("2/3 tệp không còn nguyên vẹn.")
    assert whole.content.name not in "".join(lines)
    assert list(before) == list(Document.objects.order_by("pk").values())
    Path(default_storage.path(altered.content.name)).unlink()
    Path(default_storage.path(altered.content.name)).mkdir()
    assert checked()[0] == 1


def test_nothing_stored_is_whole() -> None:
    assert checked() == (0, ["0 tệp đều còn, đúng mã băm SHA-256."])


def test_many_files_are_asked_for_a_few_at_once_and_people_write_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_AT_ONCE", 2)
    kept = [keep(papers.plan() + letter) for letter in (b"a", b"b", b"c", b"d", b"e")]
    keep(papers.plan() + b"a")
    assert checked() == (0, ["5 tệp đều còn, đúng mã băm SHA-256."])
    gone, lost = kept[:2]
    lose(lost)
    looked_at = checking._wrong

    def removed_meanwhile(path: str, sha256: str) -> str:
        if sha256 == gone.sha256:
            lose(gone)
            Document.objects.filter(sha256=sha256).update(removed_at=AT, content="")
        return looked_at(path, sha256)

    monkeypatch.setattr(checking, "_wrong", removed_meanwhile)
    code, lines = checked()
    assert (code, len(lines)) == (1, 2)
    assert lines[0].startswith(f"mất tệp: {lost.content.name}")
    assert lines[1].startswith("1/5 tệp không còn nguyên vẹn.")
