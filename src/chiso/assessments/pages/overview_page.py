"""What the round's overview shows (“Theo dõi”), counted in SQL and ready to print.

Those who run the round see every unit; a judged unit sees its own row and never another's; the team and the
council see where the round stands and the way to their work.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Unpack

from django.db.models import QuerySet
from django.http import Http404
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import windows
from chiso.assessments.choices import DossierState
from chiso.assessments.deadlines import Deadlines, deadlines
from chiso.assessments.models import Dossier
from chiso.assessments.pages.completeness import (
    CELLS,
    NOTHING,
    Completeness,
    completeness_of,
    counted_areas,
    percent,
)
from chiso.assessments.pages.overview_steps import Check, Step, blocks_of, checks_of, next_steps
from chiso.assessments.pages.overview_tasks import DueTask, due_tasks
from chiso.assessments.pages.submission_curve import NARROW, UNSENT, Curve, submission_curve
from chiso.assessments.queries import awaiting_appraisal, to_appraise
from chiso.common.dates import format_day_month
from chiso.common.numbers import format_number
from chiso.common.prepared import Prepared, remember
from chiso.indexsets.reading import index_set_of
from chiso.organizations.models import Reach, User
from chiso.rounds import policy
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round, Stage
from chiso.rounds.pages import url_of
from chiso.rounds.policy import runs
from chiso.scoring import Node

SELF_STAGES = (StageKey.SELF_ASSESSMENT, StageKey.AGGREGATION)
_WAITED_FOR = {
    StageKey.SELF_ASSESSMENT: UNSENT,
    StageKey.AGGREGATION: UNSENT,
    StageKey.SUPPLEMENT: windows.ANSWERING_STATES,
}
_PASS_OF_STAGE = {StageKey.APPRAISAL: 1, StageKey.REAPPRAISAL: 2}
_ROW_ROUTES = ("assessments:dossier", "assessments:return_dossier", "assessments:record_not_submitted")
_NAMES_SHOWN = 3
_LABEL_LENGTH = 26


@dataclass(frozen=True)
class Stat:
    """One figure on top of the page."""

    label: str
    value: str
    note: str
    kind: str = ""


@dataclass(frozen=True)
class Row:
    """One dossier in the heat map, and what may be done with it; drawn once as long as it says the same."""

    label: str
    url: str
    cells: str
    tag_text: str
    tag_kind: str
    return_url: str
    missing_url: str


@dataclass(frozen=True)
class Board:
    """The heat map of one block: units × areas, and what may be done with each dossier."""

    name: str
    columns: tuple[str, ...]
    areas: tuple[str, ...]
    rows: tuple[Row, ...]
    legend: tuple[str, ...]


@dataclass(frozen=True)
class RoundPage:
    """The round at a glance."""

    summary: str
    steps: tuple[Step, ...]
    checks: tuple[Check, ...]
    stats: tuple[Stat, ...]
    boards: tuple[Board, ...]
    tasks: tuple[DueTask, ...]
    curve: Curve | None
    tools: tuple[Step, ...]


@dataclass(frozen=True)
class RoundLine:
    """One round in the list."""

    pk: int
    name: str
    authority: str
    year: int
    stage: str
    when: str


def rounds_for(user: User) -> tuple[RoundLine, ...]:
    """The rounds a person may see, the newest first (2 queries)."""
    rounds = Round.objects.visible_to(user).select_related("authority").prefetch_related("stages")
    return tuple(_round_line(round) for round in rounds.order_by("-year", "-pk"))


def _round_line(round: Round) -> RoundLine:
    closes_at = next((stage.closes_at for stage in round.stages.all() if stage.key == round.stage), None)
    when = _("đến %(day)s") % {"day": format_day_month(closes_at - timedelta(seconds=1))} if closes_at else ""
    return RoundLine(round.pk, round.name, round.authority.name, round.year, round.get_stage_display(), when)


def open_round(user: User, pk: int) -> Round:
    """A round with its bodies, plan and stages (2 queries). 404 outside the scope."""
    round = _rounds.first(**user.reach(), pk=pk)
    if round is None:
        raise Http404
    remember(round, "stages", _stages.rows(round=pk))
    return round


@Prepared
def _rounds(*, pk: int, **reach: Unpack[Reach]) -> QuerySet[Round]:
    rounds = Round.objects.visible_to(User.with_reach(**reach)).filter(pk=pk)
    return rounds.select_related("authority", "coordinator", "plan")


@Prepared
def _stages(*, round: int) -> QuerySet[Stage]:
    return Stage.objects.filter(round=round)


def round_page(round: Round, user: User, at: datetime) -> RoundPage:
    """Put the overview together: a fixed number of queries, whatever the number of units."""
    is_runner = runs(user, round)
    blocks = blocks_of(round)
    dossiers = _shown.rows(**user.reach(), round=round.pk, is_runner=is_runner)
    shown = None if is_runner else [dossier.pk for dossier in dossiers]
    counts = completeness_of(round, blocks, shown) if dossiers else {}
    ends = deadlines(round, StageKey.SELF_ASSESSMENT)
    checks = checks_of(round, user, blocks) if is_runner and round.stage == StageKey.PREPARATION else ()
    own = next((dossier for dossier in dossiers if dossier.unit_id in user.unit_ids()), None)
    return RoundPage(
        summary=_summary(round, blocks),
        steps=_one_filled(next_steps(round, user, at, own, checks)),
        checks=checks,
        stats=_stats(round, dossiers, counts, blocks, at, ends, is_runner=is_runner),
        boards=tuple(_board(block, dossiers, counts, round, at, ends, is_runner=is_runner) for block in blocks)
        if dossiers
        else (),
        tasks=due_tasks(round, at),
        curve=_curve(round, dossiers, ends, at) if is_runner else None,
        tools=_tools(round, dossiers) if policy.can_coordinate(user, round) else (),
    )


def _curve(round: Round, dossiers: list[Dossier], ends: Deadlines, at: datetime) -> Curve | None:
    """Who handed over by when, while units are asked for something (one query in the supplement)."""
    if round.stage == StageKey.SUPPLEMENT:
        stage, ends = StageKey.SUPPLEMENT, deadlines(round, StageKey.SUPPLEMENT)
    elif round.stage in SELF_STAGES:
        stage = StageKey.SELF_ASSESSMENT
    else:
        return None
    opened_at = next((row.opened_at for row in round.stages.all() if row.key == stage), None)
    return submission_curve(dossiers, stage, ends, opened_at, at, width=NARROW)


def _tools(round: Round, dossiers: list[Dossier]) -> tuple[Step, ...]:
    """While units are at work: take the figures along, and urge those who have not sent anything."""
    waited_for = _WAITED_FOR.get(StageKey(round.stage))
    if not dossiers or waited_for is None:
        return ()
    tools = [Step(_("Xuất Excel"), url_of("tracking:board_file", round.pk), is_ready=False)]
    count = sum(dossier.state in waited_for for dossier in dossiers)
    if count:
        label = ngettext("Đôn đốc %(n)d đơn vị…", "Đôn đốc %(n)d đơn vị…", count) % {"n": count}
        tools.append(Step(label, url_of("tracking:chase", round.pk), is_ready=False))
    return tuple(tools)


@Prepared
def _shown(*, round: int, is_runner: bool, **reach: Unpack[Reach]) -> QuerySet[Dossier]:
    """Every dossier to those who run the round, else only one's own: progress of others is not for all eyes."""
    user = User.with_reach(**reach)
    dossiers = Dossier.objects.visible_to(user).filter(round=round).select_related("unit").order_by("unit__code")
    return dossiers if is_runner else dossiers.filter(unit__in=user.unit_ids())


