"""Files for a whole dossier at once: to their leaves by name, the others by hand."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import dossier as actions
from chiso.assessments.models import Citation
from chiso.audit.models import AuditEntry
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.rounds.models import TaskBody
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db
EVENING = moment("12/12/2022 21:04")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: EVENING)


@pytest.fixture
def world() -> World:
    return play_to("self_assessment")


@pytest.fixture
def an(world: World, client: Client) -> Client:
    client.force_login(world.cast.an)
    return client


def url(world: World, route: str = "many_files", *args: int) -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk, *args])


def file(name: str, content: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or PDF + f"%{name}".encode())


def send(client: Client, world: World, *files: SimpleUploadedFile) -> Any:
    return client.post(url(world), {"file": list(files)})


def cited() -> list[tuple[str, str]]:
    return sorted((one.entry.code, one.document.name) for one in Citation.objects.select_related("entry", "document"))


def test_files_go_to_their_leaves_by_name(an: Client, world: World) -> None:
    page = send(an, world, file("1.1_Kế hoạch.pdf"), file("TC2.1 báo cáo.pdf"), file("B.1.pdf"))
    assert page.status_code == 200
    assert cited() == [("1.1", "1.1_Kế hoạch.pdf"), ("2.1", "TC2.1 báo cáo.pdf"), ("B.1", "B.1.pdf")]
    assert "1.1 Ban hành kế hoạch" in page.content.decode()


def test_a_file_without_a_code_waits_until_somebody_says(an: Client, world: World) -> None:
    page = send(an, world, file("Ảnh hội nghị.pdf")).content.decode()
    assert "chưa rõ tiêu chí" in page
    assert cited() == []
    document = Document.objects.get()
    assert an.get(url(world, "unsorted_file", document.pk)).status_code == 200
    told = {"document": document.pk, "code": "2.2", "place": "trang 1"}
    answer = an.post(url(world, "sort_file"), told)
    assert (answer.status_code, cited()) == (302, [("2.2", "Ảnh hội nghị.pdf")])
    page = an.get(url(world)).content.decode()
    assert "Đã xếp “Ảnh hội nghị.pdf” vào tiêu chí 2.2 Cơ sở vật chất." in page
    assert "Tệp chưa xếp vào tiêu chí nào" not in page
    assert an.get(url(world, "unsorted_file", document.pk)).status_code == 404
    again = an.post(url(world, "sort_file"), told)  # A double click.
    assert (again.status_code, "vừa được xếp hoặc gỡ" in again.content.decode()) == (422, False)


SAME = "trùng nội dung"


def test_a_file_sorted_later_is_compared_with_other_units_as_one_put_straight_on_its_leaf(
    an: Client, world: World
) -> None:
    content = PDF + b"%same"
    theirs = world.entry(world.cast.south, "1.1")
    actions.attach_evidence(theirs, world.cast.em, EVENING, file=file("Của xã Nam.pdf", content))
    send(an, world, file("Ảnh hội nghị.pdf", content))
    assert not Notice.objects.filter(text__contains=SAME).exists()  # It proves nothing yet.
    document = Document.objects.get(unit=world.cast.north)
    an.post(url(world, "sort_file"), {"document": document.pk, "code": "2.2", "place": ""})
    words = "Tiêu chí 2.2 của Xã Bắc có tài liệu trùng nội dung với tài liệu của Xã Nam."
    told = Notice.objects.filter(recipient=world.cast.giang, text__contains=SAME)
    assert [notice.text for notice in told] == [words]
    assert not Notice.objects.filter(text__contains=SAME, recipient__in=[world.cast.an, world.cast.em]).exists()
    # Once: neither for a second leaf, nor taken off and sorted again.
    an.post(url(world, "sort_file"), {"document": document.pk, "code": "2.2", "place": ""})
    actions.cite_document(world.entry(world.cast.north, "1.2"), world.cast.an, EVENING, document=document)
    citation = Citation.objects.get(document=document, entry__code="1.2")
    actions.remove_citation(citation, world.cast.an, EVENING)
    actions.cite_document(world.entry(world.cast.north, "1.2"), world.cast.an, EVENING, document=document)
    assert told.count() == 1


def test_what_waits_for_its_leaf_is_told_to_nobody(an: Client, world: World) -> None:
    """A file that another unit has not put anywhere is no business of the coordinator's."""
    content = PDF + b"%same"
    send(an, world, file("Ảnh hội nghị.pdf", content))
    theirs = world.entry(world.cast.south, "1.1")
    actions.attach_evidence(theirs, world.cast.em, EVENING, file=file("Của xã Nam.pdf", content))
    assert not Notice.objects.filter(text__contains=SAME).exists()


