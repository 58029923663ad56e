"""The one decorator of every write: permission, transaction, audit entry, registry.

An action is a function `verb_noun(object, by, at, *, …)`: one intention of one person, one transaction, one
audit entry about that object. Two refusals are kept apart: `PermissionDenied` (you may not) and
`common.refusals.RuleViolation` (not now; a sentence for people that tells the way out).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from chiso.audit import chain, origin

if TYPE_CHECKING:
    from chiso.organizations.models import User

Subject = TypeVar("Subject", bound=Model)
Options = ParamSpec("Options")
Answer = TypeVar("Answer")

Verdict = str | None
"""What a policy answers: the role that allows it (a value of `Role`), or None."""


@dataclass
class _Draft:
    changes: dict[str, Any] = field(default_factory=dict)
    reason: str = ""
    hides_origin: bool = False


@dataclass(frozen=True)
class Action:
    """One registered write: its code, its name for people, and who may."""

    code: str
    label: str
    allowed: Callable[[Any, Any], Verdict]
    function: Callable[..., Any]


REGISTRY: dict[str, Action] = {}
_draft: ContextVar[_Draft | None] = ContextVar("audit_draft", default=None)


def action(
    code: str, label: str, *, allowed: Callable[[User, Subject], Verdict]
) -> Callable[
    [Callable[Concatenate[Subject, User, datetime, Options], Answer]],
    Callable[Concatenate[Subject, User, datetime, Options], Answer],
]:
    """Register an action. `label` is its Vietnamese name; `allowed` answers with the role one acts in."""

    def register(
        function: Callable[Concatenate[Subject, User, datetime, Options], Answer],
    ) -> Callable[Concatenate[Subject, User, datetime, Options], Answer]:
        def perform(
            subject: Subject, by: User, at: datetime, /, *args: Options.args, **kwargs: Options.kwargs
        ) -> Answer:
            role = allowed(by, subject)
            if role is None:
                raise PermissionDenied(_("Bạn không có quyền thực hiện việc “%(label)s” ở đây.") % {"label": _(label)})
            if _draft.get() is not None:
                # One intention, one entry: shared work belongs in a plain function that both actions call.
                raise RuntimeError(f"The action {code} was called inside another action.")
            draft = _Draft()
            token = _draft.set(draft)
            try:
                with transaction.atomic():
                    answer = function(subject, by, at, *args, **kwargs)
                    place = "" if draft.hides_origin else origin.current()
                    with origin.acting_from(place):
                        chain.append(
                            code=code,
                            by=by,
                            role=role,
                            at=at,
                            subject=subject,
                            changes=_plain(draft.changes),
                            reason=draft.reason,
                        )
                    return answer
            finally:
                _draft.reset(token)

        if code in REGISTRY:
            raise RuntimeError(f"Two actions are called {code}.")
        functools.update_wrapper(perform, function)
        REGISTRY[code] = Action(code, label, allowed, perform)
        return perform

    return register


def changed(name: str, new: Any, old: Any = None) -> None:
    """Put one change, old → new, on the entry of the running action."""
    _running().changes[name] = [old, new]


def because(reason: str) -> None:
    """Put the reason on the entry of the running action."""
    _running().reason = reason


def hide_origin() -> None:
    """Leave off the entry of the running action from where the person acted: of a secret vote (design.md §5)."""
    _running().hides_origin = True


def _running() -> _Draft:
    draft = _draft.get()
    if draft is None:
        raise RuntimeError("Changes are recorded inside an action.")
    return draft


def _plain(value: Any) -> Any:
    """Make a value fit for JSON without losing exactness."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Model):
        return f"{value._meta.label_lower}:{value.pk}"
    return value if value is None or isinstance(value, bool | int) else str(value)


def marked(text: str) -> str:
    """Mark a label for translation where the registry, not the page, shows it."""
    return gettext_noop(text)
