"""What an edition says, issued or still being drafted: the plain tree, the whole set, what is wrong."""

import json
from dataclasses import dataclass
from functools import lru_cache

from chiso.indexsets.exchange import DraftSet
from chiso.indexsets.exchange.trees import Tree, tree_of
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.scoring import IndexSet, IndexSetErrors, Problem, read_tree


@dataclass(frozen=True)
class Contents:
    """What an edition says now; `index_set` is None while there are errors."""

    tree: Tree
    index_set: IndexSet | None
    errors: tuple[Problem, ...] = ()

    @property
    def draft(self) -> DraftSet:
        """In the shape that writers and the comparison take."""
        return DraftSet("", "yaml", self.tree, index_set=self.index_set)


def contents_of(edition: Edition, *, as_sent: bool = False) -> Contents:
    """Read an edition: its draft while it has one, or the text as it was sent out for opinions or issued."""
    if edition.draft is None or (as_sent and edition.digest):
        index_set = index_set_of(edition)
        return Contents(tree_of(index_set), index_set)
    return contents_of_tree(edition.draft)


def contents_of_tree(tree: Tree) -> Contents:
    """Judge a plain tree; the last few are kept, since one draft is looked at many times between two saves."""
    return _judge(json.dumps(tree))


@lru_cache(maxsize=16)
def _judge(text: str) -> Contents:
    tree: Tree = json.loads(text)
    try:
        return Contents(tree, read_tree(tree))
    except IndexSetErrors as errors:
        return Contents(tree, None, errors.errors)
