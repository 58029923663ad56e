"""Where an appraiser goes from a leaf: the list beside it, the leaf before and after, the next that waits."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.choices import Pass
from chiso.assessments.drafts import has_draft
from chiso.assessments.models import Entry
from chiso.assessments.pages.appraisal_listing import Listing, kept_by
from chiso.assessments.pages.pass_rows import Row, is_disputed, is_done, my_leaves, waits, with_judgement
from chiso.common.addresses import address
from chiso.common.numbers import format_points
from chiso.organizations.models import User
from chiso.rounds.models import Round


@dataclass(frozen=True)
class Neighbor:
    """Where one goes from here."""

    url: str
    label: str


@dataclass(frozen=True)
class Way:
    """The list that a leaf stands in, and where one goes from it."""

    title: str
    items: list[Row]
    following: Neighbor
    previous: Neighbor | None
    next: Neighbor | None
    has_draft: bool
    """Whether the person keeps a draft of the leaf at hand."""


def way_of(entry: Entry, user: User, number: Pass, listing: Listing) -> Way | None:
    """The list of a leaf and its neighbors: one query, and one more where nothing in the list waits. None outside."""
    leaves = _leaves(user, entry.dossier.round, number, listing)
    here = Q(dossier=entry.dossier_id) if listing.by_unit else Q(criterion=entry.criterion_id)
    items = _items(leaves.filter(here), entry, listing)
    place = next((place for place, item in enumerate(items) if item["is_current"]), None)
    if place is None:
        return None
    title = _("Tiêu chí %(code)s · %(count)d đơn vị") % {"code": entry.code, "count": len(items)}
    if listing.by_unit:
        title = _("%(unit)s · %(count)d tiêu chí") % {"unit": entry.dossier.unit.name, "count": len(items)}
    return Way(
        title=title,
        items=items,
        following=_following(leaves.exclude(here), entry, items, place, listing),
        previous=_neighbor(items, place - 1) if place else None,
        next=_neighbor(items, place + 1) if place + 1 < len(items) else None,
        has_draft=bool(items[place]["draft"]),
    )


def _leaves(user: User, round: Round, number: Pass, listing: Listing) -> QuerySet[Any]:
    """One's own leaves with what was given, each telling whether it waits and whether the filter keeps it."""
    leaves: QuerySet[Any] = with_judgement(my_leaves(user, round, number), number).annotate(
        waits=_flag(waits(user, round, number)),
        is_done=_flag(is_done(user, round, number)),
        is_disputed=_flag(is_disputed(round, number)),
        is_drafted=_flag(has_draft(user, number)),
        is_kept=_flag(kept_by(listing.kept, user, round, number)),
    )
    return leaves


def _flag(condition: Q) -> Case | Value:
    if not condition:  # As a filter, nothing said keeps everything.
        return Value(1, output_field=IntegerField())
    return Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())


# ---- the list --------------------------------------------------------------------


def _items(leaves: QuerySet[Any], entry: Entry, listing: Listing) -> list[Row]:
    """The leaves of the list; the one at hand stays in it when the filter would drop it."""
    rows = (
        leaves.filter(Q(is_kept=1) | Q(pk=entry.pk))
        .values(
            "pk",
            "code",
            "score",
            "not_applicable",
            "gave",
            "before",
            "was_not_applicable",
            "waits",
            "is_done",
            "is_disputed",
            "is_drafted",
        )
        .annotate(
            unit=F("dossier__unit__code"),
            unit_name=F("dossier__unit__name"),
            leaf_name=F("criterion__name"),
            late_days=F("dossier__late_days"),
            judged_pk=F("judged__pk"),
            judged_score=F("judged__score"),
            refused=F("judged__not_applicable"),
            is_flagged=F("judged__needs_explanation"),
            is_visited=F("judged__needs_visit"),
        )
        .order_by(*_ORDER[listing.by_unit])
    )
    return [_item(row, entry, listing) for row in rows]


_ORDER = {False: ("dossier__unit__code",), True: ("criterion__position",)}


