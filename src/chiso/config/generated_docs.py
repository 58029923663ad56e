"""Documents written from the code: docs/workflow.md from the transitions, docs/access.md from the actions."""

from collections.abc import Iterable, Sequence

from django.db.models import TextChoices
from django.utils import translation

from chiso.assessments import workflow as dossier_workflow
from chiso.assessments.choices import DossierState, MeetingState
from chiso.audit.actions import REGISTRY, Action
from chiso.common.workflow import Transition
from chiso.indexsets import workflow as set_workflow
from chiso.indexsets.choices import EditionState
from chiso.notices import workflow as delivery_workflow
from chiso.notices.choices import DeliveryState
from chiso.results import workflow as result_workflow
from chiso.results.choices import SubmissionState
from chiso.rounds import workflow as round_workflow
from chiso.rounds.choices import PlanState, StageKey, WorkState

_HEAD = "<!-- Written by `make docs` from the code. Do not edit. -->\n"
_WORKFLOWS: Sequence[tuple[str, str, Sequence[Transition], type[TextChoices]]] = (
    ("Index set (bộ chỉ số)", "indexsets/workflow.py", set_workflow.TRANSITIONS, EditionState),
    ("Plan (kế hoạch)", "rounds/workflow.py", round_workflow.PLAN_TRANSITIONS, PlanState),
    ("Part of a body in a task (phần việc)", "rounds/workflow.py", round_workflow.WORK_TRANSITIONS, WorkState),
    ("Round (đợt đánh giá)", "rounds/workflow.py", round_workflow.TRANSITIONS, StageKey),
    ("Dossier (hồ sơ tự đánh giá)", "assessments/workflow.py", dossier_workflow.TRANSITIONS, DossierState),
    ("Meeting (phiên họp)", "assessments/workflow.py", dossier_workflow.MEETING_TRANSITIONS, MeetingState),
    ("Submission (tờ trình)", "results/workflow.py", result_workflow.TRANSITIONS, SubmissionState),
    ("Delivery (bản tin gửi đi)", "notices/workflow.py", delivery_workflow.TRANSITIONS, DeliveryState),
)


def documents() -> dict[str, str]:
    """The generated documents by their name in docs/."""
    # URLs register the pages, the pages import the actions: after this the registry is complete.
    from django.urls import get_resolver  # noqa: PLC0415 needs the settings

    _ = get_resolver().url_patterns
    with translation.override("vi"):
        return {"workflow.md": _workflow(), "access.md": _access()}


def _workflow() -> str:
    parts = [_HEAD, "# The states and moves\n", "A move that is not drawn here is refused.\n"]
    for title, place, transitions, states in _WORKFLOWS:
        parts.append(f"## {title}\n\n`src/chiso/{place}`\n\n```mermaid\n{_diagram(transitions)}\n```\n")
        rows = "\n".join(f"| `{state.value}` | {state.label} |" for state in states)
        parts.append(f"| state | shown as |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


def _diagram(transitions: Iterable[Transition]) -> str:
    arrows = [
        f"    {source} --> {step.target}: {step.label}" for step in transitions for source in sorted(step.sources)
    ]
    return "\n".join(["stateDiagram-v2", *arrows])


def _access() -> str:
    rows = "\n".join(_row(REGISTRY[code]) for code in sorted(REGISTRY))
    return "\n".join(
        [
            _HEAD,
            "# Who may do what\n",
            "Every write is one of these actions. Each asks its policy, runs in one transaction and leaves one audit "
            "entry. The policies' own words stand in `policy.py` of the app; `tests/architecture/test_role_table.py` "
            "tries every action with every person.\n",
            "| action | does | policy |\n|---|---|---|",
            f"{rows}\n",
        ]
    )


def _row(action: Action) -> str:
    app = action.allowed.__module__.removeprefix("chiso.").removesuffix(".policy")
    return f"| `{action.code}` | {action.label} | `{app}.{action.allowed.__name__}` |"
