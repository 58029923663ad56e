"""What somebody types, as a reason or a remark, may name a score, a file or a person: it never leaves the product."""

import ast
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from pytest_django import Settings

import chiso
from chiso.assessments.actions import dossier as dossiers
from chiso.assessments.actions.extension import grant_extension
from chiso.assessments.actions.rescheduling import move_deadline
from chiso.assessments.actions.submission import remark_entry, withdraw_dossier
from chiso.indexsets import actions as sets
from chiso.notices.models import Delivery, Notice
from chiso.notices.posting import run
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit
from chiso.results import actions as results
from chiso.results.models import Result, Submission
from chiso.rounds.actions.tasks import Report, reopen_task, report_part, return_part, stamp_of
from chiso.rounds.choices import BodyKind, DeadlineKind, StageKey, TaskRole
from chiso.rounds.models import PlanTask, TaskBody
from chiso.tracking.actions import urge
from chiso.tracking.chasing import last_urged
from chiso.tracking.owing import owing
from tests.cast import engage
from tests.factories import MembershipFactory
from tests.indexsets.steps import consult, draft
from tests.world import NORTH, PDF, World, moment, play_to

SOURCE = Path(chiso.__file__).parent
TYPED = "Xã Bắc chỉ 12,50 điểm, xem tệp luong.xlsx."
AT = moment("13/12/2022 14:00")


def remark() -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, NORTH, AT)
    remark_entry(world.entry(world.cast.north, "1.1"), world.cast.binh, AT, remark=TYPED)


def withdraw() -> None:
    world = play_to("submitted")
    withdraw_dossier(world.dossier(world.cast.north), world.cast.binh, AT, reason=TYPED)


def send_back() -> None:
    world = play_to("self_assessment")
    world.fill(world.cast.north, world.cast.an, NORTH, AT)
    dossiers.request_review(world.dossier(world.cast.north), world.cast.an, AT)
    remark_entry(world.entry(world.cast.north, "2.1"), world.cast.binh, AT, remark=TYPED)
    dossiers.send_back(world.dossier(world.cast.north), world.cast.binh, AT, reason=TYPED)


def return_dossier() -> None:
    world, until = play_to("submitted"), moment("16/12/2022 00:00")
    dossiers.return_dossier(world.dossier(world.cast.north), world.cast.giang, AT, reason=TYPED, until=until)


def ask_and_extend_and_close() -> None:
    cast, until = engage(), moment("20/12/2022 00:00")
    asked = consult(cast, draft(cast))
    sets.extend_consultation(asked, cast.giang, AT, closes_at=until, reason=TYPED)
    sets.close_consultation(asked, cast.giang, AT, reason=TYPED)


def return_result() -> None:
    world = play_to("approval")
    results.submit_for_approval(world.round, world.cast.giang, AT, number="5/TTr-PNV", text=TYPED)
    results.return_result(Submission.objects.select_related("round").get(), world.cast.ha, AT, reason=TYPED)


def correct_result() -> None:
    world = play_to("published")
    result = Result.objects.select_related("round").get()
    paper = ContentFile(PDF, name="luong.pdf")
    results.correct_result(result, world.cast.giang, AT, reason=TYPED, file=paper)


def _task(world: World) -> tuple[PlanTask, TaskBody]:
    task = PlanTask.objects.create(
        plan=world.round.plan,
        position=90,
        code="9.1",
        title="Tổng hợp danh sách đại biểu",
        deadline_kind=DeadlineKind.LATEST,
        deadline_text="Chậm nhất ngày 25/12/2022",
        ends_on=date(2022, 12, 25),
        ends_at=moment("26/12/2022 00:00"),
    )
    task.bodies.create(role=TaskRole.LEAD, position=1, label="PNV", kind=BodyKind.UNIT, unit=world.cast.office)
    justice = Unit.objects.get(code="TP")
    MembershipFactory(user=world.cast.khanh, unit=world.cast.office, role=Role.UNIT_EDITOR)
    MembershipFactory(user=world.cast.chi, unit=justice, role=Role.UNIT_EDITOR)
    part = task.bodies.create(role=TaskRole.COORDINATE, position=1, label="TP", kind=BodyKind.UNIT, unit=justice)
    return task, part


