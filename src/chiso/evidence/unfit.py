"""Why a file is not taken as evidence, each in a whole sentence with the way out."""

from collections.abc import Callable
from datetime import date, datetime

from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from chiso.common.refusals import RuleViolation
from chiso.evidence.reading import Reading, Refusal

_NEW_LAW = date(2026, 3, 1)


def _archive() -> str:
    return _("Tệp “%(name)s” là tệp nén (ZIP, RAR, 7z). Hãy giải nén rồi tải từng tệp.")


def _heic() -> str:
    return _(
        "Ảnh “%(name)s” ở dạng HEIC của điện thoại, nhiều máy không mở được. Trên iPhone: vào Cài đặt → Camera → "
        "Định dạng → “Tương thích nhất” rồi chụp lại, hoặc lưu ảnh thành JPEG, PDF rồi tải lên."
    )


def _macros() -> str:
    return _(
        "Tệp “%(name)s” có chứa macro (chương trình) nên không được nhận. "
        "Hãy lưu lại dưới dạng không có macro (docx, xlsx, pptx) hoặc PDF rồi tải lên."
    )


def _open_document() -> str:
    return _(
        "Tệp “%(name)s” ở dạng OpenDocument (odt, ods, odp). "
        "Hãy lưu thành docx, xlsx, pptx hoặc xuất ra PDF rồi tải lên."
    )


def _swollen() -> str:
    return _(
        "Tệp “%(name)s” khi mở ra lớn bất thường nên không được nhận. "
        "Hãy mở tệp, lưu lại hoặc xuất ra PDF rồi tải bản mới."
    )


def _unknown() -> str:
    return _(
        "Tệp “%(name)s” không phải là PDF, ảnh (PNG, JPEG) hoặc tệp Word, Excel, PowerPoint. "
        "Hãy chuyển sang PDF rồi tải lại."
    )


_WORDS: dict[Refusal, Callable[[], str]] = {
    Refusal.ARCHIVE: _archive,
    Refusal.HEIC: _heic,
    Refusal.MACROS: _macros,
    Refusal.OPEN_DOCUMENT: _open_document,
    Refusal.SWOLLEN: _swollen,
    Refusal.UNKNOWN: _unknown,
}


def unfit(name: str, refusal: Refusal) -> RuleViolation:
    return RuleViolation(_WORDS[refusal]() % {"name": name})


def unopened(name: str) -> RuleViolation:
    return RuleViolation(
        _(
            "Không mở được tệp “%(name)s” để kiểm tra nên chưa nhận. "
            "Hãy mở tệp trên máy, lưu lại hoặc xuất ra PDF rồi tải bản mới."
        )
        % {"name": name}
    )


def secret(name: str, reading: Reading, at: datetime) -> RuleViolation:
    """A mark was found before anything was kept."""
    words = {"name": name, "level": str(reading.secret), "law": law_on_secrets(at), "page": reading.secret_page or 0}
    found = (
        _("Tệp “%(name)s” có dấu chỉ độ mật “%(level)s” ở trang %(page)d.")
        if reading.secret_page
        else _("Tệp “%(name)s” có dấu chỉ độ mật “%(level)s”.")
    )
    rule = _(
        "Theo %(law)s, tài liệu bí mật nhà nước không được đưa lên hệ thống này; tệp đã bị từ chối, không lưu lại. "
        "Hãy xuất trình tài liệu theo chế độ văn thư mật và thuyết minh thay tài liệu, không ghi nội dung mật. "
        "Nếu tài liệu không mật, hãy bỏ dòng chữ ấy khỏi tệp rồi tải lại."
    )
    return RuleViolation(f"{found} {rule}" % words)


def removed(name: str) -> RuleViolation:
    """The same content was removed, or is withheld, as a state secret: in this unit or in another."""
    return RuleViolation(
        _(
            "Tệp “%(name)s” trùng với tài liệu đã gỡ hoặc đang tạm giữ theo quy định bảo vệ bí mật nhà nước nên không "
            "được nhận. Hãy trao đổi với cơ quan thường trực nếu cho rằng tài liệu không mật."
        )
        % {"name": name}
    )


def law_on_secrets(at: datetime) -> str:
    """The law in force on that day."""
    if localdate(at) < _NEW_LAW:
        return _("Điều 5 Luật Bảo vệ bí mật nhà nước số 29/2018/QH14")
    return _("Luật Bảo vệ bí mật nhà nước số 117/2025/QH15")
