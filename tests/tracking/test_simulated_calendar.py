"""A calendar simulated from 20/11/2022 to 16/01/2023, hour by hour, with the plan of Hạ Lang, compared with a table.

The worker is killed at random statements of the database and started again, from a fixed seed; it was off once in the
morning and once for a whole day. Whatever happens, each stage moves once and each person is reminded once, on time.
"""

import os
import random
from collections import Counter
from datetime import datetime

import pytest
from django.test import Client
from pytest_django import Settings

from chiso.assessments.models import Dossier
from chiso.audit import chain
from chiso.audit.models import AuditEntry
from chiso.notices.models import Notice
from chiso.organizations import clock
from chiso.organizations.clock_person import NAME
from chiso.rounds.choices import StageKey
from chiso.rounds.models import PlanTask, Stage
from chiso.rounds.task_progress import days_late
from chiso.tracking import reminding, stage_clock
from chiso.tracking.models import Reminder
from tests.tracking.simulation import END, Play, hours, local, set_up, work
from tests.world import moment

pytestmark = pytest.mark.django_db

STAGES = """
preparation      14/11 09:00 28/11 00:00 clock
self_assessment  28/11 00:00 15/12 00:00 clock
aggregation      15/12 00:00 20/12 10:00 clock
appraisal        20/12 10:00 25/12 10:00 Triệu Văn Khánh
notice           25/12 10:00 29/12 09:00 Hoàng Thị Giang
supplement       29/12 09:00 04/01 00:00 clock
reappraisal      04/01 00:00 05/01 15:00 Triệu Văn Khánh
council          05/01 15:00 09/01 09:00 Đàm Văn Dũng
approval         09/01 09:00 14/01 10:00 Hoàng Thị Giang
published        14/01 10:00 -           -
"""
"""Opened, closed, by whom."""

REMINDERS = """
20/11 07:00 1   -7 giang khanh
20/11 07:00 2   -7 chi giang khanh
24/11 07:00 1   -3 giang khanh
24/11 07:00 2   -3 chi giang khanh
26/11 07:00 1   -1 giang khanh
27/11 07:00 1    0 giang khanh
27/11 07:00 4.3 -7 chi khanh
01/12 07:00 4.3 -3 chi khanh
03/12 07:00 4.3 -1 chi khanh
04/12 07:00 4.3  0 chi khanh
04/12 07:00 4.5 -7 giang khanh
05/12 07:00 4.3  1 chi khanh
06/12 07:00 4.4 -3 giang khanh
07/12 07:00 3.1 -7 an binh dong em phuc tay
08/12 07:00 4.4 -1 giang khanh
08/12 07:00 4.5 -3 giang khanh
10/12 07:00 4.5 -1 giang khanh
11/12 07:00 3.1 -3 dong em phuc tay
13/12 07:00 3.1 -1 dong em phuc tay
14/12 07:00 3.1  0 em phuc tay
15/12 07:00 3.1 -3 dong
15/12 07:00 3.1  1 em phuc tay
16/12 15:00 3.2 -3 giang khanh
17/12 07:00 3.1 -1 dong
17/12 07:00 3.1  3 tay
18/12 07:00 3.1  0 dong
18/12 07:00 3.2 -1 giang khanh
19/12 07:00 3.2  0 giang khanh
20/12 07:00 3.2  1 giang khanh
21/12 07:00 3.3 -3 chi khanh
23/12 07:00 3.3 -1 khanh
24/12 07:00 3.3  0 khanh
24/12 07:00 4.1 -7 giang khanh
25/12 07:00 3.3  1 khanh
27/12 07:00 3.4 -3 giang khanh
28/12 07:00 4.1 -3 giang khanh
29/12 07:00 3.4 -1 giang khanh
31/12 07:00 3.4 -3 an binh dong em phuc
02/01 07:00 3.4 -1 dong em phuc
03/01 07:00 3.4  0 dong em phuc
04/01 07:00 3.5 -1 chi khanh
05/01 07:00 3.5  0 khanh
06/01 07:00 3.6 -3 dung lan
08/01 07:00 3.6 -1 dung lan
09/01 07:00 3.6  0 dung lan
12/01 07:00 3.7 -3 dung lan
14/01 07:00 3.7 -1 dung lan
"""
"""When, of which row, which day counted from the last one, who; none on 02/12, when the worker was off all day."""

CLOCK_NOTICES = [
    (
        "20/12 00:00 giang",
        "Đã đến hạn (hết 24 giờ ngày 19/12/2022) nhưng hệ thống chưa chuyển được bước “Chuyển Tổ Chuyên viên thẩm "
        "định”: Còn đơn vị chưa nộp và chưa ghi nhận không nộp: Xã Tây.",
    ),
    (
        "25/12 00:00 khanh",
        "Thẩm định đã hết hạn (hết 24 giờ ngày 24/12/2022) mà chưa xong; bước tiếp theo chờ đồng chí thực hiện.",
    ),
]

LATE = {"1": 0, "2": 0, "3.1": 0, "3.2": 0, "3.3": 1, "3.4": 0, "3.5": 0, "3.6": 0, "3.7": 0}
LATE |= {"4.1": 0, "4.2": 0, "4.3": 1, "4.4": 0, "4.5": 0}
LATE_DOSSIERS = {"01": 0, "02": 2, "03": 0, "04": 0}

