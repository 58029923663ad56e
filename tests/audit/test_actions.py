from datetime import UTC, datetime

import pytest
from django.core.exceptions import PermissionDenied

from chiso.audit.actions import REGISTRY, action, because, changed
from chiso.audit.models import AppendOnly, AuditEntry
from chiso.common.refusals import RuleViolation
from chiso.organizations.choices import Role
from chiso.organizations.models import Unit, User
from tests.factories import UnitFactory, UserFactory

pytestmark = pytest.mark.django_db
AT = datetime(2022, 12, 1, tzinfo=UTC)


@pytest.fixture
def rename() -> object:
    """An action of our own, off the registry again after the test."""

    @action("unit.rename", "Đổi tên", allowed=lambda user, unit: Role.COORDINATOR if user.full_name != "Sơn" else None)
    def rename_unit(unit: Unit, by: User, at: datetime, *, name: str) -> Unit:
        changed("name", name, unit.name)
        because("Nghị quyết")
        unit.name = name
        unit.save(update_fields=["name"])
        if name == "cấm":
            raise RuleViolation("Tên này không dùng được. Hãy chọn tên khác.")
        return unit

    yield rename_unit
    del REGISTRY["unit.rename"]


def test_action_writes_one_entry_with_old_and_new(rename) -> None:
    unit, by = UnitFactory(name="Xã Cũ"), UserFactory(full_name="Giang")
    rename(unit, by, AT, name="Xã Mới")
    entry = AuditEntry.objects.get()
    assert (entry.code, entry.actor, entry.actor_name, entry.role) == ("unit.rename", by, "Giang", "coordinator")
    assert (entry.changes, entry.reason, entry.at) == ({"name": ["Xã Cũ", "Xã Mới"]}, "Nghị quyết", AT)
    assert AuditEntry.objects.about(unit).count() == 1


def test_action_refuses_whom_the_policy_refuses_and_changes_nothing(rename) -> None:
    unit = UnitFactory(name="Xã Cũ")
    with pytest.raises(PermissionDenied, match="Đổi tên"):
        rename(unit, UserFactory(full_name="Sơn"), AT, name="Xã Mới")
    unit.refresh_from_db()
    assert unit.name == "Xã Cũ"
    assert not AuditEntry.objects.exists()


def test_action_that_breaks_a_rule_leaves_no_trace(rename) -> None:
    unit = UnitFactory(name="Xã Cũ")
    with pytest.raises(RuleViolation):
        rename(unit, UserFactory(), AT, name="cấm")
    unit.refresh_from_db()
    assert unit.name == "Xã Cũ"
    assert not AuditEntry.objects.exists()


def test_action_inside_an_action_is_a_mistake(rename) -> None:
    @action("unit.rename_twice", "Đổi tên hai lần", allowed=lambda user, unit: Role.COORDINATOR)
    def rename_twice(unit: Unit, by: User, at: datetime) -> None:
        rename(unit, by, at, name="Xã Mới")

    try:
        with pytest.raises(RuntimeError, match="inside another action"):
            rename_twice(UnitFactory(), UserFactory(), AT)
    finally:
        del REGISTRY["unit.rename_twice"]


def test_two_actions_never_share_a_code(rename) -> None:
    with pytest.raises(RuntimeError, match=r"unit\.rename"):
        action("unit.rename", "Khác", allowed=lambda user, unit: None)(lambda unit, by, at: None)


def test_entries_are_never_changed_or_deleted_through_the_orm(rename) -> None:
    rename(UnitFactory(), UserFactory(), AT, name="Xã Mới")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.update(actor_name="Khác")
    with pytest.raises(AppendOnly):
        AuditEntry.objects.filter(number=1).delete()
