"""Around the hand-over: the leader's remarks, the signed report, the receipt, and taking a dossier back in time."""

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions import stages
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.actions.submission import attach_report, remark_entry, withdraw_dossier
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.remarks import is_answered, open_codes, responsibilities_of
from chiso.assessments.uploading import purpose_of
from chiso.audit.models import AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.evidence.models import Document, Upload
from chiso.home.steps import home_page
from chiso.indexsets.answers import Answer
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.models import User
from chiso.rounds.actions import set_rules
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from tests.world import NORTH, PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING, LATER = moment("12/12/2022 21:04"), moment("13/12/2022 09:00")
DAY = date(2022, 12, 12)


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, EVENING)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def world() -> World:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, NORTH, EVENING)
    return world


def dossier(world: World) -> Dossier:
    return world.dossier(world.cast.north)


def leaf(world: World, code: str) -> Entry:
    return world.entry(world.cast.north, code)


def remark(world: World, code: str, text: str, at: datetime = EVENING) -> Entry:
    return remark_entry(leaf(world, code), world.cast.binh, at, remark=text)


def pdf(name: str = "Báo cáo.pdf", content: bytes = PDF) -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def attach(world: World, at: datetime = EVENING, **given: Any) -> Dossier:
    told = {"number": "45/BC-UBND", "day": DAY, "file": pdf()} | given
    return attach_report(dossier(world), world.cast.an, at, **told)


def require_report(world: World) -> None:
    set_rules(world.round, world.cast.giang, EVENING, report_required=True, evidence_months_before=2)


def submit(world: World, at: datetime = LATER) -> Dossier:
    return dossiers.submit_dossier(dossier(world), world.cast.binh, at)


def path(world: World, route: str, *args: str) -> str:
    return reverse(f"assessments:{route}", args=[dossier(world).pk, *args])


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


# ---- remarks -------------------------------------------------------------------


def test_a_remark_is_open_until_the_leaf_is_saved_again(world: World) -> None:
    remark(world, "1.1", "  Ghi rõ ngày ban hành. ")
    assert open_codes(dossier(world)) == ["1.1"]
    assert leaf(world, "1.1").remark == "Ghi rõ ngày ban hành."
    entry = leaf(world, "1.1")
    dossiers.save_entry(entry, world.cast.an, LATER, version=entry.version, answer=Answer({"level": "2"}))
    assert open_codes(dossier(world)) == []
    assert responsibilities_of(dossier(world))["1.1"].is_answered
    assert leaf(world, "1.1").remark == "Ghi rõ ngày ban hành."


def test_a_document_answers_a_remark_too(world: World) -> None:
    remark(world, "1.1", "Thiếu kế hoạch.")
    dossiers.attach_evidence(leaf(world, "1.1"), world.cast.an, LATER, file=pdf())
    assert open_codes(dossier(world)) == []


def test_a_new_remark_must_be_answered_again(world: World) -> None:
    remark(world, "1.1", "Ghi rõ ngày.")
    entry = leaf(world, "1.1")
    dossiers.save_entry(entry, world.cast.an, LATER, version=entry.version, answer=Answer({"level": "2"}))
    remark(world, "1.1", "Vẫn chưa rõ.", moment("13/12/2022 10:00"))
    assert open_codes(dossier(world)) == ["1.1"]


def test_a_remark_is_taken_off(world: World) -> None:
    remark(world, "1.1", "Ghi rõ ngày.")
    remark(world, "1.1", "")
    entry = leaf(world, "1.1")
    assert (entry.remark, entry.remarked_at) == ("", None)
    assert AuditEntry.objects.latest("pk").changes["remark"] == ["Ghi rõ ngày.", ""]


@pytest.mark.parametrize("text", ["Ghi rõ ngày.", ""], ids=["written", "empty"])
def test_the_same_twice_is_refused(world: World, text: str) -> None:
    if text:
        remark(world, "1.1", text)
    with pytest.raises(RuleViolation, match=r"tiêu chí 1\.1|Tiêu chí 1\.1"):
        remark(world, "1.1", text)


