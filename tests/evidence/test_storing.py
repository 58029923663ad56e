import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from docx import Document as WordDocument

from chiso.common.refusals import RuleViolation
from chiso.evidence.serving import respond_with
from chiso.evidence.storing import clean_name, media_type_of, store
from tests.factories import UnitFactory, UserFactory
from tests.world import PDF, moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")


def word() -> bytes:
    content = io.BytesIO()
    WordDocument().save(content)
    return content.getvalue()


def package(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 20, "image/png"),
        (b"\xff\xd8\xff\xe0" + b"0" * 20, "image/jpeg"),
        (word(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (package("xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ],
    ids=["pdf", "png", "jpeg", "docx", "xlsx"],  # Names of their own: a ZIP holds the minute it was made.
)
def test_kind_is_read_from_the_content(content: bytes, kind: str) -> None:
    assert media_type_of(ContentFile(content, name="tên.exe")) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        package("a.txt"),
        package("word/document.xml", "word/vbaProject.bin"),
        b"PK\x03\x04 a broken package",
        b"\x00" * 100,
    ],
    ids=["program", "page", "drawing", "archive", "macros", "broken", "zeros"],
)
def test_other_content_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(RuleViolation, match=r"“Báo cáo\.pdf” không phải là PDF"):
        store(UnitFactory(), ContentFile(content, name="Báo cáo.pdf"), UserFactory(), AT)


def test_empty_and_oversized_files_are_refused_by_name(settings) -> None:
    settings.EVIDENCE_MAX_BYTES = 2_000_000
    with pytest.raises(RuleViolation, match="rỗng"):
        store(UnitFactory(), ContentFile(b"", name="rỗng.pdf"), UserFactory(), AT)
    with pytest.raises(RuleViolation, match=r"“to\.pdf” nặng 3 MB, quá giới hạn 2 MB"):
        store(UnitFactory(), ContentFile(PDF + b"0" * 2_100_000, name="to.pdf"), UserFactory(), AT)


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


def test_pdf_is_shown_inline_and_word_is_a_download() -> None:
    unit, user = UnitFactory(), UserFactory()
    shown = respond_with(store(unit, ContentFile(PDF, name="Kế hoạch.pdf"), user, AT))
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    loaded = respond_with(store(unit, ContentFile(word(), name="b.docx"), user, AT))
    assert loaded.headers["Content-Disposition"].startswith("attachment")
    assert b"".join(shown.streaming_content) == PDF
    loaded.close()