def return_a_part() -> None:
    world = play_to("self_assessment")
    _row, part = _task(world)
    report_part(part, world.cast.chi, AT, report=Report(TYPED, is_over=True), seen=stamp_of(part))
    return_part(part, world.cast.giang, AT, reason=TYPED, seen=stamp_of(part))


def reopen_a_task() -> None:
    world = play_to("self_assessment")
    task, _part = _task(world)
    PlanTask.objects.filter(pk=task.pk).update(done_at=AT)
    reopen_task(task, world.cast.giang, AT, reason=TYPED)


def urge_by_hand() -> None:
    world = play_to("self_assessment")
    chosen = [one.key for one in owing(world.round) if one.people]
    urge(world.round, world.cast.giang, AT, chosen=chosen, shown=last_urged(world.round), message=TYPED)


def more_time() -> None:
    world, until = play_to("self_assessment"), moment("17/12/2022 00:00")
    stage = StageKey.SELF_ASSESSMENT
    grant_extension(world.round, world.cast.giang, AT, stage=stage, until=until, reason=TYPED, unit=world.cast.north)


def another_date() -> None:
    world = play_to("self_assessment")
    task = PlanTask.objects.get(code="3.1")
    assert task.ends_at
    words = {"wording": "Trước ngày 19/12/2022", "reason": TYPED, "guidance": "CV 1"}
    move_deadline(task, world.cast.giang, AT, shown=task.ends_at, **words)


WITH_DETAIL: dict[Callable[[], None], set[str]] = {
    remark: {"assessments.actions.submission._tell_of_remark"},
    withdraw: {"assessments.actions.submission.withdraw_dossier"},
    send_back: {"assessments.actions.dossier.send_back"},
    return_dossier: {"assessments.actions.dossier.return_dossier"},
    ask_and_extend_and_close: {"indexsets.actions.consulting._tell"},
    return_result: {"results.actions.return_result"},
    correct_result: {"results.actions.correct_result"},
    return_a_part: {"rounds.actions.tasks._send"},
    reopen_a_task: {"rounds.actions.tasks._send"},
    urge_by_hand: {"tracking.actions.urging._write"},
}
"""Who sends what somebody typed, as a detail."""


@pytest.mark.django_db
@pytest.mark.parametrize("act", [*WITH_DETAIL, more_time, another_date], ids=lambda act: act.__name__)
def test_typed_words_are_read_in_the_product_only(act: Callable[[], None], settings: Settings) -> None:
    settings.NOTICES_BY_MAIL, settings.QUIET_HOURS = True, ""
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = "http://127.0.0.1:9/", "bi-mat"
    act()

    assert Notice.objects.filter(detail=TYPED).exists() == (act in WITH_DETAIL)
    Notice.objects.update(sent_at=AT)  # What happened on the way is told too.
    run(moment("13/12/2022 14:05"))

    left = [delivery.subject + delivery.body for delivery in Delivery.objects.all()]
    left += [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
    assert len(left) == 3 * len(mail.outbox) > 0  # What each mail says, and the two records of it.
    assert not [words for words in left if "12,50" in words or "luong" in words]


def test_every_detail_is_walked() -> None:
    """A new sender of typed words is to be in the list above."""
    walked = set().union(*WITH_DETAIL.values())
    assert {name for name, call in _senders() if any(word.arg == "detail" for word in call.keywords)} == walked


def test_no_sender_words_what_was_typed() -> None:
    """A placeholder of typed words in a module that sends: it belongs in `detail`."""
    typed = ("%(reason)s", "%(remark)s", "%(message)s", "%(conclusion)s", "%(note)s", "%(score)s", "%(file)s")
    found = {
        f"{path.relative_to(SOURCE)}: {node.value}"
        for path in {SOURCE.joinpath(*name.split(".")[:-1]).with_suffix(".py") for name, _call in _senders()}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(one in node.value for one in typed)
    }
    # The unit reads it on its dossier, where it says why that came back.
    assert found == {"assessments/actions/carry_over.py: Bộ chỉ số được ban hành lại: %(reason)s"}


def _senders() -> Iterator[tuple[str, ast.Call]]:
    """Every call that puts a message into inboxes, and in which function it stands."""
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "chiso.notices.sending import send" not in text and "chiso.notices.models import Notice" not in text:
            continue
        module = ".".join(path.relative_to(SOURCE).with_suffix("").parts)
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                    if is_call and node.func.id in ("send", "Notice"):
                        yield f"{module}.{function.name}", node
