"""The dossier page: the tree and the leaf, saving, live score, refusals, and what a unit may see when."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions import dossier as actions
from chiso.assessments.models import Entry
from chiso.audit.models import AuditEntry
from chiso.organizations import clock
from chiso.organizations.models import User
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING = moment("12/12/2022 21:04")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, EVENING)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def url(world: World, code: str = "", route: str = "leaf") -> str:
    dossier = world.dossier(world.cast.north)
    return reverse(
        "assessments:dossier" if not code else f"assessments:{route}", args=[dossier.pk, *([code] * bool(code))]
    )


def read(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def send(client: Client, path: str, version: int = 0, *, htmx: bool = False, **sent: Any) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(path, {"version": str(version)} | sent, headers=headers)


def queries(client: Client, path: str) -> int:
    client.get(path)  # The parsed set and the clock are remembered by the process.
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(path).status_code == 200
    return len(asked)


# ---- reading -----------------------------------------------------------------


def test_the_page_shows_the_tree_the_leaf_and_the_total(client: Client) -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}}, EVENING)
    page = read(signed_in(client, world.cast.an), url(world, "1.1"))
    for text in (
        "1.1 Ban hành kế hoạch",
        "tối đa 2 điểm",
        "Kịp thời",
        "0/4 tiêu chí xong · 1 thiếu tài liệu",
        "<strong>2,00</strong>/16",
        "4 tiêu chí chưa xong",
        "Đã lưu 21:04",
        "hết 24 giờ ngày 14/12/2022",
        "Cần có:",
    ):
        assert text in page


def test_the_dossier_opens_where_work_stopped(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    assert '<h1 id="leaf-title" class="grow">1.1 ' in read(an, url(world))
    world.fill(world.cast.north, world.cast.an, {"2.2": {"items": "1"}}, EVENING)
    assert '<h1 id="leaf-title" class="grow">2.2 ' in read(an, url(world))


def test_a_page_asks_one_query_more_for_documents_however_many(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    assert [queries(an, url(world)), queries(an, url(world, "1.1"))] == [5, 5]
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}, "2.2": {"items": "1"}}, EVENING)
    for number in range(3):
        file = ContentFile(PDF + bytes([number]), name=f"{number}.pdf")
        actions.attach_evidence(world.entry(world.cast.north, "1.1"), world.cast.an, EVENING, file=file)
        assert [queries(an, url(world, "1.2")), queries(an, url(world, "1.1"))] == [5, 6]


@pytest.mark.parametrize(
    ("code", "why"),
    [("2.3", "Điểm lấy từ điều tra xã hội học"), ("P.1", "Hệ thống tự tính theo thời điểm nộp hồ sơ")],
)
def test_leaves_of_others_are_shown_with_the_reason(client: Client, code: str, why: str) -> None:
    world = play_to("self_assessment")
    page = read(signed_in(client, world.cast.an), url(world, code))
    assert why in page
    assert "leaf-form" not in page


def test_a_locked_dossier_says_why_and_who_can_open_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    set_clock(monkeypatch, moment("14/12/2022 11:00"))
    page = read(signed_in(client, world.cast.an), url(world, "1.1"))
    assert "Hồ sơ đã nộp nên khóa; Phòng Nội vụ có thể trả lại để hoàn thiện." in page
    assert "leaf-form" not in page


def test_after_the_last_moment_the_form_is_locked(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    set_clock(monkeypatch, moment("19/12/2022 23:59"))
    assert "leaf-form" in read(an, url(world, "1.1"))
    set_clock(monkeypatch, moment("20/12/2022 00:00"))
    page = read(an, url(world, "1.1"))
    assert "Đã quá hạn" in page
    assert "leaf-form" not in page


# ---- saving ------------------------------------------------------------------


def test_saving_scores_and_answers_with_what_changed(client: Client) -> None:
    world = play_to("self_assessment")
    path = url(world, "2.1")
    answer = send(signed_in(client, world.cast.an), path, htmx=True, numerator="1.183", denominator="1.280")
    assert answer.status_code == 200
    piece = answer.content.decode()
    assert "<!doctype" not in piece
    for text in ("1.183 ÷ 1.280 = 92,42%", "Đã lưu 21:04", "<strong>5,55</strong>/16", 'hx-swap-oob="true"'):
        assert text in piece
    entry = world.entry(world.cast.north, "2.1")
    assert (entry.facts, entry.score) == ({"numerator": "1183", "denominator": "1280"}, Decimal("5.55"))
    assert (entry.version, entry.saved_by, entry.saved_at) == (1, world.cast.an, EVENING)


def test_saving_without_javascript_redirects(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    answer = send(an, url(world, "1.1"), level="2", note="Chậm hai ngày.")
    assert (answer.status_code, answer.url) == (302, url(world, "1.1"))
    assert "Chậm hai ngày." in read(an, answer.url)


@pytest.mark.parametrize("htmx", [False, True])
def test_save_and_walk_on(client: Client, htmx: bool) -> None:
    world = play_to("self_assessment")
    answer = send(signed_in(client, world.cast.an), url(world, "1.1"), htmx=htmx, level="1", then="next")
    target = answer.headers["HX-Redirect"] if htmx else answer.url
    assert target == url(world, "1.2")
    assert world.entry(world.cast.north, "1.1").version == 1


def test_walking_on_without_a_change_writes_nothing(client: Client) -> None:
    world = play_to("self_assessment")
    before = AuditEntry.objects.count()
    answer = send(signed_in(client, world.cast.an), url(world, "B.1"), then="next")
    assert answer.url == reverse("assessments:missing", args=[world.dossier(world.cast.north).pk])
    assert AuditEntry.objects.count() == before


def test_a_save_asks_eight_queries_and_takes_the_lock(client: Client) -> None:
    world = play_to("self_assessment")
    an, path = signed_in(client, world.cast.an), url(world, "1.1")
    send(an, path, level="1", htmx=True)  # The process remembers the clock from here on.
    with CaptureQueriesContext(connection) as asked:
        assert send(an, path, 1, htmx=True, level="2").status_code == 200
    # PostgreSQL locks the round's row with a question of its own (docs/decisions/0015); SQLite is alone already.
    lock = int(connection.features.has_select_for_update)
    assert len([query for query in asked if "SAVEPOINT" not in query["sql"]]) == 8 + lock


@pytest.mark.parametrize("htmx", [False, True])
def test_a_number_written_the_other_way_is_refused_at_its_field(client: Client, htmx: bool) -> None:
    world = play_to("self_assessment")
    answer = send(signed_in(client, world.cast.an), url(world, "2.1"), htmx=htmx, numerator="85.25", denominator="100")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Dấu thập phân là dấu phẩy: viết 85,25." in page
    assert 'value="85.25"' in page
    assert world.entry(world.cast.north, "2.1").version == 0


def test_facts_the_rule_refuses_stand_at_their_field(client: Client) -> None:
    world = play_to("self_assessment")
    answer = send(signed_in(client, world.cast.an), url(world, "2.1"), numerator="5", denominator="0")
    assert answer.status_code == 422
    assert 'id="id_denominator_error"' in answer.content.decode()


def test_a_date_and_words_in_place_of_documents_are_kept_and_logged(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    silent = send(an, url(world, "1.1"), level="1", no_document="on", note="  ")
    assert (silent.status_code, world.entry(world.cast.north, "1.1").version) == (422, 0)
    assert "Khai không có tài liệu thì phải có thuyết minh thay tài liệu." in silent.content.decode()
    assert 'id="id_no_document" checked' in silent.content.decode()
    wrong = send(an, url(world, "1.1"), level="1", as_of="31/02/2022")
    assert (wrong.status_code, "id_as_of_error" in wrong.content.decode()) == (422, True)
    kept = send(an, url(world, "1.1"), level="1", no_document="on", note="Ban hành chung.", as_of="30/11/2022")
    assert kept.status_code == 302
    page = read(an, url(world, "1.1"))
    for text in ('value="30/11/2022"', 'id="id_no_document" checked', "1/4 tiêu chí xong", "Không có tài liệu;"):
        assert text in page, text
    assert "thiếu tài liệu</span>" not in page  # Words stand for the document.
    changes = AuditEntry.objects.order_by("-pk")[0].changes
    assert (changes["as_of"], changes["no_document"]) == ([None, "2022-11-30"], [False, True])


def test_where_nothing_is_asked_nothing_has_to_stand_in_its_place(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    assert "no_document" not in read(an, url(world, "1.2"))
    send(an, url(world, "1.2"), numerator="8", denominator="10", no_document="on")
    assert not world.entry(world.cast.north, "1.2").no_document


def test_figures_of_the_year_end_say_that_they_may_be_updated(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    words = "được cập nhật số liệu cuối năm ở bước bổ sung"
    assert [words in read(an, url(world, code)) for code in ("2.1", "2.2")] == [True, False]


# ---- between the people of a unit ----------------------------------------------


def assigned(world: World, **told: Any) -> None:
    given = {"assigned_to": world.cast.an, "assigned_until": date(2022, 12, 11)} | told
    Entry.objects.filter(dossier__unit=world.cast.north, code="1.1").update(**given)


def test_the_unit_reads_who_answers_for_a_leaf_and_until_when(client: Client) -> None:
    world = play_to("self_assessment")
    assigned(world)
    page = read(signed_in(client, world.cast.binh), url(world, "1.1"))
    for text in ("Phụ trách: Nông Thị An", "hạn nội bộ 11/12/2022", "quá hạn nội bộ"):
        assert text in page
    assigned(world, assigned_until=date(2022, 12, 12))
    assert "quá hạn nội bộ" not in read(client, url(world, "1.1"))
    assert "Phụ trách" not in read(signed_in(client, world.cast.giang), url(world, "1.1"))


def test_the_leaders_remark_is_read_by_the_unit_only_until_it_is_answered(client: Client) -> None:
    world = play_to("self_assessment")
    assigned(world, remark="Thiếu <ngày> ban hành.", remarked_at=moment("12/12/2022 20:00"))
    an = signed_in(client, world.cast.an)
    page = read(an, url(world, "1.1"))
    for text in ("Nhận xét của lãnh đạo", "Thiếu &lt;ngày&gt; ban hành.", "20:00 ngày 12/12/2022", "chưa trả lời"):
        assert text in page
    assert url(world, "1.1", "remark") not in page  # An official reads it, and does not write it.
    piece = send(an, url(world, "1.1"), htmx=True, level="1").content.decode()
    assert "đã trả lời" in piece
    for who in (world.cast.giang, world.cast.ha):
        assert "Nhận xét" not in read(signed_in(client, who), url(world, "1.1"))


def test_the_leader_writes_a_remark_on_the_leaf(client: Client) -> None:
    world = play_to("self_assessment")
    binh = signed_in(client, world.cast.binh)
    assert url(world, "1.1", "remark") in read(binh, url(world, "1.1"))
    binh.post(url(world, "1.1", "remark"), {"remark": "Thiếu ngày."})
    assert "Bỏ nhận xét" in read(binh, url(world, "1.1"))
    assert url(world, "2.3", "remark") not in read(binh, url(world, "2.3"))  # A survey: not the unit's work.


def test_not_applicable_needs_its_reason_and_lowers_the_maximum(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    refused = send(an, url(world, "1.2"), not_applicable="on")
    assert refused.status_code == 409
    assert "Chưa nêu lý do không áp dụng" in refused.content.decode()
    send(an, url(world, "1.2"), not_applicable="on", reason="Không được giao.")
    page = read(an, url(world, "1.2"))
    assert "tổng điểm tối đa của đơn vị giảm 6 điểm" in page
    assert "<strong>0,00</strong>/10" in page


def test_a_unit_may_score_itself_lower_with_a_reason_never_higher(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    higher = send(an, url(world, "1.1"), level="2", decided="1,5", reason="Muốn cao hơn.")
    assert (higher.status_code, "cao hơn điểm theo cách chấm" in higher.content.decode()) == (409, True)
    silent = send(an, url(world, "1.1"), level="1", decided="1,5")
    assert (silent.status_code, "Chưa nêu lý do tự chấm thấp hơn" in silent.content.decode()) == (409, True)
    assert send(an, url(world, "1.1"), level="1", decided="1,5", reason="Chưa đủ.").status_code == 302
    assert world.entry(world.cast.north, "1.1").score == Decimal("1.5")
    assert 'value="1,5"' in read(an, url(world, "1.1"))


def test_saving_after_submission_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    world = play_to("submitted")
    set_clock(monkeypatch, moment("14/12/2022 11:00"))
    answer = send(signed_in(client, world.cast.an), url(world, "1.1"), 1, level="2")
    assert answer.status_code == 409
    assert world.entry(world.cast.north, "1.1").facts == {"level": "1"}


# ---- who ---------------------------------------------------------------------


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    world = play_to("self_assessment")
    assert client.get(url(world)).url.startswith(reverse("account_login"))
    assert send(client, url(world, "1.1"), level="1").url.startswith(reverse("account_login"))


@pytest.mark.parametrize("who", ["em", "phuc", "chi", "khanh", "dung", "son"])
def test_others_find_no_dossier_while_it_is_written(client: Client, who: str) -> None:
    world = play_to("self_assessment")
    user = signed_in(client, getattr(world.cast, who))
    assert user.get(url(world)).status_code == 404
    assert user.get(url(world, "1.1")).status_code == 404
    assert send(user, url(world, "1.1"), level="1").status_code == 404
    assert send(user, url(world, "1.1", "live"), level="1").status_code == 404


def test_the_coordinator_reads_but_does_not_enter(client: Client) -> None:
    world = play_to("self_assessment")
    giang = signed_in(client, world.cast.giang)
    page = read(giang, url(world, "1.1"))
    assert "Chỉ công chức được phân công và lãnh đạo Xã Bắc nhập ở đây." in page
    assert "leaf-form" not in page
    assert send(giang, url(world, "1.1"), level="1").status_code == 403


def test_the_team_sees_its_leaves_without_a_total_that_would_tell_the_others(client: Client) -> None:
    world = play_to("appraisal")
    world.cast.chi.panel_seats.get().assignments.exclude(criterion__code="1.1").delete()
    chi = signed_in(client, world.cast.chi)
    page = read(chi, url(world, "1.1"))
    assert "Tổng tự chấm" not in page
    assert "2.1 Hồ sơ đúng hạn" not in page
    assert chi.get(url(world, "2.1")).status_code == 404


def test_a_leaf_that_does_not_exist_is_not_found(client: Client) -> None:
    world = play_to("self_assessment")
    an = signed_in(client, world.cast.an)
    assert an.get(url(world, "9.9")).status_code == 404
    assert an.get(reverse("assessments:dossier", args=[0])).status_code == 404


# ---- live score --------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "sent", "shown"),
    [
        ("2.1", {"numerator": "1.183", "denominator": "1.280"}, "1.183 ÷ 1.280 = 92,42%"),
        ("2.1", {"numerator": "85.25"}, "viết 85,25"),
        ("2.1", {"numerator": "5"}, "Thiếu số liệu “tổng hồ sơ”."),
        ("2.1", {}, "Nhập số liệu để tính điểm"),
        ("1.1", {"level": "2"}, "<output>1,00</output>"),
        ("1.2", {"not_applicable": "on"}, "tổng điểm tối đa của đơn vị giảm 6 điểm"),
    ],
)
def test_the_live_score_says_what_was_understood_and_writes_nothing(
    client: Client, code: str, sent: dict[str, str], shown: str
) -> None:
    world = play_to("self_assessment")
    before = AuditEntry.objects.count()
    answer = signed_in(client, world.cast.an).post(url(world, code, "live"), sent)
    assert answer.status_code == 200
    assert shown in answer.content.decode()
    assert (AuditEntry.objects.count(), Entry.objects.exclude(version=0).count()) == (before, 0)


def test_the_live_score_is_no_page(client: Client) -> None:
    world = play_to("self_assessment")
    assert signed_in(client, world.cast.an).get(url(world, "2.1", "live")).status_code == 405


# ---- what a unit learns when -------------------------------------------------

FIRST, SECOND, COUNCIL = "Không khớp Cổng Dịch vụ công quốc gia.", "Chưa đủ căn cứ.", "Ghi nhận."


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        ("appraisal", []),
        ("notice", []),
        ("supplement", [FIRST]),
        ("reappraisal", [FIRST]),
        ("council", [FIRST]),
        ("approval", [FIRST]),
        ("approved", [FIRST]),
        ("published", [FIRST, SECOND, COUNCIL]),
    ],
)
def test_a_unit_sees_judgements_only_once_they_are_told(
    client: Client, monkeypatch: pytest.MonkeyPatch, stage: str, told: list[str]
) -> None:
    world = play_to(stage)
    set_clock(monkeypatch, moment("31/12/2022 09:00"))
    page = read(signed_in(client, world.cast.an), url(world, "2.1"))
    assert [text for text in (FIRST, SECOND, COUNCIL) if text in page] == told


def test_the_coordinator_follows_every_judgement(client: Client) -> None:
    world = play_to("approval")
    page = read(signed_in(client, world.cast.giang), url(world, "2.1"))
    assert [text in page for text in (FIRST, SECOND, COUNCIL)] == [True, True, True]


def test_a_page_after_the_notice_asks_eight_queries(client: Client) -> None:
    world = play_to("published")
    assert queries(signed_in(client, world.cast.an), url(world, "2.1")) == 8


# ---- what is missing ---------------------------------------------------------


def test_the_missing_page_lists_every_gap_with_its_link(client: Client) -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, {"1.1": {"level": "1"}, "2.2": {"items": "1"}}, EVENING)
    page = read(
        signed_in(client, world.cast.an), reverse("assessments:missing", args=[world.dossier(world.cast.north).pk])
    )
    assert "Chưa nhập số liệu (2)" in page
    assert "Thiếu tài liệu kiểm chứng (1)" in page
    assert all(url(world, code) in page for code in ("1.1", "1.2", "2.1"))
    assert url(world, "2.2") not in page
