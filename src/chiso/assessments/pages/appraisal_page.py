"""What the list of a pass shows: progress and pace of one's own work, and a row for each criterion or each unit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.choices import Pass
from chiso.assessments.pages.appraisal_listing import DRAFTED, EVERYTHING, LABELS, MINE, Listing, kept_by
from chiso.assessments.pages.pass_rows import (
    Row,
    differs,
    is_done,
    is_mine,
    is_running,
    my_leaves,
    pass_shown,
    seen_leaves,
    waits,
    with_judgement,
)
from chiso.common.numbers import NONE_SIGN, format_max, format_number
from chiso.indexsets.models import Criterion
from chiso.organizations.models import User
from chiso.rounds.models import Round


@dataclass(frozen=True)
class Progress:
    """How far one's own work in a pass is, and how fast it must go on."""

    judged: int
    total: int
    waiting: int
    text: str
    pace: str


@dataclass(frozen=True)
class Queue:
    """The list of a pass: the progress of one's own leaves, and a row for each criterion or unit one may see."""

    title: str
    is_running: bool
    progress: Progress
    rows: tuple[Row, ...]
    differs_label: str
    start_url: str
    start_label: str
    drafts: str
    drafts_url: str
    shows_others: bool
    by_unit: bool
    sorts: tuple[Row, ...]
    filters: tuple[Row, ...]


# ---- progress ----------------------------------------------------------------


def progress_of(user: User, round: Round, number: Pass, at: datetime) -> Progress:
    """One's own progress; one query."""
    counts = with_judgement(my_leaves(user, round, number), number).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=is_done(user, round, number)),
        waiting=Count("pk", filter=waits(user, round, number)),
    )
    return _progress(counts, round, at)


def _progress(counts: Row, round: Round, at: datetime) -> Progress:
    judged, total, waiting = counts["done"], counts["total"], counts["waiting"]
    text = _("đã chấm %(judged)s/%(total)s") % {"judged": format_number(judged), "total": format_number(total)}
    return Progress(judged, total, waiting, text, _pace(waiting, round, at))


