"""What was kept long enough goes, in short batches, with an entry in the log; what somebody waits for never does."""

import uuid
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from chiso.audit.models import AuditEntry
from chiso.background import process_time, stopping
from chiso.background.models import TaskDeath, TaskKey
from chiso.notices.choices import Channel, DeliveryState
from chiso.notices.models import Delivery, Notice
from chiso.organizations.clock_person import clock_person
from chiso.organizations.models import User
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.tracking import pruning, reminding
from chiso.tracking.actions.pruning import prune_records
from chiso.tracking.keeping import Kind
from chiso.tracking.models import Reminder
from tests.factories import UserFactory
from tests.world import moment, play_to

pytestmark = pytest.mark.django_db

AT = moment("01/06/2025 09:00")
OLD, KEPT = moment("26/04/2024 23:59"), moment("27/04/2024 00:00")
"""400 days before the day of AT, and the moment from which things are kept."""


@pytest.fixture
def person() -> User:
    return UserFactory()


def tell(person: User, sent: datetime, *, opened: bool = True) -> Notice:
    return Notice.objects.create(recipient=person, text="Chào.", sent_at=sent, opened_at=sent if opened else None)


def deliver(person: User, queued: datetime, state: DeliveryState = DeliveryState.SENT) -> Delivery:
    return Delivery.objects.create(
        key=uuid.uuid4(),
        channel=Channel.MAIL,
        recipient=person,
        address=person.email,
        subject="x",
        body="x",
        state=state,
        next_at=queued,
        queued_at=queued,
    )


def test_messages_go_after_400_days_and_the_log_says_how_many(person: User) -> None:
    kept, mail = tell(person, KEPT), deliver(person, KEPT)
    old = [tell(person, OLD, opened=opened) for opened in (True, False)]
    kept_for_its_delivery = tell(person, KEPT)
    kept_for_its_delivery.mail = gone = deliver(person, OLD)
    kept_for_its_delivery.save()
    assert pruning.run(AT) == 3
    assert set(Notice.objects.all()) == {kept, kept_for_its_delivery}
    assert list(Delivery.objects.all()) == [mail]
    assert not Delivery.objects.filter(pk=gone.pk).exists()
    entries = AuditEntry.objects.filter(code="records.prune").order_by("number")
    assert [entry.changes for entry in entries] == [
        {"notices": [len(old), None], "before": [None, KEPT.isoformat()]},
        {"deliveries": [1, None], "before": [None, KEPT.isoformat()]},
    ]
    assert {(entry.actor, entry.role, entry.origin) for entry in entries} == {(clock_person(), "clock", "pruning")}
    assert pruning.run(AT + timedelta(hours=1)) == 0  # Nothing more today, and nothing in the log.
    assert entries.count() == 2


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN])
def test_what_waits_for_the_worker_or_for_a_person_stays(person: User, state: DeliveryState) -> None:
    deliver(person, OLD, state)
    failed = deliver(person, OLD, DeliveryState.FAILED)
    assert pruning.run(AT) == 1
    assert not Delivery.objects.filter(pk=failed.pk).exists()
    assert Delivery.objects.get().state == state


def test_what_nobody_opened_stays_while_its_round_runs() -> None:
    world = play_to("preparation")
    Round.objects.update(created_at=moment("01/03/2024 08:00"))
    Notice.objects.all().delete()
    before = tell(world.cast.an, moment("29/02/2024 08:00"), opened=False)
    unopened = tell(world.cast.an, moment("02/03/2024 08:00"), opened=False)
    tell(world.cast.an, moment("02/03/2024 08:00"))
    assert pruning.run(AT) == 2
    assert not Notice.objects.filter(pk=before.pk).exists()
    assert list(Notice.objects.all()) == [unopened]
    Round.objects.update(stage=StageKey.PUBLISHED)
    assert pruning.run(AT) == 1


