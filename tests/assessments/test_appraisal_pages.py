"""The team's pages: the queue, the workspace, agreeing with many, the end of a pass."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chiso.assessments.actions.appraisal import sign_off_pass
from chiso.assessments.actions.dossier import attach_evidence
from chiso.assessments.models import Appraisal, Dossier, Entry
from chiso.assessments.pages.answer_words import steps_of
from chiso.assessments.pages.appraisal_page import queue_of
from chiso.assessments.scores import node_of
from chiso.evidence.choices import PreviewState
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Participant
from tests.factories import UnitFactory
from tests.world import PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

NOW = moment("22/12/2022 09:00")


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def as_(client: Client, world: World, name: str) -> Client:
    client.force_login(world.cast.everyone()[name])
    return client


def url(world: World, name: str, *more: str) -> str:
    return reverse(f"assessments:{name}", args=[world.round.pk, *more])


def judge(client: Client, world: World, code: str = "2.1", unit: str = "01", **data: object) -> Any:
    return client.post(url(world, "appraise", code, unit), {"version": 0, **facts_of(world, code, unit), **data})


def facts_of(world: World, code: str, unit: str) -> dict[str, object]:
    """The figures the form shows, as a browser sends them back."""
    facts = Entry.objects.get(code=code, dossier__unit__code=unit).facts
    return {name: text.split(";") if name == "items" else text for name, text in facts.items()}


def more_units(world: World, count: int) -> None:
    """Units that said the same as Xã Nam, for the pages' query counts."""
    source = world.dossier(world.cast.south)
    for _ in range(count):
        unit = UnitFactory(parent=world.cast.authority)
        Participant.objects.create(round=world.round, block=source.block, unit=unit)
        dossier = Dossier.objects.create(
            round=world.round, block=source.block, unit=unit, state=source.state, submitted_at=source.submitted_at
        )
        entries = list(Entry.objects.filter(dossier=source))
        for entry in entries:
            entry.pk, entry.dossier = None, dossier
        Entry.objects.bulk_create(entries)


def queries(client: Client, address: str) -> int:
    client.get(address)  # The edition's text is read once for each process.
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


# ---- the queue -------------------------------------------------------------------


def test_the_queue_shows_ones_criteria_with_progress_and_pace(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "chi").get(url(world, "appraisal")).content.decode()
    for text in ("Thẩm định lần 1", "đã chấm 0/9", "tiêu chí/ngày", "2.1 Hồ sơ đúng hạn", "Chấm tiếp 1.1"):
        assert text in page
    assert "Kết thúc thẩm định" not in page


def test_the_pace_counts_whole_days(client: Client) -> None:
    world = play_to("appraisal")
    ends = world.round.stages.get(key=StageKey.APPRAISAL).closes_at
    queue = queue_of(world.cast.chi, world.round, ends - timedelta(days=3))
    assert queue is not None
    assert queue.progress.pace == "còn 3 ngày · khoảng 3 tiêu chí/ngày"
    late = queue_of(world.cast.chi, world.round, ends + timedelta(hours=1))
    assert late is not None
    assert late.progress.pace == "đã quá hạn · còn 9 tiêu chí"


def test_the_leader_sees_all_and_may_end_the_pass(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "khanh").get(url(world, "appraisal")).content.decode()
    assert url(world, "sign_off") in page


def test_the_queue_leaves_out_the_own_unit_and_what_is_not_assigned(client: Client) -> None:
    world = play_to("appraisal")
    world.cast.chi.memberships.create(unit=world.cast.south, role="observer")
    world.cast.chi.panel_seats.get().assignments.exclude(criterion__code="2.1").delete()
    page = as_(client, world, "chi").get(url(world, "appraisal")).content.decode()
    assert "đã chấm 0/1" in page
    assert "1.1 Ban hành" not in page


