import threading
from uuid import UUID

import pytest
from django.db import connection, transaction
from django_tasks_db.models import DBTaskResult

from chiso.background.models import TaskKey
from chiso.background.once import enqueue_once
from tests.background.tasks import write_line


@pytest.mark.django_db
def test_enqueue_once_queues_one_task_for_a_key() -> None:
    first = enqueue_once(write_line, "notice-pdf:41:3", "file", text="một")
    second = enqueue_once(write_line, "notice-pdf:41:3", "file", text="hai")
    other = enqueue_once(write_line, "notice-pdf:41:4", "file", text="ba")

    assert first == second != other
    assert set(DBTaskResult.objects.values_list("id", flat=True)) == {first, other}
    assert DBTaskResult.objects.get(id=first).args_kwargs == {"args": ["file"], "kwargs": {"text": "một"}}


@pytest.mark.django_db
def test_enqueue_once_is_undone_with_the_transaction() -> None:
    with transaction.atomic():
        enqueue_once(write_line, "key", "file", "một")
        transaction.set_rollback(True)

    assert [DBTaskResult.objects.count(), TaskKey.objects.count()] == [0, 0]
    enqueue_once(write_line, "key", "file", "hai")
    assert DBTaskResult.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_enqueue_once_holds_between_eight_threads() -> None:
    ids: list[UUID] = []
    together = threading.Barrier(8)

    def enqueue() -> None:
        together.wait()
        ids.append(enqueue_once(write_line, "key", "file", "một"))
        connection.close()

    threads = [threading.Thread(target=enqueue) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ids == [DBTaskResult.objects.get().id] * 8