def test_the_product_of_a_task_of_the_plan_does_not_wait_for_a_leaf(an: Client, world: World) -> None:
    send(an, world, file("Báo cáo nhiệm vụ.pdf"))
    assert "Báo cáo nhiệm vụ.pdf" in an.get(url(world)).content.decode()
    TaskBody.objects.filter(pk=TaskBody.objects.order_by("pk")[0].pk).update(product=Document.objects.get())
    assert "Báo cáo nhiệm vụ.pdf" not in an.get(url(world)).content.decode()


def test_the_log_names_no_file(an: Client, world: World) -> None:
    send(an, world, file("Bí mật của xã.pdf"))
    [logged] = AuditEntry.objects.filter(code="dossier.take_in")
    assert "Bí mật" not in str(logged.changes)
    assert Document.objects.get().sha256[:12] in str(logged.changes)


def test_each_file_is_kept_or_refused_on_its_own(an: Client, world: World) -> None:
    page = send(an, world, file("1.1.pdf", b"MZ\x90"), file("2.1.pdf"), file("2.3.pdf"), file("P.1.pdf"))
    text = page.content.decode()
    assert (page.status_code, cited()) == (422, [("2.1", "2.1.pdf")])
    assert "Tiêu chí 2.3 không do đơn vị tự chấm" in text
    assert "Tiêu chí P.1 không do đơn vị tự chấm" in text


def test_the_same_file_twice(an: Client, world: World) -> None:
    send(an, world, file("1.1.pdf"))
    page = send(an, world, file("1.1.pdf"))
    assert (page.status_code, "đã được đính kèm" in page.content.decode()) == (422, True)


def test_without_a_file(an: Client, world: World) -> None:
    page = an.post(url(world), {})
    assert (page.status_code, "Chưa chọn tệp nào" in page.content.decode()) == (422, True)


@pytest.mark.parametrize(
    "told",
    [{}, {"code": "2.2"}, {"code": "2.3"}, {"code": "9.9"}, {"code": "\x00"}, {"document": "x"}, {"document": 10**30}],
    ids=repr,
)
def test_crafted_sorting_is_refused(an: Client, world: World, told: dict[str, Any]) -> None:
    send(an, world, file("x.pdf"))
    given = {"document": Document.objects.get().pk} | told if "code" in told and told["code"] != "2.2" else told
    assert an.post(url(world, "sort_file"), given).status_code == 422
    assert cited() == []


def test_another_units_file_cannot_be_sorted(an: Client, world: World) -> None:
    an.force_login(world.cast.em)
    south = reverse("assessments:many_files", args=[world.dossier(world.cast.south).pk])
    an.post(south, {"file": [file("x.pdf")]})
    theirs = Document.objects.get()
    an.force_login(world.cast.an)
    assert an.post(url(world, "sort_file"), {"document": theirs.pk, "code": "1.1"}).status_code == 422
    assert an.get(url(world, "unsorted_file", theirs.pk)).status_code == 404


def test_a_locked_dossier_takes_nothing_in(an: Client, world: World) -> None:
    actions.request_review(world.dossier(world.cast.north), world.cast.an, EVENING)
    page = send(an, world, file("x.pdf"), file("1.1.pdf"))
    assert (page.status_code, page.content.decode().count("đang chờ lãnh đạo đơn vị duyệt")) == (422, 3)
    assert Document.objects.count() == 0


@pytest.mark.parametrize(("name", "status"), [("em", 404), ("son", 404), ("giang", 403), ("chi", 404)])
def test_others_may_not(client: Client, world: World, name: str, status: int) -> None:
    client.force_login(getattr(world.cast, name))
    assert client.get(url(world)).status_code == status
    assert send(client, world, file("1.1.pdf")).status_code == status
    assert client.post(url(world, "sort_file"), {"document": 1, "code": "1.1"}).status_code == status
    assert client.get(url(world, "unsorted_file", 1)).status_code == status
    assert Document.objects.count() == 0
