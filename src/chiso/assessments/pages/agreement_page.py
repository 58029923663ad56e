"""How far two independent appraisers agree (mức thống nhất): in all, by criterion and by pair of people.

Only pairs that are complete are counted, so that nobody reads another's score out of it before giving the own.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from chiso.assessments.choices import Pass
from chiso.assessments.independent import are_apart, given_by, given_by_two, two_judge
from chiso.assessments.models import IndependentScore
from chiso.assessments.pages.pass_rows import Row, my_leaves
from chiso.assessments.scores import is_same
from chiso.common.numbers import NONE_SIGN, format_number, format_points
from chiso.indexsets.models import Criterion
from chiso.organizations.models import User
from chiso.rounds import policy as round_policy
from chiso.rounds.choices import Panel
from chiso.rounds.models import PanelMember, Round
from chiso.rounds.sight import assigned_to_seat

_BOTH = 2


@dataclass(frozen=True)
class Agreement:
    """How two judgements of the same leaves compare."""

    pairs: int
    equal: int
    within_step: int
    mean_apart: Decimal | None
    mean_change: Decimal | None


@dataclass(frozen=True)
class AgreementPage:
    """The page, for one pass."""

    title: str
    step: str
    total: Row
    by_criterion: tuple[Row, ...]
    by_pair: tuple[Row, ...]
    left_out: int


Scored = tuple[Any, Any]
"""Two rows of `IndependentScore`, each with the key of its `criterion`."""


def must_judge_first(user: User, round: Round, number: Pass) -> bool:
    """Whether the person still has to give the own of two scores somewhere."""
    held = round_policy.seat(user, round, Panel.TEAM)
    if held is None or not round.independent_codes:
        return False
    own = my_leaves(user, round, number).filter(assigned_to_seat(member=held.pk), two_judge(round, number))
    return own.exclude(given_by_two(number)).exclude(given_by(held, number)).exists()


def agreement_page(user: User, round: Round, number: Pass) -> AgreementPage:
    """Compare every complete pair of a pass: one query, and one each for the leaves and the people."""
    complete, alone = _pairs(user, round, number)
    criteria = Criterion.objects.in_bulk({one.criterion for one, _two in complete})
    seats = PanelMember.objects.filter(round=round).select_related("user")
    names = {seat.pk: seat.user.full_name for seat in seats}
    by_leaf: defaultdict[tuple[int, str], list[Scored]] = defaultdict(list)
    by_people: defaultdict[str, list[Scored]] = defaultdict(list)
    for one, two in complete:
        criterion = criteria[one.criterion]
        by_leaf[criterion.position, f"{criterion.code} {criterion.name}"].append((one, two))
        first, second = sorted((one, two), key=lambda row: (names[row.member_id], row.member_id))
        by_people[f"{names[first.member_id]} – {names[second.member_id]}"].append((first, second))
    step = round.independent_step
    return AgreementPage(
        title=_("Mức thống nhất giữa hai người, %(pass)s") % {"pass": str(number.label).lower()},
        step=format_number(step),
        total=_row(_("Tất cả"), compare(complete, step)),
        by_criterion=tuple(_row(name, compare(found, step)) for (_place, name), found in sorted(by_leaf.items())),
        by_pair=tuple(_row(name, compare(found, step)) for name, found in sorted(by_people.items())),
        left_out=alone,
    )


def _pairs(user: User, round: Round, number: Pass) -> tuple[list[Scored], int]:
    """The complete pairs in the order they were given, and how many leaves have one score only."""
    rows = (
        IndependentScore.objects.filter(entry__dossier__round=round, pass_number=number)
        .exclude(entry__dossier__unit__in=round_policy.barred_units(user, round))
        .annotate(criterion=F("entry__criterion"))
        .order_by("given_at", "pk")
    )
    given: defaultdict[int, list[Any]] = defaultdict(list)
    for row in rows:
        given[row.entry_id].append(row)
    complete = [(said[0], said[1]) for said in given.values() if len(said) >= _BOTH]
    return complete, len(given) - len(complete)


def compare(pairs: Iterable[Scored], step: Decimal) -> Agreement:
    """Count agreement. Differences are told of pairs with points on both sides; the change is second less first."""
    pairs = list(pairs)
    changes = [two.score - one.score for one, two in pairs if one.score is not None and two.score is not None]
    return Agreement(
        pairs=len(pairs),
        equal=sum(is_same(one, two) for one, two in pairs),
        within_step=sum(not are_apart(one, two, step) for one, two in pairs),
        mean_apart=sum(map(abs, changes), Decimal(0)) / len(changes) if changes else None,
        mean_change=sum(changes, Decimal(0)) / len(changes) if changes else None,
    )


def _row(name: str, found: Agreement) -> Row:
    return {
        "name": name,
        "pairs": format_number(found.pairs),
        "equal": _share(found.equal, found.pairs),
        "within": _share(found.within_step, found.pairs),
        "apart": NONE_SIGN if found.mean_apart is None else format_points(found.mean_apart),
        "change": NONE_SIGN if found.mean_change is None else format_points(found.mean_change),
    }


def _share(part: int, whole: int) -> str:
    if not whole:
        return NONE_SIGN
    return _("%(percent)s%% (%(part)s)") % {
        "percent": format_number(Decimal(100 * part) / whole, 1),
        "part": format_number(part),
    }
