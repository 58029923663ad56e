"""What `evidence` asks the app above it: may a document still be described, and who hears of the mark of a secret."""

from datetime import datetime

from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.models import Citation
from chiso.common.refusals import RuleViolation
from chiso.evidence.describing import guard_descriptions
from chiso.evidence.models import Document
from chiso.evidence.tasks import when_secret_found
from chiso.notices.sending import send
from chiso.organizations.models import User


def register() -> None:
    guard_descriptions(require_open_use)
    when_secret_found(tell_of_secret)


def require_open_use(document: Document, at: datetime) -> None:
    """Refuse once every dossier that cites the document is handed in: reviewers rely on what they read."""
    joins = ("entry__dossier__round__coordinator", "entry__dossier__block__edition", "entry__dossier__unit")
    cited = list(Citation.objects.filter(document=document).select_related(*joins).order_by("-added_at"))
    if cited and not any(_is_open(citation, at) for citation in cited):
        raise RuleViolation(windows.why_locked(cited[0].entry.dossier))


def _is_open(citation: Citation, at: datetime) -> bool:
    dossier = citation.entry.dossier
    if citation.stage != windows.document_stage(dossier):
        return False
    return windows.is_writable(dossier, at) or windows.is_answerable(dossier, at)


def tell_of_secret(document: Document, at: datetime) -> None:
    """Tell who uploaded a document, and who runs the rounds that it was handed in for, that it is withheld.

    The message names neither the file nor the mark: messages are read on telephones, and by mail.
    """
    rounds = Citation.objects.filter(document=document).values("entry__dossier__round__coordinator")
    runs = User.objects.filter(memberships__unit__in=rounds)
    unit = document.unit
    send(
        runs.exclude(pk=document.uploaded_by_id),
        _("Một tài liệu của %(unit)s có dấu chỉ độ mật nên tạm giữ. Hãy xem xét, gỡ theo quy định.") % {"unit": unit},
        at,
        url=_where(document, to_decide=True),
    )
    send(
        [document.uploaded_by],
        _("Tài liệu đã tải lên có dấu chỉ độ mật nên tạm giữ, không ai mở được. Không đưa tài liệu mật lên hệ thống."),
        at,
        url=_where(document),
    )


def _where(document: Document, *, to_decide: bool = False) -> str:
    cited = Citation.objects.filter(document=document).order_by("-added_at").select_related("entry").first()
    if cited is None:
        return ""
    return f"/tai-lieu/{cited.pk}/bi-mat/" if to_decide else f"/ho-so/{cited.entry.dossier_id}/{cited.entry.code}/"
