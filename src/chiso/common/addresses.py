"""The address of a page by the name of its route, resolved once for each route and filled in from then on."""

from functools import cache
from urllib.parse import quote

from django.urls import reverse

_NUMBER, _TEXT = 7_700_000_000, "chiso.gap."
_SAFE = "/~:@!$&'()*+,;="
"""What Django leaves as it is in an address."""


def address(route: str, *args: int | str) -> str:
    """As `reverse(route, args=args)`, for routes whose arguments are numbers and words."""
    pattern = _pattern(route, tuple(isinstance(arg, str) for arg in args))
    return pattern.format(*(quote(arg, safe=_SAFE) if isinstance(arg, str) else arg for arg in args))


@cache
def _pattern(route: str, are_words: tuple[bool, ...]) -> str:
    marks = [f"{_TEXT}{place}" if is_word else _NUMBER + place for place, is_word in enumerate(are_words)]
    pattern = reverse(route, args=marks).replace("{", "{{").replace("}", "}}")
    for place, mark in enumerate(marks):
        pattern = pattern.replace(str(mark), f"{{{place}}}")
    return pattern
