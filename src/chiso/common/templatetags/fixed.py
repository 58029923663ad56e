"""`{% fixed "components/x.html" name=value %}`: includes a template that knows these values only, drawn once for them.

For pieces that are the same on page after page: the sentences of chiso.js, legends, the stages of a round. The values
must be hashable, all the way down, and what the template says may depend on nothing but them and the language.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def fixed(name: str, **values: Hashable) -> str:
    """Give the rendered template `name`, kept for its values and language (in DEBUG drawn anew each time)."""
    if settings.DEBUG:
        return _draw(name, values)
    return _draw_once(name, get_language(), tuple(values.items()))


@lru_cache(maxsize=2048)
def _draw_once(name: str, language: str | None, values: tuple[tuple[str, Hashable], ...]) -> str:
    return _draw(name, dict(values))


def _draw(name: str, values: dict[str, Hashable]) -> str:
    return get_template(name).render(values)