def test_reminders_and_the_log_are_never_pruned() -> None:
    play_to("self_assessment")
    reminding.run(moment("11/12/2022 08:00"))
    reminded, entries = Reminder.objects.count(), AuditEntry.objects.count()
    assert reminded
    Round.objects.update(stage=StageKey.PUBLISHED)
    assert pruning.run(AT)
    assert Reminder.objects.count() == Notice.objects.count() == reminded
    assert AuditEntry.objects.exclude(code="records.prune").count() == entries


def test_a_run_that_was_stopped_in_the_middle_is_gone_on_with(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for _number in range(5):
        tell(person, OLD)
    asked = iter([False, False, False, True, True, True])
    monkeypatch.setattr(stopping, "asked", lambda: next(asked))
    assert pruning.run(AT) == 2  # Sessions, tasks, one batch of notices; then it is asked to stop.
    assert Notice.objects.count() == 3
    monkeypatch.setattr(stopping, "asked", lambda: False)
    assert pruning.run(AT) == 3
    assert [entry.changes["notices"][0] for entry in AuditEntry.objects.order_by("number")] == [2, 2, 1]


def test_a_batch_that_breaks_takes_nothing_with_it(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for _number in range(3):
        tell(person, OLD)
    prune = pruning.prune_records

    def breaks(*args: object, **kwargs: object) -> int:
        if Notice.objects.count() < 3:
            raise KeyboardInterrupt
        return prune(*args, **kwargs)  # type: ignore[arg-type]  # whatever it was called with

    monkeypatch.setattr(pruning, "prune_records", breaks)
    with pytest.raises(KeyboardInterrupt):
        pruning.run(AT)
    assert (Notice.objects.count(), AuditEntry.objects.count()) == (1, 1)
    monkeypatch.setattr(pruning, "prune_records", prune)
    assert pruning.run(AT) == 1


def test_one_run_has_its_share(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 1)
    monkeypatch.setattr(pruning, "BATCHES", 2)
    for _number in range(3):
        tell(person, OLD)
    assert [pruning.run(AT), pruning.run(AT), pruning.run(AT)] == [2, 1, 0]


def test_the_settings_say_how_long(person: User, settings: Settings) -> None:
    tell(person, moment("24/05/2025 23:59"))
    last = tell(person, moment("25/05/2025 00:00"))
    deliver(person, OLD)
    settings.KEEP_NOTICES_DAYS, settings.KEEP_DELIVERIES_DAYS = 1, 0  # 1 counts as 7; 0 keeps for ever.
    assert pruning.run(AT) == 1
    assert list(Notice.objects.all()) == [last]
    assert Delivery.objects.count() == 1


def test_finished_tasks_and_expired_sessions_go_by_real_time() -> None:
    now = process_time.now()
    old = now - timedelta(days=32)

    def task(status: TaskResultStatus, finished: datetime | None) -> DBTaskResult:  # type: ignore[type-arg]  # as the library has it
        row = DBTaskResult.objects.create(
            status=status,
            finished_at=finished,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="x",
            backend_name="default",
            run_after=now,
            exception_class_path="",
            traceback="",
        )
        TaskDeath.objects.create(task_id=row.pk, worker_id="w", at=old, reason="")
        TaskKey.objects.create(key=str(row.pk), task_id=row.pk, at=old)
        return row

    for status in (TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED):
        task(status, old)
    left = {task(TaskResultStatus.SUCCESSFUL, now).pk, task(TaskResultStatus.READY, None).pk}
    for key, days in (("a", -1), ("b", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
    assert pruning.run(AT) == 3
    assert set(DBTaskResult.objects.values_list("pk", flat=True)) == left
    assert set(TaskDeath.objects.values_list("task_id", flat=True)) == left
    assert TaskKey.objects.count() == 4  # A key is used once for ever.
    assert Session.objects.get().session_key == "b"
    assert not AuditEntry.objects.exists()


def test_nobody_prunes_by_hand() -> None:
    world = play_to("preparation")
    tell(world.cast.an, OLD)
    for user in world.cast.everyone().values():
        with pytest.raises(PermissionDenied):
            prune_records(clock_person(), user, AT, kind=Kind.NOTICES, before=AT, most=1)