def test_the_coordinator_follows_without_judging(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "giang").get(url(world, "appraisal")).content.decode()
    assert "2.1 Hồ sơ đúng hạn" in page
    assert url(world, "appraise", "2.1", "01") not in page


def test_the_queue_before_the_pass_is_empty_and_after_it_locked(client: Client) -> None:
    world = play_to("aggregation")
    assert "Chưa có hồ sơ để thẩm định" in as_(client, world, "chi").get(url(world, "appraisal")).content.decode()
    world.appraisal()
    world.notice()
    page = as_(client, world, "chi").get(url(world, "appraisal")).content.decode()
    assert "đã kết thúc nên điểm đã khóa" in page
    assert "đã chấm 9/9" in page


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("dung", 403), ("son", 404)])
def test_the_queue_is_closed_to_units_council_and_strangers(client: Client, name: str, status: int) -> None:
    world = play_to("appraisal")
    assert as_(client, world, name).get(url(world, "appraisal")).status_code == status


@pytest.mark.parametrize("page", ["appraisal", "sign_off", "agree_all"])
def test_anonymous_people_sign_in_first(client: Client, page: str) -> None:
    world = play_to("appraisal")
    answer = client.get(url(world, page))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


# ---- the workspace ------------------------------------------------------------------


def test_the_workspace_shows_evidence_figures_and_ways(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "chi").get(url(world, "appraise", "1.1", "01")).content.decode()
    citation = world.entry(world.cast.north, "1.1").citations.get()
    document = reverse("assessments:document", args=[citation.pk])
    for text in ("Kế hoạch.pdf", "trang 1", f'<iframe class="viewer" src="{document}', "Đồng ý điểm tự chấm"):
        assert text in page
    assert "Lưu, sang Xã Nam" in page
    assert "Cách tính" in page


def test_a_file_that_browsers_cannot_show_is_a_download(client: Client) -> None:
    world = play_to("appraisal")
    citation = world.entry(world.cast.north, "1.1").citations.get()
    citation.document.media_type = "application/zip"
    citation.document.save()
    page = as_(client, world, "chi").get(url(world, "appraise", "1.1", "01")).content.decode()
    assert "Trình duyệt không hiển thị được loại tệp này" in page
    assert reverse("assessments:document", args=[citation.pk]) + "?tai-ve=1" in page
    assert "<iframe" not in page


def test_an_office_file_is_shown_by_its_preview(client: Client) -> None:
    world = play_to("appraisal")
    citation = world.entry(world.cast.north, "1.1").citations.get()
    citation.document.media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    citation.document.preview_state = PreviewState.READY
    citation.document.save()
    default_storage.save(f"previews/{citation.document.sha256}.pdf", ContentFile(PDF))
    page = as_(client, world, "chi").get(url(world, "appraise", "1.1", "01")).content.decode()
    assert reverse("assessments:preview_file", args=[citation.pk]) in page or "Đang tạo bản xem trước" in page


def test_the_own_reasons_of_the_criterion_come_first(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "chi")
    judge(client, world, choice="decided", points="4", reason="Thiếu biên bản kiểm tra quý IV.")
    page = client.get(url(world, "appraise", "2.1", "02")).content.decode()
    assert page.index(">Thiếu biên bản kiểm tra quý IV.<") < page.index(">Chưa có tài liệu kiểm chứng.<")
    assert "Thiếu biên bản" not in client.get(url(world, "appraise", "2.2", "02")).content.decode()
    leader = as_(Client(), world, "khanh")
    assert "Thiếu biên bản" not in leader.get(url(world, "appraise", "2.1", "02")).content.decode()