def _pace(waiting: int, round: Round, at: datetime) -> str:
    """`còn 4 ngày · khoảng 25 tiêu chí/ngày`; nothing when all is done or no date is set."""
    ends = next((stage.closes_at for stage in round.stages.all() if stage.key == round.stage), None)
    if not waiting or ends is None or not is_running(round):
        return ""
    days = -(-(ends - at) // timedelta(days=1))
    if days <= 0:
        return _("đã quá hạn · còn %(count)s tiêu chí") % {"count": format_number(waiting)}
    left = ngettext("còn %(n)d ngày", "còn %(n)d ngày", days) % {"n": days}
    return _("%(left)s · khoảng %(each)s tiêu chí/ngày") % {"left": left, "each": format_number(-(-waiting // days))}


# ---- the list ----------------------------------------------------------------


def queue_of(user: User, round: Round, at: datetime, listing: Listing = EVERYTHING) -> Queue | None:
    """Build the list: one query over the leaves, besides the seat; by unit one more for the codes of criteria."""
    number = pass_shown(round)
    if number is None:
        return None
    leaves = with_judgement(seen_leaves(user, round, number), number)
    found = _by_unit(leaves, user, round, number, listing) if listing.by_unit else None
    counts = found if found is not None else _by_criterion(leaves, user, round, number, listing)
    rows = tuple(_row(row, round, number, listing) for row in counts if row["shown"])
    start = next((row for row in rows if row["has_next"]), None)
    mine = {
        "done": sum(row["mine_done"] for row in counts),
        "total": sum(row["mine"] for row in counts),
        "waiting": sum(row["mine_waiting"] for row in counts),
    }
    drafts = sum(row[_tally(DRAFTED)] for row in counts)
    shows_others = any(row["mine"] < row["total"] for row in counts)
    return Queue(
        title=str(number.label),
        is_running=is_running(round),
        progress=_progress(mine, round, at),
        rows=rows,
        differs_label=_("Hạ điểm") if number == Pass.FIRST else _("Điều chỉnh"),
        start_url=start["url"] if start and is_running(round) else "",
        start_label=_("Chấm tiếp %(code)s") % {"code": start["start"]} if start else "",
        drafts=_drafts_in_words(drafts, _("%(count)s bản nháp chưa lưu")),
        drafts_url=listing.keeping(DRAFTED).query,
        shows_others=shows_others,
        by_unit=listing.by_unit,
        sorts=_sorts(listing),
        filters=_filters(counts, listing, shows_others=shows_others),
    )


def _counted(
    leaves: QuerySet[Any], user: User, round: Round, number: Pass, listing: Listing, order: str
) -> QuerySet[Any]:
    """Of each group, how many leaves there are, are judged, are one's own, and are kept by each filter; where its
    first one lies, and the first that waits."""
    mine, waiting = is_mine(user, round), waits(user, round, number)
    kept = kept_by(listing.kept, user, round, number)
    tallies = {_tally(name): Count("pk", filter=kept_by(name, user, round, number)) for name in LABELS}
    counted: QuerySet[Any] = leaves.annotate(
        total=Count("pk"),
        done=Count("judged"),
        mine=Count("pk", filter=mine),
        mine_done=Count("pk", filter=mine & is_done(user, round, number)),
        mine_waiting=Count("pk", filter=mine & waiting),
        changed=Count("pk", filter=differs(number)),
        shown=Count("pk", filter=kept),
        first=Min(order, filter=mine & kept),
        next=Min(order, filter=mine & kept & waiting),
        **tallies,
    )
    return counted


def _by_criterion(leaves: QuerySet[Any], user: User, round: Round, number: Pass, listing: Listing) -> list[Row]:
    groups = leaves.values("criterion_id", "code", name=F("criterion__name"), max_score=F("criterion__max_score"))
    counts = _counted(groups, user, round, number, listing, "dossier__unit__code")
    return [
        row | {"title": f"{row['code']} {row['name']}", "leaf": row["code"], "unit": row["next"] or row["first"]}
        for row in counts.order_by("criterion__edition", "criterion__position")
    ]


def _by_unit(leaves: QuerySet[Any], user: User, round: Round, number: Pass, listing: Listing) -> list[Row]:
    edition = "dossier__block__edition_id"
    groups = leaves.values(edition, unit=F("dossier__unit__code"), title=F("dossier__unit__name"))
    counts = list(_counted(groups, user, round, number, listing, "criterion__position").order_by("dossier__unit__code"))
    leaf_codes = Criterion.objects.filter(edition__in={row[edition] for row in counts}, is_leaf=True)
    codes = {(place, key): code for key, place, code in leaf_codes.values_list("edition", "position", "code")}
    for row in counts:
        place = row["first"] if row["next"] is None else row["next"]
        row |= {"leaf": codes.get((place, row[edition]), ""), "code": row["unit"]}
    return counts


def _tally(name: str) -> str:
    return f"kept_{name.replace('-', '_')}"


def _sorts(listing: Listing) -> tuple[Row, ...]:
    labels = {False: _("Theo tiêu chí"), True: _("Theo đơn vị")}
    return tuple(
        {
            "label": label,
            "url": listing.sorted_by(by_unit=by_unit).query or "?",
            "is_current": by_unit == listing.by_unit,
        }
        for by_unit, label in labels.items()
    )


def _filters(counts: Iterable[Row], listing: Listing, *, shows_others: bool) -> tuple[Row, ...]:
    """Each filter with how many leaves it keeps; “mine” only for those who see others' leaves too."""
    totals = {"": sum(row["total"] for row in counts)}
    totals |= {name: sum(row[_tally(name)] for row in counts) for name in LABELS if shows_others or name != MINE}
    return tuple(
        {
            "label": str(LABELS.get(name, _("Tất cả"))),
            "count": format_number(total),
            "url": listing.keeping(name).query or "?",
            "is_current": name == listing.kept,
        }
        for name, total in totals.items()
        if total or name in ("", listing.kept)
    )


def _row(row: Row, round: Round, number: Pass, listing: Listing) -> Row:
    is_own = row["mine"] > 0
    waiting = row["mine_waiting"] if is_own else row["total"] - row["done"]
    opens = is_own and row["first"] is not None
    address = reverse("assessments:appraise", args=[round.pk, row["leaf"], row["unit"]]) if opens else ""
    may_agree = is_own and waiting and number == Pass.FIRST and is_running(round) and not listing.by_unit
    return {
        "title": row["title"],
        "start": f"{row['leaf']}" if not listing.by_unit else f"{row['title']}",
        "max": "" if listing.by_unit else format_max(row["max_score"]),
        "done": row["mine_done"] if is_own else row["done"],
        "total": row["mine"] if is_own else row["total"],
        "waiting": waiting,
        "shown": format_number(row["shown"]) if listing.kept else "",
        "changed": row["changed"] or NONE_SIGN,
        "is_mine": is_own,
        "drafts": _drafts_in_words(row[_tally(DRAFTED)], _("%(count)s bản nháp")),
        "has_next": is_own and row["next"] is not None,
        "status": "done" if not waiting else "partial" if row["done"] else "empty",
        "status_label": _("xong") if not waiting else _("còn %(count)d") % {"count": waiting},
        "url": f"{address}{listing.query}" if address else "",
        "agree_url": reverse("assessments:agree", args=[round.pk, row["code"]]) if may_agree else "",
    }


def _drafts_in_words(count: int, words: str) -> str:
    return words % {"count": format_number(count)} if count else ""
