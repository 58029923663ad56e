"""A plan as data: the rows of part II, read from YAML and checked, every fault named with its row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml
from django.utils.translation import gettext as _

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

_LIMITS = {"name": 300, "code": 10, "title": 500, "text": 100, "note": 300}


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
    content = _content(text)
    problems: list[str] = []
    rows: list[TaskRow] = []
    for position, raw in enumerate(content["tasks"], start=1):
        try:
            rows.append(_row(raw))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            problems.append(_("Dòng %(position)d: %(fault)s") % {"position": position, "fault": _sentence(fault)})
    codes = [row.code for row in rows]
    problems += [
        _("Số thứ tự %(code)s lặp lại.") % {"code": code} for code in sorted(set(codes)) if codes.count(code) > 1
    ]
    head = content.get("plan")
    problems += _faults_of_head(head)
    if problems or not isinstance(head, dict):
        raise PlanErrors(problems)
    bodies = content.get("bodies")
    return PlanFile(
        name=str(head["name"]),
        year=int(head["year"]),
        superior_plan=str(head.get("superior_plan", "")),
        tasks=tuple(rows),
        aliases=(bodies.get("aliases") or {}) if isinstance(bodies, dict) else {},
    )


def _content(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = (
            _(" (dòng %(line)d, cột %(column)d)") % {"line": mark.line + 1, "column": mark.column + 1} if mark else ""
        )
        raise PlanErrors([_("Tệp kế hoạch không đúng cú pháp YAML%(place)s.") % {"place": place}]) from error
    if not isinstance(content, dict) or not isinstance(content.get("tasks"), list):
        raise PlanErrors([_("Tệp kế hoạch không có danh sách nhiệm vụ `tasks`.")])
    return content


def _faults_of_head(head: object) -> list[str]:
    if not isinstance(head, dict):
        return [_("Thiếu phần đầu `plan`.")]
    faults = [_("Thiếu `plan.%(key)s`.") % {"key": key} for key in ("name", "year") if key not in head]
    if "year" in head and not isinstance(head["year"], int):
        faults.append(_("`plan.year` phải là một năm, như 2022."))
    if len(str(head.get("name", ""))) > _LIMITS["name"]:
        faults.append(_("`plan.name` dài quá %(limit)d ký tự.") % {"limit": _LIMITS["name"]})
    return faults


def _row(raw: dict[str, Any]) -> TaskRow:
    deadline = raw["deadline"]
    kind = _kind(deadline)
    starts_on, ends_on = _days(kind, deadline)
    code = _text(raw, "code")
    return TaskRow(
        code=code,
        title=_text(raw, "title"),
        kind=kind,
        text=_text(deadline, "text", required=kind != DeadlineKind.GROUP),
        starts_on=starts_on,
        ends_on=ends_on,
        lead=_labels(raw, "lead"),
        coordinate=_labels(raw, "coordinate"),
        note=_text(raw, "note", required=False),
        stage=_stage(raw.get("stage", STAGE_OF_ROW.get(code, ""))),
    )


def _text(raw: dict[str, Any], key: str, *, required: bool = True) -> str:
    text = str(raw[key] if required else raw.get(key, ""))
    if len(text) > _LIMITS[key]:
        raise ValueError(_("“%(key)s” dài quá %(limit)d ký tự") % {"key": key, "limit": _LIMITS[key]})
    return text


def _labels(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    labels = raw.get(key) or []
    if not isinstance(labels, list):
        raise ValueError(_("“%(key)s” phải là danh sách các cơ quan, viết trong [ ]") % {"key": key})
    return tuple(map(str, labels))


def _kind(deadline: dict[str, Any]) -> DeadlineKind:
    kind = deadline["kind"]
    if kind not in DeadlineKind.values:
        allowed = ", ".join(DeadlineKind.values)
        raise ValueError(
            _("“kind” là “%(kind)s”, chỉ được một trong: %(allowed)s") % {"kind": kind, "allowed": allowed}
        )
    return DeadlineKind(kind)


def _stage(stage: str) -> str:
    if stage and stage not in StageKey.values:
        raise ValueError(_("“stage” là “%(stage)s”, không phải tên giai đoạn") % {"stage": stage})
    return stage


def _days(kind: DeadlineKind, deadline: dict[str, Any]) -> tuple[date | None, date | None]:
    if kind == DeadlineKind.GROUP:
        return None, None
    if kind == DeadlineKind.PERIOD:
        return _month(deadline["from"]), _month(deadline["to"])
    day = deadline["date"]
    if not isinstance(day, date):
        raise ValueError(_("“%(day)s” không phải là ngày (viết 2022-12-15)") % {"day": day})
    return None, day


def _month(value: object) -> date:
    try:
        year, month = str(value).split("-")[:2]
        return date(int(year), int(month), 1)
    except ValueError as error:
        raise ValueError(_("“%(value)s” không phải là tháng (viết 2022-12)") % {"value": value}) from error


def _sentence(fault: Exception) -> str:
    """A fault as a sentence; what Python itself says of a wrong shape is for nobody's eyes."""
    if isinstance(fault, KeyError):
        return _("thiếu “%(key)s”.") % {"key": fault.args[0]}
    if isinstance(fault, ValueError):
        return f"{fault}."
    return _("không đúng dạng của một nhiệm vụ.")