def test_a_save_read_before_keeps_the_remark(world: World) -> None:
    read_before = leaf(world, "1.1")
    remark(world, "1.1", "Ghi rõ ngày.")
    dossiers.save_entry(read_before, world.cast.an, LATER, version=read_before.version, answer=Answer({"level": "2"}))
    assert leaf(world, "1.1").remark == "Ghi rõ ngày."


def test_a_remark_does_not_make_an_open_page_stale(world: World) -> None:
    version = leaf(world, "1.1").version
    remark(world, "1.1", "Ghi rõ ngày.")
    assert leaf(world, "1.1").version == version


def test_who_entered_is_told_while_officials_work_and_only_then(world: World) -> None:
    remark(world, "1.1", "Ghi rõ ngày.")
    told = Notice.objects.get(text__contains="nhận xét tiêu chí 1.1")
    assert (told.recipient, told.url) == (world.cast.an, path(world, "leaf", "1.1"))
    assert told.in_full.endswith("nhận xét tiêu chí 1.1: Ghi rõ ngày.")
    dossiers.request_review(dossier(world), world.cast.an, EVENING)
    remark(world, "1.2", "Xem lại.")
    assert not Notice.objects.filter(text__contains="nhận xét tiêu chí 1.2").exists()


@pytest.mark.parametrize("name", ["an", "em", "phuc", "giang", "ha", "khanh"])
def test_only_the_units_leader_remarks(world: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        remark_entry(leaf(world, "1.1"), world.cast.everyone()[name], EVENING, remark="x")


def test_what_the_unit_does_not_score_gets_no_remark(world: World) -> None:
    with pytest.raises(RuleViolation, match=r"P\.1 không do đơn vị tự chấm"):
        remark(world, "P.1", "x")


def test_an_answer_is_later_than_its_remark() -> None:
    assert not is_answered(None, LATER)
    assert not is_answered(EVENING, None)
    assert not is_answered(EVENING, EVENING)
    assert is_answered(EVENING, None, LATER)


def test_sending_back_names_the_remarks(world: World) -> None:
    dossiers.request_review(dossier(world), world.cast.an, EVENING)
    remark(world, "1.1", "Ghi rõ ngày.")
    remark(world, "2.1", "Thiếu nguồn.")
    dossiers.send_back(dossier(world), world.cast.binh, EVENING, reason="Xem các nhận xét.")
    told = Notice.objects.filter(recipient=world.cast.an).latest("pk")
    assert told.in_full == "Lãnh đạo trả lại hồ sơ, nhận xét 2 tiêu chí (1.1, 2.1): Xem các nhận xét."
    assert told.url == path(world, "missing")
    home = home_page(User.objects.get(pk=world.cast.an.pk), EVENING)
    card = next(card for card in home.cards if "nhận xét" in card.title)
    assert (card.title, card.note) == ("2 nhận xét của lãnh đạo chưa trả lời", "1.1, 2.1")
    leader = home_page(User.objects.get(pk=world.cast.binh.pk), EVENING)
    assert not any("nhận xét" in card.title for card in leader.cards)


def test_the_leader_remarks_on_the_page_and_sees_what_was_answered(client: Client, world: World) -> None:
    binh = as_user(client, world.cast.binh)
    answer = binh.post(path(world, "remark", "1.1"), {"remark": "Ghi rõ ngày."})
    assert (answer.status_code, answer["Location"]) == (302, path(world, "leaf", "1.1"))
    page = binh.get(path(world, "submit")).content.decode()
    assert "Ghi rõ ngày." in page
    assert "chưa trả lời" in page
    entry = leaf(world, "1.1")
    dossiers.save_entry(entry, world.cast.an, LATER, version=entry.version, answer=Answer({"level": "2"}))
    assert "đã trả lời" in binh.get(path(world, "submit")).content.decode()
    binh.post(path(world, "remark", "1.1"), {"remark": "Ghi rõ ngày.", "remove": "1"})
    assert leaf(world, "1.1").remark == ""
    again = binh.post(path(world, "remark", "1.1"), {"remark": ""}, follow=True)
    assert "không có nhận xét nào để bỏ" in again.content.decode()
    too_long = binh.post(path(world, "remark", "1.1"), {"remark": "x" * 2001}, follow=True)
    assert leaf(world, "1.1").remark == ""
    assert "2000" in too_long.content.decode()


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("giang", 403), ("em", 404), ("chi", 404)])
def test_who_may_not_remark_on_the_page(client: Client, world: World, name: str, status: int) -> None:
    person = as_user(client, world.cast.everyone()[name])
    assert person.post(path(world, "remark", "1.1"), {"remark": "x"}).status_code == status
    assert leaf(world, "1.1").remark == ""


