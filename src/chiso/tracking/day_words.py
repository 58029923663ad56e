"""Words that the messages and pages about deadlines share."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

_TITLE = 110


def when(day: int) -> str:
    """How far the last day of a deadline is: `còn 3 ngày`, `hôm nay là ngày cuối`, `quá hạn 1 ngày`."""
    if day == 0:
        return _("hôm nay là ngày cuối")
    words = ngettext("quá hạn %(n)d ngày", "quá hạn %(n)d ngày", day)
    if day < 0:
        words = ngettext("còn %(n)d ngày", "còn %(n)d ngày", -day)
    return words % {"n": abs(day)}


def shortened(title: str) -> str:
    """A title that leaves room for the rest of a message."""
    return title if len(title) <= _TITLE else f"{title[: _TITLE - 1].rstrip()}…"
