"""One factory a model for rows that a test needs but does not talk about. Whole rounds come from `world`."""

import factory
from factory.django import DjangoModelFactory

from chiso.organizations.choices import Role, UnitKind
from chiso.organizations.models import Membership, Unit, User


class UnitFactory(DjangoModelFactory[Unit]):
    class Meta:
        model = Unit

    code = factory.Sequence(lambda n: f"U{n:04d}")
    name = factory.Sequence(lambda n: f"Xã số {n}")
    kind = UnitKind.JUDGED


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"nguoi-{n}@chiso.example")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn {n}")
    password = factory.django.Password("mat-khau-thu-01")


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(UnitFactory)
    role = Role.UNIT_EDITOR
