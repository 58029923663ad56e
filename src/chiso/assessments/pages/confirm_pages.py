"""What the coordinator's confirm pages say before a step: who is ready, who is waited for, what will happen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments import windows
from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.deadlines import Deadlines, deadlines
from chiso.assessments.models import Appraisal, Dossier
from chiso.assessments.pages.overview_steps import MOVES, refusal_of
from chiso.assessments.totals import leaves_by_block, stored_totals
from chiso.common.dates import format_deadline
from chiso.common.numbers import format_points
from chiso.common.refusals import RuleViolation
from chiso.indexsets.models import Criterion
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.scoring import UnitScore

Row = dict[str, object]


@dataclass(frozen=True)
class AdvancePage:
    """A move of the round: what will happen, or why not now."""

    stage: str
    title: str
    effects: tuple[str, ...]
    waiting: tuple[str, ...]
    refusal: str


def advance_page(round: Round, at: datetime) -> AdvancePage:
    """Say what the coordinator's move would do now; refuses where another role moves the round."""
    move = MOVES.get(StageKey(round.stage))
    if move is None:
        raise RuleViolation(_who_moves(round))
    effects, waiting = _EFFECTS[StageKey(round.stage)](round, at)
    return AdvancePage(round.stage, str(move.label), tuple(effects), tuple(waiting), refusal_of(move, round, at))


def _who_moves(round: Round) -> str:
    ways = {
        StageKey.APPRAISAL: _("Tổ trưởng kết thúc thẩm định lần 1 thì đợt chuyển bước."),
        StageKey.NOTICE: _("Đợt chuyển bước khi gửi thông báo kết quả sơ bộ."),
        StageKey.REAPPRAISAL: _("Tổ trưởng kết thúc thẩm định lần 2 thì đợt chuyển bước."),
        StageKey.COUNCIL: _("Hội đồng thẩm định thống nhất kết quả thì đợt chuyển bước."),
        StageKey.APPROVAL: _("Kết quả được phê duyệt và công bố thì đợt chuyển bước."),
        StageKey.PUBLISHED: _("Kết quả đã công bố; đợt đánh giá đã kết thúc."),
    }
    return _("Đợt đánh giá đang ở giai đoạn “%(stage)s”. %(way)s") % {
        "stage": round.get_stage_display(),
        "way": ways[StageKey(round.stage)],
    }


def _opening(round: Round, at: datetime) -> tuple[list[str], list[str]]:
    units = round.participants.count()
    leaves = Criterion.objects.filter(edition__blocks__round=round, is_leaf=True).distinct().count()
    end = deadlines(round, StageKey.SELF_ASSESSMENT).planned
    return [
        _("%(units)d đơn vị nhận hồ sơ tự đánh giá theo Bộ chỉ số có %(leaves)d tiêu chí được chấm.")
        % {"units": units, "leaves": leaves},
        _("Các đơn vị nhập và nộp hồ sơ: %(deadline)s.") % {"deadline": format_deadline(end)},
        _("Khối, đơn vị và danh sách Hội đồng, Tổ Chuyên viên được khóa."),
    ], []


def _locking(round: Round, at: datetime) -> tuple[list[str], list[str]]:
    dossiers = list(round.dossiers.select_related("unit").order_by("unit__code"))
    ends = deadlines(round, StageKey.SELF_ASSESSMENT)
    sent = sum(dossier.state == DossierState.SUBMITTED for dossier in dossiers)
    return [
        _("%(sent)d/%(all)d đơn vị đã nộp; hồ sơ đã nộp được đưa vào tổng hợp.") % {"sent": sent, "all": len(dossiers)},
        _("Đơn vị trễ hạn hoặc được gia hạn vẫn nộp được trong khi tổng hợp; ngày trễ tính theo giờ máy chủ."),
        _("Hồ sơ chưa đạt về hình thức được trả lại để hoàn thiện, có thời hạn."),
    ], [_waited_for(dossier, at, ends) for dossier in dossiers if dossier.state in windows_waiting()]


def windows_waiting() -> frozenset[DossierState]:
    """States of a dossier that is still with its unit."""
    return windows.WRITING_STATES | {DossierState.INTERNAL_REVIEW}


def _waited_for(dossier: Dossier, at: datetime, ends: Deadlines) -> str:
    end = ends.of_dossier(dossier)
    words = _("%(unit)s: quá hạn (%(deadline)s)") if end and at >= end else _("%(unit)s: còn hạn (%(deadline)s)")
    return words % {"unit": dossier.unit, "deadline": format_deadline(end)}


