"""A draft is written down (canonical text, digest, criteria) when it is sent out for opinions and when it is issued."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import CharField, F, ProtectedError, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.numbers import format_number
from chiso.common.refusals import RuleViolation
from chiso.indexsets.contents import contents_of_tree
from chiso.indexsets.exchange import compare, write_yaml
from chiso.indexsets.models import Criterion, Edition
from chiso.indexsets.reading import digest_of, index_set_of
from chiso.scoring import IndexSet, Node

_CODE = re.compile(r"[\w.\-]+")
_LONGEST_CODE, _LONGEST_NAME = 60, 1000
_TOO_MANY, _PLACES = 100_000, 4
_ASIDE = 10_000
"""Positions out of the way of every new one while rows change places."""


@dataclass(frozen=True)
class Settled:
    """What to write on the edition together with its new state."""

    text: str
    digest: str
    name: str


def lock(edition: Edition, seen: int | None) -> Edition:
    """Read the edition anew and hold it; refuse when the draft was saved since the page was opened (`seen`)."""
    row = Edition.objects.select_for_update(of=("self",)).select_related("index_set").get(pk=edition.pk)
    if seen is not None and row.draft_version != seen:
        raise RuleViolation(
            _("Dự thảo “%(name)s” đã được sửa sau khi trang này mở. Hãy tải lại trang và xem lại nội dung mới.")
            % {"name": row.name}
        )
    return row


def settle(row: Edition, *, is_issued: bool) -> Settled:
    """Write the criteria from the draft of a locked edition and answer its text; refuse a faulty draft.

    A strictly imported edition has no draft: its text is kept to the letter.
    """
    if row.draft is None:
        return Settled(row.text, row.digest, row.name)
    tree = {**row.draft, "status": "official"} if is_issued else row.draft
    contents = contents_of_tree(tree)
    if contents.index_set is None:
        raise RuleViolation(faulty_words(row.name, len(contents.errors)))
    index_set = contents.index_set
    _require_identity(row, index_set)
    require_fitting(index_set)
    _write_criteria(row, index_set)
    text = write_yaml(index_set)
    return Settled(text, digest_of(text), index_set.name[:300])


def faulty_words(name: str, count: int) -> str:
    return ngettext(
        "Dự thảo “%(name)s” còn %(count)d lỗi. Hãy sửa hết lỗi rồi làm lại bước này.",
        "Dự thảo “%(name)s” còn %(count)d lỗi. Hãy sửa hết lỗi rồi làm lại bước này.",
        count,
    ) % {"name": name, "count": count}


def _require_identity(row: Edition, index_set: IndexSet) -> None:
    known = (row.index_set.key, row.year, row.version)
    if (index_set.id, index_set.year, index_set.version) != known:
        raise RuleViolation(
            _(
                "Mã, năm hoặc lần ban hành trong dự thảo khác với Bộ chỉ số này (%(key)s, năm %(year)d, lần "
                "%(version)d). Hãy sửa lại trong phần thông tin chung của dự thảo."
            )
            % {"key": known[0], "year": known[1], "version": known[2]}
        )


def require_fitting(index_set: IndexSet) -> None:
    """What the format allows but the database does not hold exactly."""
    for node in index_set.nodes:
        if not _CODE.fullmatch(node.code):
            # A code stands in the address of its page.
            raise RuleViolation(
                _("Mã “%(code)s” có dấu “/”, dấu cách hoặc ký tự lạ. Hãy chỉ dùng chữ, số và các dấu . - _ trong mã.")
                % {"code": node.code[:_LONGEST_CODE]}
            )
        if len(node.code) > _LONGEST_CODE or len(node.name) > _LONGEST_NAME:
            raise RuleViolation(
                _("Mã (tối đa %(code)d ký tự) hoặc tên (tối đa %(name)d ký tự) của tiêu chí %(which)s quá dài.")
                % {"code": _LONGEST_CODE, "name": _LONGEST_NAME, "which": node.code[:_LONGEST_CODE]}
            )
        if node.max is not None and (abs(node.max) >= _TOO_MANY or node.max != round(node.max, _PLACES)):
            raise RuleViolation(
                _("Điểm tối đa của tiêu chí %(code)s phải nhỏ hơn %(most)s và có tối đa %(places)d số lẻ.")
                % {"code": node.code, "most": format_number(_TOO_MANY), "places": _PLACES}
            )


def _write_criteria(row: Edition, index_set: IndexSet) -> None:
    """Criteria that were there keep their rows, also under a new number, so opinions on them stay where they belong."""
    if _is_written(row, index_set):
        return
    kept = _rows_by_new_code(row, index_set)
    staying = {one.pk for one in kept.values()}
    before = Criterion.objects.filter(edition=row).values_list("pk", flat=True)
    gone = Criterion.objects.filter(pk__in=[pk for pk in before if pk not in staying])
    aside = Concat(Value("~"), Cast("pk", CharField()))
    Criterion.objects.filter(edition=row).update(position=F("position") + _ASIDE, code=aside)
    written: dict[str, Criterion] = {}
    depths: dict[int, list[tuple[int, Node]]] = {}
    for position, node in enumerate(index_set.nodes, start=1):
        depths.setdefault(node.depth, []).append((position, node))
    for _depth, nodes in sorted(depths.items()):
        _write_level(row, nodes, kept, written)
    try:
        gone.delete()
    except ProtectedError as error:
        raise RuleViolation(
            _(
                "Có tiêu chí bị bỏ khỏi dự thảo nhưng đã được phân công thẩm định trong một đợt đánh giá. Hãy bỏ "
                "phân công trước."
            )
        ) from error


def _is_written(row: Edition, index_set: IndexSet) -> bool:
    """Nothing changed since the set was sent out: the usual case, and 500 rows need not be written again."""
    fields = ("code", "parent__code", "name", "max_score", "is_leaf")
    there = list(Criterion.objects.filter(edition=row).order_by("position").values_list(*fields))
    return there == [(node.code, node.parent_code, node.name, node.max, node.is_leaf) for node in index_set.nodes]


def _rows_by_new_code(row: Edition, index_set: IndexSet) -> dict[str, Criterion]:
    rows = {one.code: one for one in Criterion.objects.filter(edition=row)}
    if not rows:
        return {}
    pairs = compare(index_set_of(row), index_set).pairs
    return {new: rows[old] for old, new in pairs if old in rows}


def _write_level(
    row: Edition, nodes: list[tuple[int, Node]], kept: Mapping[str, Criterion], written: dict[str, Criterion]
) -> None:
    """Write the criteria of one depth, those above being written already."""
    old: list[Criterion] = []
    new: list[Criterion] = []
    for position, node in nodes:
        criterion = kept.get(node.code) or Criterion(edition=row)
        criterion.parent = written.get(node.parent_code or "")
        criterion.position, criterion.code, criterion.name = position, node.code, node.name
        criterion.max_score, criterion.is_leaf = node.max, node.is_leaf
        (old if criterion.pk else new).append(criterion)
    Criterion.objects.bulk_update(old, ["parent", "position", "code", "name", "max_score", "is_leaf"], batch_size=100)
    for criterion in [*old, *Criterion.objects.bulk_create(new)]:
        written[criterion.code] = criterion
