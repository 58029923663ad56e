"""Files for a whole dossier: which went to which leaf by its name, and which still wait for somebody to say."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from chiso.assessments import windows
from chiso.assessments.models import Dossier, Entry
from chiso.assessments.workbook.rows import own_leaves
from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.common.refusals import RuleViolation
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.indexsets.reading import index_set_of
from chiso.organizations.requests import UserRequest

_MOST_SHOWN = 200


@dataclass(frozen=True)
class Sorted:
    """What became of one file: the leaf that it proves now, or why not."""

    name: str
    leaf: str = ""
    url: str = ""
    refusal: str = ""

    @classmethod
    def to(cls, name: str, entry: Entry) -> "Sorted":
        return cls(name, leaf_label(entry), address("assessments:leaf", entry.dossier_id, entry.code))


@dataclass(frozen=True)
class Unsorted:
    """A file of which nobody said yet for which leaf it is."""

    pk: int
    name: str
    url: str
    told: str


@dataclass(frozen=True)
class FilesPage:
    locked: str
    sorted: Sequence[Sorted]
    unsorted: list[Unsorted]
    leaves: list[tuple[str, str]]
    example: str


def files_page(request: UserRequest, dossier: Dossier, results: Sequence[Sorted] = ()) -> FilesPage:
    """One query: the files that wait."""
    leaves = leaves_of(dossier)
    waiting = unsorted_documents(dossier).order_by("-uploaded_at", "-pk").select_related("uploaded_by")[:_MOST_SHOWN]
    return FilesPage(
        locked=_why_locked(dossier, request),
        sorted=results,
        unsorted=[
            Unsorted(
                row.pk,
                row.name,
                address("assessments:unsorted_file", dossier.pk, row.pk),
                f"{row.uploaded_by.full_name}, {format_moment(row.uploaded_at)}",
            )
            for row in waiting
        ],
        leaves=leaves,
        example=f"{leaves[0][0]}_ke-hoach.pdf" if leaves else "",
    )


def leaves_of(dossier: Dossier) -> list[tuple[str, str]]:
    return [(node.code, f"{node.code} {node.name}") for node in own_leaves(index_set_of(dossier.block.edition))]


def leaf_label(entry: Entry) -> str:
    node = index_set_of(entry.dossier.block.edition).by_code[entry.code]
    return f"{node.code} {node.name}"


def unsorted_documents(dossier: Dossier) -> QuerySet[Document]:
    """The unit's files that prove nothing anywhere, reports and products of the plan's tasks left out."""
    return dossier.unit.documents.filter(
        kind=Kind.FILE, removed_at=None, citations=None, reported_dossiers=None, products=None, revisions=None
    )


def _why_locked(dossier: Dossier, request: UserRequest) -> str:
    try:
        if dossier.state in windows.ANSWERING_STATES:
            windows.require_answerable(dossier, request.now)
        else:
            windows.require_writable(dossier, request.now)
    except RuleViolation as refusal:
        return str(refusal)
    return ""
