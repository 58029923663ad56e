"""The chain of hashes: it finds what was changed behind our back, and eight writers make no fork."""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from chiso.audit import chain
from chiso.audit.append_only import guard, unguard
from chiso.audit.models import AuditEntry
from chiso.organizations.models import User
from tests.factories import UserFactory

AT = datetime(2022, 12, 1, tzinfo=UTC)
WRITERS, EACH = 8, 15


def append(user: User, number: int) -> None:
    with transaction.atomic():
        chain.append(
            code="test.write", by=user, role="coordinator", at=AT, subject=user, changes={"n": number}, reason="thử"
        )


@pytest.mark.django_db
def test_chain_holds_and_tells_the_first_entry_that_was_changed() -> None:
    user = UserFactory()
    for number in range(5):
        append(user, number)
    assert chain.first_break() is None
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditentry SET reason = 'khác' WHERE number = 3")
    assert chain.first_break() == 3


@pytest.mark.django_db
def test_chain_tells_an_entry_that_was_taken_out() -> None:
    user = UserFactory()
    for number in range(5):
        append(user, number)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_auditentry WHERE number = 2")
    assert chain.first_break() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["UPDATE audit_auditentry SET reason = 'khác'", "DELETE FROM audit_auditentry"])
def test_database_itself_refuses_to_change_or_delete(statement: str) -> None:
    append(UserFactory(), 1)
    with connection.schema_editor() as editor:
        guard(None, editor)
    try:
        with (
            pytest.raises((IntegrityError, InternalError, Exception), match="append-only"),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    finally:
        with connection.schema_editor() as editor:
            unguard(None, editor)
    assert AuditEntry.objects.count() == 1


WRITER = """
import os, sys
import django
django.setup()
from django.conf import settings
from django.db import connections
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = sys.argv[1]
from tests.audit.test_chain import EACH, append
from chiso.organizations.models import User
user = User.objects.get()
for number in range(EACH):
    append(user, number)
"""


@pytest.mark.django_db(transaction=True)
def test_eight_writers_make_one_chain_without_a_fork() -> None:
    UserFactory()
    name = str(connection.settings_dict["NAME"])
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, name], cwd=Path(__file__).parent.parent.parent)
        for _ in range(WRITERS)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * WRITERS
    assert AuditEntry.objects.count() == WRITERS * EACH
    assert chain.first_break() is None
