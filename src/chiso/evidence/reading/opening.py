"""Open any file from outside and read it by its kind. Runs in the reading process only."""

from __future__ import annotations

from pathlib import Path

from chiso.evidence.reading import kinds
from chiso.evidence.reading.clock import Budget
from chiso.evidence.reading.result import Reading, Refusal
from chiso.evidence.reading.sheet import Sheet


def read_file(path: Path, *, seconds: float, thoroughly: bool) -> Reading:
    """Read within the budget; `thoroughly` is for the background, where drawing pages may take its time."""
    with path.open("rb") as file:
        kind = kinds.kind_of(file.read(kinds.START))
    found = kind if isinstance(kind, Refusal) else _read(path, kind, Budget(seconds), thoroughly=thoroughly)
    return Reading(refusal=found, complete=True) if isinstance(found, Refusal) else found.reading()


def _read(path: Path, kind: str, budget: Budget, *, thoroughly: bool) -> Sheet | Refusal:
    # Each kind loads only what it needs.
    if kind == kinds.PDF:
        from chiso.evidence.reading.pdf import read_pdf  # noqa: PLC0415

        return read_pdf(path, budget, thoroughly=thoroughly)
    if kind == kinds.ZIP:
        from chiso.evidence.reading.office_xml import read_office_xml  # noqa: PLC0415

        return read_office_xml(path, budget)
    if kind == kinds.OLE:
        from chiso.evidence.reading.office_ole import read_ole  # noqa: PLC0415

        return read_ole(path, budget)
    from chiso.evidence.reading.images import read_image  # noqa: PLC0415

    return read_image(path, kind)
