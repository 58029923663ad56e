"""Documents of a leaf: added, used again, taken off, opened; each refusal with its sentence."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chiso.assessments.models import Citation
from chiso.evidence.models import Document
from chiso.organizations import clock
from chiso.organizations.models import User
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment("12/12/2022 21:04"))


def path(world: World, route: str, code: str = "1.1") -> str:
    return reverse(f"assessments:{route}", args=[world.dossier(world.cast.north).pk, code])


def file(content: bytes = PDF, name: str = "Kế hoạch số 5.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload(client: Client, user: User, world: World, *files: SimpleUploadedFile, code: str = "1.1") -> Any:
    client.force_login(user)
    return client.post(path(world, "attach", code), {"file": list(files), "place": "trang 3"})


def test_many_files_at_once(client: Client) -> None:
    world = play_to("self_assessment")
    answer = upload(client, world.cast.an, world, file(), file(PNG, "Ảnh.png"))
    assert (answer.status_code, answer.url) == (302, path(world, "leaf"))
    page = client.get(answer.url).content.decode()
    for text in ("Kế hoạch số 5.pdf", "Ảnh.png", "trang 3", "1 kB"):
        assert text in page


def test_a_bad_file_is_refused_and_loses_none_of_the_others(client: Client) -> None:
    world = play_to("self_assessment")
    answer = upload(client, world.cast.an, world, file(b"MZ\x90", "x.pdf"), file(), file(b"", "rỗng.pdf"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count('class="refusal"') == 2  # The page's, and the piece that chiso.js copies.
    assert "Tệp “x.pdf” không phải là PDF" in page
    assert "rỗng" in page
    assert [cited.document.name for cited in Citation.objects.all()] == ["Kế hoạch số 5.pdf"]


def test_without_a_file_nothing_is_added(client: Client) -> None:
    world = play_to("self_assessment")
    answer = upload(client, world.cast.an, world)
    assert (answer.status_code, "Chưa chọn tệp nào" in answer.content.decode()) == (422, True)


def test_the_same_file_twice_on_a_leaf_is_refused(client: Client) -> None:
    world = play_to("self_assessment")
    upload(client, world.cast.an, world, file())
    again = upload(client, world.cast.an, world, file())
    assert (again.status_code, "đã được đính kèm" in again.content.decode()) == (422, True)


def test_a_document_is_used_again_for_another_leaf(client: Client) -> None:
    world = play_to("self_assessment")
    upload(client, world.cast.an, world, file())
    assert "Dùng lại tài liệu" in client.get(path(world, "leaf", "2.2")).content.decode()
    document = Document.objects.get()
    sent = {"document": document.pk, "place": "mục II"}
    assert client.post(path(world, "cite", "2.2"), sent).status_code == 302
    assert (Document.objects.count(), Citation.objects.count()) == (1, 2)
    assert client.post(path(world, "cite", "2.2"), sent).status_code == 409
    assert client.post(path(world, "cite", "2.2"), {"document": "x"}).status_code == 422


def test_a_document_of_another_unit_is_not_found(client: Client) -> None:
    world = play_to("self_assessment")
    client.force_login(world.cast.em)
    south = world.dossier(world.cast.south)
    client.post(reverse("assessments:attach", args=[south.pk, "1.1"]), {"file": [file()]})
    client.force_login(world.cast.an)
    assert client.post(path(world, "cite"), {"document": Document.objects.get().pk}).status_code == 404


def test_taking_a_document_off_keeps_the_document(client: Client) -> None:
    world = play_to("self_assessment")
    upload(client, world.cast.an, world, file())
    gone = reverse("assessments:remove_citation", args=[Citation.objects.get().pk])
    assert client.get(gone).status_code == 405
    assert client.post(gone).url == path(world, "leaf")
    assert (Citation.objects.count(), Document.objects.count()) == (0, 1)
    assert client.post(gone).status_code == 404


def test_after_submission_nothing_is_added_or_taken_off(client: Client) -> None:
    world = play_to("submitted")
    assert upload(client, world.cast.an, world, file(PNG, "muộn.png")).status_code == 422
    cited = Citation.objects.get()
    answer = client.post(reverse("assessments:remove_citation", args=[cited.pk]))
    assert (answer.status_code, "Hồ sơ đã nộp nên khóa" in answer.content.decode()) == (409, True)
    assert client.post(path(world, "cite", "2.2"), {"document": cited.document_id}).status_code == 409
    page = client.get(path(world, "leaf")).content.decode()
    assert "Tải lên" not in page
    assert "Gỡ" not in page


def test_a_document_opens_in_the_browser_or_is_downloaded(client: Client) -> None:
    world = play_to("submitted")
    client.force_login(world.cast.an)
    url = reverse("assessments:document", args=[Citation.objects.get().pk])
    shown, saved = client.get(url), client.get(url, {"tai-ve": "1"})
    assert b"".join(shown.streaming_content) == PDF
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert saved.headers["Content-Disposition"].startswith("attachment")
    saved.close()


@pytest.mark.parametrize(("who", "status"), [("giang", 200), ("ha", 200), ("chi", 404), ("em", 404), ("dung", 404)])
def test_whoever_sees_the_leaf_opens_its_documents(client: Client, who: str, status: int) -> None:
    world = play_to("self_assessment")
    upload(client, world.cast.an, world, file())
    client.force_login(getattr(world.cast, who))
    answer = client.get(reverse("assessments:document", args=[Citation.objects.get().pk]))
    answer.close()
    assert answer.status_code == status


def test_the_team_opens_documents_once_the_dossier_is_handed_over(client: Client) -> None:
    world = play_to("appraisal")
    client.force_login(world.cast.chi)
    answer = client.get(reverse("assessments:document", args=[Citation.objects.get().pk]))
    answer.close()
    assert answer.status_code == 200


@pytest.mark.parametrize(("who", "status"), [("giang", 403), ("em", 404), ("chi", 404)])
def test_only_the_unit_adds_and_takes_off(client: Client, who: str, status: int) -> None:
    world = play_to("self_assessment")
    upload(client, world.cast.an, world, file())
    user = getattr(world.cast, who)
    assert upload(client, user, world, file(PNG, "khác.png")).status_code == status
    assert client.post(path(world, "cite", "2.2"), {"document": Document.objects.get().pk}).status_code in (403, 404)
    assert client.post(reverse("assessments:remove_citation", args=[Citation.objects.get().pk])).status_code == status


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    world = play_to("submitted")
    answer = client.get(reverse("assessments:document", args=[Citation.objects.get().pk]))
    assert answer.url.startswith(reverse("account_login"))
    assert client.post(path(world, "attach"), {"file": [file()]}).url.startswith(reverse("account_login"))
