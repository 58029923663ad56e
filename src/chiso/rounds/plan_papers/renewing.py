"""A plan for another year: last year's with its dates moved, or the template that comes with the program.

The assessed year is replaced wherever it stands as a year of its own. Number and day of the superior's plan belong to
the old year, so they are left open. Whether a moved date falls on a day off is for the check of the plan to say.
"""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from chiso.rounds.plan_file import TEXTS, PlanFile, TaskRow, read_plan
from chiso.rounds.plan_papers.wording import Deadline, WordingError, read_deadline, shifted, word_deadline

TEMPLATE = Path(__file__).parent.parent / "data" / "plan_template.yaml"
_NUMBERED = re.compile(r"số\s+(?:\d+|…)(/[\w.-]+)\s+ngày\s+(?:\d{1,2}/\d{1,2}|…/…)/(\d{4})")
_AUTHORITY, _OFFICE = "[CƠ QUAN]", "[CƠ QUAN THƯỜNG TRỰC]"


def renewed(plan: PlanFile, year: int) -> PlanFile:
    """The plan for another assessed year; a draft that nobody has signed."""
    old = plan.year
    words: dict[str, Any] = {key: _retold(getattr(plan, key), old, year) for key in ("name", "superior_plan", *TEXTS)}
    tasks = tuple(_moved(task, old, year) for task in plan.tasks)
    return replace(plan, year=year, tasks=tasks, signer_name="", remarks=(), **words)


def template_plan(year: int, *, authority: str, office: str) -> PlanFile:
    """The template in the names of an authority and its coordinating office."""
    names = {_AUTHORITY: authority, _OFFICE: office}
    # Filled in after reading, so that a name can't become YAML.
    plan = renewed(_template(), year)
    tasks = tuple(
        replace(
            task,
            title=_filled(task.title, names),
            lead=tuple(_filled(label, names) for label in task.lead),
            coordinate=tuple(_filled(label, names) for label in task.coordinate),
            note=_filled(task.note, names),
        )
        for task in plan.tasks
    )
    texts: dict[str, Any] = {key: _filled(getattr(plan, key), names) for key in ("name", *TEXTS)}
    return replace(plan, tasks=tasks, **texts)


@cache
def _template() -> PlanFile:
    return read_plan(TEMPLATE.read_text(encoding="utf-8"))


def _moved(task: TaskRow, old: int, year: int) -> TaskRow:
    deadline = _moved_deadline(task, year - old)
    return replace(
        task,
        title=_retold(task.title, old, year),
        text=deadline.text,
        starts_on=deadline.starts_on,
        ends_on=deadline.ends_on,
        note=_retold(task.note, old, year),
    )


def _moved_deadline(task: TaskRow, years: int) -> Deadline:
    try:
        return read_deadline(shifted(task.text, years))
    except WordingError:  # A plan in YAML may word its dates as it likes; the usual words take their place.
        usual = word_deadline(task.kind, task.starts_on, task.ends_on)
        return read_deadline(shifted(usual, years))


def _retold(text: str, old: int, year: int) -> str:
    later = year - old
    open_number = _NUMBERED.sub(lambda found: f"số …{found[1]} ngày …/…/{int(found[2]) + later}", text)
    return re.sub(rf"(?<![\w/.-]){old}(?![\w/]|[-–]\d)", str(year), open_number)


def _filled(text: str, names: dict[str, str]) -> str:
    for mark, name in names.items():
        text = text.replace(mark, name)
    return text
