"""What the background reads in a document once it is stored: every page, and the signatures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django_tasks import task

from chiso.background.fate import Fate, arguments_of_failed, fate_of
from chiso.background.once import enqueue_once
from chiso.evidence import reader
from chiso.evidence.choices import Kind
from chiso.evidence.models import Document
from chiso.evidence.reading import VERSION, FindingCode, Reading
from chiso.organizations import clock

Told = Callable[[Document, datetime], None]
_when_secret: list[Told] = []
_when_lost: list[Told] = []


def when_secret_found(tell: Told) -> None:
    """Have `tell(document, at)` called, in the same transaction, when the background finds the mark of a secret.

    Called once for a document. For apps above this one, from their `AppConfig.ready`: who shall know, they know.
    """
    if tell not in _when_secret:
        _when_secret.append(tell)


def when_lost(tell: Told) -> None:
    """As `when_secret_found`: `tell(document, at)` is called once when the bytes of a document are gone."""
    if tell not in _when_lost:
        _when_lost.append(tell)


def tell_of_loss(document: Document, at: datetime) -> None:
    for tell in _when_lost:
        tell(document, at)


def queue_reading(document: Document) -> None:
    """Have the whole document read, once for each version of the reading."""
    enqueue_once(read_document, f"{_key(document)}{VERSION}", document.pk)


def read_again(document: Document, at: datetime) -> None:
    """Have a document read that was read before; asked twice in a minute, once."""
    enqueue_once(read_document, f"{_key(document)}{VERSION}:{at:%Y%m%d%H%M}", document.pk)


def settle_broken(at: datetime) -> None:
    """A document whose reading broke off for good is being read no more: what was not read, people look at."""
    failed = {pk for [pk] in arguments_of_failed(read_document)}
    for document in Document.objects.filter(pk__in=failed, removed_at=None) if failed else ():
        before = Reading.from_json(document.reading) or Reading(media_type=document.media_type)
        if not before.is_finished and fate_of(_key(document))[0] == Fate.FAILED:
            _keep(document, _unread(before), at)


@task()
def read_document(document_id: int) -> str:
    """Read a document and keep what was found; a second run finds the same."""
    document = Document.objects.filter(pk=document_id, kind=Kind.FILE, removed_at=None).first()
    if document is None:
        return "gone"
    _keep(document, _read(document), clock.now())
    return "read"


def _read(document: Document) -> Reading:
    """The full reading; where it fails, what the quick one found, with the failure."""
    before = Reading.from_json(document.reading) or Reading(media_type=document.media_type)
    try:
        with default_storage.open(document.content.name or "") as file:
            reading = reader.read_fully(file)
    except (OSError, ValueError):
        return replace(before, complete=True, signatures_verified=True).with_finding(FindingCode.MISSING)
    if reading.found(FindingCode.UNREADABLE) and not reading.media_type:
        return _unread(before)
    return reading


def _unread(before: Reading) -> Reading:
    return replace(before, complete=True, signatures_verified=True).with_finding(FindingCode.UNREADABLE)


def _key(document: Document) -> str:
    """How the keys of all tasks begin that read the document."""
    return f"read:{document.pk}:"


def _keep(document: Document, reading: Reading, at: datetime) -> None:
    with transaction.atomic():
        row = Document.objects.select_for_update().filter(pk=document.pk, removed_at=None).first()
        if row is None:
            return
        if row.reading.get("released"):  # People looked at the mark and found that it is none.
            reading = replace(reading, secret=None, secret_page=None, released=True)
        is_news = reading.secret is not None and not row.is_withheld
        before = Reading.from_json(row.reading) or Reading()
        row.reading, row.read_at = reading.to_json(), at
        row.save(update_fields=["reading", "read_at"])
        if is_news:
            for tell in _when_secret:
                tell(row, at)
        if reading.found(FindingCode.MISSING) and not before.found(FindingCode.MISSING):
            tell_of_loss(row, at)
