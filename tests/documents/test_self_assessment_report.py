"""The unit's report on its self-assessment: what it says, for whom, and the receipt as Word and PDF."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.submission import attach_report
from chiso.assessments.models import Dossier, Entry
from chiso.background.models import TaskKey
from chiso.background.recovery import WorkerDied
from chiso.common import office
from chiso.documents import receipt, receipt_pdf, self_assessment_report
from chiso.documents.composing import issuer_of_unit, signer_of_unit, symbol_of_unit
from chiso.documents.self_assessment_report import SelfAssessmentReport
from chiso.evidence.models import Document
from chiso.indexsets.answers import Answer
from chiso.organizations import clock
from chiso.organizations.models import Unit, User
from tests.documents.reading import Reading
from tests.world import NORTH, PDF, World, moment, play_to

pytestmark = pytest.mark.django_db

EVENING, LATER = moment("12/12/2022 21:04"), moment("13/12/2022 09:00")


@pytest.fixture(autouse=True)
def _evening(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, EVENING)


def set_clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def world() -> World:
    """Xã Bắc entered everything, claims 1.2 does not apply, scores 2.2 lower, and has no paper for 1.1."""
    world = play_to("self_assessment")
    north, an = world.cast.north, world.cast.an
    world.fill(north, an, {code: NORTH[code] for code in ("2.1", "B.1")}, EVENING)

    def save(code: str, answer: Answer, **words: Any) -> None:
        dossiers.save_entry(world.entry(north, code), an, EVENING, version=0, answer=answer, **words)

    save("1.1", Answer({"level": "1"}), note="Kế hoạch do huyện ban hành chung.", no_document=True)
    save("1.2", Answer({}, not_applicable=True), reason="Không được giao nhiệm vụ.")
    lower = Answer({"items": "1;2"}, decided=Decimal(1))
    save("2.2", lower, reason="Máy quét đang hỏng.", as_of=date(2022, 11, 30))
    file = ContentFile(PDF, name="Báo cáo một cửa.pdf")
    dossiers.attach_evidence(world.entry(north, "2.1"), an, EVENING, file=file, place="trang 3")
    return world


def dossier(world: World) -> Dossier:
    return world.dossier(world.cast.north)


def composed(world: World) -> SelfAssessmentReport:
    return self_assessment_report.compose(world.cast.an, dossier(world))


def printed(world: World) -> Reading:
    return Reading(self_assessment_report.build(composed(world)))


def confirm(world: World, **told: Any) -> None:
    Document.objects.update(
        described_at=EVENING,
        described_by=world.cast.an,
        **(
            {"number": "145/BC-UBND", "issued_on": date(2022, 12, 8), "issuer": "UBND Xã Bắc", "title": "Kết quả"}
            | told
        ),
    )


def as_user(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def path(world: World, route: str) -> str:
    return reverse(f"documents:{route}", args=[dossier(world).pk])


# ---- the report --------------------------------------------------------------------


def test_the_report_is_the_units_own_with_blank_number_and_date(world: World) -> None:
    lines = printed(world).lines
    for text in (
        "ỦY BAN NHÂN DÂN",
        "XÃ BẮC",
        "Số:        /BC-UBND",
        "Bắc, ngày       tháng       năm 2022",
        "BÁO CÁO",
        "Kết quả tự đánh giá, chấm điểm Chỉ số cải cách hành chính",
        "năm 2022 của Ủy ban nhân dân xã Bắc",
        "I. KẾT QUẢ CHUNG",
        "II. KẾT QUẢ TỰ CHẤM TỪNG TIÊU CHÍ",
        "III. THUYẾT MINH",
        "TM. ỦY BAN NHÂN DÂN",
        "CHỦ TỊCH",
        "Lương Văn Bình",
        "- Lưu: VT.",
    ):
        assert any(text in line for line in lines), text
    assert "UBND HUYỆN" not in lines  # A people's committee prints no parent.


def test_part_one_gives_the_result_by_area(world: World) -> None:
    text = "\n".join(printed(world).lines)
    assert "Thực hiện Kế hoạch số 1/KH-UBND ngày 14 tháng 11 năm 2022" in text
    assert "Quyết định số 2/QĐ-UBND ngày 25 tháng 11 năm 2022" in text
    report = composed(world)
    assert f"Tổng điểm tự chấm: {report.total}/{report.total_max} điểm; Chỉ số tạm tính: {report.index}%" in text
    assert (report.total, report.total_max) == ("8,40", "10")
    assert report.areas[0] == ("1", "Chỉ đạo, điều hành: 2,00/2 điểm")
    assert "1. Chỉ đạo, điều hành: 2,00/2 điểm." in text
    assert "P. Điểm trừ: không có." in text
    assert "đã có số liệu: 4/4" in text


def test_part_two_is_the_filled_table(world: World) -> None:
    confirm(world)
    rows = {line.code: line for line in composed(world).lines}
    assert list(rows) == ["1", "1.1", "1.2", "2", "2.1", "2.2", "2.3", "B", "B.1", "P", "P.1"]
    assert (rows["1"].is_heading, rows["1"].max, rows["1"].score) == (True, "8", "2,00")
    assert (rows["2.1"].max, rows["2.1"].score) == ("6", "5,40")
    assert rows["2.1"].grounds == "Hồ sơ đúng hạn: 90; Tổng hồ sơ: 100"
    assert rows["2.1"].papers == "[1] 145/BC-UBND, trang 3"
    assert rows["1.1"].grounds == (
        "Mức đạt được: Kịp thời: 2 điểm. Không có tài liệu. Kế hoạch do huyện ban hành chung."
    )
    assert rows["1.2"].score == "KAD"
    assert "số liệu đến ngày 30/11/2022" in rows["2.2"].grounds
    assert rows["2.3"].grounds == "Không do đơn vị tự chấm"
    reading = printed(world)
    assert any("KAD: tiêu chí không áp dụng" in line for line in reading.lines)
    assert len(reading.tables[0].findall(".//{*}tr")) == len(rows) + 2


def test_part_three_explains_with_the_units_reasons(world: World) -> None:
    Entry.objects.filter(dossier=dossier(world), code="2.1").update(facts={}, score=None)
    text = "\n".join(printed(world).lines)
    for words in (
        "1. Tiêu chí không áp dụng:",
        "- 1.2 Tỷ lệ hoàn thành kế hoạch: Không được giao nhiệm vụ.",
        "2. Tiêu chí đơn vị tự chấm thấp hơn cách chấm:",
        "- 2.2 Cơ sở vật chất: tự chấm 1,00 điểm. Máy quét đang hỏng.",
        "3. Tiêu chí không có tài liệu kiểm chứng, thuyết minh thay tài liệu:",
        "- 1.1 Ban hành kế hoạch: Kế hoạch do huyện ban hành chung.",
        "4. Tiêu chí chưa có số liệu:",
        "- 2.1 Hồ sơ đúng hạn.",
    ):
        assert words in text, words


def test_the_annex_lists_each_document_once(world: World) -> None:
    confirm(world)
    document = Document.objects.get()
    dossiers.cite_document(world.entry(world.cast.north, "2.2"), world.cast.an, EVENING, document=document)
    [line] = composed(world).evidence
    assert (line.number, line.date, line.issuer, line.title) == (
        "145/BC-UBND",
        "08/12/2022",
        "UBND Xã Bắc",
        "Kết quả",
    )
    assert line.codes == ("2.1", "2.2")
    text = "\n".join(printed(world).lines)
    assert "DANH MỤC TÀI LIỆU KIỂM CHỨNG" in text
    assert "2.1, 2.2" in text


def test_what_the_machine_read_is_marked_as_not_confirmed(world: World) -> None:
    Document.objects.update(described_at=None)
    document = Document.objects.get()
    document.reading = {**document.reading, "version": 1, "number": "9/BC", "title": "Đọc từ tệp"}
    document.save()
    [line] = composed(world).evidence
    assert line.number == "" or line.title.endswith("(*)")


@pytest.mark.parametrize(
    "change",
    [{"removed_at": EVENING}, {"reading": {"secret": {"mark": "MẬT", "page": 1}}}],
    ids=["removed", "withheld"],
)
def test_what_was_taken_away_or_withheld_is_not_named(world: World, change: dict[str, Any]) -> None:
    confirm(world, title="Tên mật", **change)
    text = "\n".join(printed(world).lines)
    assert "Báo cáo một cửa" not in text
    assert "Tên mật" not in text
    assert "Tài liệu đã gỡ hoặc tạm giữ theo quy định" in text


def test_without_evidence_and_explanations_the_report_says_so() -> None:
    world = play_to("self_assessment")
    text = "\n".join(printed(world).lines)
    assert "Phụ lục II" not in text
    assert "Tiêu chí chưa có số liệu:" in text


def test_known_number_and_date_are_printed(world: World) -> None:
    attach_report(
        dossier(world),
        world.cast.an,
        EVENING,
        number="45/BC-UBND",
        day=date(2022, 12, 12),
        file=ContentFile(PDF, name="a.pdf"),
    )
    lines = printed(world).lines
    assert "Số: 45/BC-UBND" in lines
    assert any("ngày 12 tháng 12 năm 2022" in line for line in lines)


def test_words_of_people_never_become_template_text(world: World) -> None:
    evil = "{{ 7 * 7 }} {% for x in y %} <b>&amp; \x0b"
    Entry.objects.filter(code="1.1").update(note=evil)
    text = "\n".join(printed(world).lines)
    assert "{{ 7 * 7 }} {% for x in y %} <b>&amp;" in text


def test_the_same_dossier_gives_the_same_bytes(world: World) -> None:
    assert self_assessment_report.build(composed(world)) == self_assessment_report.build(composed(world))


@pytest.mark.parametrize(
    ("name", "issuer", "symbol", "capacity"),
    [
        ("Thị trấn Thanh Nhật", ("", "Ủy ban nhân dân thị trấn Thanh Nhật", "Thanh Nhật"), "BC-UBND", "CHỦ TỊCH"),
        ("UBND phường Sông Bằng", ("", "Ủy ban nhân dân phường Sông Bằng", "Sông Bằng"), "BC-UBND", "CHỦ TỊCH"),
        ("Sở Nội vụ", ("Ủy ban nhân dân huyện", "Sở Nội vụ", "Hạ Lang"), "BC-SNV", "GIÁM ĐỐC"),
        ("Phòng Tư pháp huyện", ("Ủy ban nhân dân huyện", "Phòng Tư pháp huyện", "Hạ Lang"), "BC-PTPH", "TRƯỞNG PHÒNG"),
    ],
)
def test_how_units_of_every_level_sign(name: str, issuer: tuple[str, str, str], symbol: str, capacity: str) -> None:
    authority = Unit(name="UBND huyện", place="Hạ Lang")
    unit = Unit.objects.create(code="99", name=name, kind="judged")
    found = issuer_of_unit(unit, authority)
    assert (found.parent_name, found.name, found.place) == issuer
    assert symbol_of_unit(unit) == symbol
    signer = signer_of_unit(unit)
    assert (signer.capacity[-1], signer.name) == (capacity, "")


def test_a_deputy_signs_for_the_chairman(world: World) -> None:
    User.objects.filter(pk=world.cast.binh.pk).update(title="Phó Chủ tịch UBND xã")
    assert signer_of_unit(world.cast.north).capacity == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")


@pytest.mark.parametrize(
    ("name", "status"), [("an", 200), ("binh", 200), ("giang", 200), ("em", 404), ("khanh", 404), ("son", 404)]
)
def test_who_downloads_the_draft(client: Client, world: World, name: str, status: int) -> None:
    answer = as_user(client, world.cast.everyone()[name]).get(path(world, "report_draft"))
    assert answer.status_code == status
    if status == 200:
        assert zipfile.ZipFile(io.BytesIO(answer.content)).testzip() is None


def test_the_team_reads_no_report_of_a_unit(client: Client) -> None:
    world = play_to("appraisal")
    assert as_user(client, world.cast.khanh).get(path(world, "report_draft")).status_code == 403


def test_composing_asks_a_fixed_number_of_queries(world: World) -> None:
    composed(world)
    opened = dossier(world)
    with CaptureQueriesContext(connection) as asked:
        self_assessment_report.compose(world.cast.an, opened)
    assert len(asked) == 6, "\n".join(query["sql"][:120] for query in asked)


# ---- the receipt -------------------------------------------------------------------


def submitted(world: World) -> None:
    dossiers.submit_dossier(dossier(world), world.cast.binh, LATER)


def test_the_receipt_as_word_says_what_the_page_says(client: Client, world: World) -> None:
    submitted(world)
    answer = as_user(client, world.cast.an).get(path(world, "receipt_docx"))
    lines = Reading(answer.content).lines
    code = dossier(world).receipt
    text = "\n".join(lines)
    for words in (
        "PHÒNG NỘI VỤ",
        f"Số: {code[:8].upper()}/BN-NV",
        "Hạ Lang, ngày 13 tháng 12 năm 2022",
        "Thời điểm nộp: 09:00:00 ngày 13/12/2022 theo đồng hồ máy chủ (đúng hạn).",
        "Người ký duyệt, nộp: Lương Văn Bình.",
        "Báo cáo kèm theo: không có.",
        "Báo cáo một cửa.pdf",
    ):
        assert words in text, words
    assert code in text.replace(" ", "")


@pytest.mark.parametrize(("name", "status"), [("giang", 200), ("khanh", 403), ("em", 404)])
def test_who_downloads_the_receipt(client: Client, world: World, name: str, status: int) -> None:
    submitted(world)
    person = as_user(client, world.cast.everyone()[name])
    for route in ("receipt_docx", "receipt_pdf"):
        assert person.get(path(world, route)).status_code == status


def test_there_is_no_receipt_of_what_was_not_handed_over(client: Client, world: World) -> None:
    person = as_user(client, world.cast.an)
    for route in ("receipt_docx", "receipt_pdf", "receipt_pdf_file"):
        assert person.get(path(world, route)).status_code == 404


def made(world: World) -> str:
    """What the worker does with the one task that waits."""
    target = receipt_pdf.path_of(receipt.compose(world.cast.an, dossier(world)))
    return receipt_pdf.make_pdf.call(target)


def test_the_pdf_is_asked_for_once_made_in_the_background_and_kept(client: Client, world: World) -> None:
    if office.find_converter() is None:
        pytest.skip("LibreOffice is not installed")
    submitted(world)
    person = as_user(client, world.cast.an)
    assert "Tạo PDF" in person.get(path(world, "receipt_pdf")).content.decode()
    for _ in range(2):
        assert person.post(path(world, "receipt_pdf"))["Location"] == path(world, "receipt_pdf")
    assert TaskKey.objects.filter(key__startswith="pdf:receipts/").count() == 1
    waiting = person.get(path(world, "receipt_pdf")).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert person.get(path(world, "receipt_pdf_file")).status_code == 404
    made(world)
    assert "Mở tệp PDF" in person.get(path(world, "receipt_pdf")).content.decode()
    served = person.get(path(world, "receipt_pdf_file"))
    content = b"".join(served.streaming_content) if served.streaming else served.content
    assert content.startswith(b"%PDF-")
    made(world)  # A second run finds nothing to do.
    person.post(path(world, "receipt_pdf"))
    assert TaskKey.objects.filter(key__startswith="pdf:receipts/").count() == 1


def test_without_libreoffice_the_page_says_so(client: Client, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office, "PROGRAMS", ("không-có-chương-trình-này",))
    submitted(world)
    person = as_user(client, world.cast.an)
    person.post(path(world, "receipt_pdf"))
    made(world)
    page = person.get(path(world, "receipt_pdf")).content.decode()
    assert "Máy chủ chưa cài LibreOffice" in page
    assert "Tạo lại PDF" in page
    assert 'http-equiv="refresh"' not in page
    # Once it is installed, people ask again.
    set_clock(monkeypatch, moment("14/12/2022 09:00"))
    person.post(path(world, "receipt_pdf"))
    assert "đang tạo" in person.get(path(world, "receipt_pdf")).content.decode()


@pytest.mark.parametrize("fate", ["died", "pruned"])
def test_a_pdf_whose_task_broke_off_may_be_asked_for_again(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch, fate: str
) -> None:
    submitted(world)
    person = as_user(client, world.cast.an)
    person.post(path(world, "receipt_pdf"))
    assert "đang tạo" in person.get(path(world, "receipt_pdf")).content.decode()
    waiting = DBTaskResult.objects.filter(task_path__endswith="make_pdf")
    if fate == "pruned":
        waiting.delete()
    else:
        waiting.get().set_failed(WorkerDied("dead"))
    page = person.get(path(world, "receipt_pdf")).content.decode()
    assert "bị gián đoạn giữa chừng" in page
    assert "Tạo lại PDF" in page
    assert "Tải Word" in page
    assert 'http-equiv="refresh"' not in page
    set_clock(monkeypatch, moment("14/12/2022 09:00"))
    person.post(path(world, "receipt_pdf"))
    assert "đang tạo" in person.get(path(world, "receipt_pdf")).content.decode()


def test_an_earlier_pdf_that_names_a_removed_document_is_forgotten(world: World) -> None:
    submitted(world)
    first = receipt_pdf.path_of(receipt.compose(world.cast.an, dossier(world)))
    default_storage.save(first, ContentFile(b"%PDF-old"))
    Document.objects.update(name="(đã gỡ)", removed_at=LATER)
    second = receipt_pdf.path_of(receipt.compose(world.cast.an, dossier(world)))
    assert second != first
    default_storage.save(second.removesuffix("pdf") + "docx", ContentFile(b"no word file"))
    receipt_pdf.make_pdf.call(second)
    assert not default_storage.exists(first)
