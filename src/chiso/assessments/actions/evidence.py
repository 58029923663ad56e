"""What a unit does with documents besides adding and taking off: point to the page, link, replace by a new version."""

from datetime import datetime

from django.core.files.base import File
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.assessments import policy, windows
from chiso.assessments.citing import cite, require_open, require_own_stage, tell_of_same_content
from chiso.assessments.models import Citation, Entry
from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.evidence.choices import Kind
from chiso.evidence.describing import mark_of
from chiso.evidence.models import Document
from chiso.evidence.storing import new_revision, store, store_link
from chiso.organizations.models import User


@action("entry.attach_link", gettext_noop("Đính kèm liên kết"), allowed=policy.can_edit_entry)
def attach_link(entry: Entry, by: User, at: datetime, *, url: str, title: str = "", place: str = "") -> Citation:
    """Let a page on the web prove a leaf; the same address is kept once for a unit."""
    require_open(entry, at)
    return cite(entry, store_link(entry.dossier.unit, url, title, by, at), at, place)


@action("entry.place_citation", gettext_noop("Ghi trang, mục của tài liệu"), allowed=policy.can_change_citation)
def place_citation(citation: Citation, by: User, at: datetime, *, place: str) -> Citation:
    """Say on which page or in which section a document proves the leaf."""
    require_open(citation.entry, at)
    require_own_stage(citation)
    changed("document", mark_of(citation.document))
    changed("place", place, citation.place)
    citation.place = place
    if not Citation.objects.filter(pk=citation.pk).update(place=place):
        raise RuleViolation(_("Tài liệu vừa được người khác gỡ. Hãy tải lại trang để xem."))
    return citation


@action("entry.revise", gettext_noop("Thay tài liệu bằng bản mới"), allowed=policy.can_change_citation)
def revise_document(citation: Citation, by: User, at: datetime, *, file: File[bytes]) -> Document:
    """Replace a document by a new version wherever the dossier cites it in this stage; the old one is kept."""
    entry, old = citation.entry, citation.document
    require_open(entry, at)
    require_own_stage(citation)
    if old.kind != Kind.FILE:
        raise RuleViolation(_("Liên kết không thay bằng tệp được. Hãy gỡ liên kết rồi tải tệp lên."))
    new = store(entry.dossier.unit, file, by, at)
    new_revision(old, new)
    moved = _point_to(new, old, entry)
    changed("document", mark_of(new), mark_of(old))
    changed("leaves", moved)
    fresh = Citation.objects.select_related("entry__dossier__round", "document").get(entry=entry, document=new)
    tell_of_same_content(fresh, at)
    return new


def _point_to(new: Document, old: Document, entry: Entry) -> list[str]:
    """Let every leaf that cites the old document in this stage cite the new one; answers with their codes."""
    stage = windows.document_stage(entry.dossier)
    cited = Citation.objects.filter(entry__dossier=entry.dossier_id, document=old, stage=stage)
    codes = list(cited.order_by("entry__criterion__position").values_list("entry__code", flat=True))
    if entry.code not in codes:
        raise RuleViolation(_("Tài liệu vừa được người khác gỡ. Hãy tải lại trang để xem."))
    already = Citation.objects.filter(entry__dossier=entry.dossier_id, document=new).values("entry")
    cited.filter(entry__in=already).delete()  # A leaf that cites both keeps one.
    cited.update(document=new)
    return codes