def _handing_over(round: Round, at: datetime) -> tuple[list[str], list[str]]:
    dossiers = list(round.dossiers.select_related("unit").order_by("unit__code"))
    ends = deadlines(round, StageKey.SELF_ASSESSMENT)
    sent = sum(dossier.state == DossierState.SUBMITTED for dossier in dossiers)
    absent = [dossier.unit.name for dossier in dossiers if dossier.state == DossierState.NOT_SUBMITTED]
    effects = [
        ngettext(
            "%(count)d hồ sơ chuyển Tổ Chuyên viên thẩm định lần 1 và không trả lại được nữa.",
            "%(count)d hồ sơ chuyển Tổ Chuyên viên thẩm định lần 1 và không trả lại được nữa.",
            sent,
        )
        % {"count": sent}
    ]
    if absent:
        effects.append(_("Đơn vị không nộp, mọi tiêu chí 0 điểm: %(units)s.") % {"units": ", ".join(absent)})
    effects.append(_("Thành viên Tổ Chuyên viên nhận thông báo."))
    return effects, [_waited_for(dossier, at, ends) for dossier in dossiers if dossier.state in windows_waiting()]


def _closing_supplement(round: Round, at: datetime) -> tuple[list[str], list[str]]:
    dossiers = list(round.dossiers.select_related("unit").order_by("unit__code"))
    answered = sum(dossier.state == DossierState.RESUBMITTED for dossier in dossiers)
    ends = deadlines(round, StageKey.SUPPLEMENT)
    waiting = [dossier for dossier in dossiers if dossier.state in windows.ANSWERING_STATES]
    return [
        _("%(count)d đơn vị đã gửi giải trình, bổ sung; Tổ Chuyên viên rà soát, điều chỉnh các tiêu chí này.")
        % {"count": answered},
        _("Đơn vị chưa gửi không giải trình được nữa; những gì đã lưu vẫn được rà soát."),
        _("Thành viên Tổ Chuyên viên nhận thông báo."),
    ], [_waited_for(dossier, at, ends) for dossier in waiting]


_EFFECTS = {
    StageKey.PREPARATION: _opening,
    StageKey.SELF_ASSESSMENT: _locking,
    StageKey.AGGREGATION: _handing_over,
    StageKey.SUPPLEMENT: _closing_supplement,
}


def notice_rows(round: Round) -> list[Row]:
    """What each unit will read: self total, total of pass 1, how many leaves were cut (6 queries)."""
    blocks = leaves_by_block(round)
    own, first = stored_totals(round, blocks, 0), stored_totals(round, blocks, Pass.FIRST)
    counts = {key: counted for key, *counted in _cut_and_asked(round)}
    dossiers = round.dossiers.order_by("unit__code").values_list("pk", "state", "unit__name")
    return [
        _notice_row(name, own[key].score, first[key].score, counts.get(key, [0, 0]))
        if state != DossierState.NOT_SUBMITTED
        else {"unit": name, "is_absent": True}
        for key, state, name in dossiers
    ]


def _cut_and_asked(round: Round) -> QuerySet[Appraisal, tuple[int, int, int]]:
    """(dossier, leaves whose points pass 1 lowered, leaves it asks to explain)."""
    is_lower = Q(own__gt=F("now")) | Q(not_applicable=True, entry__not_applicable=False)
    is_lower |= Q(not_applicable=False, entry__not_applicable=True)
    rows = Appraisal.objects.filter(entry__dossier__round=round, pass_number=Pass.FIRST)
    zero = Value(Decimal(0))
    counted: QuerySet[Appraisal, tuple[int, int, int]] = (
        rows.annotate(own=Coalesce("entry__score", zero), now=Coalesce("score", zero))
        .values_list("entry__dossier")
        .annotate(cuts=Count("pk", filter=is_lower), asked=Count("pk", filter=Q(needs_explanation=True)))
    )
    return counted


def _notice_row(name: str, own: UnitScore, first: UnitScore, counts: Sequence[int]) -> Row:
    places = own.index_set.places
    return {
        "unit": name,
        "own": format_points(own.total, places),
        "first": format_points(first.total, places),
        "change": _change(own.total, first.total, places),
        "cuts": counts[0],
        "asked": counts[1],
    }


def _change(before: Decimal | None, after: Decimal | None, places: int) -> str:
    if before is None or after is None:
        return "–"
    sign = "+" if after > before else ""
    return f"{sign}{format_points(after - before, places)}"
