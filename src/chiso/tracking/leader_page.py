"""The round on one sheet of A4 for the head (báo cáo nhanh): where it stands, what is late and whose, what comes next,
what waits for a signature. Every list has its longest length, so that the sheet stays one at any number of units."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.choices import DossierState
from chiso.common.dates import format_day_month, format_deadline, format_moment
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition
from chiso.organizations.models import User
from chiso.results.choices import SubmissionState
from chiso.results.models import Publication, Result, Submission
from chiso.rounds.choices import PlanState, StageKey
from chiso.rounds.models import Round
from chiso.rounds.pages import url_of
from chiso.tracking.board import (
    WEEK,
    Behind,
    DueLine,
    StageLine,
    Stat,
    behind_of,
    due_line,
    due_lines,
    stage_line,
    stats_of,
)
from chiso.tracking.board_rows import OVERDUE, UNIT_STAGES, Standing

_LINES, _BODIES, _STAGES, _UNITS = 4, 5, 5, 12
_TITLE, _LEAD = 84, 48


@dataclass(frozen=True)
class ToSign:
    """A paper that waits for the head."""

    label: str
    url: str


@dataclass(frozen=True)
class LeaderPage:
    """The sheet, ready to print."""

    authority: str
    when: str
    stage: str
    ends: str
    stats: tuple[Stat, ...]
    stages: tuple[StageLine, ...]
    late: tuple[DueLine, ...]
    late_more: int
    behind: tuple[Behind, ...]
    behind_more: int
    units: str
    due: tuple[DueLine, ...]
    due_more: int
    to_sign: tuple[ToSign, ...]


def leader_page(found: Standing, user: User) -> LeaderPage:
    """Lay the sheet out (3 queries more, for what waits for a signature)."""
    round, at = found.round, found.at
    late = sorted((row for row in found.tasks if row.state == OVERDUE), key=lambda row: (-row.late, row.code))
    due = due_lines(found.tasks, found, at, at + WEEK)
    behind = behind_of(found, found.tasks, names=False)
    ends = found.ends[StageKey(round.stage)].of_all()
    opened = [numbers for numbers in found.numbers if numbers.opened is not None]
    return LeaderPage(
        authority=round.authority.name,
        when=format_moment(at),
        stage=round.get_stage_display(),
        ends=format_deadline(ends) if ends else "",
        stats=(_handed_over(found), *stats_of(found.tasks)[:3]),
        stages=tuple(stage_line(numbers, found) for numbers in opened[-_STAGES:]),
        late=tuple(_short(due_line(row, found)) for row in late[:_LINES]),
        late_more=max(len(late) - _LINES, 0),
        behind=tuple(replace(line, label=_cut(line.label, _LEAD)) for line in behind[:_BODIES]),
        behind_more=max(len(behind) - _BODIES, 0),
        units=_units(found),
        due=tuple(_short(line) for line in due[:_LINES]),
        due_more=max(len(due) - _LINES, 0),
        to_sign=tuple(_to_sign(round, user, found))[:_LINES],
    )


def _short(line: DueLine) -> DueLine:
    """Cut a name and its bodies, so that a line of the sheet has at most two lines of print."""
    return replace(line, name=_cut(line.name, _TITLE), lead=_cut(line.lead, _LEAD))


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: room + 1].rsplit(" ", 1)[0].rstrip(",;") + "…"


def _handed_over(found: Standing) -> Stat:
    """How many units handed over what they are asked for now."""
    answered = next(
        (
            one
            for one in found.numbers
            if one.key == StageKey.SUPPLEMENT and one.opened is not None and one.expected > 1
        ),
        None,
    )
    counted = answered or next(one for one in found.numbers if one.key == StageKey.SELF_ASSESSMENT)
    label = _("Đã gửi giải trình") if answered else _("Đã nộp hồ sơ")
    if not found.dossiers:
        return Stat(label, "0", "")
    return Stat(label, str(counted.actual), _("/ %(count)d đơn vị") % {"count": counted.expected})


def _units(found: Standing) -> str:
    """Units that are late or did not hand in, by name."""
    names = [
        f"{dossier.unit.name} ({ngettext('trễ %(n)d ngày', 'trễ %(n)d ngày', days) % {'n': days}})"
        for stage in UNIT_STAGES
        for dossier, days in found.overdue_units(stage)
    ]
    missing = [dossier.unit.name for dossier in found.dossiers if dossier.state == DossierState.NOT_SUBMITTED]
    names += [_("%(unit)s (không nộp)") % {"unit": name} for name in missing]
    shown = ", ".join(names[:_UNITS])
    if len(names) > _UNITS:
        return _("%(names)s và %(count)d đơn vị khác") % {"names": shown, "count": len(names) - _UNITS}
    return shown


def _to_sign(round: Round, user: User, found: Standing) -> Iterator[ToSign]:
    """What only the head can decide, in the order of the work."""
    if round.plan.state == PlanState.DRAFT:
        yield ToSign(_("Ban hành Kế hoạch của đợt đánh giá"), url_of("rounds:plan", round.pk))
    asked = Edition.objects.visible_to(user).filter(
        index_set__authority=round.authority_id, state=EditionState.CONSULTING, consultation__closes_at__lte=found.at
    )
    for edition in asked.select_related("index_set").defer("text", "draft").order_by("pk"):
        yield ToSign(
            _("Ban hành Bộ chỉ số: %(name)s") % {"name": edition.name}, url_of("indexsets:edition", edition.pk)
        )
    if not round.panels_decision:
        yield ToSign(_("Quyết định thành lập Hội đồng thẩm định, Tổ Chuyên viên"), url_of("rounds:panels", round.pk))
    waiting = Submission.objects.visible_to(user).filter(round=round, state=SubmissionState.WAITING)
    for submission in waiting:
        words = _("Phê duyệt kết quả theo Tờ trình số %(number)s, trình ngày %(day)s") % {
            "number": submission.number,
            "day": format_day_month(submission.submitted_at),
        }
        yield ToSign(words, url_of("results:approval", round.pk))
    published = Publication.objects.filter(result=OuterRef("pk"))
    approved = Result.objects.visible_to(user).filter(~Exists(published), round=round).standing()
    for _result in approved.values_list("pk"):
        yield ToSign(_("Quyết định công bố Chỉ số CCHC"), url_of("results:approval", round.pk))
