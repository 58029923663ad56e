import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from chiso.common.refusals import RuleViolation
from chiso.evidence import storing
from chiso.evidence.choices import Kind
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document
from chiso.evidence.reading import kinds
from chiso.evidence.storing import (
    clean_name,
    media_type_of,
    new_revision,
    store,
    store_link,
)
from chiso.organizations.models import Unit, User
from tests.evidence import papers
from tests.evidence.signing import chain, sign
from tests.factories import UnitFactory, UserFactory
from tests.world import PDF, moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")


@pytest.fixture
def unit() -> Unit:
    return UnitFactory()


@pytest.fixture
def user() -> User:
    return UserFactory()


def keep(content: bytes, name: str = "Kế hoạch.pdf", unit: Unit | None = None) -> Document:
    return store(unit or UnitFactory(), ContentFile(content, name=name), UserFactory(), AT)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (papers.plan(), kinds.PDF),
        (PDF, kinds.PDF),
        (papers.png(1200, 900), kinds.PNG),
        (papers.jpeg(1200, 900), kinds.JPEG),
        (papers.word("Báo cáo"), kinds.DOCX),
        (papers.workbook("Báo cáo"), kinds.XLSX),
        (papers.slides("Báo cáo"), kinds.PPTX),
        (papers.old_word("Báo cáo"), kinds.DOC),
        (papers.old_slides("Báo cáo"), kinds.PPT),
        (papers.ole({"EncryptedPackage": b"x"}), kinds.LOCKED_OFFICE),
    ],
    ids=["pdf", "broken pdf", "png", "jpeg", "docx", "xlsx", "pptx", "doc", "ppt", "locked"],
)
def test_kind_is_read_from_the_content(content: bytes, kind: str) -> None:
    document = keep(content, "tên.exe")
    assert document.media_type == kind
    assert document.content.open("rb").read() == content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"MZ\x90\x00 a program", r"“Báo cáo\.pdf” không phải là PDF"),
        (b"<html><script>alert(1)</script>", r"“Báo cáo\.pdf” không phải là PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", r"“Báo cáo\.pdf” không phải là PDF"),
        (b"\x00" * 100, r"“Báo cáo\.pdf” không phải là PDF"),
        (b"PK\x03\x04 a broken package", r"“Báo cáo\.pdf” không phải là PDF"),
        (papers.archive({"a.txt": "x"}), r"“Báo cáo\.pdf” là tệp nén .* giải nén rồi tải từng tệp"),
        (b"Rar!\x1a\x07\x00" + b"x" * 20, "giải nén rồi tải từng tệp"),
        (b"7z\xbc\xaf\x27\x1c" + b"x" * 20, "giải nén rồi tải từng tệp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC.*Cài đặt → Camera → Định dạng"),
        (papers.archive({"word/document.xml": "<a/>", "word/vbaProject.bin": "x"}), "có chứa macro"),
        (papers.old_slides("a", macros=True), "có chứa macro"),
        (papers.archive({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        (papers.archive({"xl/workbook.xml": b" " * 50_000_000}), "lớn bất thường"),
    ],
    ids=[
        *("program", "page", "drawing", "zeros", "broken", "zip", "rar", "7z", "heic", "macros", "ppt macros"),
        *("odt", "swollen"),
    ],
)
def test_other_content_is_refused_whatever_its_name_and_kept_nowhere(content: bytes, why: str) -> None:
    with pytest.raises(RuleViolation, match=why):
        keep(content, "Báo cáo.pdf")
    assert not Document.objects.exists()
    assert not default_storage.exists("evidence")


def test_empty_and_oversized_files_are_refused_by_name(settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 2_000_000
    with pytest.raises(RuleViolation, match="rỗng"):
        keep(b"", "rỗng.pdf")
    with pytest.raises(RuleViolation, match=r"“to\.pdf” nặng 3 MB, quá giới hạn 2 MB"):
        keep(PDF + b"0" * 2_100_000, "to.pdf")


@pytest.mark.parametrize(
    ("at", "law"), [("28/02/2026 23:59", "29/2018/QH14"), ("01/03/2026 00:00", "117/2025/QH15")], ids=["2018", "2025"]
)
def test_secret_mark_is_refused_by_the_law_of_the_day_and_nothing_is_kept(unit: Unit, user: User, at: str, law: str):
    content = ContentFile(papers.plan((papers.LEFT, 128, "TỐI MẬT")), name="BC.pdf")
    with pytest.raises(RuleViolation, match=f"dấu chỉ độ mật “Tối mật” ở trang 1. Theo .*{law}.*không lưu lại"):
        store(unit, content, user, moment(at))
    assert not Document.objects.exists()
    assert not default_storage.exists("evidence")


def test_what_a_document_says_is_proposed_not_confirmed(unit: Unit) -> None:
    document = keep(papers.plan(), unit=unit)
    assert (document.number, document.issued_on, document.described_at) == ("", None, None)
    found = description_of(document)
    assert (found.number, f"{found.issued_on}", found.is_confirmed) == ("12/KH-UBND", "2022-01-05", False)


def test_what_is_left_to_read_is_queued_once_and_only_then(unit: Unit) -> None:
    keep(papers.plan(), unit=unit)
    assert DBTaskResult.objects.count() == 0
    document = keep(sign(papers.plan(), chain()[2]), unit=unit)
    keep(papers.scan(150), unit=unit)
    assert DBTaskResult.objects.count() == 2
    assert document.reading["signature_count"] == 1


def test_same_content_again_is_the_same_document(unit: Unit) -> None:
    first = keep(papers.plan(), "a.pdf", unit)
    assert keep(papers.plan(), "b.pdf", unit) == first
    assert Document.objects.count() == 1


def test_same_content_brings_lost_bytes_back(unit: Unit) -> None:
    document = keep(papers.plan(), unit=unit)
    default_storage.delete(document.content.name)
    keep(papers.plan(), unit=unit)
    assert document.content.open("rb").read() == papers.plan()


@pytest.mark.parametrize("again", ["same unit", "other unit"])
def test_same_content_mends_altered_bytes(unit: Unit, again: str) -> None:
    document = keep(papers.plan(), unit=unit)
    alter(document)
    keep(papers.plan(), unit=unit if again == "same unit" else UnitFactory())
    assert document.content.open("rb").read() == papers.plan()


def alter(document: Document) -> None:
    """A disk that rots: as long as before, one byte another."""
    path = Path(default_storage.path(document.content.name))
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


def test_units_share_the_bytes_of_the_same_content(unit: Unit) -> None:
    mine, theirs = keep(papers.plan(), unit=unit), keep(papers.plan(), unit=UnitFactory())
    assert theirs.content.name == mine.content.name


def test_removed_or_withheld_content_does_not_come_back_in_any_unit(unit: Unit) -> None:
    document = keep(papers.plan(), unit=unit)
    Document.objects.filter(pk=document.pk).update(removed_at=AT)
    for again in (unit, UnitFactory()):
        with pytest.raises(RuleViolation, match="trùng với tài liệu đã gỡ hoặc đang tạm giữ"):
            keep(papers.plan(), unit=again)
    Document.objects.filter(pk=document.pk).update(removed_at=None, reading={"version": 1, "secret": "Mật"})
    with pytest.raises(RuleViolation, match="trùng với tài liệu"):
        keep(papers.plan(), unit=unit)


def test_media_type_by_first_bytes_opens_no_package() -> None:
    assert media_type_of(ContentFile(PDF)) == kinds.PDF
    assert media_type_of(ContentFile(papers.word("a"))) is None


# ---- links ----------------------------------------------------------------------


def test_link_is_kept_once_for_a_unit(unit: Unit, user: User) -> None:
    url = "https://caobang.gov.vn/van-ban/12-kh-ubnd?trang=1#muc-2"
    link = store_link(unit, f"  {url} ", "  Kế hoạch   trên cổng ", user, AT)
    assert (link.kind, link.url, link.name) == (Kind.LINK, url, "Kế hoạch trên cổng")
    assert link.sha256 == hashlib.sha256(url.encode()).hexdigest()
    assert not link.content
    assert store_link(unit, url, "tên khác", user, AT) == link
    elsewhere = store_link(UnitFactory(), url, "", user, AT)
    assert elsewhere.name == "caobang.gov.vn/van-ban/12-kh-ubnd?trang=1#muc-2"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://caobang.gov.vn/a",
        "caobang.gov.vn",
        "https://",
        "https://mai:mat-khau@caobang.gov.vn/",
        "https://[::1",
        "https://a b.vn/",
        "",
    ],
)
def test_what_is_no_address_of_a_page_is_refused(unit: Unit, user: User, url: str) -> None:
    with pytest.raises(RuleViolation, match="Liên kết chưa đúng"):
        store_link(unit, url, "", user, AT)