SEED = int(os.environ.get("CHISO_SEED", "2022"))

OFF = [
    (moment("16/12/2022 06:00"), moment("16/12/2022 14:00")),
    (moment("02/12/2022 00:00"), moment("02/12/2022 23:00")),
]


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch) -> Play:
    monkeypatch.setattr(clock, "now", lambda: END)
    return set_up()


def is_off(at: datetime) -> bool:
    return any(begin <= at <= end for begin, end in OFF)


def test_the_clock_does_what_the_table_says(play: Play) -> None:
    dice = random.Random(SEED)
    died: list[int] = []
    for at in hours():
        play.people_work(at)
        if not is_off(at):
            died += work([stage_clock.run, reminding.run], at, dice)
    assert len(died) > 50
    assert sum(statement > 10 for statement in died) > 20  # In the midst of moving and reminding.
    assert play.script == {}
    assert stages() == rows_of(STAGES)
    assert reminders() == rows_of(REMINDERS)
    assert clock_notices() == CLOCK_NOTICES
    assert late_days() == (LATE, LATE_DOSSIERS)
    assert each_once()
    assert chain.first_break() is None


def test_without_a_worker_the_next_request_moves_the_stages(
    play: Play, client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody opens a page at 8 and at 14 every day; nobody is at work at night."""
    settings.STAGE_CLOCK_IN_REQUESTS = True
    for at in hours():
        play.people_work(at)
        if local(at)[-5:] in ("08:00", "14:00"):
            monkeypatch.setattr(clock, "now", lambda at=at: at)
            assert client.get("/cong-bo/").status_code == 200
    moved = {
        "28/11 00:00": "28/11 08:00",
        "15/12 00:00": "15/12 08:00",
        "20/12 10:00": "20/12 14:00",
        "04/01 00:00": "04/01 08:00",
    }
    assert stages() == [tuple(moved.get(word, word) for word in row) for row in rows_of(STAGES)]
    assert late_days()[1] == LATE_DOSSIERS
    assert each_once()
    expected_plan = ("28/11/2022 00:00", "15/12/2022 00:00", "20/12/2022 00:00", "04/01/2023 00:00")
    planned = AuditEntry.objects.filter(actor_name=NAME).order_by("number").values_list("changes", flat=True)
    found = [datetime.fromisoformat(changes["planned_for"][1]) for changes in planned]
    assert found == [moment(day) for day in expected_plan]


# ---- what happened, as the table writes it ---------------------------------------------------


def rows_of(table: str) -> list[tuple[str, ...]]:
    """The lines of a table, each a tuple of words."""
    lines = [line for line in table.strip().splitlines() if line]
    if table is STAGES:
        return [_stage_row(line) for line in lines]
    return [tuple(line.split()) for line in lines]


def _stage_row(line: str) -> tuple[str, ...]:
    key, opened, rest = line.split()[0], " ".join(line.split()[1:3]), line.split()[3:]
    if rest[0] == "-":
        return key, opened, "", ""
    return key, opened, " ".join(rest[:2]), " ".join(rest[2:])


def stages() -> list[tuple[str, ...]]:
    movers = {}
    for entry in AuditEntry.objects.filter(changes__has_key="stage").order_by("number"):
        movers[entry.changes["stage"][0]] = "clock" if entry.role == "clock" else entry.actor_name
    found = {stage.key: stage for stage in Stage.objects.all()}
    return [
        (key.value, local(found[key].opened_at), local(found[key].closed_at), movers.get(key.value, ""))
        for key in StageKey
    ]


def reminders() -> list[tuple[str, ...]]:
    grouped: dict[tuple[str, str, int], list[str]] = {}
    for one in Reminder.objects.select_related("task", "person").order_by("made_at", "task__position", "day"):
        key = (local(one.made_at), one.task.code, one.day)
        grouped.setdefault(key, []).append(one.person.email.split("@")[0])
    ordered = sorted(grouped, key=lambda key: (order_of(key[0]), key[1], key[2]))
    return [(*key[0].split(), key[1], str(key[2]), *sorted(grouped[key])) for key in ordered]


def order_of(text: str) -> tuple[int, ...]:
    day, month, hour = int(text[:2]), int(text[3:5]), int(text[6:8])
    return (month < 6, month, day, hour)


def clock_notices() -> list[tuple[str, str]]:
    told = Notice.objects.filter(text__contains="đã hết hạn") | Notice.objects.filter(text__contains="Đã đến hạn")
    return [
        (f"{local(one.sent_at)} {one.recipient.email.split('@')[0]}", one.text)
        for one in told.select_related("recipient").order_by("sent_at", "pk")
    ]


def late_days() -> tuple[dict[str, int], dict[str, int]]:
    listed = list(Stage.objects.all())
    tasks = {task.code: days_late(task, listed, END, given=None) for task in PlanTask.objects.exclude(ends_at=None)}
    return tasks, dict(Dossier.objects.values_list("unit__code", "late_days"))


def each_once() -> bool:
    """Every stage was entered once, and nobody was told the same thing twice on a day."""
    entered = Counter(entry.changes["stage"][1] for entry in AuditEntry.objects.filter(changes__has_key="stage"))
    told = Counter((one.recipient_id, one.text) for one in Notice.objects.exclude(reminder=None))
    return set(entered.values()) == {1} and set(told.values()) <= {1}