# ---- what is missing ---------------------------------------------------------------


def test_the_check_names_each_gap_and_links_to_it(client: Client, world: World) -> None:
    require_report(world)
    remark(world, "2.1", "Thiếu nguồn số liệu.")
    page = as_user(client, world.cast.an).get(path(world, "missing")).content.decode()
    for text in (
        "Thiếu tài liệu kiểm chứng (1)",
        path(world, "leaf", "1.1"),
        "Nhận xét của lãnh đạo chưa trả lời (1)",
        "Thiếu nguồn số liệu.",
        "Thiếu báo cáo đã ký (1)",
        path(world, "submit") + "#report",
    ):
        assert text in page, text
    check = client.get(path(world, "submit")).content.decode()
    assert "Kiểm tra trước khi nộp" in check
    assert path(world, "missing") + "#nhan-xet" in check
    assert "sẵn sàng nộp" not in check


def test_remarks_are_the_units_own_affair(client: Client, world: World) -> None:
    remark(world, "2.1", "Thiếu nguồn số liệu.")
    assert "Thiếu nguồn" not in as_user(client, world.cast.giang).get(path(world, "missing")).content.decode()


def test_a_file_whose_line_broke_off_is_a_gap_until_it_is_whole(client: Client, world: World) -> None:
    entry = leaf(world, "2.1")
    upload = Upload.objects.create(
        key="k",
        unit=world.cast.north,
        by=world.cast.an,
        purpose=purpose_of(entry),
        name="Báo cáo to.pdf",
        fingerprint="f",
        size=1000,
        received=640,
        pieces=2,
        started_at=EVENING,
        touched_at=EVENING,
    )
    page = as_user(client, world.cast.binh).get(path(world, "missing")).content.decode()
    for text in ("Tệp đang tải lên dở (1)", "Báo cáo to.pdf", "2.1 · đã nhận 64% · Nông Thị An"):
        assert text in page, text
    assert "Báo cáo to.pdf" not in as_user(client, world.cast.giang).get(path(world, "missing")).content.decode()
    Upload.objects.filter(pk=upload.pk).update(received=1000, pieces=0)
    assert "Báo cáo to.pdf" not in as_user(client, world.cast.binh).get(path(world, "missing")).content.decode()


def test_documents_to_look_at_again_are_named_with_the_reason(client: Client, world: World) -> None:
    dossiers.attach_evidence(leaf(world, "1.1"), world.cast.an, EVENING, file=pdf("Kế hoạch cũ.pdf"))
    Document.objects.update(described_at=EVENING, issued_on=date(2020, 1, 10))
    page = as_user(client, world.cast.an).get(path(world, "missing")).content.decode()
    assert "Tài liệu nên xem lại (1)" in page
    assert "Kế hoạch cũ.pdf" in page
    assert "10/01/2020" in page
    # Advice keeps nothing back.
    assert "Ký duyệt, nộp hồ sơ" in as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()


def test_nobody_outside_the_unit_reads_remarks_on_the_leaf(client: Client, world: World) -> None:
    remark(world, "1.1", "Ghi rõ ngày ban hành.")
    submit(world)
    assert "Ghi rõ ngày" in as_user(client, world.cast.an).get(path(world, "leaf", "1.1")).content.decode()
    assert "Ghi rõ ngày" not in as_user(client, world.cast.giang).get(path(world, "leaf", "1.1")).content.decode()


def test_a_complete_dossier_is_ready(client: Client, world: World) -> None:
    dossiers.attach_evidence(leaf(world, "1.1"), world.cast.an, EVENING, file=pdf())
    Document.objects.update(described_at=EVENING, issued_on=date(2022, 1, 10), read_at=EVENING)
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    assert "Thiếu" not in page


# ---- the report --------------------------------------------------------------------