def _one_filled(steps: list[Step]) -> tuple[Step, ...]:
    """The first ready step is the filled button; the others stay quiet."""
    first = next((step for step in steps if step.is_ready), None)
    return tuple(Step(step.label, step.url, is_ready=step is first) for step in steps)


def _summary(round: Round, blocks: list[Any]) -> str:
    """`13 đơn vị · 41 tiêu chí tự chấm, 7 tiêu chí điều tra · Kế hoạch số 2886/KH-UBND`."""
    units = sum(block.size for block in blocks)
    counted = ngettext("%(count)d đơn vị", "%(count)d đơn vị", units) % {"count": units}
    parts = [counted if units else _("chưa có đơn vị")]
    if blocks:
        leaves = index_set_of(blocks[0].edition).leaves
        parts.append(
            _("%(own)d tiêu chí tự chấm, %(survey)d tiêu chí điều tra")
            % {
                "own": sum(leaf.is_base and leaf.method == "self" for leaf in leaves),
                "survey": sum(leaf.is_survey for leaf in leaves),
            }
        )
    if round.plan.number:
        parts.append(_("Kế hoạch số %(number)s") % {"number": round.plan.number})
    return " · ".join(parts)


def _stats(
    round: Round,
    dossiers: list[Dossier],
    counts: Mapping[int, Completeness],
    blocks: list[Any],
    at: datetime,
    ends: Deadlines,
    *,
    is_runner: bool,
) -> tuple[Stat, ...]:
    if not dossiers:
        return ()
    size = {block.pk: sum(len(area.codes) for area in counted_areas(block)) for block in blocks}
    expected = sum(size[dossier.block_id] for dossier in dossiers)
    answered = sum(counts.get(dossier.pk, NOTHING).total for dossier in dossiers)
    proven = sum(counts.get(dossier.pk, NOTHING).proven for dossier in dossiers)
    entered = _share(_("Tiêu chí đã nhập"), answered, expected)
    evidence = _share(_("Có tài liệu kiểm chứng"), proven, answered)
    if not is_runner:
        return (entered, evidence)
    return (_sent(round, dossiers), _appraised(round) or entered, evidence, _late(dossiers, at, ends))


