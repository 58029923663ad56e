"""The canonical YAML text of an index set: one order of keys, numbers as they are, codes that read as codes."""

import re
from typing import TYPE_CHECKING, Any

import yaml

from chiso.indexsets.exchange.trees import NODE_KEYS, TOP_KEYS, Tree, Value, tree_of
from chiso.scoring import IndexSet
from chiso.scoring.fields import looks_like_number
from chiso.scoring.yaml_tree import Scalar

if TYPE_CHECKING:
    from chiso.indexsets.exchange.drafts import DraftSet

WIDTH = 110
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_NUMBER_KEYS = frozenset(
    {
        *("year", "version", "scale", "minimum", "maximum", "places", "min", "max", "cap", "points", "points_up_to"),
        *("from", "above", "else", "target", "full_from", "proportional_from", "per", "start", "floor"),
        *("up_to_days", "per_day_after", "refuse_after_days", "step"),
    }
)
_RULE_KEYS = (
    *("kind", "question", "when_true", "when_false", "levels", "items", "conditions", "points", "direction"),
    *("numerator", "denominator", "curve", "on_zero_denominator", "unit", "steps", "per", "start", "floor"),
    *("tiers", "refuse_after_days", "best", "inputs", "expression", "respondents", "step", "minimum"),
)
_SIDES = frozenset({"rule", "when_true", "when_false"})
_CODE_KEYS = frozenset({"code", "tie_breakers"})
_NEEDS_ESCAPES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


class _Number(str):
    """A text written without quotes because it is a number."""


class _Code(str):
    """A text that must be quoted when it looks like a number."""


class _Dumper(yaml.CSafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def write_yaml(index_set: "IndexSet | DraftSet") -> str:
    """Write a set in the canonical form of ``chiso-index-set/1``; reading it again gives the same set.

    Defaults of the format are left out, except ``scale``, ``rounding`` and ``ranking``, which a reader looks for.
    """
    return tree_to_yaml(tree_of(index_set) if isinstance(index_set, IndexSet) else index_set.tree)


def tree_to_yaml(tree: Tree) -> str:
    """Write a plain tree, faulty or not, with the keys in canonical order."""
    text: str = yaml.dump(_ordered(tree, TOP_KEYS), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH)
    return text


def _ordered(tree: Tree, keys: tuple[str, ...]) -> dict[str, Any]:
    known = [key for key in keys if key in tree]
    rest = [key for key in tree if key not in keys]
    return {key: _marked(key, tree[key]) for key in (*known, *rest)}


def _marked(key: str, value: Value) -> Any:
    if isinstance(value, list):
        order = NODE_KEYS if key in {"areas", "children"} else ()
        return [_ordered(one, order) if isinstance(one, dict) else _marked(key, one) for one in value]
    if isinstance(value, dict):
        return _ordered(value, _RULE_KEYS if key in _SIDES else ())
    if isinstance(value, str):
        return _marked_text(key, value)
    return value


def _marked_text(key: str, text: str) -> str:
    if key in _NUMBER_KEYS and _NUMBER.fullmatch(text):
        return _Number(text)
    return _Code(text) if key in _CODE_KEYS else text


def _write_number(dumper: Any, number: _Number) -> yaml.ScalarNode:
    tag = "tag:yaml.org,2002:float" if "." in number else "tag:yaml.org,2002:int"
    node: yaml.ScalarNode = dumper.represent_scalar(tag, str(number))
    return node


def _write_code(dumper: Any, code: _Code) -> yaml.ScalarNode:
    if looks_like_number(Scalar(str(code), is_plain=True, line=0)):
        node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", str(code), style="'")
        return node
    return _write_text(dumper, code)


def _write_text(dumper: Any, text: str) -> yaml.ScalarNode:
    """Plain where it can be; several lines as a block; characters that YAML folds or forbids as escapes."""
    style = None
    if _NEEDS_ESCAPES.search(text):
        style = '"'
    elif "\n" in text:
        style = "|"
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=style)
    return node


_Dumper.add_representer(_Number, _write_number)
_Dumper.add_representer(_Code, _write_code)
_Dumper.add_representer(str, _write_text)
