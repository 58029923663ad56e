"""What the result pages read: a ranking from the frozen copy, or from the round as it would be frozen today."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from chiso import scoring
from chiso.common.numbers import NONE_SIGN, format_max, format_points
from chiso.indexsets.models import Edition
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.results import freezing, policy
from chiso.results.choices import SubmissionState
from chiso.results.method import method_sentences
from chiso.results.models import Result
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

Bundle = dict[str, Any]

_LOSSES_SHOWN = 5
_HEAT_STEPS = (65, 80, 90)
_NOT_COUNTED = Decimal("NaN")
"""Of a leaf that is left out of the maximum of a unit."""


@dataclass(frozen=True)
class AreaCell:
    """One area of one unit: its percentage (of a bonus or penalty its points) and how warm the cell is."""

    text: str
    heat: int | None


@dataclass(frozen=True)
class RankingRow:
    """One unit's line, ready to be printed."""

    code: str
    unit: str
    rank: str
    total: str
    grade: str
    grade_kind: str
    lost: str
    note: str
    areas: tuple[AreaCell, ...]


@dataclass(frozen=True)
class Loss:
    """A leaf on which the units of a block lost most, on average of its maximum."""

    code: str
    name: str
    lost: str
    maximum: str


@dataclass(frozen=True)
class RankingBlock:
    """The ranking of one block, with how it was computed."""

    name: str
    set_name: str
    area_names: tuple[str, ...]
    rows: tuple[RankingRow, ...]
    losses: tuple[Loss, ...]
    method: tuple[str, ...]


@dataclass(frozen=True)
class RankingPage:
    """The whole result of a round; `digest` is empty until it is frozen."""

    blocks: tuple[RankingBlock, ...]
    absent: str
    unit_count: int
    digest: str


def bundle_today(round: Round) -> Bundle:
    """The frozen copy as it would be if the result were approved now."""
    return freezing.bundle_of(round, freezing.score_round(round))


def ranking_page(round: Round, result: Result | None) -> RankingPage:
    return frozen_page(result) if result else page_of(bundle_today(round), "")


_laid_out: dict[tuple[str, str | None], RankingPage] = {}
_KEPT = 8


def frozen_page(result: Result) -> RankingPage:
    """Lay out a frozen result, once for each hash and language a process meets: it never changes, and a province's
    is four megabytes (readers leave `bundle` deferred)."""
    key = (result.digest, get_language())
    if key not in _laid_out:
        if len(_laid_out) >= _KEPT:
            _laid_out.clear()
        _laid_out[key] = page_of(result.bundle, result.digest)
    return _laid_out[key]


def page_of(bundle: Bundle, digest: str) -> RankingPage:
    """Lay out a frozen copy."""
    return RankingPage(
        blocks=tuple(_block(block, units_of(bundle, block)) for block in bundle["blocks"]),
        absent=", ".join(unit["name"] for unit in bundle["units"] if not unit["was_submitted"]),
        unit_count=len(bundle["units"]),
        digest=digest,
    )


def units_of(bundle: Bundle, block: Bundle) -> list[Bundle]:
    """The units of a block, best first, as they were frozen."""
    return [unit for unit in bundle["units"] if unit["block"] == block["name"]]


def set_of(block: Bundle) -> scoring.IndexSet:
    """The parsed index set of a frozen block; the text is the frozen one, never today's."""
    return index_set_of(Edition(digest=block["edition"], text=block["text"]))


def survey_was_run(block: Bundle, units: Iterable[Bundle]) -> bool:
    return scoring.survey_was_run(set_of(block), (unit["facts"] for unit in units))


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _block(block: Bundle, units: list[Bundle]) -> RankingBlock:
    index_set = set_of(block)
    return RankingBlock(
        name=block["name"],
        set_name=index_set.name,
        area_names=tuple(f"{area.code}. {area.name}" for area in index_set.areas),
        rows=tuple(_row(unit, index_set) for unit in units),
        losses=_losses(units, index_set),
        method=method_sentences(index_set, survey_run=survey_was_run(block, units)),
    )


