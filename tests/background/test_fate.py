"""What became of a queued task, found among the keys of years."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chiso.background.fate import Fate, fate_of
from chiso.background.models import TaskKey
from chiso.background.once import enqueue_once
from chiso.evidence.tasks import read_document

pytestmark = pytest.mark.django_db


def test_the_last_of_the_keys_under_a_beginning_counts_and_no_other() -> None:
    for key in ("read:1", "read:10:1", "read:1:1", "read:1:1:202212122104", "read:1:1:202212122105"):
        enqueue_once(read_document, key, 0)
    last = TaskKey.objects.get(key="read:1:1:202212122105")
    assert fate_of("read:1:") == (Fate.UNDER_WAY, last.at)
    assert fate_of("read:2:") == (Fate.LOST, None)


def test_sqlite_does_not_walk_through_all_keys() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("a plan of SQLite")
    with CaptureQueriesContext(connection) as asked:
        fate_of("read:1:")
    with connection.cursor() as cursor:
        plan = str(cursor.execute("EXPLAIN QUERY PLAN " + asked[0]["sql"]).fetchall())
    assert "SEARCH" in plan
    assert "SCAN" not in plan
