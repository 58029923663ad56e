"""YAML text → the plain tree, for drafts: no judgement, that is the scoring core's part."""

from typing import Any

from chiso.indexsets.exchange.trees import Tree
from chiso.scoring.yaml_tree import Mapping, Scalar, YamlFault, load_tree
from chiso.scoring.yaml_tree import Tree as YamlTree


def tree_of_yaml(text: str) -> Tree:
    """Give the plain tree; empty for a text that is no mapping."""
    try:
        tree = load_tree(text)
    except YamlFault:
        return {}
    plain = _plain(tree)
    return plain if isinstance(plain, dict) else {}


def _plain(tree: YamlTree) -> Any:
    if isinstance(tree, Scalar):
        if tree.is_null:
            return None
        return True if tree.is_plain and tree.text == "true" else tree.text.strip()
    if isinstance(tree, Mapping):
        return {key: _plain(value) for key, value in tree.entries.items()}
    return [_plain(item) for item in tree.items]