def _share(label: str, part: int, whole: int) -> Stat:
    return Stat(label, f"{percent(part, whole)}%", f"· {format_number(part)}/{format_number(whole)}")


def _sent(round: Round, dossiers: list[Dossier]) -> Stat:
    """How many units handed over: the self-assessment, and after the notice the explanation."""
    if round.stage in (StageKey.SUPPLEMENT, StageKey.REAPPRAISAL):
        asked = [dossier for dossier in dossiers if dossier.state != DossierState.NOT_SUBMITTED]
        sent = sum(dossier.resubmitted_at is not None for dossier in asked)
        return Stat(_("Đã gửi giải trình"), str(sent), _("/ %(count)d đơn vị") % {"count": len(asked)})
    sent = sum(dossier.submitted_at is not None and dossier.state not in UNSENT for dossier in dossiers)
    return Stat(_("Đã nộp"), str(sent), _("/ %(count)d đơn vị") % {"count": len(dossiers)})


def _appraised(round: Round) -> Stat | None:
    """How far the running pass is (2 queries); None outside the two stages of appraisal."""
    number = _PASS_OF_STAGE.get(StageKey(round.stage))
    if number is None:
        return None
    whole = to_appraise(round, number).count()
    return _share(_("Tiêu chí đã thẩm định"), whole - awaiting_appraisal(round, number).count(), whole)


def _late(dossiers: list[Dossier], at: datetime, ends: Deadlines) -> Stat:
    """Who is or was late, did not submit, or works on an extension."""
    late = [dossier for dossier in dossiers if dossier.late_days or _is_overdue(dossier, at, ends)]
    late += [dossier for dossier in dossiers if dossier.state == DossierState.NOT_SUBMITTED]
    extended = [dossier for dossier in dossiers if dossier.unit_id in ends.extended]
    names = [dossier.unit.name for dossier in dict.fromkeys([*late, *extended])]
    shown = ", ".join(names[:_NAMES_SHOWN])
    if len(names) > _NAMES_SHOWN:
        shown = _("%(names)s và %(count)d đơn vị khác") % {"names": shown, "count": len(names) - _NAMES_SHOWN}
    value = f"{len(late)} / {len(extended)}"
    return Stat(_("Trễ hạn / gia hạn"), value, f"· {shown}" if shown else "", "red" if late else "")


def _is_overdue(dossier: Dossier, at: datetime, ends: Deadlines) -> bool:
    end = ends.of_dossier(dossier)
    return dossier.state in UNSENT and end is not None and at >= end


