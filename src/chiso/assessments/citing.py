"""What it means that a document proves a leaf: when it may change, and what is told of it.

No action: every action that adds, moves or takes off a citation calls these inside its own transaction.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.entering import require_own_work
from chiso.assessments.models import Citation, Entry
from chiso.assessments.reopenings import REOPENABLE, require_leaf_answerable
from chiso.assessments.scores import node_of
from chiso.audit.actions import changed
from chiso.common.refusals import RuleViolation
from chiso.evidence.describing import mark_of
from chiso.evidence.models import Document
from chiso.evidence.storing import held_elsewhere
from chiso.notices.sending import send
from chiso.organizations.models import User

_UNITS_TOLD = 3


def require_open(entry: Entry, at: datetime) -> None:
    """Hold the round, and refuse unless documents of the leaf may change now."""
    windows.hold(entry.dossier)
    require_attachable(entry, at)


def require_attachable(entry: Entry, at: datetime) -> None:
    """Refuse unless documents of the leaf may change now; asked before a long upload too, without holding the round."""
    dossier = entry.dossier
    require_own_work(node_of(dossier.block.edition, entry.code))
    if dossier.state in windows.ANSWERING_STATES | REOPENABLE:
        require_leaf_answerable(entry, at)
    else:
        windows.require_writable(dossier, at)


def require_own_stage(citation: Citation) -> None:
    """Refuse to change what was handed over in a stage before."""
    if citation.stage != windows.document_stage(citation.entry.dossier):
        raise RuleViolation(_("Tài liệu đã nộp ở giai đoạn trước nên không gỡ, không sửa được."))


def cite(entry: Entry, document: Document, at: datetime, place: str) -> Citation:
    """Let a document of the unit prove a leaf; refused when it does already, or when its content was removed."""
    if document.removed_at is not None:
        raise RuleViolation(_("Tài liệu này đã gỡ nội dung theo quy định bảo vệ bí mật nhà nước nên không dùng được."))
    stage = windows.document_stage(entry.dossier)
    try:
        with transaction.atomic():
            citation = Citation.objects.create(entry=entry, document=document, place=place, stage=stage, added_at=at)
    except IntegrityError:
        raise RuleViolation(
            _("Tài liệu “%(name)s” đã được đính kèm cho tiêu chí %(code)s.")
            % {"name": document.name, "code": entry.code}
        ) from None
    changed("document", mark_of(document))
    return citation


def tell_of_same_content(citation: Citation, at: datetime) -> None:
    """Tell whoever runs the round, never the unit, that another unit holds the same content; once for a document."""
    document, dossier = citation.document, citation.entry.dossier
    if document.uploaded_at != at:
        return  # It was there before: whoever had to know was told.
    names = [unit.name for unit in held_elsewhere(document).filter(dossiers__round=dossier.round_id)]
    if not names or document.citations.exclude(pk=citation.pk).exists():
        return
    send(
        User.objects.filter(memberships__unit=dossier.round.coordinator_id),
        _("Tiêu chí %(code)s của %(unit)s có tài liệu trùng nội dung với tài liệu của %(others)s.")
        % {
            "code": citation.entry.code,
            "unit": dossier.unit,
            "others": ", ".join(names[:_UNITS_TOLD]) + ("…" if len(names) > _UNITS_TOLD else ""),
        },
        at,
        url=f"/ho-so/{dossier.pk}/{citation.entry.code}/",
    )