def test_agreeing_goes_to_the_next_unit_then_the_next_criterion_then_the_queue(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "chi")
    went = []
    for code, unit in [("2.2", "01"), ("2.2", "02"), ("B.1", "01")]:
        answer = judge(client, world, code, unit, choice="agree")
        assert answer.status_code == 302, answer.content.decode()
        went.append(answer["Location"])
    assert went[:2] == [url(world, "appraise", "2.2", "02"), url(world, "appraise", "B.1", "01")]
    assert went[2] == url(world, "appraise", "1.1", "01")
    for entry in Entry.objects.filter(code__in=["1.1", "1.2", "2.1"]).select_related("dossier__unit"):
        answer = judge(client, world, entry.code, entry.dossier.unit.code, choice="agree")
    assert answer["Location"] == url(world, "appraisal")
    assert Appraisal.objects.count() == 9
    assert Appraisal.objects.get(entry__code="1.2", entry__dossier__unit__code="02").not_applicable


def test_verified_figures_are_scored_by_the_rule(client: Client) -> None:
    world = play_to("appraisal")
    answer = judge(as_(client, world, "chi"), world, choice="verified", numerator="80", reason="Cổng DVCQG ghi 80.")
    assert answer.status_code == 302
    row = Appraisal.objects.get()
    assert (f"{row.score:.2f}", row.facts) == ("4.80", {"numerator": "80", "denominator": "100"})