def _item(row: Row, entry: Entry, listing: Listing) -> Row:
    is_judged = row["judged_pk"] is not None
    change = row["gave"] - row["before"] if is_judged else Decimal(0)
    is_cut = is_judged and (change < 0 or row["refused"] != row["was_not_applicable"])
    score = row["judged_score"] if is_judged else row["score"]
    status, label = _status(row, is_judged=is_judged, is_cut=is_cut)
    return {
        "unit": row["unit"],
        "name": f"{row['code']} {row['leaf_name']}" if listing.by_unit else row["unit_name"],
        "goes_to": row["code"] if listing.by_unit else row["unit_name"],
        "score": format_points(score),
        "change": format_points(change) if change < 0 else f"+{format_points(change)}" if change else "",
        "url": _address(entry.dossier.round, row["code"], row["unit"], listing),
        "status": status,
        "status_label": label,
        "is_current": row["pk"] == entry.pk,
        "is_waiting": bool(row["waits"]),
        "draft": _("bản nháp") if row["is_drafted"] else "",
        **_tag(row),
    }


def _status(row: Row, *, is_judged: bool, is_cut: bool) -> tuple[str, str]:
    if is_judged:
        return ("missing", _("đã chấm, khác điểm trước")) if is_cut else ("done", _("đã chấm"))
    return ("partial", _("đã chấm, chờ người thứ hai")) if row["is_done"] else ("empty", _("chưa chấm"))


def _tag(row: Row) -> Row:
    if row["is_disputed"]:
        return {"tag_text": _("chênh lệch, chờ Tổ trưởng"), "tag_kind": "red"}
    if row["not_applicable"]:
        return {"tag_text": _("đề nghị không áp dụng"), "tag_kind": "blue"}
    if row["is_visited"]:
        return {"tag_text": _("cần kiểm tra thực tế"), "tag_kind": "gold"}
    if row["is_flagged"]:
        return {"tag_text": _("yêu cầu giải trình"), "tag_kind": "gold"}
    if row["late_days"]:
        days = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", row["late_days"]) % {"n": row["late_days"]}
        return {"tag_text": days, "tag_kind": "red"}
    return {"tag_text": "", "tag_kind": ""}


def _address(round: Round, code: str, unit: str, listing: Listing) -> str:
    return address("assessments:appraise", round.pk, code, unit) + listing.query


# ---- from here ---------------------------------------------------------------------


def _neighbor(items: list[Row], place: int) -> Neighbor:
    return Neighbor(items[place]["url"], items[place]["name"])


def _following(others: QuerySet[Any], entry: Entry, items: list[Row], place: int, listing: Listing) -> Neighbor:
    """The next that waits in the list, then in the list after it, then the page of all lists.

    Where the list goes down, simply the one below.
    """
    round = entry.dossier.round
    rest = items[place + 1 :] if listing.goes_down else [*items[place + 1 :], *items[:place]]
    for item in rest:
        if item["is_waiting"] or listing.goes_down:
            return Neighbor(item["url"], _("Lưu, sang %(unit)s") % {"unit": item["goes_to"]})
    row = None if listing.goes_down else _next_elsewhere(others, entry, listing)
    if row is None:
        return Neighbor(reverse("assessments:appraisal", args=[round.pk]) + listing.query, _("Lưu, về danh sách"))
    url = _address(round, row["code"], row["unit"], listing)
    if listing.by_unit:
        return Neighbor(url, _("Lưu, sang %(unit)s") % {"unit": row["unit_name"]})
    return Neighbor(url, _("Lưu, sang tiêu chí %(code)s") % {"code": row["code"]})


def _next_elsewhere(others: QuerySet[Any], entry: Entry, listing: Listing) -> Row | None:
    """The first leaf that waits in the lists after this one, else in those before it."""
    after = (
        Q(dossier__unit__code__gt=entry.dossier.unit.code)
        if listing.by_unit
        else Q(criterion__edition=entry.criterion.edition_id, criterion__position__gt=entry.criterion.position)
        | Q(criterion__edition__gt=entry.criterion.edition_id)
    )
    order = ["criterion__edition", "criterion__position"]
    order = ["dossier__unit__code", *order] if listing.by_unit else [*order, "dossier__unit__code"]
    waiting = others.filter(waits=1, is_kept=1).annotate(comes_later=_flag(after)).order_by("-comes_later", *order)
    found: Row | None = waiting.values(
        "code", unit=F("dossier__unit__code"), unit_name=F("dossier__unit__name")
    ).first()
    return found
