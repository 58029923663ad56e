"""A plan as data: the rows of part II and the texts around them; read from YAML, every fault named with its row.

`plan_papers.reading` reads the same from Word and Excel.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from django.utils.translation import gettext as _

from chiso.rounds.choices import DeadlineKind, StageKey
from chiso.rounds.deadlines import end_of_month
from chiso.rounds.plan_papers.wording import YEARS, Deadline, WordingError, one_line, read_deadline

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
BOUND_STAGES = tuple(key for key in StageKey if key != StageKey.PUBLISHED)
"""The stages that a row may open; the last is no work, so no row opens it."""
CODE = re.compile(r"\w[\w.)\-]*")
"""The number of a row: in one word, like 3.1 or IV."""

LIMITS = {
    "name": 300,
    "superior_plan": 300,
    "code": 10,
    "title": 500,
    "text": 100,
    "note": 300,
    "lead_text": 500,
    "coordinate_text": 500,
    "label": 200,
    "signer_name": 150,
}
"""The most letters of each, as the database keeps them."""
MOST_OF_A_TEXT = 20_000
TEXTS = ("preamble", "aims", "duties", "closing", "recipients")
"""The texts of a plan, as `PlanFile`, the model and a YAML file call them."""
HEAD_LIMITS = {key: LIMITS[key] for key in ("name", "superior_plan", "signer_name")} | dict.fromkeys(
    TEXTS, MOST_OF_A_TEXT
)
MOST_TASKS = 300
_NO_TEXT = (list, dict, set, bytes)


class PlanErrors(Exception):
    """A plan that can't be used; `problems` are whole sentences, one for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class TaskRow:
    """One row of part II; `lead_text` and `coordinate_text` are the printed cells.

    Where the bodies are not named one by one, they are cut out of the cell once the units' names are known.
    `ends_on` of a span is its last day.
    """

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
    lead_text: str = ""
    coordinate_text: str = ""


@dataclass(frozen=True)
class PlanFile:
    """A plan's head, its rows, and the texts around them, with the names its bodies also go by.

    `remarks` says what of the file was left out.
    """

    name: str
    year: int
    superior_plan: str
    tasks: tuple[TaskRow, ...]
    aliases: Mapping[str, str]
    preamble: str = ""
    aims: str = ""
    duties: str = ""
    closing: str = ""
    recipients: str = ""
    signer_name: str = ""
    remarks: tuple[str, ...] = ()


def read_plan(text: str) -> PlanFile:
    """Read a plan from YAML; raises `PlanErrors` with every fault at once."""
    content = _content(text)
    if len(content["tasks"]) > MOST_TASKS:
        raise PlanErrors([_too_many()])
    problems: list[str] = []
    rows: list[TaskRow] = []
    for position, raw in enumerate(content["tasks"], start=1):
        try:
            rows.append(_row(raw))
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            problems.append(_("Dòng %(position)d: %(fault)s") % {"position": position, "fault": _sentence(fault)})
    problems += faults_between(rows)
    head = content.get("plan")
    problems += _faults_of_head(head)
    if problems or not isinstance(head, dict):
        raise PlanErrors(problems)
    bodies = content.get("bodies")
    aliases = bodies.get("aliases") if isinstance(bodies, dict) else None
    texts: dict[str, Any] = {key: lines_of(str(head.get(key) or "")) for key in TEXTS}
    return PlanFile(
        name=one_line(str(head["name"])),
        year=int(head["year"]),
        superior_plan=one_line(str(head.get("superior_plan") or "")),
        tasks=tuple(rows),
        aliases=_aliases(aliases),
        **texts,
        signer_name=one_line(str(head.get("signer_name") or "")),
    )


def lines_of(text: str) -> str:
    """A text as lines without blanks at their ends and without empty lines."""
    return "\n".join(line for raw in text.splitlines() if (line := one_line(raw)))


def faults_between(rows: Iterable[TaskRow]) -> list[str]:
    """What is wrong with rows that are each right: a number or a stage twice, a heading with a stage, too many."""
    rows = list(rows)
    codes = [row.code for row in rows]
    faults = [_("Số thứ tự %(code)s lặp lại.") % {"code": code} for code in sorted(set(codes)) if codes.count(code) > 1]
    stages = [row.stage for row in rows if row.stage]
    faults += [
        _("Có %(count)d dòng cùng mở giai đoạn “%(stage)s”; chỉ một dòng được mở.")
        % {"count": stages.count(stage), "stage": StageKey(stage).label}
        for stage in StageKey.values
        if stages.count(stage) > 1
    ]
    faults += [
        _("Dòng %(code)s không ghi thời hạn nên là dòng tiêu đề, không mở giai đoạn nào.") % {"code": row.code}
        for row in rows
        if row.stage and row.kind == DeadlineKind.GROUP
    ]
    if len(rows) > MOST_TASKS:
        faults.append(_too_many())
    return faults


def usual_stage(code: str, kind: str) -> str:
    """The stage that a row of this number opens in the usual plan; a heading opens none."""
    return "" if kind == DeadlineKind.GROUP else STAGE_OF_ROW.get(code, "")


def _too_many() -> str:
    return _("Kế hoạch có hơn %(limit)d nhiệm vụ.") % {"limit": MOST_TASKS}


def _aliases(raw: object) -> dict[str, str]:
    named = raw.items() if isinstance(raw, dict) else ()
    return {one_line(str(key)): one_line(value) for key, value in named if isinstance(value, str)}


