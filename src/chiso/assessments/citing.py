"""What it means that a document proves a leaf: when it may change, and what is told of it.

No action: every action that adds, moves or takes off a citation calls these inside its own transaction.
"""

import re
from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.entering import require_own_work
from chiso.assessments.models import Citation, Dossier, Entry
from chiso.assessments.reopenings import REOPENABLE, require_leaf_answerable
from chiso.assessments.scores import node_of
from chiso.audit.actions import changed
from chiso.common.refusals import RuleViolation
from chiso.evidence.choices import Kind
from chiso.evidence.describing import mark_of
from chiso.evidence.models import Document
from chiso.notices.models import Notice
from chiso.notices.sending import send
from chiso.rounds.choices import StageKey
from chiso.rounds.people import coordinators

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
    """Tell whoever runs the round, never the unit, that another unit cites the same content; once for two units.

    Called when a document begins to prove a leaf. What a unit added after its notice is told when it is sent.
    """
    dossier = citation.entry.dossier
    if citation.stage == StageKey.SUPPLEMENT and dossier.state in windows.ANSWERING_STATES:
        return
    others: dict[str, list[str]] = {}
    for unit, pk, code in _cited_by_others(citation):
        others.setdefault(unit, []).append(_leaf(pk, code))
    here = [_leaf(dossier.pk, code) for code in _codes_citing(citation)] if others else []
    names = _untold(dossier.unit.name, here, others)
    if names:
        send(
            coordinators(dossier.round),
            _("Tiêu chí %(code)s của %(unit)s có tài liệu trùng nội dung với tài liệu của %(others)s.")
            % {
                "code": citation.entry.code,
                "unit": dossier.unit,
                "others": ", ".join(names[:_UNITS_TOLD]) + ("…" if len(names) > _UNITS_TOLD else ""),
            },
            at,
            url=_leaf(dossier.pk, citation.entry.code),
        )


def tell_of_sent(dossiers: QuerySet[Dossier], at: datetime) -> None:
    """What was added after the notice leaves its unit: tell of the same content as if it were added now."""
    twins = Document.objects.filter(sha256=OuterRef("document__sha256"), kind=Kind.FILE)
    shared = Citation.objects.filter(
        Exists(twins.exclude(unit=OuterRef("document__unit"))),
        entry__dossier__in=dossiers,
        stage=StageKey.SUPPLEMENT,
        document__kind=Kind.FILE,
    )
    for citation in shared.select_related("document", "entry__dossier__round", "entry__dossier__unit").order_by("pk"):
        tell_of_same_content(citation, at)


def _leaf(dossier: int, code: str) -> str:
    return f"/ho-so/{dossier}/{code}/"


def _cited_by_others(citation: Citation) -> QuerySet[Citation, tuple[str, int, str]]:
    """Where other units of the round cite the same file, this year or before. A page on the web is no file."""
    document = citation.document
    same = Citation.objects.handed_over().filter(document__sha256=document.sha256, document__kind=Kind.FILE)
    others = same.filter(document__unit__dossiers__round=citation.entry.dossier.round_id, document__removed_at=None)
    where = ("document__unit__name", "entry__dossier", "entry__code")
    return others.exclude(document__unit=document.unit_id).order_by("document__unit__code").values_list(*where)


def _codes_citing(citation: Citation) -> list[str]:
    """The leaves of the dossier that cite the document."""
    cited = Citation.objects.filter(document=citation.document_id, entry__dossier=citation.entry.dossier_id)
    return list(cited.values_list("entry__code", flat=True))


def _untold(unit: str, here: Collection[str], others: Mapping[str, Collection[str]]) -> list[str]:
    """The other units that no message on a leaf of theirs or of ours names together with us."""
    if not others:
        return []
    places = {*here, *(url for there in others.values() for url in there)}
    told = set(Notice.objects.filter(url__in=places).values_list("url", "text"))
    return [
        other
        for other, there in others.items()
        if not any((url in here and _lists(text, other)) or (url in there and _lists(text, unit)) for url, text in told)
    ]


def _lists(text: str, unit: str) -> bool:
    """Whether a unit stands in the list that ends a message; “Phường 1” does not stand in “Phường 10”."""
    return re.search(rf"(?<!\w){re.escape(unit)}[,.…]", text) is not None
