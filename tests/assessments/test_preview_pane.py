"""Looking at a document without leaving the leaf: by address and by htmx, and only by whoever sees the leaf."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from chiso.assessments.actions import dossier as actions
from chiso.assessments.actions.evidence import attach_link
from chiso.assessments.models import Citation
from chiso.assessments.pages.document_words import kind_of, page_of
from chiso.evidence.choices import PreviewState
from chiso.evidence.models import Document
from chiso.evidence.reading import Finding, FindingCode, Reading
from chiso.organizations import clock
from tests.evidence.test_previews import word
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")
HTMX = {"HX-Request": "true"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


def attached(world: World, content: bytes = PDF, name: str = "Kế hoạch.pdf", place: str = "trang 3, mục 2") -> Citation:
    entry = world.entry(world.cast.north, "1.1")
    return actions.attach_evidence(entry, world.cast.an, EVENING, file=ContentFile(content, name=name), place=place)


def leaf(cited: Citation) -> str:
    return reverse("assessments:leaf", args=[cited.entry.dossier_id, "1.1"])


def of(cited: Citation, route: str = "preview") -> str:
    return reverse(f"assessments:{route}", args=[cited.pk])


def pane(client: Client, world: World, cited: Citation, *, htmx: bool) -> str:
    client.force_login(world.cast.an)
    answer = client.get(of(cited), headers=HTMX) if htmx else client.get(f"{leaf(cited)}?xem={cited.pk}")
    assert answer.status_code == 200
    return str(answer.content.decode())


both_ways = pytest.mark.parametrize("htmx", [False, True])


@both_ways
def test_a_pdf_opens_at_the_page_that_is_cited(client: Client, world: World, htmx: bool) -> None:
    cited = attached(world)
    text = pane(client, world, cited, htmx=htmx)
    assert f'<iframe class="viewer" src="{of(cited, "document")}#page=3" title="Kế hoạch.pdf">' in text
    assert "Mở trong thẻ mới" in text
    assert f"{of(cited, 'document')}?tai-ve=1" in text
    assert ("<!doctype" in text) is not htmx


@pytest.mark.parametrize(
    ("finding", "is_framed"),
    [
        (Finding(FindingCode.ENCRYPTED), False),
        (Finding(FindingCode.DAMAGED), False),
        (Finding(FindingCode.DAMAGED, (2,)), True),
        (Finding(FindingCode.BLANK_PAGES, (2,)), True),
    ],
)
def test_a_pdf_that_no_viewer_opens_is_not_framed(
    client: Client, world: World, finding: Finding, is_framed: bool
) -> None:
    """Its viewer would take the focus from whoever types beside it."""
    cited = attached(world)
    reading = Reading(media_type="application/pdf", complete=True, findings=(finding,))
    Document.objects.update(reading=reading.to_json())
    text = pane(client, world, cited, htmx=True)
    assert ("<iframe" in text, "Tệp có mật khẩu hoặc bị hỏng nên không hiện ở đây." in text) == (
        is_framed,
        not is_framed,
    )
    assert f'href="{of(cited, "document")}' in text
    assert "Mở trong thẻ mới" in text


@both_ways
def test_a_picture_is_shown_and_a_link_leads_out(client: Client, world: World, htmx: bool) -> None:
    cited = attached(world, PNG, "Ảnh.png")
    assert f'<img src="{of(cited, "document")}"' in pane(client, world, cited, htmx=htmx)
    linked = attach_link(world.entry(world.cast.north, "1.1"), world.cast.an, EVENING, url="https://halang.example/a")
    text = pane(client, world, linked, htmx=htmx)
    assert "Đây là liên kết ngoài hệ thống." in text
    assert "<iframe" not in text


@both_ways
def test_an_office_file_is_made_ready_in_the_background(client: Client, world: World, htmx: bool) -> None:
    cited = attached(world, word(), "Kế hoạch.docx")
    waiting = pane(client, world, cited, htmx=htmx)
    assert "Đang tạo bản xem trước" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    assert "<iframe" not in waiting
    pane(client, world, cited, htmx=htmx)
    assert DBTaskResult.objects.filter(task_path__endswith="make_preview").count() == 1
    assert client.get(of(cited, "preview_file")).status_code == 404
    default_storage.save(f"previews/{cited.document.sha256}.pdf", ContentFile(PDF))
    Document.objects.update(preview_state=PreviewState.READY)
    ready = pane(client, world, cited, htmx=htmx)
    assert f'src="{of(cited, "preview_file")}#page=3"' in ready
    assert "every 2s" not in ready
    opened = client.get(of(cited, "preview_file"))
    assert b"".join(opened.streaming_content) == PDF
    assert opened.headers["Content-Type"] == "application/pdf"
    assert opened.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'self'"


def test_a_failure_is_told_and_tried_again_on_demand(client: Client, world: World) -> None:
    cited = attached(world, word(), "Kế hoạch.docx")
    Document.objects.update(preview_state=PreviewState.FAILED)
    text = pane(client, world, cited, htmx=True)
    assert "Không tạo được bản xem trước" in text
    assert "Tải về" in text
    assert "Tạo lại bản xem trước" in text
    answer = client.post(of(cited), headers=HTMX)
    assert "Đang tạo bản xem trước" in answer.content.decode()
    Document.objects.update(preview_state=PreviewState.FAILED)
    assert client.post(of(cited)).url == f"{leaf(cited)}?xem={cited.pk}#pane"


def test_without_htmx_the_pane_has_its_address_on_the_page(client: Client, world: World) -> None:
    cited = attached(world)
    client.force_login(world.cast.an)
    assert client.get(of(cited)).url == f"{leaf(cited)}?xem={cited.pk}#pane"
    assert client.get(of(cited, "edit_citation")).url == f"{leaf(cited)}?sua={cited.pk}#pane"
    assert client.get(of(cited), {"dong": "1"}, headers=HTMX).content == b""


@pytest.mark.parametrize("asked", ["0", "x", "99999999999999999999", "-1", "1;2", ""])
def test_an_address_that_names_no_document_of_the_leaf_shows_none(client: Client, world: World, asked: str) -> None:
    cited = attached(world)
    client.force_login(world.cast.an)
    for name in ("xem", "sua"):
        answer = client.get(leaf(cited), {name: asked})
        assert (answer.status_code, "pane-title" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize(("who", "status"), [("giang", 200), ("binh", 200), ("em", 404), ("chi", 404), ("son", 404)])
@pytest.mark.parametrize("route", ["preview", "preview_file"])
def test_whoever_sees_the_leaf_looks_at_its_documents(
    client: Client, world: World, route: str, who: str, status: int
) -> None:
    cited = attached(world, word(), "Kế hoạch.docx")
    default_storage.save(f"previews/{cited.document.sha256}.pdf", ContentFile(PDF))
    Document.objects.update(preview_state=PreviewState.READY)
    client.force_login(getattr(world.cast, who))
    answer = client.get(of(cited, route), headers=HTMX)
    if answer.streaming:
        answer.close()
    assert answer.status_code == status
    if status == 404:
        assert client.post(of(cited), headers=HTMX).status_code == 404


def test_whoever_runs_the_round_may_ask_for_removal_from_here(client: Client, world: World) -> None:
    cited = attached(world)
    for who, offered in (("giang", True), ("ha", True), ("an", False), ("binh", False)):
        client.force_login(getattr(world.cast, who))
        assert (of(cited, "secrecy") in client.get(of(cited), headers=HTMX).content.decode()) is offered


def test_a_withheld_document_is_not_shown(client: Client, world: World) -> None:
    cited = attached(world)
    Document.objects.update(reading={"version": 1, "secret": "Mật"})
    text = pane(client, world, cited, htmx=True)
    assert "dấu chỉ độ mật" in text
    assert "<iframe" not in text


@pytest.mark.parametrize(
    ("place", "page"),
    [
        ("trang 3, mục II.2", 3),
        ("Trang số 12", 12),
        ("mục II, tr. 4", 4),
        ("mục II.2", None),
        ("", None),
        ("trang cuối", None),
    ],
)
def test_the_page_is_read_from_the_place(place: str, page: int | None) -> None:
    assert page_of(place) == page


@pytest.mark.parametrize(
    ("number", "kind"),
    [("145/BC-UBND", "Báo cáo"), ("5/TTr-PNV", "Tờ trình"), ("22/NQ-HĐND", "Nghị quyết"), ("118/UBND-NV", "Văn bản")],
)
def test_the_kind_is_read_from_the_number(number: str, kind: str) -> None:
    assert kind_of(number) == kind


def test_nobody_signed_in_looks_at_nothing(client: Client, world: World) -> None:
    cited = attached(world)
    for route in ("preview", "preview_file", "edit_citation"):
        answer: Any = client.get(of(cited, route))
        assert answer.url.startswith(reverse("account_login"))