def _content(text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that no calendar has.
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
    faults = [_("Thiếu `plan.%(key)s`.") % {"key": key} for key in ("name", "year") if _is_blank(head.get(key))]
    year = head.get("year")
    if not _is_blank(year) and not (isinstance(year, int) and year in YEARS):
        faults.append(_("`plan.year` phải là một năm, như 2022."))
    for key, limit in HEAD_LIMITS.items():
        if isinstance(head.get(key), _NO_TEXT):
            faults.append(_("`plan.%(key)s` phải là chữ, không phải danh sách.") % {"key": key})
        elif len(str(head.get(key) or "")) > limit:
            faults.append(_("`plan.%(key)s` dài quá %(limit)d ký tự.") % {"key": key, "limit": limit})
    return faults


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not one_line(value))


def _row(raw: dict[str, Any]) -> TaskRow:
    title = _text(raw, "title")
    deadline = _deadline(raw["deadline"])
    code = _text(raw, "code").rstrip(".")
    if not CODE.fullmatch(code):
        raise ValueError(_("số thứ tự “%(code)s” phải viết liền, như 3.1") % {"code": code})
    return TaskRow(
        code=code,
        title=title,
        kind=deadline.kind,
        text=deadline.text,
        starts_on=deadline.starts_on,
        ends_on=deadline.ends_on,
        lead=_labels(raw, "lead"),
        coordinate=_labels(raw, "coordinate"),
        note=_text(raw, "note", required=False),
        stage=_stage(raw["stage"]) if "stage" in raw else usual_stage(code, deadline.kind),
        lead_text=_text(raw, "lead_text", required=False),
        coordinate_text=_text(raw, "coordinate_text", required=False),
    )


def _deadline(raw: object) -> Deadline:
    """A deadline in its own keys, or in the plan's words alone."""
    if isinstance(raw, str) or raw is None:
        return read_deadline(raw or "")
    if not isinstance(raw, dict):
        raise TypeError
    kind = _kind(raw)
    starts_on, ends_on = _days(kind, raw)
    given = Deadline(kind, _text(raw, "text", required=kind != DeadlineKind.GROUP), starts_on, ends_on)
    try:
        said = read_deadline(given.text)
    except WordingError:
        return given  # Words of its own: the keys alone say what they mean.
    if (said.kind, said.starts_on, said.ends_on) != (kind, starts_on, ends_on):
        raise ValueError(_("“%(text)s” không khớp với loại và ngày ghi cùng thời hạn") % {"text": given.text})
    return given


def _text(raw: dict[str, Any], key: str, *, required: bool = True) -> str:
    text = one_line(_words(raw.get(key)))
    if required and not text:
        raise KeyError(key)
    if len(text) > LIMITS[key]:
        raise ValueError(_("“%(key)s” dài quá %(limit)d ký tự") % {"key": key, "limit": LIMITS[key]})
    return text


def _labels(raw: dict[str, Any], key: str) -> tuple[str, ...]:
    labels = raw.get(key) or []
    if not isinstance(labels, list):
        raise ValueError(_("“%(key)s” phải là danh sách các cơ quan, viết trong [ ]") % {"key": key})
    named = tuple(label for one in labels if (label := one_line(_words(one))))
    if any(len(label) > LIMITS["label"] for label in named):
        raise ValueError(_("“%(key)s” có tên dài quá %(limit)d ký tự") % {"key": key, "limit": LIMITS["label"]})
    return named


def _words(value: object) -> str:
    """What is written in a place for text; nothing is no word, and a list would be as long as its aliases make it."""
    if isinstance(value, _NO_TEXT):
        raise ValueError(_("có danh sách ở chỗ phải ghi chữ"))
    return "" if value is None else str(value)


def _kind(deadline: dict[str, Any]) -> DeadlineKind:
    kind = _words(deadline["kind"])
    if kind not in DeadlineKind.values:
        allowed = ", ".join(DeadlineKind.values)
        raise ValueError(
            _("“kind” là “%(kind)s”, chỉ được một trong: %(allowed)s") % {"kind": kind, "allowed": allowed}
        )
    return DeadlineKind(kind)


def _stage(raw: object) -> str:
    stage = _words(raw)
    if stage and stage not in BOUND_STAGES:
        raise ValueError(_("“stage” là “%(stage)s”, không phải tên giai đoạn") % {"stage": stage})
    return stage


def _days(kind: DeadlineKind, deadline: dict[str, Any]) -> tuple[date | None, date | None]:
    if kind == DeadlineKind.GROUP:
        return None, None
    if kind == DeadlineKind.PERIOD:
        first, last = _month(deadline["from"]), end_of_month(_month(deadline["to"]))
        if first > last:
            raise ValueError(_("“from” sau “to”"))
        return first, last
    day = deadline["date"]
    if not isinstance(day, date) or isinstance(day, datetime) or day.year not in YEARS:
        raise ValueError(_("“%(day)s” không phải là ngày (viết 2022-12-15)") % {"day": _words(day)})
    return None, day


def _month(value: object) -> date:
    try:
        year, month = (int(part) for part in _words(value).split("-")[:2])
        if year not in YEARS:
            raise ValueError
        return date(year, month, 1)
    except ValueError as error:
        raise ValueError(_("“%(value)s” không phải là tháng (viết 2022-12)") % {"value": _words(value)}) from error


def _sentence(fault: Exception) -> str:
    """A fault as a sentence; what Python itself says of a wrong shape is for nobody's eyes."""
    if isinstance(fault, KeyError):
        return _("thiếu “%(key)s”.") % {"key": fault.args[0]}
    if isinstance(fault, ValueError):
        return f"{fault}".rstrip(".") + "."
    return _("không đúng dạng của một nhiệm vụ.")
