"""What is found in real files of every kind, and what is refused."""

import zipfile

import pytest

from chiso.evidence.reading import FindingCode, Reading, Refusal, Secret, kinds
from tests.evidence import papers
from tests.evidence.reading_of import codes, reading_of
from tests.evidence.signing import chain, sign

PROPOSED = ("12/KH-UBND", "2022-01-05", "Ủy ban nhân dân xã Bắc", "Kế hoạch Cải cách hành chính năm 2022")


def proposed(reading: Reading) -> tuple[str, str, str, str]:
    return reading.number, str(reading.issued_on), reading.issuer, reading.title


# ---- PDF -----------------------------------------------------------------------


def test_letterhead_of_a_pdf_is_read_by_columns() -> None:
    reading = reading_of(papers.plan())
    assert (proposed(reading), reading.pages, reading.complete, reading.findings) == (PROPOSED, 1, True, ())


def test_secret_mark_of_a_pdf_is_found_with_its_page_and_nothing_else_is_told() -> None:
    reading = reading_of(papers.joined(papers.plan(), papers.page((papers.MIDDLE, 40, "TỐI MẬT"))))
    assert (reading.secret, reading.secret_page) == (Secret.SECRET, 2)
    assert proposed(reading) == ("", "None", "", "")


def test_mark_beside_the_date_is_found() -> None:
    assert reading_of(papers.plan((60, 78, "MẬT"))).secret == Secret.CONFIDENTIAL


def test_stamp_that_is_an_annotation_is_read() -> None:
    assert reading_of(papers.stamped("MẬT")).secret == Secret.CONFIDENTIAL
    assert reading_of(papers.stamped("ĐẾN")).secret is None


def test_pdf_that_speaks_of_secrets_is_no_secret() -> None:
    text = papers.page(
        (papers.MIDDLE, 60, "KẾ HOẠCH BẢO VỆ BÍ MẬT NHÀ NƯỚC"),
        (papers.MIDDLE, 90, "Văn bản có dấu Mật, Tối mật gửi riêng; bảo mật; mật độ; mật mã"),
    )
    assert reading_of(text).secret is None


def test_scanned_blank_and_coarse_pages_are_told_by_number() -> None:
    content = papers.joined(papers.plan(), None, papers.scan(60), papers.scan(150), papers.scan(150, ink=False))
    reading = reading_of(content)
    blank, coarse = reading.found(FindingCode.BLANK_PAGES), reading.found(FindingCode.LOW_RESOLUTION)
    assert blank is not None
    assert coarse is not None
    assert (blank.pages, coarse.pages, codes(reading)) == ((2, 5), (3,), {"blank_pages", "low_resolution"})


def test_scan_without_text_is_image_only_and_is_left_to_the_background() -> None:
    quick, full = reading_of(papers.scan(150), thoroughly=False), reading_of(papers.scan(150))
    assert (codes(quick), quick.is_finished) == ({"image_only"}, False)
    assert (codes(full), full.complete) == ({"image_only"}, True)


def test_pdf_of_empty_pages_is_empty() -> None:
    assert codes(reading_of(papers.joined(None, None))) == {"empty", "blank_pages"}


def test_locked_and_broken_pdf() -> None:
    assert codes(reading_of(papers.joined(papers.plan(), password="123456"))) == {"encrypted"}
    assert codes(reading_of(b"%PDF-1.7\n" + b"x" * 500)) == {"damaged"}


def test_signatures_are_counted_at_once_and_verified_later() -> None:
    reading = reading_of(sign(papers.plan(), chain()[2]))
    assert (reading.signature_count, reading.complete, reading.is_finished) == (1, True, False)


def test_time_that_is_up_leaves_what_was_found() -> None:
    reading = reading_of(papers.joined(*[papers.plan()] * 3), seconds=-1)
    assert (reading.pages, reading.complete, reading.findings) == (3, False, ())


