"""A kept plan as a `PlanFile` again: to be written as Word or Excel, or to start another year's from."""

from chiso.rounds.choices import BodyKind, DeadlineKind, TaskRole
from chiso.rounds.models import Plan, PlanTask, TaskBody
from chiso.rounds.plan_file import TEXTS, PlanFile, TaskRow


def plan_of(plan: Plan, *, as_issued: bool = False) -> PlanFile:
    """The plan as data (2 queries); `as_issued` words a moved deadline as the signed plan does (1 more)."""
    prefetched = ("bodies", "changes") if as_issued else ("bodies",)
    tasks = plan.tasks.order_by("position").prefetch_related(*prefetched)
    return PlanFile(
        name=plan.round.name,
        year=plan.round.year,
        superior_plan=plan.superior_plan,
        tasks=tuple(_row(task, as_issued=as_issued) for task in tasks),
        aliases={},
        **{key: getattr(plan, key) for key in TEXTS},
        signer_name=plan.signer_name,
    )


def meanings_of(plan: Plan) -> dict[str, str]:
    """Whom each printed name means, as people settled it, in the form of a plan's aliases (1 query).

    Who was unknown is left out: the units that there are now may tell.
    """
    bodies = TaskBody.objects.filter(task__plan=plan).exclude(kind=BodyKind.OTHER).select_related("unit")
    return {body.label: body.unit.name if body.unit else body.kind for body in bodies}


def _row(task: PlanTask, *, as_issued: bool) -> TaskRow:
    bodies = sorted(task.bodies.all(), key=lambda body: body.position)
    changes = sorted(task.changes.all(), key=lambda change: change.changed_at) if as_issued else []
    return TaskRow(
        code=task.code,
        title=task.title,
        kind=DeadlineKind(task.deadline_kind),
        text=changes[0].old_text if changes else task.deadline_text,
        starts_on=task.starts_on,
        ends_on=task.ends_on,
        lead=tuple(body.label for body in bodies if body.role == TaskRole.LEAD),
        coordinate=tuple(body.label for body in bodies if body.role == TaskRole.COORDINATE),
        note=task.note,
        stage=task.stage,
        lead_text=task.lead_text,
        coordinate_text=task.coordinate_text,
    )
