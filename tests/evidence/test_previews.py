"""Previews of Office files: made once for a content, in the background, and forgotten when it is removed."""

import shutil
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from docx import Document as WordDocument

from chiso.background import process_time, recovery
from chiso.background.models import TaskKey
from chiso.common import office
from chiso.evidence import previews
from chiso.evidence.choices import PreviewState
from chiso.evidence.models import Document
from chiso.evidence.storing import store
from chiso.organizations.models import Unit
from tests.factories import UnitFactory, UserFactory
from tests.world import PDF, moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")
needs_office = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")), reason="LibreOffice is not installed"
)


def word(text: str = "Kế hoạch") -> bytes:
    content = BytesIO()
    document = WordDocument()
    document.add_paragraph(text)
    document.save(content)
    return content.getvalue()


def kept(content: bytes, name: str = "Kế hoạch.docx", unit: Unit | None = None) -> Document:
    return store(unit or UnitFactory(), ContentFile(content, name=name), UserFactory(), AT)


def asked(document: Document, *, again: bool = False, minutes: int = 0) -> str:
    document.refresh_from_db()
    previews.request_preview(document, AT + timedelta(minutes=minutes), again=again)
    document.refresh_from_db()
    return document.preview_state


@pytest.fixture(scope="module")
def plan() -> bytes:
    return word()


@needs_office
def test_it_is_made_once_and_serves_every_unit_with_the_same_content(plan: bytes) -> None:
    document, twin = kept(plan), kept(plan, "Bản sao.docx")
    assert [asked(document), asked(document), asked(document, minutes=1)] == [PreviewState.PENDING] * 3
    assert DBTaskResult.objects.filter(task_path__endswith="make_preview").count() == 1
    assert previews.preview_file(document) is None
    assert previews.make_preview.func(document.pk) == PreviewState.READY
    assert previews.make_preview.func(document.pk) == PreviewState.READY  # A second run does no harm.
    for one in (document, twin):
        one.refresh_from_db()
        file = previews.preview_file(one)
        assert file is not None
        assert file.read(5) == b"%PDF-"
        file.close()
        assert asked(one, minutes=2) == PreviewState.READY


def test_pdf_and_pictures_need_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(kept(PDF, "a.pdf")) == PreviewState.NONE
    assert not DBTaskResult.objects.filter(task_path__endswith="make_preview").exists()


def test_without_libreoffice_the_reason_is_told_and_it_may_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, plan: bytes
) -> None:
    document = kept(plan)
    asked(document)
    monkeypatch.setattr(office, "PROGRAMS", ())
    assert previews.make_preview.func(document.pk) == PreviewState.FAILED
    assert asked(document, minutes=1) == PreviewState.FAILED  # Looking again does not try again.
    assert previews.why_failed(document).startswith("Máy chủ chưa cài LibreOffice")
    assert asked(document, again=True, minutes=2) == PreviewState.PENDING
    assert DBTaskResult.objects.filter(task_path__endswith="make_preview").count() == 2


def test_what_is_too_big_is_not_given_to_libreoffice(monkeypatch: pytest.MonkeyPatch, plan: bytes) -> None:
    document = kept(plan)
    asked(document)
    monkeypatch.setattr(previews, "LARGEST", 100)
    assert previews.make_preview.func(document.pk) == PreviewState.FAILED
    document.refresh_from_db()
    assert previews.why_failed(document).startswith("Tệp quá lớn")


def test_a_file_that_is_gone_fails_with_words(plan: bytes) -> None:
    document = kept(plan)
    asked(document)
    default_storage.delete(document.content.name)
    assert previews.make_preview.func(document.pk) == PreviewState.FAILED
    document.refresh_from_db()
    assert previews.why_failed(document).startswith("Không tìm thấy tệp trên máy chủ")


def waiting_task() -> DBTaskResult:
    return DBTaskResult.objects.get(task_path__endswith="make_preview")


def test_a_task_killed_five_times_is_a_failure_that_may_be_tried_again(plan: bytes) -> None:
    document = kept(plan)
    asked(document)
    for death in range(recovery.DEATHS_ALLOWED):
        assert asked(document) == PreviewState.PENDING, death
        task = waiting_task()
        task.claim("w1")
        task.refresh_from_db()
        assert recovery.give_back(task, recovery.WorkerDied("dead"), AT)
    assert asked(document, minutes=1) == PreviewState.FAILED
    assert previews.why_failed(document).startswith("Máy chủ đã thử nhiều lần")
    assert asked(document, again=True, minutes=2) == PreviewState.PENDING
    assert asked(document, minutes=3) == PreviewState.PENDING  # The new task counts, not the dead one.


@pytest.mark.parametrize("forgotten", [DBTaskResult, TaskKey], ids=["pruned queue", "key gone"])
def test_a_preview_whose_task_vanished_may_be_tried_again(plan: bytes, forgotten: type[Model]) -> None:
    document, twin = kept(plan), kept(plan)
    asked(document)
    forgotten.objects.filter(**{"key__startswith": "preview:"} if forgotten is TaskKey else {}).delete()  # type: ignore[attr-defined]
    assert asked(document, minutes=1) == PreviewState.FAILED
    assert previews.why_failed(document).startswith("Việc tạo bản xem trước bị gián đoạn")
    assert asked(twin, minutes=1) == PreviewState.FAILED
    assert asked(document, again=True, minutes=2) == PreviewState.PENDING


def test_a_task_that_ended_before_it_said_so_is_believed(plan: bytes) -> None:
    document = kept(plan)
    asked(document)
    default_storage.save(f"previews/{document.sha256}.pdf", ContentFile(PDF))
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL.value)
    assert asked(document, minutes=1) == PreviewState.READY


def test_a_preview_that_waits_for_a_worker_says_so_after_minutes(plan: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    document = kept(plan)
    asked(document)
    assert not previews.is_slow(document)
    later = process_time.now() + timedelta(minutes=4)
    monkeypatch.setattr(process_time, "now", lambda: later)
    assert previews.is_slow(document)
    assert asked(document, minutes=4) == PreviewState.PENDING


@needs_office
def test_a_content_removed_while_it_is_made_leaves_nothing(plan: bytes) -> None:
    document = kept(plan)
    asked(document)
    twin = kept(plan)
    Document.objects.filter(pk__in=[document.pk, twin.pk]).update(removed_at=AT)
    assert previews.make_preview.func(document.pk) != PreviewState.READY
    document.refresh_from_db()
    assert previews.preview_file(document) is None
    assert default_storage.listdir("previews")[1] == [] if default_storage.exists("previews") else True


def test_a_withheld_document_has_no_preview(plan: bytes) -> None:
    document = kept(plan)
    Document.objects.filter(pk=document.pk).update(
        reading=document.reading | {"secret": "Mật"}, preview_state=PreviewState.READY
    )
    default_storage.save(f"previews/{document.sha256}.pdf", ContentFile(PDF))
    document.refresh_from_db()
    assert previews.preview_file(document) is None
    previews.delete_preview(document.sha256)
    assert not default_storage.exists(f"previews/{document.sha256}.pdf")


def test_a_preview_lost_from_the_storage_is_made_again(plan: bytes) -> None:
    document = kept(plan)
    Document.objects.filter(pk=document.pk).update(preview_state=PreviewState.READY)
    document.refresh_from_db()
    assert previews.preview_file(document) is None
    assert asked(document) == PreviewState.PENDING
