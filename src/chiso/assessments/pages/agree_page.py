"""Agreeing with many self scores at once: what may be ticked, then exactly what will be agreed with.

Only waiting leaves with evidence, where the set asks for some, and without a claim of “not applicable”: the others
must be looked at one by one.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from chiso.assessments.choices import Pass
from chiso.assessments.independent import two_judge
from chiso.assessments.models import Appraisal, Citation, Entry
from chiso.assessments.pages.pass_rows import my_leaves
from chiso.common.numbers import format_max, format_number, format_points
from chiso.indexsets.models import Criterion
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.models import Round

Row = dict[str, Any]

_ORDER = ("criterion__edition", "criterion__position", "dossier__unit__code")


@dataclass(frozen=True)
class Offer:
    """What may be ticked: units of one criterion, or whole criteria; and how many leaves are left out."""

    options: tuple[Row, ...]
    left_out: int

    def choices(self) -> list[tuple[str, str]]:
        return [(option["key"], option["label"]) for option in self.options]


def offer_of(user: User, round: Round, code: str) -> Offer:
    """What may be ticked: with a code the units of that criterion, else every criterion with its count."""
    waiting = _waiting(user, round)
    return _units(waiting.filter(code=code), round) if code else _criteria(waiting, round)


def _waiting(user: User, round: Round) -> QuerySet[Any]:
    judged = Appraisal.objects.filter(entry=OuterRef("pk"), pass_number=Pass.FIRST)
    cited = Citation.objects.filter(entry=OuterRef("pk"))
    alone = my_leaves(user, round, Pass.FIRST).exclude(two_judge(round, Pass.FIRST))
    return alone.filter(~Exists(judged)).annotate(is_proven=Exists(cited))


def _units(waiting: QuerySet[Any], round: Round) -> Offer:
    unproven = _needing_no_evidence(round)
    rows: Iterable[Row] = waiting.order_by(*_ORDER).values(
        "criterion_id",
        "score",
        "not_applicable",
        "is_proven",
        key=F("dossier__unit__code"),
        label=F("dossier__unit__name"),
    )
    kept, left_out = [], 0
    for row in rows:
        if row["not_applicable"] or not (row["is_proven"] or row["criterion_id"] in unproven):
            left_out += 1
        else:
            kept.append(row | {"note": format_points(row["score"])})
    return Offer(tuple(kept), left_out)


def _criteria(waiting: QuerySet[Any], round: Round) -> Offer:
    unproven = _needing_no_evidence(round)
    rows: Iterable[Row] = (
        waiting.order_by("criterion__edition", "criterion__position")
        .values("criterion_id", "code", name=F("criterion__name"))
        .annotate(
            all=Count("pk"),
            applying=Count("pk", filter=Q(not_applicable=False)),
            proven=Count("pk", filter=Q(not_applicable=False, is_proven=True)),
        )
    )
    options, left_out = [], 0
    for row in rows:
        count = row["applying"] if row["criterion_id"] in unproven else row["proven"]
        left_out += row["all"] - count
        if count:
            label = f"{row['code']} {row['name']}"
            options.append({"key": str(row["criterion_id"]), "label": label, "note": format_number(count)})
    return Offer(tuple(options), left_out)


def _needing_no_evidence(round: Round) -> frozenset[int]:
    """The criteria for which the set asks no document."""
    editions = {
        block.edition_id: block.edition for block in round.blocks.select_related("edition").defer("edition__text")
    }
    asking = {key: {node.code for node in index_set_of(one).leaves if node.evidence} for key, one in editions.items()}
    leaves = Criterion.objects.filter(edition__in=editions, is_leaf=True).values_list("pk", "edition_id", "code")
    return frozenset(pk for pk, edition, code in leaves if code not in asking[edition])


def chosen_leaves(user: User, round: Round, code: str, keys: Collection[str]) -> QuerySet[Any]:
    """The leaves that the ticked keys stand for."""
    proven = Q(is_proven=True) | Q(criterion__in=_needing_no_evidence(round))
    waiting = _waiting(user, round).filter(proven, not_applicable=False).order_by(*_ORDER)
    return waiting.filter(code=code, dossier__unit__code__in=keys) if code else waiting.filter(criterion__in=keys)


def confirm_page(chosen: QuerySet[Any]) -> Row:
    """Every leaf that will be agreed with, by criterion, with its unit and self score; and their count."""
    rows: Iterable[Row] = chosen.values(
        "criterion_id",
        "code",
        "score",
        name=F("criterion__name"),
        max_score=F("criterion__max_score"),
        unit=F("dossier__unit__name"),
    )
    groups: dict[int, Row] = {}
    for row in rows:
        group = groups.get(row["criterion_id"])
        if group is None:
            group = {"code": row["code"], "name": row["name"], "max": format_max(row["max_score"]), "leaves": []}
            groups[row["criterion_id"]] = group
        group["leaves"].append(f"{row['unit']}: {format_points(row['score'])}")
    count = sum(len(group["leaves"]) for group in groups.values())
    return {"groups": list(groups.values()), "count": count, "count_text": format_number(count)}


def entries_for(chosen: QuerySet[Any], round: Round) -> list[Entry]:
    """The same leaves as the action takes them."""
    entries = list(chosen.select_related("dossier__unit"))
    for entry in entries:
        entry.dossier.round = round
    return entries
