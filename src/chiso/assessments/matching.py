"""Which leaf a file is for, by its name: `1.1.1_kehoach.pdf`, `TC 2.3 - Báo cáo.docx`."""

import re
import unicodedata

from chiso.scoring import IndexSet

_LEAD = re.compile(r"(?:tc|tieu chi)?[\s._(\[-]*")


def leaf_for_name(index_set: IndexSet, name: str) -> str | None:
    """The code of the leaf whose code the name begins with, the longest where several fit; None when none does."""
    plain = _folded(name)
    lead = _LEAD.match(plain)
    starts = (plain, plain[lead.end() :] if lead else plain)  # A code may itself begin with TC.
    codes = (leaf.code for leaf in index_set.leaves if any(_begins(start, _folded(leaf.code)) for start in starts))
    return max(codes, key=len, default=None)


def _folded(text: str) -> str:
    """Small letters without marks, however they were composed."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _begins(name: str, code: str) -> bool:
    """Whether the code stands whole at the start: `1.1.10` does not begin with `1.1.1`, nor `2.5` with `2`."""
    return re.match(rf"{re.escape(code)}(?![0-9a-z])(?!\.[0-9])", name) is not None
