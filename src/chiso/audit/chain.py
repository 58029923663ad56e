"""Append to the audit log, and prove that nobody touched it: every entry seals the one before it."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Model

from chiso.audit import origin
from chiso.audit.models import AuditEntry

if TYPE_CHECKING:
    from chiso.organizations.models import User

_LOCK = 7_266_736_501  # Any fixed number: the advisory lock of the chain on PostgreSQL.
_LAST = "SELECT number, hash FROM audit_auditentry ORDER BY number DESC LIMIT 1"
_FIRST_HASH = "0" * 64


def append(
    *,
    code: str,
    by: User,
    role: str,
    at: datetime,
    subject: Model,
    changes: dict[str, Any],
    reason: str,
) -> AuditEntry:
    """Write one entry at the end of the chain. Must run inside the transaction of the change it records."""
    number, previous = _lock_and_read_last()
    entry = AuditEntry(
        number=number + 1,
        at=at,
        actor=by,
        actor_name=by.full_name,
        role=role,
        origin=origin.current(),
        code=code,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        changes=changes,
        reason=reason,
        previous_hash=previous,
    )
    entry.hash = seal(entry)
    entry.save(force_insert=True)
    return entry


def _lock_and_read_last() -> tuple[int, str]:
    """Hold the end of the chain until the transaction ends.

    SQLite's IMMEDIATE transaction already holds the only write lock. On PostgreSQL the lock and the read go out
    together but stay two statements, so that the read sees what the writer before us committed.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK}); {_LAST}")
            cursor.nextset()
        else:
            cursor.execute(_LAST)
        row = cursor.fetchone()
    return row or (0, _FIRST_HASH)


def seal(entry: AuditEntry) -> str:
    """The SHA-256 of an entry's whole content and of the seal before it, as 64 hex digits."""
    content = [
        entry.previous_hash,
        entry.number,
        entry.at.timestamp(),
        entry.actor_id,
        entry.actor_name,
        entry.role,
        entry.origin,
        entry.code,
        entry.subject_type,
        entry.subject_id,
        entry.subject_label,
        entry.changes,
        entry.reason,
    ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_break() -> int | None:
    """The number of the first entry whose seal does not hold, or None when the whole chain is sound."""
    previous, expected = _FIRST_HASH, 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1000):
        if entry.number != expected or entry.previous_hash != previous or entry.hash != seal(entry):
            return expected
        previous, expected = entry.hash, expected + 1
    return None
