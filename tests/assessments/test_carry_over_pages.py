"""The plan of a carry-over, its report, and the ways to both."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.models import CarryOver, Dossier, Entry
from chiso.audit.models import AuditEntry
from chiso.indexsets import actions as sets
from chiso.indexsets.models import Edition
from chiso.notices.models import Notice
from chiso.organizations import clock
from tests.assessments.test_carry_over import ALL, AT, block_of, carried, new_leaf, other_question, reissue
from tests.world import World, moment, play_to

pytestmark = pytest.mark.django_db

POSTED = {"reason": "Quyết định số 9/QĐ-UBND", "until": "16/12/2022"}


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AT)


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def plan_url(world: World) -> str:
    return reverse("assessments:carry_over", args=[world.round.pk, block_of(world).pk])


def report_url() -> str:
    return reverse("assessments:carry_over_report", args=[CarryOver.objects.get().pk])


def reissued(stage: str, *changes) -> tuple[World, Edition]:
    world = play_to(stage)
    return world, reissue(world.cast, block_of(world).edition, *(changes or ALL))


def test_the_coordinator_reads_the_plan_and_nothing_is_written(client: Client) -> None:
    world, _edition = reissued("submitted")
    before = list(Entry.objects.order_by("pk").values())
    page = as_(client, world, "giang").get(plan_url(world)).content.decode()
    for words in (
        "Khối “Các xã”",
        "chưa ghi gì",
        "2.4",
        "tiêu chí mới",
        "1.2 → 1.1",
        "Xã Bắc: 5,33 → 6,00",
        "Cách chấm mới hỏi “hồ sơ trước hạn” thay cho “hồ sơ đúng hạn”.",
        "2 hồ sơ đã nộp được trả lại",
        "Tiêu chí mới chưa phân công thẩm định: 2.4.",
        "Mã Thị Chi (2.2)",
    ):
        assert words in page, words
    assert page.count("button-primary") == 1
    assert list(Entry.objects.order_by("pk").values()) == before


def test_the_coordinator_confirms_and_reads_the_report(client: Client) -> None:
    world, edition = reissued("submitted")
    as_(client, world, "giang")
    answer = client.post(plan_url(world), POSTED | {"edition": edition.pk})
    assert answer.headers["Location"] == report_url()
    page = client.get(report_url()).content.decode()
    for words in (
        "Xã Bắc",
        "Xã Nam",
        "Hồ sơ đúng hạn: 90; Tổng hồ sơ: 100",
        "hết 24 giờ ngày 16/12/2022",
        "Mã Thị Chi",
    ):
        assert words in page, words
    # A second click finds nothing to carry, and says so.
    again = client.post(plan_url(world), POSTED | {"edition": edition.pk})
    assert again.status_code == 422
    assert "không còn bản nào phải chuyển" in again.content.decode()
    assert AuditEntry.objects.filter(code="block.carry_over").count() == 1
    assert report_url() in client.get(plan_url(world)).content.decode()


def test_a_unit_reads_its_own_part_only(client: Client) -> None:
    world, edition = reissued("submitted")
    as_(client, world, "giang").post(plan_url(world), POSTED | {"edition": edition.pk})
    page = as_(client, world, "an").get(report_url()).content.decode()
    for words in ("Xã Bắc", "Hồ sơ đúng hạn: 90; Tổng hồ sơ: 100", "trang thiết bị", "trả lại để nhập và nộp lại"):
        assert words in page, words
    for words in ("Xã Nam", "Mã Thị Chi", "Đơn vị chịu ảnh hưởng"):
        assert words not in page, words
    assert Notice.objects.filter(recipient=world.cast.an).latest("pk").url == report_url()


def test_the_report_keeps_notes_reasons_and_documents(client: Client) -> None:
    def without_plan(tree) -> None:
        tree["areas"][0]["children"].pop(0)
        tree["areas"][0]["max"] = "6"

    world, edition = reissued("submitted", without_plan)
    Entry.objects.filter(code="1.1", dossier__unit=world.cast.north).update(note="Ban hành ngày 05/01")
    as_(client, world, "giang").post(plan_url(world), {"reason": "QĐ", "edition": edition.pk})
    page = as_(client, world, "binh").get(report_url()).content.decode()
    for words in ("Kịp thời", "Ban hành ngày 05/01", "Kế hoạch.pdf (trang 1)", "vẫn đã nộp"):
        assert words in page, words


@pytest.mark.parametrize("name", ["an", "ha", "chi", "dung"])
def test_others_may_not_carry_over(client: Client, name: str) -> None:
    world, edition = reissued("submitted", new_leaf)
    as_(client, world, name)
    assert client.get(plan_url(world)).status_code == 403
    assert client.post(plan_url(world), POSTED | {"edition": edition.pk}).status_code == 403
    assert CarryOver.objects.count() == 0


def test_who_is_outside_finds_neither_plan_nor_report(client: Client) -> None:
    world = play_to("submitted")
    carried(world, new_leaf)
    for name in ("son", "chi", "dung"):
        assert as_(client, world, name).get(report_url()).status_code == 404
    assert as_(client, world, "son").get(plan_url(world)).status_code == 404
    client.logout()
    for url in (plan_url(world), report_url()):
        assert reverse("account_login") in client.get(url).headers["Location"]


def test_faults_of_the_form_are_told_at_their_fields(client: Client) -> None:
    world, edition = reissued("submitted", new_leaf)
    as_(client, world, "giang")
    for posted, words in (
        ({"reason": "", "until": "16/12/2022"}, "bắt buộc"),
        ({"reason": "QĐ", "until": ""}, "Hãy ghi hạn nộp lại"),
        ({"reason": "QĐ", "until": "13/12/2022"}, "phải sau thời điểm hiện tại"),
        ({"reason": "QĐ", "until": "2022-12-16"}, "dd/mm/yyyy"),
    ):
        answer = client.post(plan_url(world), posted | {"edition": edition.pk})
        assert answer.status_code == 422
        assert words in answer.content.decode(), words
    assert CarryOver.objects.count() == 0


def test_a_page_opened_before_another_issue_carries_nothing(client: Client) -> None:
    world, second = reissued("submitted", new_leaf)
    reissue(world.cast, second, other_question)
    answer = as_(client, world, "giang").post(plan_url(world), POSTED | {"edition": second.pk})
    assert answer.status_code == 422
    assert "Hãy tải lại trang" in answer.content.decode()
    assert CarryOver.objects.count() == 0


def test_a_block_of_another_round_is_not_found(client: Client) -> None:
    world, _edition = reissued("submitted", new_leaf)
    url = reverse("assessments:carry_over", args=[world.round.pk + 1, block_of(world).pk])
    assert as_(client, world, "giang").get(url).status_code == 404


def test_from_the_appraisal_on_the_page_says_why_not(client: Client) -> None:
    world, edition = reissued("appraisal", new_leaf)
    page = as_(client, world, "giang").get(plan_url(world)).content.decode()
    assert "Hãy hoàn thành đợt này theo bản cũ" in page
    assert "<textarea" not in page
    assert client.post(plan_url(world), POSTED | {"edition": edition.pk}).status_code == 422


def test_home_and_the_edition_s_page_tell_the_coordinator(client: Client) -> None:
    world, edition = reissued("submitted", new_leaf)
    as_(client, world, "giang")
    pages = ["/"] + [reverse("indexsets:edition", args=[pk]) for pk in (edition.pk, block_of(world).edition_id)]
    for url in pages:
        assert plan_url(world) in client.get(url).content.decode(), url
    for name in ("an", "ha"):
        as_(client, world, name)
        for url in pages:
            assert plan_url(world) not in client.get(url).content.decode(), url
    as_(client, world, "giang").post(plan_url(world), POSTED | {"edition": edition.pk})
    assert plan_url(world) not in client.get(pages[0]).content.decode()
    assert report_url() in client.get(pages[1]).content.decode()


def test_home_is_silent_once_the_round_is_being_appraised(client: Client) -> None:
    world, _edition = reissued("appraisal", new_leaf)
    assert plan_url(world) not in as_(client, world, "giang").get("/").content.decode()


def test_an_issued_edition_is_issued_again_from_its_page(client: Client) -> None:
    world = play_to("preparation")
    edition = block_of(world).edition
    url = reverse("indexsets:start_reissue", args=[edition.pk])
    as_(client, world, "giang")
    assert url in client.get(reverse("indexsets:edition", args=[edition.pk])).content.decode()
    answer = client.post(url)
    draft = Edition.objects.get(supersedes=edition)
    assert answer.headers["Location"] == reverse("indexsets:edition", args=[draft.pk])
    assert url not in client.get(reverse("indexsets:edition", args=[edition.pk])).content.decode()
    again = client.post(url, follow=True)
    assert "đã được soạn ban hành lại" in again.content.decode()
    assert Edition.objects.count() == 2
    for name, status in (("an", 403), ("ha", 403), ("son", 404)):
        assert as_(client, world, name).post(url).status_code == status
    assert client.get(url).status_code == 405


def test_pages_ask_the_database_alike_for_one_and_more_units(client: Client) -> None:
    world, edition = reissued("submitted")
    as_(client, world, "giang")

    def count(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    plan_of_two = count(plan_url(world))
    assert plan_of_two <= 16
    with transaction.atomic():
        Dossier.objects.filter(unit=world.cast.south).delete()
        assert count(plan_url(world)) == plan_of_two
        transaction.set_rollback(True)
    client.post(plan_url(world), POSTED | {"edition": edition.pk})
    report_of_two = count(report_url())
    assert report_of_two <= 12
    done = CarryOver.objects.get()
    done.report["units"] = done.report["units"][:1]
    done.save()
    assert count(report_url()) == report_of_two


def test_the_draft_of_a_reissue_leaves_the_round_alone(client: Client) -> None:
    world = play_to("submitted")
    sets.start_reissue(block_of(world).edition, world.cast.giang, moment("14/12/2022 12:00"))
    page = as_(client, world, "giang").get(plan_url(world)).content.decode()
    assert "Khối đang dùng bản mới nhất" in page
    assert plan_url(world) not in client.get("/").content.decode()