# ---- Office, present and past ---------------------------------------------------


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.word(*papers.LETTERHEAD_LINES), kinds.DOCX),
        (papers.old_word("\n".join(papers.LETTERHEAD_LINES)), kinds.DOC),
        (papers.workbook(*papers.LETTERHEAD_LINES), kinds.XLSX),
        (papers.slides(*papers.LETTERHEAD_LINES[:1]), kinds.PPTX),
        (papers.old_slides(*papers.LETTERHEAD_LINES), kinds.PPT),
        (papers.old_workbook(*papers.LETTERHEAD_LINES), kinds.XLS),
        (papers.old_workbook(*papers.LETTERHEAD_LINES, step=40), kinds.XLS),
    ],
    ids=["docx", "doc", "xlsx", "pptx", "ppt", "xls", "xls in pieces"],
)
def test_letterhead_of_office_files(content: bytes, kind: str) -> None:
    reading = reading_of(content)
    assert (reading.media_type, reading.complete, reading.findings) == (kind, True, ())
    if kind != kinds.PPTX:
        assert proposed(reading) == PROPOSED


@pytest.mark.parametrize(
    ("content", "page"),
    [
        (papers.word("MẬT", *papers.LETTERHEAD_LINES), None),
        (papers.word(*papers.LETTERHEAD_LINES, header="MẬT"), None),
        (papers.old_word("MẬT\nBáo cáo"), None),
        (papers.workbook("Báo cáo", "MẬT"), None),
        (papers.workbook("Báo cáo", header='&C&"Times New Roman"&14MẬT'), 1),
        (papers.slides("Báo cáo", "Kết quả", "MẬT"), 3),
        (papers.old_slides("Báo cáo", "MẬT"), None),
        (papers.old_workbook("Báo cáo", "MẬT"), None),
        (papers.old_workbook("Báo cáo", header="&C&14MẬT"), None),
    ],
    ids=["docx", "docx header", "doc", "xlsx", "xlsx header", "pptx", "ppt", "xls", "xls header"],
)
def test_secret_mark_of_office_files(content: bytes, page: int | None) -> None:
    reading = reading_of(content)
    assert (reading.secret, reading.secret_page) == (Secret.CONFIDENTIAL, page)


def test_mark_in_a_text_box_is_a_paragraph_of_its_own() -> None:
    box = "<w:p><w:r><w:t>Số: 1/BC</w:t></w:r><w:txbxContent><w:p><w:r><w:t>MẬT</w:t></w:r></w:p></w:txbxContent></w:p>"
    content = papers.archive({"word/document.xml": f'<w:document xmlns:w="w"><w:body>{box}</w:body></w:document>'})
    assert reading_of(content).secret == Secret.CONFIDENTIAL


