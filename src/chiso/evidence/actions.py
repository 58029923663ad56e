"""What people do with a stored document: describe it, remove its content, release it.

Storing, linking and replacing are part of the actions that use a document for something (`storing`).
"""

from datetime import date, datetime
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, because, changed
from chiso.background.once import enqueue_once
from chiso.common.refusals import RuleViolation
from chiso.evidence import describing, policy
from chiso.evidence.choices import PreviewState
from chiso.evidence.erasing import erase, erase_removed
from chiso.evidence.models import Document
from chiso.organizations.models import User


@action("document.describe", gettext_noop("Xác nhận thông tin tài liệu"), allowed=policy.can_describe)
def describe_document(
    document: Document,
    by: User,
    at: datetime,
    *,
    number: str = "",
    issued_on: date | None = None,
    issuer: str = "",
    title: str = "",
) -> Document:
    """Confirm number, date, issuer and title of a document (số, ngày, cơ quan ban hành, trích yếu), read or typed."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    describing.require_describable(row, at)
    described = {"number": number.strip(), "issued_on": issued_on, "issuer": issuer.strip(), "title": title.strip()}
    for name, new in described.items():
        if getattr(row, name) != new:
            changed(name, new, getattr(row, name))
    changed("document", describing.mark_of(row))
    Document.objects.filter(pk=row.pk).update(**described, described_by=by, described_at=at)
    row.refresh_from_db()
    return row


@action(
    "document.remove_content",
    gettext_noop("Gỡ nội dung tài liệu theo quy định bảo vệ bí mật nhà nước"),
    allowed=policy.can_remove_content,
)
def remove_content(document: Document, by: User, at: datetime, *, reason: str) -> Document:
    """Remove the content from every unit that holds it (gỡ nội dung); who, when, why and the hash remain."""
    same = list(Document.objects.select_for_update().filter(sha256=document.sha256, removed_at=None).order_by("pk"))
    if not same:
        raise RuleViolation(_("Nội dung tài liệu này đã được gỡ trước đó."))
    if not reason.strip():
        raise RuleViolation(_("Cần ghi lý do gỡ nội dung; không ghi nội dung mật vào lý do."))
    with translation.override(settings.LANGUAGE_CODE):  # Kept for all readers, in the language of the documents.
        name = _("(đã gỡ theo quy định bảo vệ bí mật nhà nước)")
    Document.objects.filter(pk__in=[row.pk for row in same]).update(
        removed_at=at,
        removed_by=by,
        removal_reason=reason.strip(),
        name=name,
        media_type="",
        size=0,
        content="",
        url="",
        number="",
        issued_on=None,
        issuer="",
        title="",
        described_by=None,
        described_at=None,
        reading={},
        read_at=None,
        preview_state=PreviewState.NONE,
    )
    changed("removed", [describing.mark_of(row) for row in same])
    because(reason.strip())
    transaction.on_commit(partial(erase, document.sha256))
    enqueue_once(erase_removed, f"erase:{document.sha256}", document.sha256)
    document.refresh_from_db()
    return document


@action(
    "document.release",
    gettext_noop("Xác nhận tài liệu không chứa bí mật nhà nước"),
    allowed=policy.can_remove_content,
)
def release_content(document: Document, by: User, at: datetime, *, reason: str) -> Document:
    """Give back a document that was withheld because of a mark that is none (thôi tạm giữ)."""
    row = Document.objects.select_for_update().get(pk=document.pk)
    if row.removed_at is not None or not row.is_withheld:
        raise RuleViolation(_("Tài liệu này không bị tạm giữ."))
    if not reason.strip():
        raise RuleViolation(_("Cần ghi lý do: vì sao tài liệu không chứa bí mật nhà nước."))
    changed("document", describing.mark_of(row))
    changed("secret", None, row.reading["secret"])
    because(reason.strip())
    kept = {key: value for key, value in row.reading.items() if key not in ("secret", "secret_page")}
    Document.objects.filter(pk=row.pk).update(reading=kept | {"released": True})
    row.refresh_from_db()
    return row
