"""What a reviewer will thank us for: things to look at again in a document, each with its reason. Never a score.

Everything comes from the row itself (what was read of it, what a person confirmed), so a page may ask for each document
it shows: no query, no file is opened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.evidence.choices import Kind
from chiso.evidence.describing import Description, description_of
from chiso.evidence.models import Document
from chiso.evidence.reading import Finding, FindingCode, Reading, Signature, Trust

RED, GOLD, GREEN, BLUE = "red", "gold", "green", "blue"
_TOLD_PAGES = 6


@dataclass(frozen=True)
class Advice:
    """One thing noticed: `words` for a tag, `reason` as a whole sentence; `kind` is the colour of the tag."""

    code: str
    kind: str
    words: str
    reason: str


def advice_on(
    document: Document, *, year: int, months_before: int, deadline: datetime | None, not_before: date | None = None
) -> list[Advice]:
    """What was noticed in a document that is to prove something of `year`.

    Inside the window are the year and `months_before` months before it. `not_before` is the date of the plan that the
    document should follow; `deadline` that of the stage, by which it should be signed.
    """
    if document.removed_at is not None:
        return [_removed(document)]
    if document.is_withheld:
        return [_withheld(document)]
    described = description_of(document)
    dated = _on_dates(described, year, months_before, not_before)
    if document.kind == Kind.LINK:
        return [*(dated if described.is_confirmed else ()), *_unconfirmed(described)]
    reading = Reading.from_json(document.reading)
    if reading is None:
        return [_still_read(), *dated, *_unconfirmed(described)]
    told = [*_on_content(reading), *_on_signatures(reading, deadline), *dated, *_unconfirmed(described)]
    return told if reading.is_finished else [_still_read(), *told]


def window_of(year: int, months_before: int) -> tuple[date, date]:
    """The first and the last day on which a document may be dated."""
    months = year * 12 - months_before
    return date(months // 12, months % 12 + 1, 1), date(year, 12, 31)


def _on_dates(described: Description, year: int, months_before: int, not_before: date | None) -> Iterator[Advice]:
    day = described.issued_on
    if day is None:
        yield Advice(
            "undated",
            GOLD,
            _("chưa rõ ngày"),
            _("Chưa biết ngày ban hành của tài liệu. Hãy ghi ngày ban hành để đối chiếu với năm đánh giá."),
        )
        return
    first, last = window_of(year, months_before)
    if not first <= day <= last:
        yield Advice(
            "outside_window",
            GOLD,
            _("ngoài thời gian đánh giá"),
            _("Tài liệu ban hành ngày %(day)s, ngoài khoảng từ %(first)s đến %(last)s của kỳ đánh giá năm %(year)d.")
            % {"day": format_date(day), "first": format_date(first), "last": format_date(last), "year": year},
        )
    if not_before is not None and day < not_before:
        yield Advice(
            "before_plan",
            GOLD,
            _("trước kế hoạch"),
            _("Tài liệu ban hành ngày %(day)s, trước kế hoạch mà nó thực hiện (ngày %(plan)s).")
            % {"day": format_date(day), "plan": format_date(not_before)},
        )


def _unconfirmed(described: Description) -> Iterator[Advice]:
    if described and not described.is_confirmed:
        yield Advice(
            "unconfirmed",
            BLUE,
            _("chưa xác nhận thông tin"),
            _("Số, ngày, cơ quan ban hành, trích yếu do máy đọc từ tài liệu, chưa có người của đơn vị xác nhận."),
        )


def _on_content(reading: Reading) -> Iterator[Advice]:
    for finding in reading.findings:
        kind, words, reason = _CONTENT[finding.code]()
        yield Advice(str(finding.code), kind, words, reason % {"pages": _pages(finding)})


def _pages(finding: Finding) -> str:
    """` (trang 3, 4, 5…)`, or nothing when it is about the whole file."""
    if not finding.pages:
        return ""
    more = "…" if len(finding.pages) > _TOLD_PAGES else ""
    return _(" (trang %(pages)s)") % {"pages": ", ".join(map(str, finding.pages[:_TOLD_PAGES])) + more}


Told = tuple[str, str, str]
_CONTENT: dict[FindingCode, Callable[[], Told]] = {
    FindingCode.ENCRYPTED: lambda: (
        RED,
        _("có mật khẩu"),
        _("Tệp đặt mật khẩu nên người thẩm định không mở được. Hãy bỏ mật khẩu rồi tải bản thay thế."),
    ),
    FindingCode.DAMAGED: lambda: (
        RED,
        _("tệp hỏng"),
        _("Tệp bị hỏng hoặc tải chưa trọn%(pages)s. Hãy mở thử trên máy và tải bản thay thế."),
    ),
    FindingCode.EMPTY: lambda: (
        RED,
        _("tệp trống"),
        _("Tệp không có nội dung nào. Hãy kiểm tra và tải bản thay thế."),
    ),
    FindingCode.IMAGE_ONLY: lambda: (
        BLUE,
        _("bản quét"),
        _("Tài liệu chỉ gồm hình ảnh, máy không đọc được chữ. Hãy kiểm tra bản quét rõ và ghi số, ngày ban hành."),
    ),
    FindingCode.LOW_RESOLUTION: lambda: (
        GOLD,
        _("ảnh mờ"),
        _("Ảnh có độ phân giải thấp%(pages)s, có thể khó đọc. Nên quét lại ở 200 dpi trở lên."),
    ),
    FindingCode.BLANK_PAGES: lambda: (
        GOLD,
        _("trang trắng"),
        _("Có trang trắng%(pages)s. Hãy kiểm tra xem đã quét đủ các mặt của tài liệu chưa."),
    ),
    FindingCode.PARTLY_READ: lambda: (
        BLUE,
        _("chưa đọc hết"),
        _("Tài liệu quá dài hoặc quá nặng nên máy chỉ kiểm tra được một phần. Hãy tự kiểm tra các trang còn lại."),
    ),
    FindingCode.UNREADABLE: lambda: (
        GOLD,
        _("máy không đọc được"),
        _("Máy không đọc được tệp này để kiểm tra. Hãy mở thử trên máy; nếu không mở được, hãy tải bản thay thế."),
    ),
    FindingCode.MISSING: lambda: (
        RED,
        _("mất tệp"),
        _("Không tìm thấy tệp trên máy chủ. Hãy tải lại chính tệp này, hoặc báo người quản trị khôi phục."),
    ),
}


def _on_signatures(reading: Reading, deadline: datetime | None) -> Iterator[Advice]:
    told: dict[str, Advice] = {}
    for signature in reading.signatures:  # Of several alike, one tag with the reason of each.
        one = _on_signature(signature)
        before = told.get(one.code)
        told[one.code] = replace(one, reason=f"{before.reason} {one.reason}") if before else one
    yield from told.values()
    moments = [signature.signed_at for signature in reading.signatures if signature.signed_at and signature.intact]
    if deadline is not None and moments and max(moments) > deadline:
        yield Advice(
            "signed_late",
            RED,
            _("ký sau hạn"),
            _("Tài liệu ký số lúc %(moment)s, sau hạn của giai đoạn (%(deadline)s).")
            % {"moment": format_moment(max(moments)), "deadline": format_deadline(deadline)},
        )


def _on_signature(signature: Signature) -> Advice:
    who = _who(signature)
    if not signature.intact:
        return Advice(
            "signature_invalid",
            RED,
            _("chữ ký không hợp lệ"),
            _("%(who)s: nội dung không khớp với chữ ký, tài liệu đã bị sửa hoặc hỏng sau khi ký.") % {"who": who},
        )
    if signature.modified_after:
        return Advice(
            "modified_after_signing",
            RED,
            _("bị sửa sau khi ký"),
            _("%(who)s: tài liệu đã bị sửa sau khi ký.") % {"who": who},
        )
    if signature.trust == Trust.TRUSTED:
        return Advice(
            "signature_valid",
            GREEN,
            _("ký số hợp lệ"),
            _("%(who)s: chữ ký hợp lệ, chứng thư tin cậy. Máy chủ không hỏi mạng nên chưa kiểm tra việc thu hồi.")
            % {"who": who},
        )
    reasons = {
        Trust.NO_ROOTS: _("chưa xác minh được chứng thư vì hệ thống chưa có chứng thư gốc tin cậy"),
        Trust.EXPIRED: _("chứng thư không còn, hoặc chưa có, hiệu lực vào lúc ký"),
        Trust.UNTRUSTED: _("chứng thư không thuộc các tổ chức chứng thực mà hệ thống tin cậy"),
    }
    return Advice(
        "signature_unverified",
        GOLD,
        _("chưa xác minh chữ ký"),
        _("%(who)s: nội dung nguyên vẹn từ khi ký, nhưng %(why)s.") % {"who": who, "why": reasons[signature.trust]},
    )


def _who(signature: Signature) -> str:
    """`Chữ ký số của Ủy ban nhân dân xã Bắc lúc 08:00 ngày 05/01/2022 (giờ do người ký khai)`."""
    words = {"signer": signature.signer or _("không rõ tên"), "moment": format_moment(signature.signed_at)}
    if signature.signed_at is None:
        return _("Chữ ký số của %(signer)s") % words
    if signature.timestamped:
        return _("Chữ ký số của %(signer)s lúc %(moment)s (có dấu thời gian)") % words
    return _("Chữ ký số của %(signer)s lúc %(moment)s (giờ do người ký khai)") % words


def _still_read() -> Advice:
    return Advice(
        "being_read",
        BLUE,
        _("đang kiểm tra"),
        _("Máy đang đọc hết tài liệu trong nền, kết quả có sau ít phút; việc nhập và nộp không phải chờ."),
    )


def _withheld(document: Document) -> Advice:
    return Advice(
        "withheld",
        RED,
        _("tạm giữ"),
        _("Tài liệu có dấu chỉ độ mật “%(level)s” nên tạm giữ, không ai mở được, chờ cơ quan thường trực xem xét.")
        % {"level": document.reading["secret"]},
    )


def _removed(document: Document) -> Advice:
    return Advice(
        "removed",
        RED,
        _("đã gỡ"),
        _("Nội dung đã được gỡ ngày %(day)s theo quy định bảo vệ bí mật nhà nước.")
        % {"day": format_date(document.removed_at)},
    )
