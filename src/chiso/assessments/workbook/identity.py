"""Whose a workbook is, and what its leaves said when it was written: signed, so that nobody edits it by hand.

Of each leaf a short digest of its content is kept, not the content: enough to tell who changed what since.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol, Self

from django.core import signing

from chiso.assessments.models import Dossier, Entry
from chiso.assessments.workbook.rows import own_leaves
from chiso.indexsets.reading import index_set_of

_SALT = "chiso.assessments.workbook"
FORMAT = "chiso-workbook/1"


class NotSigned(ValueError):
    """The identity was edited, or it is that of another installation."""


class Content(Protocol):
    """What a unit says of a leaf, stored or not."""

    @property
    def facts(self) -> Mapping[str, str]: ...
    @property
    def not_applicable(self) -> bool: ...
    @property
    def decided(self) -> Decimal | None: ...
    @property
    def reason(self) -> str: ...
    @property
    def note(self) -> str: ...
    @property
    def as_of(self) -> date | None: ...
    @property
    def no_document(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """A leaf as it stood when the workbook was written."""

    version: int
    digest: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What the workbook carries unseen."""

    dossier: int
    unit: str
    unit_name: str
    round: int
    round_name: str
    edition: str
    exported_at: str
    leaves: Mapping[str, Leaf]

    @classmethod
    def of(cls, dossier: Dossier, entries: Mapping[str, Entry], at: datetime) -> Self:
        own = own_leaves(index_set_of(dossier.block.edition))
        return cls(
            dossier=dossier.pk,
            unit=dossier.unit.code,
            unit_name=dossier.unit.name,
            round=dossier.round_id,
            round_name=dossier.round.name,
            edition=dossier.block.edition.digest,
            exported_at=at.isoformat(timespec="seconds"),
            leaves={
                node.code: Leaf(entries[node.code].version, digest_of(entries[node.code]))
                for node in own
                if node.code in entries
            },
        )

    def sign(self) -> str:
        told = asdict(self)
        told["leaves"] = {code: [leaf.version, leaf.digest] for code, leaf in self.leaves.items()}
        return signing.dumps(told, salt=_SALT, compress=True)

    @classmethod
    def read(cls, token: str) -> Self:
        """Raises `NotSigned` unless this installation signed every letter of it."""
        try:
            told = signing.loads(token, salt=_SALT)
        except signing.BadSignature as error:
            raise NotSigned from error
        return cls(**told | {"leaves": {code: Leaf(*leaf) for code, leaf in told["leaves"].items()}})


def content_of(row: Content) -> dict[str, Any]:
    """What a row says, by value: `12.50` is `12.5`, line ends are one, letters composed one way."""
    return {
        "facts": {name: plain_figure(text) for name, text in sorted(row.facts.items())},
        "not_applicable": row.not_applicable,
        "decided": None if row.decided is None else f"{row.decided.normalize():f}",
        "reason": plain_text(row.reason),
        "note": plain_text(row.note),
        "as_of": row.as_of.isoformat() if row.as_of else None,
        "no_document": row.no_document,
    }


def digest_of(row: Content) -> str:
    text = json.dumps(content_of(row), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def plain_text(text: str) -> str:
    """A text as a cell can hold it."""
    lines = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(one for one in lines if one in "\n\t" or one.isprintable()).strip()


def plain_figure(text: str) -> str:
    try:
        return f"{Decimal(text.replace(',', '.')).normalize():f}"
    except InvalidOperation:
        return plain_text(text)
