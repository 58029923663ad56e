"""The moves of a round that the coordinator makes, and the next step of each person on the round's page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.assessments.actions import stages
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier
from chiso.common.prepared import Prepared
from chiso.common.refusals import RuleViolation
from chiso.indexsets.choices import EditionState
from chiso.organizations.models import User
from chiso.rounds import policy, workflow
from chiso.rounds.actions import require_ready_to_open
from chiso.rounds.choices import Panel, PlanState, Position, StageKey
from chiso.rounds.coverage_page import orphans_of
from chiso.rounds.models import Block, Round
from chiso.rounds.pages import url_of


@dataclass(frozen=True)
class Move:
    """A move of the coordinator from a stage: the action, and the guard that says why not yet."""

    label: str | Promise
    perform: Callable[[Round, User, datetime], object]
    require: Callable[[Round, datetime], None]


MOVES = {
    StageKey.PREPARATION: Move(
        workflow.OPEN_SELF_ASSESSMENT.label, stages.open_self_assessment, lambda round, at: require_ready_to_open(round)
    ),
    StageKey.SELF_ASSESSMENT: Move(
        workflow.START_AGGREGATION.label, stages.start_aggregation, stages.require_ready_to_aggregate
    ),
    StageKey.AGGREGATION: Move(
        workflow.START_APPRAISAL.label, stages.start_appraisal, stages.require_ready_to_appraise
    ),
    StageKey.SUPPLEMENT: Move(
        workflow.START_REAPPRAISAL.label, stages.start_reappraisal, stages.require_ready_to_reappraise
    ),
}
"""From every other stage the round is moved by the team's leader, the council or the head."""


@dataclass(frozen=True)
class Step:
    """What one may do next: `is_ready` is the filled button, otherwise the page behind it says what is missing."""

    label: str
    url: str
    is_ready: bool = True


@dataclass(frozen=True)
class Check:
    """One thing that must be done before the round opens; `todo` is the step of the person who looks."""

    label: str
    text: str
    is_done: bool
    url: str
    todo: Step | None = None


