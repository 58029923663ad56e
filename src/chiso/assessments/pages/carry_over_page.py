"""The pages of a carry-over, ready to print. The plan is shown as the very report it would leave behind."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chiso.assessments.actions.carry_over import require_open_stage
from chiso.assessments.carry_plan import plan_of
from chiso.assessments.carry_report import Report, report_of
from chiso.assessments.carrying import Fate
from chiso.assessments.choices import DossierState
from chiso.assessments.models import CarryOver, Entry
from chiso.assessments.pages.answer_words import answer_in_words, in_one_line
from chiso.common.dates import format_date, format_deadline, format_moment
from chiso.common.numbers import NONE_SIGN, format_points
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Edition
from chiso.indexsets.pages import version_words
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import User
from chiso.rounds.models import Block
from chiso.rounds.policy import runs
from chiso.scoring import IndexSet

_NAMES_SHOWN = 12


@dataclass(frozen=True)
class Link:
    url: str
    label: str


@dataclass(frozen=True)
class LeafLine:
    """One leaf that is not the same as before: what happens to it, to how many units, and whose points change."""

    code: str
    name: str
    tag: str
    kind: str
    why: str
    counts: tuple[str, ...]
    points: tuple[str, ...]
    more: int


@dataclass(frozen=True)
class KeptLine:
    """What one unit said of one leaf, and what is said of it now."""

    code: str
    name: str
    tag: str
    kind: str
    why: str
    told: str
    reason: str
    note: str
    before: str
    after: str
    papers: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class UnitLine:
    """One unit: its own total before and after, what it must enter, what becomes of its dossier."""

    name: str
    before: str
    after: str
    to_enter: str
    tag: str
    kind: str
    kept: tuple[KeptLine, ...]
    url: str


@dataclass(frozen=True)
class CarryOverPage:
    """Either the plan or the report."""

    old: str
    new: str
    compare_url: str
    counts: tuple[tuple[str, str], ...]
    leaves: tuple[LeafLine, ...]
    units: tuple[UnitLine, ...]
    seats: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    refusal: str = ""
    done: str = ""
    reason: str = ""
    until: str = ""
    is_whole: bool = True


_FATES = {
    Fate.RESCORED: (gettext_lazy("tính lại điểm"), "blue"),
    Fate.REENTER: (gettext_lazy("phải nhập lại"), "gold"),
    Fate.NEW: (gettext_lazy("tiêu chí mới"), "gold"),
    Fate.REMOVED: (gettext_lazy("bỏ, lưu trong báo cáo"), "red"),
}


def plan_page(block: Block, edition: Edition) -> CarryOverPage:
    """What would happen, with nothing written: four queries, whatever the number of units."""
    report = report_of(plan_of(block, edition))
    return replace(
        _page(report, block.edition, edition),
        effects=tuple(_effects(report)),
        refusal=_refusal(block),
        seats=tuple(_seats(report)),
    )


def report_page(done: CarryOver, user: User) -> CarryOverPage:
    """What happened: everything to those who run the round, to others the part of their own unit."""
    report, is_whole = done.report, runs(user, done.block.round)
    if not is_whole:
        report = report | {"units": [unit for unit in report["units"] if unit["unit"] in user.unit_ids()]}
    return replace(
        _page(report, done.old_edition, done.new_edition),
        seats=tuple(_seats(report)) if is_whole else (),
        done=_("%(who)s chuyển lúc %(when)s")
        % {"who": done.carried_by.full_name, "when": format_moment(done.carried_at)},
        until=format_deadline(done.until) if done.until else "",
        reason=done.reason,
        is_whole=is_whole,
    )


def report_links(block: Block) -> tuple[Link, ...]:
    """The reports of what was carried over before (one query)."""
    rows = CarryOver.objects.filter(block=block).order_by("-carried_at").values_list("pk", "carried_at")
    return tuple(
        Link(
            reverse("assessments:carry_over_report", args=[pk]),
            _("Báo cáo chuyển số liệu lúc %(when)s") % {"when": format_moment(at)},
        )
        for pk, at in rows
    )


def _page(report: Report, before: Edition, after: Edition) -> CarryOverPage:
    old, new = index_set_of(before), index_set_of(after)
    fates = Counter(leaf["fate"] for leaf in report["leaves"])
    return CarryOverPage(
        old=_edition_words(before),
        new=_edition_words(after),
        compare_url=f"{reverse('indexsets:compare')}?cu={before.pk}&moi={after.pk}",
        counts=(
            (_("Giữ nguyên"), str(report["same"])),
            (_("Tính lại điểm"), str(fates[Fate.RESCORED])),
            (_("Phải nhập lại"), str(fates[Fate.REENTER])),
            (_("Tiêu chí mới"), str(fates[Fate.NEW])),
            (_("Bỏ"), str(fates[Fate.REMOVED])),
        ),
        leaves=tuple(_leaf_lines(report)),
        units=tuple(_unit_line(unit, old, new) for unit in report["units"]),
    )


def _edition_words(edition: Edition) -> str:
    return _("%(version)s, Quyết định số %(number)s") % {
        "version": version_words(edition),
        "number": edition.decision_number,
    }


# ---- leaf by leaf ------------------------------------------------------------


def _leaf_lines(report: Report) -> Iterator[LeafLine]:
    rows: dict[tuple[str, str], list[tuple[str, Report]]] = defaultdict(list)
    waited = Counter(code for unit in report["units"] for code in unit["to_enter"])
    for unit in report["units"]:
        for row in unit["rows"]:
            rows[row["old"], row["new"]].append((unit["name"], row))
    for leaf in report["leaves"]:
        mine = rows[leaf["old"], leaf["new"]]
        points = [f"{name}: {_points(row['before'])} → {_points(row['after'])}" for name, row in mine if _moved(row)]
        tag, kind = _FATES[Fate(leaf["fate"])]
        yield LeafLine(
            code=_code(leaf),
            name=leaf["name"],
            tag=str(tag),
            kind=kind,
            why=leaf["why"],
            counts=tuple(_counts(mine, len(points), waited[leaf["new"]])),
            points=tuple(points[:_NAMES_SHOWN]),
            more=max(0, len(points) - _NAMES_SHOWN),
        )


def _counts(rows: list[tuple[str, Report]], moved: int, waited: int) -> Iterator[str]:
    lost = sum(row["is_lost"] for _name, row in rows)
    if moved:
        yield ngettext("%(count)d đơn vị đổi điểm", "%(count)d đơn vị đổi điểm", moved) % {"count": moved}
    if waited:
        yield ngettext("%(count)d đơn vị phải nhập", "%(count)d đơn vị phải nhập", waited) % {"count": waited}
    if lost:
        yield ngettext(
            "số liệu của %(count)d đơn vị lưu trong báo cáo", "số liệu của %(count)d đơn vị lưu trong báo cáo", lost
        ) % {"count": lost}


def _moved(row: Report) -> bool:
    """Whether points change though the facts go over."""
    return not row["is_lost"] and _points(row["before"]) != _points(row["after"])


def _code(row: Report) -> str:
    """`1.2`, or `1.1 → 1.2` where the number changed."""
    return f"{row['old']} → {row['new']}" if row["old"] and row["new"] and row["old"] != row["new"] else _either(row)


def _either(row: Report) -> str:
    code: str = row["new"] or row["old"]
    return code


def _points(text: str) -> str:
    return format_points(Decimal(text)) if text else NONE_SIGN


# ---- unit by unit ------------------------------------------------------------


def _unit_line(unit: Report, old: IndexSet, new: IndexSet) -> UnitLine:
    tag, kind = _then(unit)
    return UnitLine(
        name=unit["name"],
        before=_total(unit["before"], old),
        after=_total(unit["after"], new),
        to_enter=", ".join(unit["to_enter"]),
        tag=tag,
        kind=kind,
        kept=tuple(_kept_line(row, unit, old) for row in unit["rows"]),
        url=reverse("assessments:dossier", args=[unit["dossier"]]),
    )


def _total(text: str, index_set: IndexSet) -> str:
    return format_points(Decimal(text), index_set.places) if text else NONE_SIGN


def _then(unit: Report) -> tuple[str, str]:
    """What becomes of the dossier."""
    state = DossierState(unit["state"])
    if unit["is_returned"]:
        return _("trả lại để nhập và nộp lại"), "gold"
    if state == DossierState.INTERNAL_REVIEW and unit["to_enter"]:
        return _("từ lãnh đạo về công chức để nhập"), "gold"
    if unit["to_enter"]:
        return _("%(state)s, còn phải nhập") % {"state": state.label}, "gold"
    return _("vẫn %(state)s") % {"state": state.label}, "red" if state == DossierState.NOT_SUBMITTED else "green"


def _kept_line(row: Report, unit: Report, old: IndexSet) -> KeptLine:
    tag, kind = _FATES[Fate(row["fate"])]
    if row["is_lost"] and row["fate"] == Fate.RESCORED:
        tag, kind = _FATES[Fate.REENTER]
    return KeptLine(
        code=_code(row),
        name=row["name"],
        tag=str(tag),
        kind=kind,
        why=row["why"],
        told=_told(row, old),
        reason=row["reason"],
        note=row["note"],
        before=_points(row["before"]),
        after=NONE_SIGN if row["is_lost"] else _points(row["after"]),
        papers=tuple(filter(None, (_paper(paper) for paper in row["papers"]))),
        url=reverse("assessments:leaf", args=[unit["dossier"], row["new"]]) if row["new"] else "",
    )


def _told(row: Report, old: IndexSet) -> str:
    """The facts as they were, in the words of the old edition."""
    facts = dict(row["facts"])
    stated = Entry(
        not_applicable=facts.pop("not_applicable", "") != "",
        decided=Decimal(facts.pop("decided")) if "decided" in facts else None,
        facts=facts,
    )
    told = [in_one_line(answer_in_words(old.by_code[row["old"]], stated))] if stated.has_answer() else []
    if row.get("as_of"):
        told.append(_("số liệu đến ngày %(day)s") % {"day": format_date(date.fromisoformat(row["as_of"]))})
    return "; ".join(told)


def _paper(paper: Report) -> str:
    return f"{paper['name']} ({paper['place']})" if paper["place"] else str(paper["name"])


# ---- what happens with it ----------------------------------------------------


def _effects(report: Report) -> Iterator[str]:
    units = report["units"]
    returned = sum(unit["is_returned"] for unit in units)
    entering = sum(bool(unit["to_enter"]) and not unit["is_returned"] for unit in units)
    yield _("Số liệu, thuyết minh và tài liệu kiểm chứng đi theo tiêu chí của mình; điểm tự chấm tính theo bản mới.")
    if returned:
        yield ngettext(
            "%(count)d hồ sơ đã nộp được trả lại để nhập tiêu chí còn thiếu và nộp lại trong thời hạn ghi dưới đây.",
            "%(count)d hồ sơ đã nộp được trả lại để nhập tiêu chí còn thiếu và nộp lại trong thời hạn ghi dưới đây.",
            returned,
        ) % {"count": returned}
    if entering:
        yield ngettext(
            "%(count)d hồ sơ đang ở đơn vị phải nhập thêm trong thời hạn chung của đợt; có thể gia hạn riêng.",
            "%(count)d hồ sơ đang ở đơn vị phải nhập thêm trong thời hạn chung của đợt; có thể gia hạn riêng.",
            entering,
        ) % {"count": entering}
    yield _("Những gì không chuyển được lưu nguyên văn trong báo cáo; mỗi đơn vị đọc được phần của mình.")
    yield _("Các đơn vị và Tổ trưởng Tổ Chuyên viên nhận thông báo.")


def _seats(report: Report) -> Iterator[str]:
    """What becomes of the assignments of the team."""
    seats = report["assignments"]
    if seats["kept"]:
        yield _("%(count)d phân công thẩm định đi theo tiêu chí của mình.") % {"count": seats["kept"]}
    if seats["dropped"]:
        listed = ", ".join(f"{seat['member']} ({seat['code']})" for seat in seats["dropped"])
        yield _("Phân công hết hiệu lực cùng tiêu chí bị bỏ: %(listed)s.") % {"listed": listed}
    if seats["unassigned"]:
        listed = ", ".join(seats["unassigned"])
        yield _("Tiêu chí mới chưa phân công thẩm định: %(listed)s.") % {"listed": listed}


def _refusal(block: Block) -> str:
    try:
        require_open_stage(block)
    except RuleViolation as refusal:
        return str(refusal)
    return ""
