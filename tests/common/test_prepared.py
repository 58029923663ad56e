"""A prepared query finds what the plain one finds, for every person and whatever its parameters."""

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from chiso.common.prepared import Given, Prepared, remember
from chiso.organizations.models import Membership, Unit, User
from tests.factories import MembershipFactory, UnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def _units(*, code: str | None, parents: list[int], kind: str) -> QuerySet[Unit]:
    units = Unit.objects.filter(kind=kind, parent__in=parents).select_related("parent").order_by("code")
    return units if code is None else units.filter(code=code)


def codes(units: Iterable[Unit]) -> list[str]:
    return [f"{unit.parent}/{unit.code}" for unit in units]


def test_other_parameters_give_other_rows_from_the_same_sql() -> None:
    north, south = UnitFactory(name="Bắc"), UnitFactory(name="Nam")
    for place, parent in enumerate((north, north, south)):
        UnitFactory(code=f"C{place}", parent=parent)
    kind = str(Unit.objects.get(code="C0").kind)
    prepared = Prepared(_units)
    asked: list[dict[str, Given]] = [
        {"code": None, "parents": [north.pk], "kind": kind},
        {"code": None, "parents": [south.pk], "kind": kind},
        {"code": "C1", "parents": [north.pk], "kind": kind},
        {"code": "C1", "parents": [south.pk], "kind": kind},
        {"code": None, "parents": [south.pk, north.pk], "kind": kind},
        {"code": None, "parents": [], "kind": kind},
        {"code": "'; DROP TABLE organizations_unit; --", "parents": [south.pk], "kind": kind},
    ]
    for given in asked:
        with CaptureQueriesContext(connection) as queries:
            found = codes(prepared.rows(**given))
        assert found == codes(_units(**given))  # type: ignore[arg-type]  # as above
        assert len(queries) <= 1
    assert codes(prepared.rows(**asked[0])) == ["Bắc/C0", "Bắc/C1"]
    assert prepared.first(**asked[3]) is None


def test_values_and_moments() -> None:
    early, late = (UserFactory(last_login=datetime(2022, 12, day, 17, tzinfo=UTC)) for day in (1, 20))
    prepared = Prepared(lambda at: User.objects.filter(last_login__lt=at).values("email", "last_login"))
    for hour, day, found in ((16, 1, []), (18, 1, [early]), (18, 20, [early, late])):
        rows = prepared.rows(at=datetime(2022, 12, day, hour, tzinfo=UTC))
        assert {row["email"] for row in rows} == {user.email for user in found}
    [row] = prepared.rows(at=datetime(2022, 12, 2, tzinfo=UTC))
    assert row["last_login"] == early.last_login


def test_a_parameter_that_is_changed_on_its_way_is_refused() -> None:
    with pytest.raises(TypeError, match="every parameter"):
        Prepared(lambda name: Unit.objects.filter(name__contains=name)).rows(name="Bắc")
    with pytest.raises(TypeError, match="every parameter"):
        Prepared(lambda pk: Unit.objects.all()).rows(pk=1)
    with pytest.raises(TypeError, match="prefetches"):
        Prepared(lambda pk: Unit.objects.filter(pk=pk).prefetch_related("children")).rows(pk=1)


def test_a_user_is_read_with_every_role(client) -> None:
    user = UserFactory()
    client.force_login(user)
    assert client.get("/").wsgi_request.user.roles() == frozenset()
    for _number in range(3):
        MembershipFactory(user=user)
    assert client.get("/").wsgi_request.user.roles() == User.objects.get(pk=user.pk).roles()
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert not client.get("/").wsgi_request.user.is_authenticated


def test_a_person_is_stood_in_for_by_their_reach() -> None:
    person = MembershipFactory(role="coordinator").user
    MembershipFactory(user=person, role="authority_head")
    MembershipFactory(user=person)
    stand_in = User.with_reach(**person.reach())
    assert (stand_in.pk, stand_in.unit_ids(), stand_in.authorities_run()) == (
        person.pk,
        person.unit_ids(),
        person.authorities_run(),
    )


def test_remembered_rows_are_not_asked_again() -> None:
    member = MembershipFactory()
    remember(member.user, "memberships", [member])
    with CaptureQueriesContext(connection) as queries:
        assert [*member.user.memberships.all()] == [member]
    assert not queries
    assert [*member.user.memberships.filter(role=member.role)] == [*Membership.objects.filter(user=member.user)]
