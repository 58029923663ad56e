"""What a delivery says: a person's messages in one letter. Kept as it is composed, so that a second try says the same.

The body of a delivery is JSON: `lines` of text and address, and how many `more` the person finds in the product.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.addresses import address
from chiso.notices.models import Notice

LINES_SHOWN = 50
_SUBJECT_LENGTH = 200


@dataclass(frozen=True)
class Line:
    text: str
    url: str


@dataclass(frozen=True)
class Letter:
    """To whom by name, and what."""

    name: str
    lines: Sequence[Line]
    more: int

    @property
    def count(self) -> int:
        return len(self.lines) + self.more


def subject_of(notices: Sequence[Notice]) -> str:
    """The only message itself, or how many there are; on one line, as headers must be."""
    if len(notices) == 1:
        text = _on_one_line(notices[0].text)
        return text if len(text) <= _SUBJECT_LENGTH else text[: _SUBJECT_LENGTH - 1].rstrip() + "…"
    return ngettext("%(n)d việc cần biết – chỉ số CCHC", "%(n)d việc cần biết – chỉ số CCHC", len(notices)) % {
        "n": len(notices)
    }


def body_of(notices: Sequence[Notice]) -> str:
    shown = notices[:LINES_SHOWN]
    lines = [{"text": _told(notice), "url": public(address("notices:open", notice.pk))} for notice in shown]
    return json.dumps({"lines": lines, "more": len(notices) - len(shown)}, ensure_ascii=False)


def _told(notice: Notice) -> str:
    """What happened, never the detail; on one line, so that no name can pass for another line of the letter."""
    text = _on_one_line(notice.text)
    return f"{text} {_('Chi tiết có trong mục Thông báo.')}" if notice.detail else text


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def read(name: str, body: str) -> Letter:
    kept: dict[str, Any] = json.loads(body)
    return Letter(name, [Line(line["text"], line["url"]) for line in kept["lines"]], kept["more"])


def as_text(letter: Letter) -> str:
    """The letter for a plain-text mailbox."""
    told = "\n\n".join(f"- {line.text}\n  {line.url}" for line in letter.lines)
    parts = [_greeting(letter), _opening(letter), told, _rest(letter), _closing(), f"{_change()} {_where_to_change()}"]
    return "\n\n".join(part for part in parts if part) + "\n"


def as_html(letter: Letter) -> SafeString:
    """The same, for a mailbox that shows HTML: no images, no styles, nothing to load."""
    told = format_html_join(
        "\n", '<li><p><a href="{}">{}</a></p></li>', ((line.url, line.text) for line in letter.lines)
    )
    rest = format_html("<p>{}</p>\n", _rest(letter)) if letter.more else ""
    return format_html(
        '<!doctype html>\n<html lang="vi"><head><meta charset="utf-8"><title>{title}</title></head>\n<body>\n'
        "<p>{greeting}</p>\n<p>{opening}</p>\n<ul>\n{told}\n</ul>\n{rest}<hr>\n"
        '<p><small>{closing}<br>{change} <a href="{where}">{where}</a></small></p>\n</body></html>\n',
        title=_opening(letter),
        greeting=_greeting(letter),
        opening=_opening(letter),
        told=told,
        rest=rest,
        closing=_closing(),
        change=_change(),
        where=_where_to_change(),
    )


def public(path: str) -> str:
    """The whole address of a page, as it is reached from outside."""
    return f"{settings.PUBLIC_URL}{path}"


def _greeting(letter: Letter) -> str:
    return _("Kính gửi đồng chí %(name)s,") % {"name": letter.name}


def _opening(letter: Letter) -> str:
    if letter.count == 1:
        return _("Hệ thống Chỉ số cải cách hành chính có việc cần đồng chí biết:")
    return ngettext(
        "Hệ thống Chỉ số cải cách hành chính có %(n)d việc cần đồng chí biết:",
        "Hệ thống Chỉ số cải cách hành chính có %(n)d việc cần đồng chí biết:",
        letter.count,
    ) % {"n": letter.count}


def _rest(letter: Letter) -> str:
    if not letter.more:
        return ""
    return _("Và %(n)d thông báo nữa, xem tại %(url)s") % {"n": letter.more, "url": public(address("notices:inbox"))}


def _closing() -> str:
    return _("Thư do hệ thống tự gửi, xin không trả lời. Cần đăng nhập để mở các đường dẫn trên.")


def _change() -> str:
    return _("Đổi cách nhận thư:")


def _where_to_change() -> str:
    return public(address("notices:preferences"))
