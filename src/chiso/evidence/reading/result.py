"""What was read in one document, as it travels between processes and lies in the database."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

VERSION = 1
"""Goes up when a newer reading would tell more; what was read before is then read again on demand."""


class FindingCode(StrEnum):
    """What is worth telling about a file; the words for people are in `evidence.advice`."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    IMAGE_ONLY = "image_only"
    LOW_RESOLUTION = "low_resolution"
    BLANK_PAGES = "blank_pages"
    PARTLY_READ = "partly_read"
    UNREADABLE = "unreadable"
    MISSING = "missing"


class Refusal(StrEnum):
    """Why a file is not accepted as evidence at all."""

    ARCHIVE = "archive"
    HEIC = "heic"
    MACROS = "macros"
    OPEN_DOCUMENT = "open_document"
    SWOLLEN = "swollen"
    UNKNOWN = "unknown"


class Secret(StrEnum):
    """The levels of a state secret (độ mật), as they are stamped."""

    CONFIDENTIAL = "Mật"
    SECRET = "Tối mật"  # noqa: S105 a level
    TOP_SECRET = "Tuyệt mật"  # noqa: S105 a level


class Trust(StrEnum):
    """Whether a signer's certificate leads to a root that the installation trusts."""

    TRUSTED = "trusted"
    UNTRUSTED = "untrusted"
    EXPIRED = "expired"
    NO_ROOTS = "no_roots"


@dataclass(frozen=True)
class Finding:
    """One thing found, and on which pages (the first few)."""

    code: FindingCode
    pages: tuple[int, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One digital signature of a PDF (chữ ký số). `signed_at` is what the signer claims unless `timestamped`."""

    signer: str
    signed_at: datetime | None
    timestamped: bool
    intact: bool
    covers_whole: bool
    modified_after: bool
    trust: Trust


@dataclass(frozen=True)
class Reading:
    """All that the machine read in one document.

    `complete` means that every page was looked at; `signature_count` is what the file claims, `signatures` what was
    verified (only in the background). With a `refusal` nothing else counts. `released`: people looked at the mark of a
    secret and found that it is none.
    """

    version: int = VERSION
    media_type: str = ""
    refusal: Refusal | None = None
    pages: int | None = None
    complete: bool = False
    number: str = ""
    issued_on: date | None = None
    issuer: str = ""
    title: str = ""
    findings: tuple[Finding, ...] = ()
    secret: Secret | None = None
    secret_page: int | None = None
    signature_count: int = 0
    signatures: tuple[Signature, ...] = ()
    signatures_verified: bool = False
    released: bool = False

    def found(self, code: FindingCode) -> Finding | None:
        return next((finding for finding in self.findings if finding.code == code), None)

    def with_finding(self, code: FindingCode) -> Reading:
        return self if self.found(code) else replace(self, findings=(*self.findings, Finding(code)))

    @property
    def is_finished(self) -> bool:
        """Nothing is left for the background to look at."""
        return self.complete and (self.signatures_verified or not self.signature_count)

    def to_json(self) -> dict[str, Any]:
        """Fit for JSON; what is empty is left out."""
        plain = asdict(self)
        plain["issued_on"] = self.issued_on and self.issued_on.isoformat()
        for signature in plain["signatures"]:
            signature["signed_at"] = signature["signed_at"] and signature["signed_at"].isoformat()
        return {key: value for key, value in plain.items() if value not in (None, "", (), 0, False)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Reading | None:
        """Read back; nothing, or what no version of ours wrote, is None."""
        try:
            return cls._from_json(plain) if plain else None
        except (KeyError, TypeError, ValueError, AttributeError):
            return None

    @classmethod
    def _from_json(cls, plain: dict[str, Any]) -> Reading:
        known = {field.name for field in fields(cls)}
        values = {key: value for key, value in plain.items() if key in known} | {"version": plain["version"]}
        values["findings"] = tuple(
            Finding(FindingCode(row["code"]), tuple(row["pages"])) for row in plain.get("findings", ())
        )
        values["signatures"] = tuple(_signature(row) for row in plain.get("signatures", ()))
        for name, kind in (("refusal", Refusal), ("secret", Secret), ("issued_on", date.fromisoformat)):
            if values.get(name):
                values[name] = kind(values[name])
        return cls(**values)


def _signature(row: dict[str, Any]) -> Signature:
    signed_at = row["signed_at"] and datetime.fromisoformat(row["signed_at"])
    return Signature(**(row | {"signed_at": signed_at, "trust": Trust(row["trust"])}))
