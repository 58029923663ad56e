"""How a page asks an action: its permission beforehand, its refusal as an error of the form."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from chiso.common.refusals import RuleViolation

Answer = TypeVar("Answer")


def require(verdict: object) -> None:
    """Answer 403 unless the policy that guards the action allows it, so that nobody fills in a form in vain."""
    if not verdict:
        raise PermissionDenied(_("Việc này thuộc vai trò khác trong đợt đánh giá."))


def attempt(form: forms.Form, act: Callable[[], Answer]) -> Answer | None:
    """Run an action for a form and hand on its answer; what the rules forbid now becomes an error of the form."""
    if not form.is_valid():
        return None
    try:
        return act()
    except RuleViolation as refusal:
        form.add_error(None, str(refusal))
        return None


def status_of(form: forms.Form) -> int:
    """422 for a form that was refused, else 200."""
    return 422 if form.errors else 200


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What binds a form: fields and files of a POST, nothing for a page that is only read."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
