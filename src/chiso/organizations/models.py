from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self, TypedDict

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from chiso.organizations.choices import Role, UnitKind


class Installation(models.Model):
    """What this database is: a real one, or sample data with a clock of its own."""

    is_demo = models.BooleanField(_("là dữ liệu mẫu"), default=False)
    clock_offset = models.DurationField(_("độ lệch đồng hồ"), default=timedelta)

    class Meta:
        verbose_name = _("hệ thống")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_installation"),
            models.CheckConstraint(
                condition=models.Q(is_demo=True) | models.Q(clock_offset=timedelta()),
                name="only_a_demo_has_its_own_clock",
            ),
        ]

    def __str__(self) -> str:
        return "demo" if self.is_demo else "chiso"


class Unit(models.Model):
    """An authority, an office or a judged unit (đơn vị). No level is built in: a parent is whoever judges it."""

    code = models.CharField(_("mã"), max_length=20, unique=True)
    name = models.CharField(_("tên"), max_length=150)
    kind = models.CharField(_("loại"), max_length=20, choices=UnitKind)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("cấp trên")
    )
    place = models.CharField(_("địa danh"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("đơn vị")
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="unit_names_differ_under_one_parent")]

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, order=True)
class HeldRole:
    """A role in a unit, and whom that unit belongs to."""

    role: str
    unit_id: int
    parent_id: int | None
    unit_name: str
    unit_kind: str

    @property
    def run_authority_id(self) -> int | None:
        """The authority whose index this role runs: the head's own, or the one that the office belongs to."""
        if self.role == Role.AUTHORITY_HEAD:
            return self.unit_id
        if self.role == Role.COORDINATOR:
            return self.parent_id if self.unit_kind == UnitKind.OFFICE else self.unit_id
        return None


class Reach(TypedDict):
    """Who a person is, in which units they hold a role, and whose index they run."""

    person: int
    units: list[int]
    authorities: list[int]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> User:
        return self.get(email__iexact=email)

    def create_user(self, email: str, full_name: str, password: str | None = None, **fields: Any) -> User:
        user = User(email=self.normalize_email(email).lower(), full_name=full_name, **fields)
        user.set_password(password)
        user.save(force_insert=True)
        return user


class User(AbstractBaseUser):
    """A person who signs in (người dùng) with an e-mail address."""

    email = models.EmailField(_("thư điện tử"), unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=150)
    title = models.CharField(_("chức danh"), max_length=150, blank=True)
    is_active = models.BooleanField(_("đang hoạt động"), default=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    objects = UserManager()

    class Meta:
        verbose_name = _("người dùng")
        constraints = [models.UniqueConstraint(Lower("email"), name="emails_differ_whatever_the_case")]

    def __str__(self) -> str:
        return self.full_name

    def roles(self) -> frozenset[HeldRole]:
        """The roles this person holds; asked of the database once for each loaded user."""
        if not hasattr(self, "_roles"):
            rows = self.memberships.values_list("role", "unit_id", "unit__parent_id", "unit__name", "unit__kind")
            self.remember_roles(HeldRole(*row) for row in rows)
        return self._roles

    def remember_roles(self, held: Iterable[HeldRole]) -> None:
        """Take over the roles from callers that read them along with something else."""
        self._roles = frozenset(held)

    def holds(self, role: Role, unit_id: int) -> bool:
        return any(held.role == role and held.unit_id == unit_id for held in self.roles())

    def heads(self, authority_id: int) -> bool:
        """Is this person the head, or the deputy who signs, of that authority?"""
        return self.holds(Role.AUTHORITY_HEAD, authority_id)

    def coordinates(self, authority_id: int) -> bool:
        """Does this person work in the office that runs that authority's index?"""
        return any(held.role == Role.COORDINATOR and held.run_authority_id == authority_id for held in self.roles())

    def authorities_run(self) -> frozenset[int]:
        """The authorities whose index this person runs, as head or in the coordinating office."""
        return frozenset(held.run_authority_id for held in self.roles() if held.run_authority_id is not None)

    def works_in_a_judged_unit(self) -> bool:
        return any(held.role in (Role.UNIT_EDITOR, Role.UNIT_APPROVER) for held in self.roles())

    def unit_ids(self) -> frozenset[int]:
        return frozenset(held.unit_id for held in self.roles())

    def reach(self) -> Reach:
        """What every `visible_to` asks of a person, as the parameters of a prepared query."""
        return {"person": self.pk, "units": sorted(self.unit_ids()), "authorities": sorted(self.authorities_run())}

    @classmethod
    def with_reach(cls, person: int, units: Sequence[int], authorities: Sequence[int]) -> User:
        """Stand in for a person in the writing of a prepared query: this reach, nothing else."""
        user = cls(pk=person)
        held = [HeldRole(Role.OBSERVER, unit, None, "", UnitKind.JUDGED) for unit in units]
        held += [HeldRole(Role.COORDINATOR, units[0], authority, "", UnitKind.OFFICE) for authority in authorities]
        user.remember_roles(held)
        return user

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        super().refresh_from_db(*args, **kwargs)
        self.__dict__.pop("_roles", None)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def of(self, user: User) -> Self:
        return self.filter(user=user)


class Membership(models.Model):
    """The role of a person in a unit (vai trò)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("người dùng"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="memberships", verbose_name=_("đơn vị"))
    role = models.CharField(_("vai trò"), max_length=30, choices=Role)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("vai trò trong đơn vị")
        constraints = [
            models.UniqueConstraint(fields=["user", "unit", "role"], name="a_role_is_held_once"),
            models.CheckConstraint(
                condition=~models.Q(role__in=[Role.APPRAISER, Role.COUNCIL_MEMBER]),
                name="panel_roles_come_from_the_round",
            ),
            models.CheckConstraint(condition=~models.Q(role=Role.CLOCK), name="nobody_is_the_clock"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.unit}"


class Holiday(models.Model):
    """A day on which the calendar of this installation differs from the law's (ngày nghỉ, ngày làm bù)."""

    day = models.DateField(_("ngày"), unique=True)
    name = models.CharField(_("tên"), max_length=150)
    is_working = models.BooleanField(_("là ngày làm việc (làm bù)"), default=False)

    class Meta:
        verbose_name = _("ngày nghỉ, ngày làm bù")

    def __str__(self) -> str:
        return self.name