def test_long_link_is_refused(unit: Unit, user: User) -> None:
    with pytest.raises(RuleViolation, match="dài quá 500 ký tự"):
        store_link(unit, "https://caobang.gov.vn/" + "a" * 500, "", user, AT)


# ---- revisions ------------------------------------------------------------------


def test_revision_takes_the_place_of_the_old_document(unit: Unit) -> None:
    old, new = keep(papers.plan(), unit=unit), keep(PDF, unit=unit)
    new_revision(old, new)
    assert list(old.revisions.all()) == [new]


def test_revision_must_be_new_of_the_unit_and_make_no_ring(unit: Unit) -> None:
    old, new, third = keep(papers.plan(), unit=unit), keep(PDF, unit=unit), keep(papers.word("a"), unit=unit)
    with pytest.raises(RuleViolation, match="trùng nội dung"):
        new_revision(old, old)
    with pytest.raises(RuleViolation, match="không cùng một đơn vị"):
        new_revision(old, keep(PDF))
    new_revision(old, new)
    new_revision(new, third)
    with pytest.raises(RuleViolation, match="bản cũ hơn"):
        new_revision(third, old)
    with pytest.raises(RuleViolation, match="bản thay thế của một tài liệu khác"):
        new_revision(old, third)


# ---- names ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Kế hoạch số 12.pdf", "Kế hoạch số 12.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Mai\\báo cáo.pdf", "báo cáo.pdf"),
        ("Kê\u0301 hoạch.pdf", "Kế hoạch.pdf"),
        ("a\x00\r\nb.pdf", "ab.pdf"),
    ],
)
def test_names_keep_their_vietnamese_letters_and_lose_their_folders(name: str, clean: str) -> None:
    assert clean_name(name) == clean


def test_long_names_keep_their_ending() -> None:
    assert clean_name("à" * 300 + ".pdf") == "à" * 140 + ".pdf"


class _AskedBefore:
    """The storage as a request sees it that asked a moment before the other one wrote."""

    def __getattr__(self, name: str) -> Any:
        return getattr(default_storage, name)

    def exists(self, _path: str) -> bool:
        return False


def test_two_requests_that_keep_the_same_content_at_once_leave_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removed as a secret, a second copy would stay where nobody looks."""
    first = keep(papers.plan())
    with monkeypatch.context() as patch:
        patch.setattr(storing, "default_storage", _AskedBefore())
        second = keep(papers.plan())
    assert second.content.name == first.content.name
    place = Path(first.content.name)
    assert default_storage.listdir(str(place.parent)) == ([], [place.name])
