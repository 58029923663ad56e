"""A round and its plan come in, its blocks are named, and it becomes ready to open."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Edition
from chiso.organizations.models import Unit, User
from chiso.rounds import policy, workflow
from chiso.rounds.choices import StageKey, TaskRole
from chiso.rounds.deadlines import ends_at
from chiso.rounds.holding import hold, read_again
from chiso.rounds.models import Block, Participant, Plan, PlanTask, Round, Stage, TaskBody
from chiso.rounds.plan_check import require_sound
from chiso.rounds.plan_file import TEXTS, PlanFile, TaskRow
from chiso.rounds.plan_papers.bodies import printed_apart, split_bodies, whom
from chiso.rounds.plan_rows import SAID_BESIDE, mark_of_plan, rows_of


@action("round.create", gettext_noop("Lập đợt đánh giá theo kế hoạch"), allowed=policy.can_create_round)
def create_round(
    authority: Unit,
    by: User,
    at: datetime,
    *,
    coordinator: Unit,
    plan: PlanFile,
    before_counts_day: bool = False,
) -> Round:
    """Create a round from a plan: its tasks as the plan prints them, and one stage for each step."""
    if Round.objects.filter(authority=authority, year=plan.year, name=plan.name).exists():
        raise RuleViolation(_("Đợt đánh giá “%(name)s” đã có.") % {"name": plan.name})
    round = Round.objects.create(
        authority=authority, coordinator=coordinator, name=plan.name, year=plan.year, created_at=at
    )
    written = Plan.objects.create(
        round=round,
        superior_plan=plan.superior_plan,
        before_counts_day=before_counts_day,
        signer_name=plan.signer_name,
        **{key: getattr(plan, key) for key in TEXTS},
    )
    units = {unit.name: unit for unit in [authority, *Unit.objects.filter(parent=authority)]}
    tasks = [_write_task(written, position, row, units, plan) for position, row in enumerate(plan.tasks, start=1)]
    by_stage = {task.stage: task for task in tasks if task.stage}
    Stage.objects.bulk_create(
        Stage(
            round=round,
            key=key,
            deadline_text=by_stage[key].deadline_text if key in by_stage else "",
            closes_at=by_stage[key].ends_at if key in by_stage else None,
            opened_at=at if key == StageKey.PREPARATION else None,
        )
        for key in StageKey
    )
    changed("round", round.pk)
    changed("tasks", len(tasks))
    return round


def _write_task(plan: Plan, position: int, row: TaskRow, units: Mapping[str, Unit], source: PlanFile) -> PlanTask:
    lead = row.lead or split_bodies(row.lead_text, units)
    coordinate = row.coordinate or split_bodies(row.coordinate_text, units)
    task = PlanTask.objects.create(
        plan=plan,
        position=position,
        code=row.code,
        title=row.title,
        deadline_kind=row.kind,
        deadline_text=row.text,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        ends_at=ends_at(row.kind, row.ends_on, before_counts_day=plan.before_counts_day),
        stage=row.stage,
        note=row.note,
        lead_text=printed_apart(row.lead_text, lead),
        coordinate_text=printed_apart(row.coordinate_text, coordinate),
    )
    TaskBody.objects.bulk_create(
        _body(task, role, number, label, units, source)
        for role, labels in ((TaskRole.LEAD, lead), (TaskRole.COORDINATE, coordinate))
        for number, label in enumerate(labels, start=1)
    )
    return task


def _body(
    task: PlanTask, role: TaskRole, number: int, label: str, units: Mapping[str, Unit], source: PlanFile
) -> TaskBody:
    """A body of a task, and whom its name means as far as that can be told."""
    kind, name = whom(label, units, source.aliases)
    return TaskBody(task=task, position=number, role=role, label=label[:200], kind=kind, unit=units.get(name))


@action("plan.issue", gettext_noop("Ban hành Kế hoạch"), allowed=policy.can_issue_plan)
def issue_plan(plan: Plan, by: User, at: datetime, *, number: str, day: date, seen: str = "") -> Plan:
    """Issue the plan with its number and date (ban hành kế hoạch); `seen` is the mark of the draft that was read."""
    hold(plan.round)
    read_again(plan, *SAID_BESIDE)
    if seen and seen != mark_of_plan(plan, rows_of(plan)):
        raise RuleViolation(_("Dự thảo Kế hoạch vừa được sửa. Hãy tải lại trang, đọc lại rồi ban hành."))
    require_sound(plan, at)
    move(plan, workflow.ISSUE_PLAN, number=number, date=day, signer_name=by.full_name)
    changed("number", number)
    return plan


@action("round.add_block", gettext_noop("Xác định khối và đơn vị được đánh giá"), allowed=policy.can_coordinate)
def add_block(round: Round, by: User, at: datetime, *, name: str, edition: Edition, units: Sequence[Unit]) -> Block:
    """Name a ranking group, the edition it is judged by and its units (khối)."""
    require_preparation(round)
    if not units:
        raise RuleViolation(_("Khối “%(name)s” chưa có đơn vị nào.") % {"name": name})
    if round.blocks.filter(name=name).exists():
        raise RuleViolation(_("Khối “%(name)s” đã có. Hãy đặt tên khác.") % {"name": name})
    block = Block.objects.create(round=round, name=name, edition=edition)
    Participant.objects.bulk_create(Participant(round=round, block=block, unit=unit) for unit in units)
    changed("block", name)
    changed("units", [unit.name for unit in units])
    return block


def require_preparation(round: Round) -> None:
    """Refuse once the units are at work."""
    if round.stage != StageKey.PREPARATION:
        raise RuleViolation(_("Đợt đánh giá đã qua bước chuẩn bị nên không đổi được khối, Hội đồng và Tổ."))


def require_ready_to_open(round: Round) -> None:
    """Refuse to open the round, naming everything that preparation still lacks."""
    missing = []
    if not round.plan.number:
        missing.append(_("Kế hoạch chưa ban hành"))
    editions = [block.edition for block in round.blocks.select_related("edition")]
    if not editions:
        missing.append(_("chưa có khối và đơn vị được đánh giá"))
    missing += [
        _("“%(name)s” chưa ban hành") % {"name": edition.name}
        for edition in editions
        if edition.state != EditionState.ISSUED
    ]
    if not round.panels_decision:
        missing.append(_("Hội đồng thẩm định và Tổ Chuyên viên chưa thành lập"))
    if missing:
        raise RuleViolation(_("Chưa mở được tự đánh giá: %(missing)s.") % {"missing": "; ".join(missing)})