def refusal_of(move: Move, round: Round, at: datetime) -> str:
    """Why the move is refused now; empty when it would succeed."""
    try:
        move.require(round, at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def next_steps(round: Round, user: User, at: datetime, own: Dossier | None, checks: tuple[Check, ...]) -> list[Step]:
    """Everything this person may do next in the round, the most official role first."""
    steps = [
        *(check.todo for check in checks if check.todo),
        *_coordinator_steps(round, user, at),
        *_approval_steps(round, user),
        *_panel_steps(round, user),
    ]
    if own is not None:
        steps.append(Step(_own_label(round), url_of("assessments:dossier", own.pk)))
    return steps


def _coordinator_steps(round: Round, user: User, at: datetime) -> list[Step]:
    if not policy.can_coordinate(user, round):
        return []
    if round.stage == StageKey.NOTICE:
        return [Step(_("Thông báo kết quả sơ bộ…"), url_of("assessments:send_notices", round.pk))]
    move = MOVES.get(StageKey(round.stage))
    if move is None:
        return []
    is_ready = not refusal_of(move, round, at)
    steps = [Step(f"{move.label}…", url_of("assessments:advance", round.pk), is_ready)]
    if round.stage == StageKey.SUPPLEMENT:
        steps.append(Step(_("Đơn vị đã mở thông báo"), url_of("assessments:send_notices", round.pk), is_ready=False))
    return steps


def _approval_steps(round: Round, user: User) -> list[Step]:
    """After the council: the submission, the head's decision, the publication."""
    if round.stage != StageKey.APPROVAL:
        return []
    is_approved = round.dossiers.filter(state=DossierState.APPROVED).exists()
    if policy.can_coordinate(user, round):
        if is_approved:
            return [Step(_("Công bố kết quả…"), url_of("documents:publish", round.pk))]
        return [Step(_("Trình phê duyệt kết quả"), url_of("results:approval", round.pk))]
    if policy.can_head(user, round) and not is_approved:
        return [Step(_("Phê duyệt kết quả"), url_of("results:approval", round.pk))]
    return []


def _panel_steps(round: Round, user: User) -> list[Step]:
    stage = StageKey(round.stage)
    if stage in (StageKey.APPRAISAL, StageKey.REAPPRAISAL) and policy.sits_on(user, round, Panel.TEAM):
        return [Step(_("Thẩm định các tiêu chí được giao"), url_of("assessments:appraisal", round.pk))]
    may_meet = policy.sits_on(user, round, Panel.COUNCIL) or policy.can_prepare_meeting(user, round)
    if stage == StageKey.COUNCIL and may_meet:
        return [Step(_("Họp Hội đồng thẩm định"), url_of("assessments:meetings", round.pk))]
    if stage == StageKey.PUBLISHED:
        return [Step(_("Xem kết quả"), url_of("results:results", round.pk))]
    return []


def _own_label(round: Round) -> str:
    if round.stage == StageKey.SELF_ASSESSMENT:
        return _("Nhập hồ sơ tự đánh giá")
    if round.stage == StageKey.SUPPLEMENT:
        return _("Giải trình, bổ sung")
    return _("Xem hồ sơ của đơn vị")


def blocks_of(round: Round) -> list[Any]:
    """The blocks with their editions and the number of their units (one query)."""
    return _blocks.rows(round=round.pk)


@Prepared
def _blocks(*, round: int) -> QuerySet[Any]:
    blocks = Block.objects.filter(round=round).select_related("edition__index_set").defer("edition__text")
    return blocks.annotate(size=Count("participants")).order_by("pk")


def checks_of(round: Round, user: User, blocks: list[Any]) -> tuple[Check, ...]:
    """What preparation needs, in order, with the step that this person may take (3 queries)."""
    return (
        _plan_check(round, user),
        _block_check(round, user, blocks),
        *(_edition_check(block, user) for block in blocks),
        _panel_check(round, user),
        _assignment_check(round, user, blocks),
    )


def _plan_check(round: Round, user: User) -> Check:
    is_done = round.plan.state == PlanState.ISSUED
    todo = Step(_("Ban hành Kế hoạch…"), url_of("rounds:issue_plan", round.pk))
    return Check(
        label=_("Kế hoạch"),
        text=_("đã ban hành, số %(number)s") % {"number": round.plan.number} if is_done else _("chờ người đứng đầu ký"),
        is_done=is_done,
        url=url_of("rounds:plan", round.pk),
        todo=None if is_done or not policy.can_head(user, round) else todo,
    )


def _block_check(round: Round, user: User, blocks: list[Any]) -> Check:
    size = sum(block.size for block in blocks)
    todo = Step(_("Xác định khối và đơn vị…"), url_of("rounds:block", round.pk))
    return Check(
        label=_("Khối và đơn vị được đánh giá"),
        text=ngettext("%(count)d đơn vị", "%(count)d đơn vị", size) % {"count": size} if size else _("chưa xác định"),
        is_done=bool(size),
        url=todo.url,
        todo=None if size or not policy.can_coordinate(user, round) else todo,
    )


def _edition_check(block: Block, user: User) -> Check:
    edition = block.edition
    is_done = edition.state == EditionState.ISSUED
    url = url_of("indexsets:edition", edition.pk)
    return Check(
        label=edition.name,
        text=_("đã ban hành, số %(number)s") % {"number": edition.decision_number}
        if is_done
        else edition.get_state_display().lower(),
        is_done=is_done,
        url=url,
        todo=None if is_done or not user.heads(edition.index_set.authority_id) else Step(_("Ban hành Bộ chỉ số…"), url),
    )


def _panel_check(round: Round, user: User) -> Check:
    heads = set(round.panel_members.filter(position__in=[Position.CHAIR, Position.LEADER]).values_list("position"))
    url = url_of("rounds:panels", round.pk)
    todo = None
    if not round.panels_decision and len(heads) < 2 and policy.can_coordinate(user, round):
        todo = Step(_("Lập danh sách Hội đồng, Tổ…"), url)
    elif not round.panels_decision and len(heads) == 2 and policy.can_head(user, round):
        todo = Step(_("Thành lập Hội đồng, Tổ…"), url_of("rounds:establish", round.pk))
    waiting = _("chờ người đứng đầu ký") if len(heads) == 2 else _("chưa có danh sách")
    return Check(
        label=_("Hội đồng thẩm định và Tổ Chuyên viên"),
        text=_("thành lập theo Quyết định số %(number)s") % {"number": round.panels_decision}
        if round.panels_decision
        else waiting,
        is_done=bool(round.panels_decision),
        url=url,
        todo=todo,
    )


def _assignment_check(round: Round, user: User, blocks: list[Any]) -> Check:
    """Only the appraisal needs it, so it never stands in the way of opening."""
    count = len(orphans_of(round))
    url = url_of("rounds:panels", round.pk)
    text = _("mọi tiêu chí đã có người thẩm định") if blocks else _("sau khi xác định khối và Bộ chỉ số")
    return Check(
        label=_("Phân công thẩm định"),
        text=_("%(count)d tiêu chí chưa có người thẩm định") % {"count": count} if count else text,
        is_done=bool(blocks) and not count,
        url=url,
        todo=Step(_("Phân công thẩm định…"), url, is_ready=False)
        if count and policy.can_coordinate(user, round)
        else None,
    )
