"""The page on which a document with the mark of a state secret is removed or released."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from chiso.assessments.forms.secrecy import SecrecyForm
from chiso.assessments.models import Citation, Entry
from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.common.numbers import NONE_SIGN
from chiso.evidence.policy import can_remove_content
from chiso.organizations.models import User


def citation_to_decide(user: User, pk: int) -> Citation:
    """A citation that one sees; to whoever may remove it also one that its unit did not send: the law does not wait."""
    joins = ("document__unit", "document__uploaded_by", "entry__dossier__round", "entry__dossier__unit")
    known = Citation.objects.filter(entry__in=Entry.objects.visible_to(user)).select_related(*joins)
    citation = get_object_or_404(known, pk=pk)
    if not (citation.document.is_withheld and can_remove_content(user, citation.document)):
        get_object_or_404(Citation.objects.visible_to(user), pk=pk)
    return citation


def secrecy_page(citation: Citation, form: SecrecyForm) -> dict[str, Any]:
    """What is known without opening the document, and what each of the two answers does."""
    document = citation.document
    page = document.reading.get("secret_page")
    return {
        "form": form,
        "round": citation.entry.dossier.round,
        "facts": [
            {"term": _("Đơn vị"), "text": document.unit.name},
            {"term": _("Tiêu chí"), "text": citation.entry.code},
            {
                "term": _("Người tải lên"),
                "text": f"{document.uploaded_by.full_name}, {format_moment(document.uploaded_at)}",
            },
            {
                "term": _("Máy đọc thấy"),
                "text": _("dấu chỉ độ mật ở trang %(page)d") % {"page": page} if page else NONE_SIGN,
            },
        ],
        "is_withheld": document.is_withheld,
        "is_removed": document.removed_at is not None,
        "effects": [
            _("Xóa hẳn nội dung, tên tệp, thông tin văn bản và bản xem trước ở mọi đơn vị đang giữ nội dung này."),
            _("Chỉ còn dấu vết: ai gỡ, lúc nào, lý do và mã băm; không khôi phục được."),
            _("Đơn vị thấy dòng “đã gỡ theo quy định bảo vệ bí mật nhà nước” thay cho tài liệu."),
            _("Việc gỡ ở đây không thay cho báo cáo, xử lý lộ bí mật nhà nước theo quy định của pháp luật."),
        ],
        "back_url": address("assessments:leaf", citation.entry.dossier_id, citation.entry.code),
    }
