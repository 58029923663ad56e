"""What an unfinished upload is for: the words of `Upload.purpose` that stand for a leaf of a dossier."""

from chiso.assessments.models import Dossier, Entry
from chiso.evidence.models import Upload


def purpose_of(entry: Entry) -> str:
    return f"{purposes_of(entry.dossier)}{entry.code}"


def purposes_of(dossier: Dossier) -> str:
    """How the purposes of all leaves of a dossier begin."""
    return f"leaf:{dossier.pk}:"


def leaf_of(upload: Upload) -> tuple[int, str] | None:
    """The dossier and the code of the leaf; None for an upload that serves something else."""
    kind, _colon, where = upload.purpose.partition(":")
    pk, _colon, code = where.partition(":")
    return (int(pk), code) if kind == "leaf" else None