def test_another_score_keeps_the_facts_beside_it(client: Client) -> None:
    world = play_to("appraisal")
    answer = judge(
        as_(client, world, "chi"),
        world,
        choice="decided",
        points="4,5",
        reason="Thiếu tài liệu.",
        needs_explanation="on",
        private_note="Xem lại.",
    )
    assert answer.status_code == 302
    row = Appraisal.objects.get()
    assert (f"{row.score:.2f}", row.score_state, row.needs_explanation) == ("4.50", "decided", True)
    assert row.facts == {"numerator": "90", "denominator": "100"}
    page = client.get(url(world, "appraise", "2.1", "01")).content.decode()
    assert "Đã lưu 09:00" in page
    assert "−0,90" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Chưa chọn kết quả thẩm định."),
        ({"choice": "decided", "reason": "Thiếu."}, "Chưa nhập điểm khác."),
        ({"choice": "decided", "points": "7", "reason": "Cao."}, "nằm ngoài khoảng"),
        ({"choice": "decided", "points": "4.5", "reason": "Thiếu."}, "viết 4,5"),
        ({"choice": "decided", "points": "4"}, "phải nêu lý do"),
        ({"choice": "verified", "numerator": "x"}, "không phải là số"),
        ({"choice": "verified", "numerator": "80", "denominator": "0"}, "mẫu số bằng 0"),
        ({"choice": "agree", "numerator": "80"}, "Đã sửa số liệu"),
        ({"choice": "agree", "points": "4"}, "Đã nhập điểm khác"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_saved(client: Client, data: dict[str, object], sentence: str) -> None:
    world = play_to("appraisal")
    answer = judge(as_(client, world, "chi"), world, **data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Appraisal.objects.exists()


def test_not_applicable_may_be_refused_or_given(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "chi")
    assert "Đồng ý không áp dụng" in client.get(url(world, "appraise", "1.2", "02")).content.decode()
    refused = judge(client, world, "1.2", "02", choice="decided", points="0", reason="Có được giao.")
    given = judge(client, world, "1.2", "01", choice="not_applicable", reason="Không được giao.")
    assert (refused.status_code, given.status_code) == (302, 302)
    rows = {row.entry.dossier.unit.code: row for row in Appraisal.objects.select_related("entry__dossier__unit")}
    assert (rows["02"].not_applicable, rows["02"].score) == (False, 0)
    assert (rows["01"].not_applicable, rows["01"].score) == (True, None)


def test_a_stale_page_and_a_double_submit_are_refused(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "chi")
    assert judge(client, world, choice="agree").status_code == 302
    again = judge(client, world, choice="agree")
    assert again.status_code == 422
    assert "vừa được người khác chấm" in again.content.decode()


def test_who_may_not_judge_is_refused(client: Client) -> None:
    world = play_to("appraisal")
    address = url(world, "appraise", "2.1", "01")
    for name, status in {"giang": 403, "an": 403, "em": 404, "son": 404, "dung": 404}.items():
        assert as_(client, world, name).get(address).status_code == status, name
    world.cast.chi.memberships.create(unit=world.cast.north, role="observer")
    assert as_(client, world, "chi").get(address).status_code == 403
    world.cast.chi.memberships.filter(unit=world.cast.north).delete()
    world.cast.chi.panel_seats.get().assignments.filter(criterion__code="2.1").delete()
    assert client.get(address).status_code == 404
    assert client.get(url(world, "appraise", "9.9", "01")).status_code == 404


def test_the_workspace_is_locked_after_the_pass(client: Client) -> None:
    world = play_to("notice")
    page = as_(client, world, "chi").get(url(world, "appraise", "2.1", "01"))
    assert "điểm thẩm định đã khóa" in page.content.decode()
    assert 'id="judge"' not in page.content.decode()
    answer = judge(client, world, choice="agree", version=1)
    assert answer.status_code == 422


def test_a_leaf_without_answer_is_not_in_the_pass(client: Client) -> None:
    world = play_to("appraisal")
    assert as_(client, world, "chi").get(url(world, "appraise", "B.1", "02")).status_code == 404


def test_the_second_pass_shows_what_came_since(client: Client) -> None:
    world = play_to("reappraisal")
    page = as_(client, world, "chi").get(url(world, "appraise", "2.1", "01")).content.decode()
    for text in (
        "Mới từ sau thẩm định lần 1",
        "Đơn vị giải trình lúc",
        "Giữ điểm lần 1",
        "Đồng ý đề nghị của đơn vị",
        "Có văn bản.",
        "Đề nghị",
        "Lần 1",
    ):
        assert text in page
    assert client.get(url(world, "appraise", "1.1", "01")).status_code == 404
    answer = judge(client, world, choice="proposed", reason="Có căn cứ.")
    assert answer.status_code == 302
    assert f"{Appraisal.objects.get(pass_number=2).score:.2f}" == "5.40"


def test_new_evidence_of_the_supplement_is_marked_and_shown_first(client: Client) -> None:
    world = play_to("supplement")
    entry = world.entry(world.cast.north, "2.1")
    file = ContentFile(PDF + b"2", name="Văn bản bổ sung.pdf")
    attach_evidence(entry, world.cast.an, moment("01/01/2023 09:00"), file=file)
    world.reappraisal()
    page = as_(client, world, "chi").get(url(world, "appraise", "2.1", "01")).content.decode()
    assert "mới bổ sung" in page
    assert "<strong>Văn bản bổ sung.pdf</strong>" in page


def test_the_score_of_verified_figures_comes_live(client: Client) -> None:
    world = play_to("appraisal")
    address = url(world, "appraise_score", "2.1", "01")
    good = as_(client, world, "chi").get(address, {"numerator": "80", "denominator": "100"}).content.decode()
    assert "4,80" in good
    assert "không phải là số" in client.get(address, {"numerator": "x", "denominator": "100"}).content.decode()
    assert as_(client, world, "em").get(address).status_code == 404


def test_the_calculation_is_told_step_by_step() -> None:
    world = play_to("appraisal")
    entry = world.entry(world.cast.north, "2.1")
    steps = steps_of(node_of(world.edition, "2.1"), entry)
    assert any("90 ÷ 100" in step["text"] for step in steps)


# ---- queries --------------------------------------------------------------------------------


def test_query_counts_do_not_grow_with_the_units(client: Client) -> None:
    world = play_to("appraisal")
    addresses = {
        url(world, "appraisal"): 8,
        url(world, "appraise", "2.1", "01"): 15,
        url(world, "agree", "2.1"): 12,
        url(world, "agree_all"): 12,
    }
    as_(client, world, "chi")
    few = {address: queries(client, address) for address in addresses}
    leader = Client()
    leader.force_login(User.objects.get(pk=world.cast.khanh.pk))
    few_for_leader = queries(leader, url(world, "sign_off"))
    more_units(world, 3)
    assert {address: queries(client, address) for address in addresses} == few
    assert all(few[address] <= most for address, most in addresses.items()), few
    assert queries(leader, url(world, "sign_off")) == few_for_leader <= 8


# ---- lists ------------------------------------------------------------------------------------


def test_the_list_turns_to_units_and_the_workspace_follows(client: Client) -> None:
    world = play_to("appraisal")
    page = as_(client, world, "chi").get(url(world, "appraisal"), {"theo": "don-vi"}).content.decode()
    first = url(world, "appraise", "1.1", "01") + "?theo=don-vi"
    assert first in page
    assert "Chấm tiếp Xã Bắc" in page
    desk = client.get(first).content.decode()
    assert "Xã Bắc · 5 tiêu chí" in desk
    data = {"version": 0, "choice": "agree", **facts_of(world, "B.1", "01")}
    answer = client.post(url(world, "appraise", "B.1", "01") + "?theo=don-vi", data)
    assert answer["Location"] == first
    for code in ("1.1", "1.2", "2.1", "2.2"):
        data = {"version": 0, "choice": "agree", **facts_of(world, code, "01")}
        answer = client.post(url(world, "appraise", code, "01") + "?theo=don-vi", data)
    assert answer["Location"] == url(world, "appraise", "1.1", "02") + "?theo=don-vi"


def test_filters_keep_what_they_name_with_counts(client: Client) -> None:
    world = play_to("appraisal")
    as_(client, world, "chi")
    judge(client, world, choice="decided", points="4", reason="Thiếu.", needs_explanation="on", needs_visit="on")
    row = Appraisal.objects.get()
    assert (row.needs_explanation, row.needs_visit) == (True, True)
    for kept, shown, hidden in [
        ("cho", "1.1 Ban hành", ""),
        ("khac", "2.1 Hồ sơ", "1.1 Ban hành"),
        ("giai-trinh", "2.1 Hồ sơ", "1.1 Ban hành"),
        ("kiem-tra", "2.1 Hồ sơ", "1.1 Ban hành"),
        ("khong-ap-dung", url(world, "appraise", "1.2", "02"), "2.1 Hồ sơ"),
        ("khong-biet", "1.1 Ban hành", ""),
    ]:
        page = client.get(url(world, "appraisal"), {"loc": kept}).content.decode()
        assert shown in page, kept
        assert not hidden or hidden not in page, kept
    desk = client.get(url(world, "appraise", "2.1", "01") + "?loc=kiem-tra").content.decode()
    assert "Tiêu chí 2.1 · 1 đơn vị" in desk
    assert "Lưu, về danh sách" in desk


def test_the_private_note_reaches_neither_the_unit_nor_the_council(client: Client) -> None:
    world = play_to("appraisal")
    secret = "Nghi ngờ số liệu, hỏi thêm anh Tư"
    judge(as_(client, world, "chi"), world, choice="decided", points="4", reason="Thiếu.", private_note=secret)
    assert secret in client.get(url(world, "appraise", "2.1", "01")).content.decode()
    for entry in Entry.objects.filter(appraisals=None).exclude(facts={}, not_applicable=False):
        judge(client, world, entry.code, entry.dossier.unit.code, choice="agree")
    sign_off_pass(world.round, world.cast.khanh, NOW, minutes="Tổ họp.")
    world.supplement()
    dossier = world.dossier(world.cast.north)
    leaf = reverse("assessments:leaf", args=[dossier.pk, "2.1"])
    for name in ("an", "binh", "giang"):
        for address in (
            leaf,
            reverse("assessments:notice", args=[dossier.pk]),
            reverse("assessments:dossier", args=[dossier.pk]),
        ):
            answer = as_(client, world, name).get(address)
            assert secret not in answer.content.decode(), (name, address)
    assert "Thiếu." in as_(client, world, "an").get(leaf).content.decode()
