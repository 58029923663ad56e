"""How big a draft may grow; beyond that a page is no longer read but attacked."""

from django.utils.translation import gettext as _

from chiso.common.refusals import RuleViolation
from chiso.indexsets.drafting.outline import outline_of
from chiso.indexsets.exchange.trees import Tree, Value

MAX_NODES = 2000
MAX_DEPTH = 10
MAX_ROWS = 100
MAX_TEXT = 10_000
MAX_NAME = 1000
MAX_CODE = 60

_SHORT = {"code": MAX_CODE, "name": MAX_NAME}


def check_size(tree: Tree) -> None:
    """Refuse a tree that has too many criteria or lies too deep."""
    spots = outline_of(tree).spots
    if len(spots) > MAX_NODES:
        raise RuleViolation(_("Bộ chỉ số có tối đa %(most)d tiêu chí. Hãy gộp bớt tiêu chí.") % {"most": MAX_NODES})
    if any(spot.depth >= MAX_DEPTH for spot in spots):
        raise RuleViolation(_("Bộ chỉ số có tối đa %(most)d cấp. Hãy bớt một cấp.") % {"most": MAX_DEPTH})


def check_fields(fields: Tree) -> None:
    """Refuse texts and lists that are too long, wherever they stand in a node."""
    for key, value in fields.items():
        _check(value, _SHORT.get(key, MAX_TEXT))


def _check(value: Value, longest: int) -> None:
    if isinstance(value, str) and len(value) > longest:
        raise RuleViolation(
            _("“%(start)s…” dài quá %(most)d ký tự. Hãy viết ngắn lại.") % {"start": value[:40], "most": longest}
        )
    if isinstance(value, list):
        if len(value) > MAX_ROWS:
            raise RuleViolation(_("Một danh sách có tối đa %(most)d dòng.") % {"most": MAX_ROWS})
        for one in value:
            _check(one, MAX_NAME)
    if isinstance(value, dict):
        if len(value) > MAX_ROWS:
            raise RuleViolation(_("Một danh sách có tối đa %(most)d dòng.") % {"most": MAX_ROWS})
        check_fields(value)
