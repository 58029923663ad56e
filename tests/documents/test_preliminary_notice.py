"""The preliminary notice: every cut with its reason, what may be supplemented by when, who opened it, the ZIP."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.models import PreliminaryNotice
from chiso.documents import notices_zip, preliminary_notice
from chiso.organizations import clock
from tests.documents.reading import Reading
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db
NOW = moment("30/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def word(client: Client, world: World, who: str) -> bytes:
    client.force_login(getattr(world.cast, who))
    answer = client.get(reverse("documents:notice", args=[world.dossier(world.cast.north).pk]))
    assert answer.status_code == 200
    return bytes(answer.content)


def test_the_word_file_names_every_cut_with_its_reason(client: Client) -> None:
    world = play_to("supplement")
    world.entry(world.cast.north, "2.1").appraisals.update(private_note="Nghi số liệu ảo.")
    text = "\n".join(Reading(word(client, world, "an")).lines)
    assert "4/TB-PNV" in text
    assert "ngày 29 tháng 12 năm 2022" in text
    assert "Tổng điểm tự chấm: 14,73/16; tổng điểm thẩm định lần 1: 14,13/16" in text
    assert "2.1 Hồ sơ đúng hạn" in text
    assert "Không khớp Cổng Dịch vụ công quốc gia." in text
    assert "−0,60" in text
    assert "Thời hạn: hết 24 giờ ngày 03/01/2023." in text
    assert "Nghi số liệu ảo." not in text


def test_a_notice_without_cuts_says_so() -> None:
    world = play_to("supplement")
    joins = preliminary_notice.with_joins()
    notice = PreliminaryNotice.objects.select_related(*joins).get(dossier__unit=world.cast.south)
    with CaptureQueriesContext(connection) as asked:
        told = preliminary_notice.compose(notice)
    assert len(asked) <= 5
    assert told.cuts == ()
    assert "Không có tiêu chí nào bị giảm điểm." in "\n".join(Reading(preliminary_notice.build(told)).lines)


def test_it_says_the_same_after_the_council_decided(client: Client) -> None:
    world = play_to("supplement")
    notice = PreliminaryNotice.objects.select_related(*preliminary_notice.with_joins())
    before = preliminary_notice.compose(notice.get(dossier__unit=world.cast.north))
    world.reappraisal()
    world.council()
    world.approval()
    assert preliminary_notice.compose(notice.get(dossier__unit=world.cast.north)) == before


@pytest.mark.parametrize(("who", "status"), [("em", 404), ("chi", 403), ("khanh", 403), ("dung", 404), ("son", 404)])
def test_who_may_not_read_it(client: Client, who: str, status: int) -> None:
    world = play_to("supplement")
    client.force_login(getattr(world.cast, who))
    assert client.get(reverse("documents:notice", args=[world.dossier(world.cast.north).pk])).status_code == status


def test_there_is_none_before_it_is_sent(client: Client) -> None:
    world = play_to("notice")
    client.force_login(world.cast.giang)
    assert client.get(reverse("documents:notice", args=[world.dossier(world.cast.north).pk])).status_code == 404
    assert client.get(reverse("documents:notices", args=[world.round.pk])).status_code == 404


def test_the_coordinator_sees_who_opened_and_who_did_not(client: Client) -> None:
    world = play_to("supplement")
    client.force_login(world.cast.an)
    client.get(reverse("assessments:notice", args=[world.dossier(world.cast.north).pk]))
    client.force_login(world.cast.giang)
    page = client.get(reverse("assessments:send_notices", args=[world.round.pk])).content.decode()
    assert "1 đơn vị chưa mở thông báo: Xã Nam." in page
    assert "Nông Thị An" in page
    assert "09:00" in page
    notice = PreliminaryNotice.objects.get(dossier__unit=world.cast.north)
    assert (notice.opened_by, notice.opened_at) == (world.cast.an, NOW)


def test_all_notices_come_in_one_file(client: Client) -> None:
    world = play_to("supplement")
    client.force_login(world.cast.giang)
    page, file = (reverse(f"documents:{name}", args=[world.round.pk]) for name in ("notices", "notices_file"))
    assert client.get(file).status_code == 404
    assert "đang tạo" in client.post(page, follow=True).content.decode()
    path = notices_zip.make_zip.call(world.round.pk)
    assert notices_zip.make_zip.call(world.round.pk) == path
    try:
        answer = client.get(file)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        package = zipfile.ZipFile(io.BytesIO(content))
        assert package.namelist() == ["thong-bao-01.docx", "thong-bao-02.docx"]
        assert "Xã Bắc" in "\n".join(Reading(package.read("thong-bao-01.docx")).lines)
    finally:
        default_storage.delete(path)


@pytest.mark.parametrize("who", ["an", "chi", "khanh", "dung", "ha"])
def test_only_the_office_takes_all_of_them(client: Client, who: str) -> None:
    world = play_to("supplement")
    client.force_login(getattr(world.cast, who))
    for name in ("notices", "notices_file"):
        assert client.get(reverse(f"documents:{name}", args=[world.round.pk])).status_code == 403