def _row(unit: Bundle, index_set: scoring.IndexSet) -> RankingRow:
    base = [area for area in unit["areas"] if index_set.by_code[area["code"]].is_base]
    lost = sum((Decimal(area["effective_max"]) - Decimal(area["score"] or 0) for area in base), Decimal(0))
    return RankingRow(
        code=unit["code"],
        unit=unit["name"],
        rank=NONE_SIGN if unit["rank"] is None else str(unit["rank"]),
        total=format_points(number(unit["total"]), index_set.places),
        grade=unit["grade"] or NONE_SIGN,
        grade_kind=_grade_kind(unit["grade"], index_set),
        lost=format_points(lost, index_set.places),
        note="" if unit["was_submitted"] else _("không nộp hồ sơ"),
        areas=tuple(_area(area, index_set) for area in unit["areas"]),
    )


def _area(area: Bundle, index_set: scoring.IndexSet) -> AreaCell:
    if not index_set.by_code[area["code"]].is_base:
        return AreaCell(format_points(number(area["score"]), index_set.places), None)
    percent = number(area["percent"])
    return AreaCell(format_points(percent, index_set.places), _heat(percent))


def _heat(percent: Decimal | None) -> int | None:
    """0 is nothing at all, 4 nearly everything; the number stands in the cell."""
    if not percent:
        return None if percent is None else 0
    return 1 + sum(percent >= step for step in _HEAT_STEPS)


def _grade_kind(grade: str, index_set: scoring.IndexSet) -> str:
    """The two best grades are green, the lowest is red; the word itself says which."""
    names = [one.name for one in index_set.grades]
    if grade not in names:
        return ""
    place = names.index(grade)
    return "green" if place < len(names) / 3 else "red" if place == len(names) - 1 else "blue"


def _losses(units: list[Bundle], index_set: scoring.IndexSet) -> tuple[Loss, ...]:
    """The same points of the same maximum are read once: there are 17,000 leaves, and few points to lose."""
    sums: dict[str, list[Decimal]] = {node.code: [] for node in index_set.leaves if node.is_base}
    read: dict[tuple[str, str | None], Decimal] = {}
    for unit in units:
        for leaf in unit["leaves"]:
            key = (leaf["effective_max"], leaf["score"])
            if (found := sums.get(leaf["code"])) is None:
                continue
            if key not in read:
                read[key] = Decimal(key[0]) - Decimal(key[1] or 0) if Decimal(key[0]) else _NOT_COUNTED
            if read[key] is not _NOT_COUNTED:
                found.append(read[key])
    means = sorted(
        ((sum(lost, Decimal(0)) / len(lost), code) for code, lost in sums.items() if lost),
        key=lambda one: (-one[0], one[1]),
    )
    return tuple(
        Loss(code, index_set.by_code[code].name, format_points(mean), format_max(index_set.by_code[code].max))
        for mean, code in means[:_LOSSES_SHOWN]
        if mean > 0
    )


@dataclass(frozen=True)
class NextStep:
    """The one step that the reader of a page can take now."""

    url: str
    label: str


def next_step(user: User, round: Round, result: Result | None, *, is_submitted: bool | None = None) -> NextStep | None:
    """Submit, decide or publish, whichever is due and allowed; `is_submitted` saves the question to the database."""
    if round.stage != StageKey.APPROVAL:
        return None
    if result is not None:
        return _step("documents:publish", round, _("Công bố kết quả")) if policy.can_publish(user, result) else None
    if is_submitted is None:
        is_submitted = round.submissions.filter(state=SubmissionState.WAITING).exists()
    if is_submitted:
        return _step("results:approval", round, _("Xem xét, phê duyệt")) if round_policy.can_head(user, round) else None
    return _step("results:submit", round, _("Lập tờ trình")) if round_policy.can_coordinate(user, round) else None


def _step(route: str, round: Round, label: str) -> NextStep:
    return NextStep(reverse(route, args=[round.pk]), label)