@pytest.mark.parametrize(
    "content",
    [
        papers.ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
        papers.old_word("x", locked=True),
        papers.old_workbook("x", locked=True),
    ],
    ids=["docx", "doc", "xls"],
)
def test_office_files_with_a_password_are_told(content: bytes) -> None:
    assert codes(reading_of(content)) == {"encrypted"}


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (papers.archive({"a.txt": "x"}), Refusal.ARCHIVE),
        (zipfile.ZipFile, Refusal.ARCHIVE),
        (b"Rar!\x1a\x07\x01\x00" + b"x" * 50, Refusal.ARCHIVE),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 50, Refusal.ARCHIVE),
        (b"\x1f\x8b\x08\x00" + b"x" * 50, Refusal.ARCHIVE),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"x" * 50, Refusal.HEIC),
        (papers.archive({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"}), Refusal.MACROS),
        (papers.archive({"xl/workbook.xml": "<a/>", "xl/macrosheets/sheet1.xml": "x"}), Refusal.MACROS),
        (
            papers.archive(
                {
                    "[Content_Types].xml": "application/vnd.ms-word.document.macroEnabled.main+xml",
                    "word/document.xml": "<a/>",
                }
            ),
            Refusal.MACROS,
        ),
        (papers.ole({"WordDocument": b"x", "Macros": b"x"}), Refusal.MACROS),
        (papers.ole({"Workbook": b"x", "_VBA_PROJECT_CUR": b"x"}), Refusal.MACROS),
        (papers.old_slides("a", macros=True), Refusal.MACROS),
        (papers.old_workbook("a", sheet_type=1), Refusal.MACROS),
        (papers.archive({"mimetype": "application/vnd.oasis.opendocument.text"}), Refusal.OPEN_DOCUMENT),
        (papers.ole({"Contents": b"x"}), Refusal.UNKNOWN),
        (b"PK\x03\x04 a broken package", Refusal.UNKNOWN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a broken file", Refusal.UNKNOWN),
        (b"MZ\x90\x00 a program", Refusal.UNKNOWN),
        (b"<html><script>alert(1)</script>", Refusal.UNKNOWN),
        (b"{\\rtf1 text}", Refusal.UNKNOWN),
        (b"", Refusal.UNKNOWN),
    ],
    ids=[
        *("zip", "empty zip", "rar", "7z", "gzip", "heic", "docm", "xlm", "docm by contents", "doc macros"),
        *(
            "xls macros",
            "ppt macros",
            "xls macro sheet",
            "odt",
            "other ole",
            "broken zip",
            "broken ole",
            "program",
            "page",
            "rtf",
            "nothing",
        ),
    ],
)
def test_what_is_not_accepted(content: bytes, refusal: Refusal) -> None:
    if content is zipfile.ZipFile:  # An archive of nothing.
        content = papers.archive({})
    assert reading_of(content).refusal == refusal


def test_swollen_package_is_refused_before_it_is_unpacked() -> None:
    content = papers.archive({"word/document.xml": b"<a>" + b" " * 60_000_000 + b"</a>"})
    assert len(content) < 100_000
    assert reading_of(content).refusal == Refusal.SWOLLEN


def test_entities_are_never_expanded() -> None:
    laughs = "<!DOCTYPE a [<!ENTITY b 'MẬT'>]><w:document xmlns:w='w'><w:p><w:t>&b;</w:t></w:p></w:document>"
    reading = reading_of(papers.archive({"word/document.xml": laughs}))
    assert (codes(reading), reading.secret) == ({"damaged"}, None)
    outside = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><w:p xmlns:w="w"><w:t>&b;</w:t></w:p>'
    assert codes(reading_of(papers.archive({"word/document.xml": outside}))) == {"damaged"}


def test_empty_and_broken_office_files() -> None:
    assert codes(reading_of(papers.word())) == {"empty"}
    assert codes(reading_of(papers.archive({"word/document.xml": "<a/>", "word/media/a.png": "x"}))) == {"image_only"}
    assert codes(reading_of(papers.archive({"word/document.xml": "<a><b></a>"}))) == {"damaged"}
    assert codes(reading_of(papers.ole({"WordDocument": b"\x00" * 2}))) == {"damaged"}


# ---- pictures -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (papers.png(2000, 1400), set()),
        (papers.png(800, 600), {"low_resolution"}),
        (papers.png(2000, 1400)[:-20], {"damaged"}),
        (papers.jpeg(1200, 1600), set()),
        (papers.jpeg(640, 480), {"low_resolution"}),
        (papers.jpeg(1200, 1600, whole=False), {"damaged"}),
        (b"\xff\xd8\xff\xe0" + b"\x00" * 30, {"damaged"}),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 30, {"damaged"}),
    ],
    ids=["png", "small png", "cut png", "jpeg", "small jpeg", "cut jpeg", "broken jpeg", "broken png"],
)
def test_pictures(content: bytes, found: set[str]) -> None:
    assert codes(reading_of(content)) == found


# ---- travelling -----------------------------------------------------------------


def test_reading_survives_json() -> None:
    import json

    reading = reading_of(papers.joined(papers.plan(), None))
    assert Reading.from_json(json.loads(json.dumps(reading.to_json()))) == reading


@pytest.mark.parametrize(
    "plain",
    [{}, {"version": 1, "findings": [{"code": "x", "pages": []}]}, {"pages": 1}, {"version": 1, "secret": "?"}],
    ids=["nothing", "unknown finding", "no version", "unknown level"],
)
def test_what_we_did_not_write_is_no_reading(plain: dict[str, object]) -> None:
    assert Reading.from_json(plain) is None
