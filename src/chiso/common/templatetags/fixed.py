"""`{% fixed "components/x.html" %}`: includes a template that knows no context, drawn once per language.

For pieces that are the same on every page: the sentences of chiso.js, legends. With forty translated strings
they would otherwise cost more than the page itself.
"""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def fixed(name: str) -> str:
    """Give the rendered template `name`, kept per language (in DEBUG drawn anew each time)."""
    if settings.DEBUG:
        return _draw(name)
    return _draw_once(name, get_language())


@lru_cache(maxsize=64)
def _draw_once(name: str, language: str | None) -> str:
    return _draw(name)


def _draw(name: str) -> str:
    return get_template(name).render()
