"""An edition as the scoring core reads it."""

import hashlib

from chiso.indexsets.models import Edition
from chiso.scoring import IndexSet, read_index_set

_read: dict[str, IndexSet] = {}


def index_set_of(edition: Edition) -> IndexSet:
    """The parsed set of an edition, read once for each text a process meets (pages leave `text` deferred)."""
    if edition.digest not in _read:
        _read[edition.digest] = read_index_set(edition.text)
    return _read[edition.digest]


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
