"""A plan as data: the rows of part II, read from YAML and checked, every fault named with its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from chiso.common.dates import DateNotUnderstood
from chiso.rounds.choices import DeadlineKind, StageKey

STAGE_OF_ROW = {
    "1": StageKey.PREPARATION,
    "3.1": StageKey.SELF_ASSESSMENT,
    "3.2": StageKey.AGGREGATION,
    "3.3": StageKey.APPRAISAL,
    "3.4": StageKey.NOTICE,
    "3.5": StageKey.REAPPRAISAL,
    "3.6": StageKey.COUNCIL,
    "3.7": StageKey.APPROVAL,
}
"""Which row of the usual plan opens which stage; a row may say otherwise with `stage`."""


class PlanErrors(Exception):
    """A plan that can't be used; `problems` are whole sentences, one for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class TaskRow:
    """One row of part II."""

    code: str
    title: str
    kind: DeadlineKind
    text: str
    starts_on: date | None
    ends_on: date | None
    lead: tuple[str, ...]
    coordinate: tuple[str, ...]
    note: str
    stage: str


@dataclass(frozen=True)
class PlanFile:
    """A plan's head and its rows, with the names its bodies also go by."""

    name: str
    year: int
    superior_plan: str
    tasks: tuple[TaskRow, ...]
    aliases: Mapping[str, str]


def read_plan(text: str) -> PlanFile:
    """Read a plan from YAML; raises `PlanErrors` with every fault at once."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise PlanErrors([f"Tệp kế hoạch không phải là YAML: {error}"]) from error
    if not isinstance(content, dict) or not isinstance(content.get("tasks"), list):
        raise PlanErrors(["Tệp kế hoạch không có danh sách nhiệm vụ `tasks`."])
    problems: list[str] = []
    rows: list[TaskRow] = []
    for position, raw in enumerate(content["tasks"], start=1):
        try:
            rows.append(_row(raw))
        except (KeyError, TypeError, ValueError, DateNotUnderstood) as fault:
            problems.append(f"Dòng {position}: {_sentence(fault)}")
    codes = [row.code for row in rows]
    problems += [f"Số thứ tự {code} lặp lại." for code in sorted(set(codes)) if codes.count(code) > 1]
    head = content.get("plan") or {}
    problems += [f"Thiếu `plan.{key}`." for key in ("name", "year") if key not in head]
    if problems:
        raise PlanErrors(problems)
    return PlanFile(
        name=str(head["name"]),
        year=int(head["year"]),
        superior_plan=str(head.get("superior_plan", "")),
        tasks=tuple(rows),
        aliases=(content.get("bodies") or {}).get("aliases") or {},
    )


def _row(raw: dict[str, Any]) -> TaskRow:
    deadline = raw["deadline"]
    kind = DeadlineKind(deadline["kind"])
    starts_on, ends_on = _days(kind, deadline)
    return TaskRow(
        code=str(raw["code"]),
        title=str(raw["title"]),
        kind=kind,
        text=str(deadline.get("text", "")),
        starts_on=starts_on,
        ends_on=ends_on,
        lead=tuple(map(str, raw.get("lead", ()))),
        coordinate=tuple(map(str, raw.get("coordinate", ()))),
        note=str(raw.get("note", "")),
        stage=str(raw.get("stage", STAGE_OF_ROW.get(str(raw["code"]), ""))),
    )


def _days(kind: DeadlineKind, deadline: dict[str, Any]) -> tuple[date | None, date | None]:
    if kind == DeadlineKind.GROUP:
        return None, None
    if kind == DeadlineKind.PERIOD:
        return _month(deadline["from"]), _month(deadline["to"])
    day = deadline["date"]
    if not isinstance(day, date):
        raise ValueError(f"“{day}” không phải là ngày (viết 2022-12-15)")
    return None, day


def _month(value: object) -> date:
    year, month = str(value).split("-")[:2]
    return date(int(year), int(month), 1)


def _sentence(fault: Exception) -> str:
    return f"thiếu {fault}." if isinstance(fault, KeyError) else f"{fault}."