def _board(
    block: Any,
    dossiers: list[Dossier],
    counts: Mapping[int, Completeness],
    round: Round,
    at: datetime,
    ends: Deadlines,
    *,
    is_runner: bool,
) -> Board:
    areas = counted_areas(block)
    sizes = [len(area.codes) for area in areas]
    may_judge = is_runner and round.stage in SELF_STAGES
    to_dossier, to_return, to_missing = map(_addresses, _ROW_ROUTES)
    rows: list[Row] = []
    for dossier in dossiers:
        if dossier.block_id != block.pk:
            continue
        mine = counts.get(dossier.pk, NOTHING)
        shares = [percent(mine.answered.get(number, 0), size) for number, size in enumerate(sizes)]
        tag, kind = state_tag(dossier, at, ends, is_empty=not mine.total)
        rows.append(
            Row(
                label=dossier.unit.name,
                url=to_dossier(dossier.pk),
                cells=mark_safe("".join(CELLS[share] for share in shares)),  # noqa: S308 ours
                tag_text=tag,
                tag_kind=kind,
                return_url=to_return(dossier.pk) if may_judge and dossier.state == DossierState.SUBMITTED else "",
                missing_url=to_missing(dossier.pk) if may_judge and _is_overdue(dossier, at, ends) else "",
            )
        )
    return Board(
        name=block.name,
        columns=tuple(_short(area.node) for area in areas),
        areas=tuple(f"{area.node.code} {area.node.name}" for area in areas),
        rows=tuple(rows),
        legend=(_("chưa nhập"), _("dưới 50%"), _("từ 50%"), _("từ 75%"), _("đủ 100%")),
    )


def _addresses(route: str) -> Callable[[int], str]:
    """The addresses of a route, resolved once: a province has hundreds of rows."""
    before, after = url_of(route, 0).split("0")
    return lambda pk: f"{before}{pk}{after}"


def _short(area: Node) -> str:
    """An area's code and name, cut between words to fit the head of a column."""
    name = area.name
    if len(name) > _LABEL_LENGTH:
        name = name[: _LABEL_LENGTH + 1].rsplit(" ", 1)[0].rstrip(",;") + "…"
    return f"{area.code} {name}"


def state_tag(dossier: Dossier, at: datetime, ends: Deadlines, *, is_empty: bool) -> tuple[str, str]:
    """Where a dossier stands, in words, and the colour that goes with them."""
    state = DossierState(dossier.state)
    if state in UNSENT:
        return _unsent_tag(dossier, at, ends, is_empty=is_empty)
    if state == DossierState.NOT_SUBMITTED:
        return str(state.label), "red"
    late = ""
    if dossier.late_days:
        late = ngettext("trễ %(n)d ngày", "trễ %(n)d ngày", dossier.late_days) % {"n": dossier.late_days}
    if state == DossierState.SUBMITTED:
        day = {"day": format_day_month(dossier.submitted_at)}
        return (_("nộp %(day)s, ") % day + late, "red") if late else (_("đã nộp %(day)s") % day, "green")
    words = str(state.label)
    if dossier.resubmitted_at and state == DossierState.RESUBMITTED:
        return _("gửi giải trình %(day)s") % {"day": format_day_month(dossier.resubmitted_at)}, "green"
    return (f"{words} · {late}", "gold") if late else (words, "blue")


def _unsent_tag(dossier: Dossier, at: datetime, ends: Deadlines, *, is_empty: bool) -> tuple[str, str]:
    end = ends.of_dossier(dossier)
    day = {"day": format_day_month(end - timedelta(seconds=1)) if end else ""}
    if end and at >= end:
        days = -(-(at - end) // timedelta(days=1)) or 1
        return ngettext("quá hạn %(n)d ngày", "quá hạn %(n)d ngày", days) % {"n": days}, "red"
    if windows.is_return(dossier):
        return _("trả lại, hạn %(day)s") % day, "gold"
    if dossier.unit_id in ends.extended:
        return _("gia hạn đến %(day)s") % day, "gold"
    if dossier.state == DossierState.INTERNAL_REVIEW:
        return str(DossierState.INTERNAL_REVIEW.label), "blue"
    return (_("chưa nhập"), "red") if is_empty else (_("đang nhập"), "gold")