def test_the_report_is_attached_with_number_and_date(world: World) -> None:
    attach(world)
    row = dossier(world)
    assert row.report is not None
    assert (row.report_number, row.report_date, row.report.name) == ("45/BC-UBND", DAY, "Báo cáo.pdf")
    entry = AuditEntry.objects.latest("pk")
    assert entry.changes["document"] == [None, f"{row.report.pk} · {row.report.sha256[:12]}"]
    assert "Báo cáo.pdf" not in str(entry.changes)


def test_number_and_date_are_corrected_without_the_file(world: World) -> None:
    attach(world)
    attach(world, number="46/BC-UBND", file=None)
    row = dossier(world)
    assert (row.report_number, row.report_id is not None) == ("46/BC-UBND", True)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"file": None}, "Chưa chọn tệp báo cáo đã ký"),
        ({"number": "  "}, "Chưa ghi số"),
        ({"day": date(2022, 12, 13)}, "ở tương lai"),
        ({"file": ContentFile(b"\x89PNG\r\n\x1a\n" + b"0" * 64, name="a.png")}, "phải là tệp PDF"),
        ({"file": ContentFile(b"", name="a.pdf")}, "rỗng"),
        ({"file": ContentFile(b"MZ rubbish", name="a.pdf")}, "a.pdf"),
    ],
    ids=["no-file", "no-number", "tomorrow", "image", "empty", "rubbish"],
)
def test_a_report_that_makes_no_sense_is_refused(world: World, given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(RuleViolation, match=sentence):
        attach(world, **given)
    assert dossier(world).report_id is None
    assert not Document.objects.exists()


def test_a_report_may_bear_todays_date(world: World) -> None:
    attach(world, at=moment("12/12/2022 00:30"))
    assert dossier(world).report_date == DAY


def test_the_report_is_attached_while_the_unit_holds_the_dossier(world: World) -> None:
    fitting = set()
    for state in DossierState:
        Dossier.objects.update(state=state, return_until=moment("31/12/2022 00:00"))
        try:
            attach(world)
        except RuleViolation:
            continue
        fitting.add(state)
    assert fitting == {DossierState.DRAFT, DossierState.INTERNAL_REVIEW, DossierState.RETURNED}
    Dossier.objects.update(state=DossierState.DRAFT, return_until=None)
    with pytest.raises(RuleViolation, match="Đã quá hạn"):
        attach(world, at=moment("20/12/2022 00:00"))


@pytest.mark.parametrize("name", ["em", "giang", "khanh", "son"])
def test_only_the_unit_attaches_its_report(world: World, name: str) -> None:
    with pytest.raises(PermissionDenied):
        attach_report(dossier(world), world.cast.everyone()[name], EVENING, number="1", day=DAY, file=pdf())


def test_a_required_report_holds_the_dossier_back(client: Client, world: World) -> None:
    require_report(world)
    page = as_user(client, world.cast.binh).get(path(world, "submit")).content.decode()
    assert "bắt buộc, chưa có" in page
    assert "Ký duyệt, nộp hồ sơ" not in page
    refused = client.post(path(world, "submit"))
    assert refused.status_code == 409
    assert "yêu cầu kèm báo cáo tự đánh giá" in refused.content.decode()
    attach(world)
    assert "Ký duyệt, nộp hồ sơ" in client.get(path(world, "submit")).content.decode()
    assert submit(world).state == DossierState.SUBMITTED


def test_a_removed_report_is_no_report(world: World) -> None:
    require_report(world)
    attach(world)
    Document.objects.update(removed_at=EVENING)
    with pytest.raises(RuleViolation, match="yêu cầu kèm báo cáo"):
        submit(world)


def test_the_rule_that_counts_is_the_one_of_the_moment(world: World) -> None:
    opened = dossier(world)
    require_report(world)
    with pytest.raises(RuleViolation, match="yêu cầu kèm báo cáo"):
        dossiers.submit_dossier(opened, world.cast.binh, LATER)


def test_the_report_on_the_page(client: Client, world: World) -> None:
    an = as_user(client, world.cast.an)
    sent = {"number": "45/BC-UBND", "day": "12/12/2022", "file": SimpleUploadedFile("Báo cáo.pdf", PDF)}
    answer = an.post(path(world, "report"), sent)
    assert (answer.status_code, answer["Location"]) == (302, path(world, "submit"))
    page = an.get(path(world, "submit")).content.decode()
    assert "Số 45/BC-UBND ngày 12/12/2022" in page
    served = an.get(path(world, "report"))
    assert (served.status_code, b"".join(served.streaming_content)) == (200, PDF)
    bad = an.post(path(world, "report"), {"number": "", "day": "12-12-2022"})
    assert bad.status_code == 422
    assert "Chưa ghi số, ký hiệu báo cáo." in bad.content.decode()
    empty = an.post(path(world, "report"), sent | {"file": SimpleUploadedFile("a.pdf", b"")})
    assert empty.status_code == 422


@pytest.mark.parametrize(
    ("name", "get", "post"), [("giang", 200, 403), ("ha", 200, 403), ("khanh", 404, 403), ("em", 404, 404)]
)
def test_who_reads_the_report(client: Client, world: World, name: str, get: int, post: int) -> None:
    attach(world)
    submit(world)
    stages.start_aggregation(world.round, world.cast.giang, moment("15/12/2022 08:00"))
    Dossier.objects.update(state=DossierState.UNDER_APPRAISAL)
    person = as_user(client, world.cast.everyone()[name])
    assert person.get(path(world, "report")).status_code == get
    assert person.post(path(world, "report"), {"number": "1", "day": "12/12/2022"}).status_code == post


def test_there_is_no_report_before_it_was_attached(client: Client, world: World) -> None:
    assert as_user(client, world.cast.an).get(path(world, "report")).status_code == 404


# ---- the receipt -------------------------------------------------------------------


def test_the_receipt_covers_report_and_words(world: World) -> None:
    """Whatever was handed over changes the hash: each variant is tried and taken back."""
    from django.db import transaction

    def receipt(change: Any) -> str:
        with transaction.atomic():
            change()
            value = submit(world).receipt
            transaction.set_rollback(True)
        return value

    variants = [
        lambda: None,
        lambda: attach(world),
        lambda: attach(world, number="46/BC-UBND"),
        lambda: Entry.objects.filter(code="1.1").update(note="x"),
        lambda: Entry.objects.filter(code="1.1").update(as_of=DAY),
        lambda: Entry.objects.filter(code="1.1").update(no_document=True),
        lambda: Entry.objects.filter(code="1.1").update(reason="x"),
        lambda: dossiers.attach_evidence(leaf(world, "1.1"), world.cast.an, EVENING, file=pdf()),
        lambda: dossiers.attach_evidence(leaf(world, "1.1"), world.cast.an, EVENING, file=pdf(), place="trang 2"),
    ]
    found = [receipt(change) for change in variants]
    assert len(set(found)) == len(variants)
    assert receipt(lambda: None) == found[0]


def test_the_receipt_names_the_report(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    attach(world)
    submit(world)
    set_clock(monkeypatch, LATER)
    page = as_user(client, world.cast.giang).get(path(world, "receipt")).content.decode()
    assert "Báo cáo số 45/BC-UBND ngày 12/12/2022" in page
    assert "Rút hồ sơ" not in page


# ---- taking a dossier back ---------------------------------------------------------


def test_a_dossier_is_taken_back_before_the_deadline(world: World) -> None:
    submit(world)
    receipt = dossier(world).receipt
    withdraw_dossier(dossier(world), world.cast.binh, moment("14/12/2022 23:59"), reason="Sai số liệu 2.1.")
    row = dossier(world)
    assert (row.state, row.receipt, row.submitted_at, row.submitted_by) == (DossierState.DRAFT, "", None, None)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.code, entry.reason) == ("dossier.withdraw", "Sai số liệu 2.1.")
    assert entry.changes["receipt"] == [receipt, ""]
    told = Notice.objects.filter(recipient=world.cast.giang).latest("pk")
    assert told.in_full == "Xã Bắc rút hồ sơ đã nộp để sửa: Sai số liệu 2.1."
    # It can be mended and handed in again.
    entry_11 = leaf(world, "1.1")
    at = moment("14/12/2022 23:59")
    dossiers.save_entry(entry_11, world.cast.an, at, version=entry_11.version, answer=Answer({"level": "1"}))
    assert submit(world, at).late_days == 0


def test_after_the_deadline_nothing_is_taken_back_unless_there_is_more_time(world: World) -> None:
    submit(world)
    late = moment("15/12/2022 00:00")
    with pytest.raises(RuleViolation, match=r"Đã hết hạn nộp \(hết 24 giờ ngày 14/12/2022\).*đề nghị Phòng Nội vụ"):
        withdraw_dossier(dossier(world), world.cast.binh, late, reason="Sai.")
    assert dossier(world).state == DossierState.SUBMITTED
    grant_extension(
        world.round,
        world.cast.giang,
        LATER,
        stage=StageKey.SELF_ASSESSMENT,
        until=moment("17/12/2022 00:00"),
        reason="Mất điện.",
        unit=world.cast.north,
    )
    assert withdraw_dossier(dossier(world), world.cast.binh, late, reason="Sai.").state == DossierState.DRAFT


def test_points_for_being_on_time_go_with_the_dossier(world: World) -> None:
    """P.1 was counted at the submission; taken back, the leaf says nothing until the next one."""
    submit(world)
    Entry.objects.filter(code="P.1").update(facts={"days_late": "0"}, score=0, score_state="scored")
    withdraw_dossier(dossier(world), world.cast.binh, LATER, reason="Sai.")
    row = leaf(world, "P.1")
    assert (row.facts, row.score) == ({}, None) or not row.has_answer()


def test_a_dossier_is_taken_back_once_and_with_a_reason(world: World) -> None:
    submit(world)
    with pytest.raises(RuleViolation, match="Chưa nêu lý do"):
        withdraw_dossier(dossier(world), world.cast.binh, LATER, reason=" ")
    first, second = dossier(world), dossier(world)
    withdraw_dossier(first, world.cast.binh, LATER, reason="Sai.")
    with pytest.raises(RuleViolation, match="không còn ở bước cho phép"):
        withdraw_dossier(second, world.cast.binh, LATER, reason="Sai.")


def test_what_the_team_has_is_not_taken_back(world: World) -> None:
    submit(world)
    Round.objects.update(stage=StageKey.APPRAISAL)
    with pytest.raises(RuleViolation):
        withdraw_dossier(dossier(world), world.cast.binh, LATER, reason="Sai.")


@pytest.mark.parametrize("name", ["an", "em", "phuc", "giang", "ha"])
def test_only_the_units_leader_takes_it_back(world: World, name: str) -> None:
    submit(world)
    with pytest.raises(PermissionDenied):
        withdraw_dossier(dossier(world), world.cast.everyone()[name], LATER, reason="Sai.")


def test_taking_back_on_the_page(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, LATER)
    submit(world)
    binh = as_user(client, world.cast.binh)
    assert path(world, "withdraw_dossier") in binh.get(path(world, "receipt")).content.decode()
    page = binh.get(path(world, "withdraw_dossier")).content.decode()
    assert "Phải nộp lại trong hạn (hết 24 giờ ngày 14/12/2022)" in page
    silent = binh.post(path(world, "withdraw_dossier"), {"reason": ""})
    assert (silent.status_code, "Chưa nêu lý do rút hồ sơ." in silent.content.decode()) == (422, True)
    done = binh.post(path(world, "withdraw_dossier"), {"reason": "Sai số liệu."})
    assert (done.status_code, done["Location"]) == (302, path(world, "dossier"))
    assert binh.post(path(world, "withdraw_dossier"), {"reason": "Sai số liệu."}).status_code == 422
    assert binh.get(path(world, "receipt"))["Location"] == path(world, "submit")


@pytest.mark.parametrize(("name", "status"), [("an", 403), ("giang", 403), ("em", 404), ("son", 404)])
def test_who_may_not_take_it_back(client: Client, world: World, name: str, status: int) -> None:
    submit(world)
    person = as_user(client, world.cast.everyone()[name])
    assert person.get(path(world, "withdraw_dossier")).status_code == status
    assert person.post(path(world, "withdraw_dossier"), {"reason": "x"}).status_code == status
    assert dossier(world).state == DossierState.SUBMITTED
