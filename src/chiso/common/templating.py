"""Templates in the language of the reader: what `{% translate %}` says is put in when a template is read, not drawn.

A page says some forty fixed sentences. Looked up each time they cost as much as its database queries; so every
language has its own copy of a template, in which they are plain text.
"""

import re

from django.template import Origin
from django.template.loaders import cached
from django.utils.translation import get_language, gettext

_SENTENCE = re.compile(r'{% translate "([^"\\]+)" %}')


class Loader(cached.Loader):
    """Django's caching loader, with a cache for each language."""

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return f"{get_language()} {super().cache_key(template_name, skip)}"

    def get_contents(self, origin: Origin) -> str:
        return _SENTENCE.sub(_spoken, super().get_contents(origin))


def _spoken(tag: re.Match[str]) -> str:
    """As `{% translate %}` would say it: catalogues of templates write `%` twice."""
    said = gettext(tag[1].replace("%", "%%")).replace("%%", "%")
    return tag[0] if "{" in said else said
