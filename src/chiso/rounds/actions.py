"""What people do with a round's frame: create it, write and issue the plan, set up panels, grant time.

Moves of the round from stage to stage change dossiers too, so they live in `assessments.actions`.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit.actions import action, changed
from chiso.common.refusals import RuleViolation
from chiso.common.workflow import move
from chiso.indexsets.choices import EditionState
from chiso.indexsets.models import Criterion, Edition
from chiso.organizations.models import Unit, User
from chiso.rounds import policy, workflow
from chiso.rounds.choices import DeadlineKind, Panel, Position, StageKey, TaskRole
from chiso.rounds.deadlines import end_of_month, ends_at
from chiso.rounds.models import (
    Assignment,
    Block,
    PanelMember,
    Participant,
    Plan,
    PlanTask,
    Round,
    Stage,
    TaskBody,
)
from chiso.rounds.plan_file import PlanFile, TaskRow


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
    written = Plan.objects.create(round=round, superior_plan=plan.superior_plan, before_counts_day=before_counts_day)
    units = {unit.name: unit for unit in Unit.objects.filter(parent=authority)}
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


def _write_task(plan: Plan, position: int, row: TaskRow, units: dict[str, Unit], source: PlanFile) -> PlanTask:
    last = end_of_month(row.ends_on) if row.kind == DeadlineKind.PERIOD and row.ends_on else row.ends_on
    task = PlanTask.objects.create(
        plan=plan,
        position=position,
        code=row.code,
        title=row.title,
        deadline_kind=row.kind,
        deadline_text=row.text,
        starts_on=row.starts_on,
        ends_on=last,
        ends_at=ends_at(row.kind, last, before_counts_day=plan.before_counts_day),
        stage=row.stage,
        note=row.note,
    )
    printed = [(TaskRole.LEAD, row.lead), (TaskRole.COORDINATE, row.coordinate)]
    TaskBody.objects.bulk_create(
        TaskBody(
            task=task,
            position=number,
            role=role,
            label=label,
            unit=units.get(source.aliases.get(label, label)),
        )
        for role, labels in printed
        for number, label in enumerate(labels, start=1)
    )
    return task


@action("plan.issue", gettext_noop("Ban hành Kế hoạch"), allowed=policy.can_issue_plan)
def issue_plan(plan: Plan, by: User, at: datetime, *, number: str, day: date) -> Plan:
    """Issue the plan with its number and date (ban hành kế hoạch)."""
    move(plan, workflow.ISSUE_PLAN, number=number, date=day, signer_name=by.full_name)
    changed("number", number)
    return plan


@action("round.add_block", gettext_noop("Xác định khối và đơn vị được đánh giá"), allowed=policy.can_coordinate)
def add_block(round: Round, by: User, at: datetime, *, name: str, edition: Edition, units: Sequence[Unit]) -> Block:
    """Name a ranking group, the edition it is judged by and its units (khối)."""
    _require_preparation(round)
    if not units:
        raise RuleViolation(_("Khối “%(name)s” chưa có đơn vị nào.") % {"name": name})
    if round.blocks.filter(name=name).exists():
        raise RuleViolation(_("Khối “%(name)s” đã có. Hãy đặt tên khác.") % {"name": name})
    block = Block.objects.create(round=round, name=name, edition=edition)
    Participant.objects.bulk_create(Participant(round=round, block=block, unit=unit) for unit in units)
    changed("block", name)
    changed("units", [unit.name for unit in units])
    return block


@action("panel.appoint", gettext_noop("Dự kiến thành viên Hội đồng, Tổ"), allowed=policy.can_coordinate)
def appoint_member(
    round: Round, by: User, at: datetime, *, user: User, panel: Panel, position: Position
) -> PanelMember:
    """Put a person on the draft list of the council or the team."""
    _require_preparation(round)
    if round.panels_decision:
        raise RuleViolation(
            _("Hội đồng và Tổ đã thành lập theo Quyết định số %(number)s.") % {"number": round.panels_decision}
        )
    if PanelMember.objects.filter(round=round, panel=panel, user=user).exists():
        raise RuleViolation(_("%(name)s đã có trong danh sách.") % {"name": user.full_name})
    is_head = position in (Position.CHAIR, Position.LEADER)
    if is_head and PanelMember.objects.filter(round=round, panel=panel, position=position).exists():
        raise RuleViolation(_("Danh sách đã có %(position)s.") % {"position": Position(position).label})
    member = PanelMember.objects.create(round=round, panel=panel, position=position, user=user)
    changed("member", f"{user.full_name} · {panel} · {position}")
    return member


@action("panel.remove", gettext_noop("Đưa khỏi danh sách dự kiến Hội đồng, Tổ"), allowed=policy.can_change_member)
def remove_member(member: PanelMember, by: User, at: datetime) -> PanelMember:
    """Take a person off the draft list, with the leaves assigned to the seat; after the decision nobody leaves it."""
    _require_preparation(member.round)
    if member.round.panels_decision:
        raise RuleViolation(
            _("Hội đồng và Tổ đã thành lập theo Quyết định số %(number)s nên không đổi danh sách.")
            % {"number": member.round.panels_decision}
        )
    changed("member", None, f"{member.user.full_name} · {member.panel} · {member.position}")
    PanelMember.objects.filter(pk=member.pk).delete()
    return member


@action("panel.establish", gettext_noop("Thành lập Hội đồng thẩm định và Tổ Chuyên viên"), allowed=policy.can_head)
def establish_panels(round: Round, by: User, at: datetime, *, number: str, day: date) -> Round:
    """Set up council and team by decision (row 2 of the plan): each needs its head."""
    heads = set(
        round.panel_members.filter(position__in=[Position.CHAIR, Position.LEADER]).values_list("position", flat=True)
    )
    if len(heads) < 2:
        raise RuleViolation(_("Danh sách chưa có Chủ tịch Hội đồng hoặc Tổ trưởng. Cơ quan thường trực cần bổ sung."))
    if round.panels_decision:
        raise RuleViolation(_("Đã thành lập theo Quyết định số %(number)s.") % {"number": round.panels_decision})
    round.panels_decision, round.panels_date = number, day
    round.save(update_fields=["panels_decision", "panels_date"])
    changed("decision", number)
    return round


@action("panel.assign", gettext_noop("Phân công thẩm định"), allowed=policy.can_assign)
def assign_criteria(member: PanelMember, by: User, at: datetime, *, codes: Collection[str]) -> PanelMember:
    """Give a member of the team exactly the leaves under these nodes, for every unit but the member's own.

    Leaves given before and not named now are taken back; what was judged of them stays.
    """
    if member.panel != Panel.TEAM:
        raise RuleViolation(_("Chỉ phân công thẩm định cho thành viên Tổ Chuyên viên."))
    leaves = _leaves_under(member.round, codes)
    if not leaves:
        raise RuleViolation(_("Không có tiêu chí nào thuộc: %(codes)s.") % {"codes": ", ".join(sorted(codes))})
    before = set(Assignment.objects.filter(member=member).values_list("criterion__code", flat=True))
    Assignment.objects.filter(member=member).exclude(criterion__in=leaves).delete()
    Assignment.objects.bulk_create(
        [Assignment(member=member, criterion=leaf) for leaf in leaves], ignore_conflicts=True
    )
    changed("codes", sorted(leaf.code for leaf in leaves), sorted(before))
    return member


def _leaves_under(round: Round, codes: Collection[str]) -> list[Criterion]:
    nodes = {node.pk: node for node in Criterion.objects.filter(edition__blocks__round=round).distinct()}

    def lies_under(node: Criterion) -> bool:
        if node.code in codes:
            return True
        return node.parent_id is not None and lies_under(nodes[node.parent_id])

    return [node for node in nodes.values() if node.is_leaf and lies_under(node)]


def _require_preparation(round: Round) -> None:
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
