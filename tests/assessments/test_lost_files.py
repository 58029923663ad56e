"""A document whose file is gone from the storage: a page for the reader, one message for who can help."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from chiso.assessments import document_watch
from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions.submission import attach_report
from chiso.assessments.actions.workbook import take_in_file
from chiso.assessments.models import Citation, Dossier
from chiso.evidence import tasks
from chiso.evidence.choices import PreviewState
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.rounds.people import coordinators
from tests.evidence.test_previews import word
from tests.factories import MembershipFactory, UserFactory
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")
HTMX = {"HX-Request": "true"}
GONE = "Không tìm thấy tệp của tài liệu này trên máy chủ."


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


def lost(world: World, content: bytes = PDF, name: str = "Kế hoạch.pdf") -> Citation:
    entry = world.entry(world.cast.north, "1.1")
    cited = actions.attach_evidence(entry, world.cast.an, EVENING, file=ContentFile(content, name=name))
    default_storage.delete(cited.document.content.name)
    return cited


def of(cited: Citation, route: str) -> str:
    return reverse(f"assessments:{route}", args=[cited.pk])


def told() -> list[Any]:
    found = Notice.objects.filter(text__contains="Không tìm thấy trên máy chủ").select_related("recipient")
    return sorted(notice.recipient.full_name for notice in found)


def test_a_reader_is_told_and_the_office_once(client: Client, world: World) -> None:
    cited = lost(world)
    for who in ("an", "giang", "binh"):
        client.force_login(getattr(world.cast, who))
        for path in (of(cited, "document"), of(cited, "document") + "?tai-ve=1"):
            answer = client.get(path)
            assert (answer.status_code, GONE in answer.content.decode()) == (404, True)
        pane = client.get(of(cited, "preview"), headers=HTMX)
        assert (pane.status_code, GONE in pane.content.decode()) == (200, True)
        assert "<iframe" not in pane.content.decode()
    assert told() == sorted(one.full_name for one in (*coordinators(world.round), world.cast.an))
    notice = Notice.objects.get(recipient=world.cast.giang, text__contains="Không tìm thấy")
    assert notice.url == f"/ho-so/{cited.entry.dossier_id}/1.1/"
    assert "Kế hoạch" not in notice.text  # A message never names a file.
    page = client.get(notice.url).content.decode()
    assert "mất tệp" in page


@pytest.mark.parametrize("who", ["em", "chi", "son"])
def test_whoever_does_not_see_it_learns_and_starts_nothing(client: Client, world: World, who: str) -> None:
    cited = lost(world)
    client.force_login(getattr(world.cast, who))
    for route in ("document", "preview", "preview_file"):
        answer = client.get(of(cited, route), headers=HTMX)
        assert (answer.status_code, GONE in answer.content.decode()) == (404, False)
    assert told() == []


def test_the_whole_page_of_the_leaf_opens_with_the_pane(client: Client, world: World) -> None:
    cited = lost(world)
    client.force_login(world.cast.an)
    page = client.get(f"/ho-so/{cited.entry.dossier_id}/1.1/?xem={cited.pk}")
    assert (page.status_code, GONE in page.content.decode()) == (200, True)


def test_a_preview_that_is_there_is_still_shown(client: Client, world: World) -> None:
    cited = lost(world, word(), "Kế hoạch.docx")
    client.force_login(world.cast.giang)
    assert GONE in client.get(of(cited, "preview"), headers=HTMX).content.decode()
    default_storage.save(f"previews/{cited.document.sha256}.pdf", ContentFile(PDF))
    Document.objects.update(preview_state=PreviewState.READY)
    pane = client.get(of(cited, "preview"), headers=HTMX).content.decode()
    assert of(cited, "preview_file") in pane
    assert GONE not in pane
    default_storage.delete(f"previews/{cited.document.sha256}.pdf")
    assert client.get(of(cited, "preview_file")).status_code == 404


def test_the_same_file_sent_again_brings_it_back(client: Client, world: World) -> None:
    cited = lost(world)
    client.force_login(world.cast.an)
    client.get(of(cited, "document"))
    file = ContentFile(PDF, name="Kế hoạch.pdf")
    actions.attach_evidence(world.entry(world.cast.north, "2.1"), world.cast.an, EVENING, file=file)
    answer = client.get(of(cited, "document"))
    assert b"".join(answer.streaming_content) == PDF
    tasks.read_document.call(cited.document_id)
    page = client.get(f"/ho-so/{cited.entry.dossier_id}/1.1/").content.decode()
    assert "mất tệp" not in page


def test_lost_reports_and_unsorted_files_are_pages_too(client: Client, world: World) -> None:
    dossier = world.dossier(world.cast.north)
    file = ContentFile(PDF + b"r", name="Báo cáo.pdf")
    attach_report(dossier, world.cast.an, EVENING, file=file, number="1/BC-UBND", day=EVENING.date())
    waiting = take_in_file(dossier, world.cast.an, EVENING, file=ContentFile(PDF + b"u", name="Ảnh.pdf"))
    report = Dossier.objects.select_related("report").get(pk=dossier.pk).report
    assert report is not None
    for document in (report, waiting):
        default_storage.delete(document.content.name)
    client.force_login(world.cast.an)
    for path in (
        reverse("assessments:report", args=[dossier.pk]),
        reverse("assessments:unsorted_file", args=[dossier.pk, waiting.pk]),
    ):
        answer = client.get(path)
        assert (answer.status_code, GONE in answer.content.decode()) == (404, True)
    # Of the report the office hears; of what waits for its leaf, the unit alone.
    assert told() == sorted(one.full_name for one in (*coordinators(world.round), world.cast.an, world.cast.an))


def test_an_uploader_who_works_elsewhere_now_is_told_nothing_of_the_unit(client: Client, world: World) -> None:
    cited = lost(world)
    an, north, office = world.cast.an, world.cast.north, world.cast.office
    newcomer = UserFactory(full_name="Người mới")
    MembershipFactory(user=newcomer, unit=north, role=Role.UNIT_EDITOR)
    an.memberships.update(unit=world.cast.south)
    client.force_login(world.cast.giang)
    client.get(of(cited, "document"))
    assert told() == sorted(one.full_name for one in (*coordinators(world.round), newcomer))
    # Who runs the round now hears of it as such.
    Notice.objects.all().delete()
    an.memberships.update(unit=office, role=Role.COORDINATOR)
    document_watch.tell_of_loss(Document.objects.get(pk=cited.document_id), EVENING)
    assert an.full_name in told()


def test_whoever_looks_at_a_file_that_is_back_has_it_read_anew(client: Client, world: World) -> None:
    """Also an Office file, of which a browser shows only the preview."""
    cited = lost(world, word(), "Kế hoạch.docx")
    client.force_login(world.cast.giang)
    client.get(of(cited, "preview"), headers=HTMX)
    default_storage.save(cited.document.content.name, ContentFile(word()))
    client.get(of(cited, "preview"), headers=HTMX)
    waiting = DBTaskResult.objects.filter(task_path__endswith="read_document", status=TaskResultStatus.READY)
    assert [cited.document_id] in [task.args_kwargs["args"] for task in waiting]
