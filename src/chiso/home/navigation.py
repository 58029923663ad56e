"""The frame of every page: who is signed in, where, and what the top bar offers (a context processor)."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiso.common.addresses import address
from chiso.common.dates import format_date
from chiso.organizations import clock
from chiso.organizations.choices import Role
from chiso.organizations.models import User


@dataclass(frozen=True)
class NavItem:
    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Person:
    name: str
    place: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """What base.html needs besides the page's own context; asks nothing that the page has not asked already."""
    user = getattr(request, "user", None)
    return {
        "nav": _nav(request.path) if isinstance(user, User) else (),
        "person": _person(user) if isinstance(user, User) else None,
        "demo_today": format_date(clock.now()) if clock.is_demo() else "",
    }


def _nav(path: str) -> tuple[NavItem, ...]:
    items = [(_("Việc cần làm"), address("home")), (_("Đợt đánh giá"), address("assessments:rounds"))]
    items += [(_("Bộ chỉ số"), address("indexsets:editions")), (_("Công bố"), address("portal:publications"))]
    return tuple(NavItem(label, url, path == url if url == "/" else path.startswith(url)) for label, url in items)


def _person(user: User) -> Person:
    held = sorted(user.roles(), key=lambda role: list(Role).index(Role(role.role)))
    place = f"{held[0].unit_name} · {user.title or Role(held[0].role).label}" if held else user.title
    return Person(user.full_name, place)
