"""What `evidence` asks the app above it: may a document still be described; who hears of a secret, or of lost bytes."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.models import Citation, Dossier
from chiso.common.refusals import RuleViolation
from chiso.evidence.describing import guard_descriptions
from chiso.evidence.models import Document
from chiso.evidence.tasks import when_lost, when_secret_found
from chiso.notices.sending import send
from chiso.organizations.choices import Role
from chiso.organizations.models import User
from chiso.organizations.people import holding
from chiso.rounds.models import Round
from chiso.rounds.people import coordinators


def register() -> None:
    guard_descriptions(require_open_use)
    when_secret_found(tell_of_secret)
    when_lost(tell_of_loss)


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
    rounds = Citation.objects.filter(document=document).values_list("entry__dossier__round", flat=True)
    unit = document.unit
    send(
        _offices(rounds, but=[document.uploaded_by]),
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


def tell_of_loss(document: Document, at: datetime) -> None:
    """Tell who uploaded a document, and who runs the rounds that it was handed in for, that its bytes are gone.

    Where that person works for the unit no more, its officials hear of it.
    """
    cited = Citation.objects.filter(document=document).order_by("-added_at").select_related("entry")
    handed = cited.handed_over()
    reported = Dossier.objects.filter(report=document).order_by("-pk")
    rounds = [*handed.values_list("entry__dossier__round", flat=True), *reported.values_list("round", flat=True)]
    leaf, own = handed.first(), cited.first()
    answering = _answering(document)
    send(
        _offices(rounds, but=answering),
        _("Không tìm thấy trên máy chủ tệp của một tài liệu của %(unit)s. Hãy báo người quản trị khôi phục.")
        % {"unit": document.unit},
        at,
        url=_leaf(leaf) if leaf else "",
    )
    send(
        answering,
        _("Không tìm thấy trên máy chủ tệp của một tài liệu đã tải lên. Nếu hồ sơ còn mở, hãy tải lại chính tệp ấy."),
        at,
        url=_leaf(own) if own else "",
    )


def _offices(rounds: Iterable[int], *, but: list[User]) -> list[User]:
    """Who works in the offices that run these rounds, but for the people who are told otherwise."""
    people = [person for round in Round.objects.filter(pk__in=rounds) for person in coordinators(round)]
    return [person for person in people if person not in but]


def _answering(document: Document) -> list[User]:
    uploader = document.uploaded_by
    works_there = uploader.is_active and document.unit_id in uploader.unit_ids()
    return [uploader] if works_there else list(holding(Role.UNIT_EDITOR, document.unit_id))


def _leaf(citation: Citation) -> str:
    return f"/ho-so/{citation.entry.dossier_id}/{citation.entry.code}/"


def _where(document: Document, *, to_decide: bool = False) -> str:
    cited = Citation.objects.filter(document=document).order_by("-added_at").select_related("entry").first()
    if cited is None:
        return ""
    return f"/tai-lieu/{cited.pk}/bi-mat/" if to_decide else _leaf(cited)
