"""Reads gettext catalogues (.po) for the tests: entries, placeholders, and the text of a page."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

_STRING = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
_ENTRY = re.compile(
    rf"(?:^msgctxt {_STRING})?^msgid {_STRING}(?:^msgid_plural {_STRING})?((?:^msgstr(?:\[\d\])? {_STRING})+)", re.M
)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%[sdr]|\{\w*\}")
_ESCAPES = {"\\n": "\n", '\\"': '"', "\\\\": "\\", "\\t": "\t"}


@dataclass(frozen=True)
class Entry:
    """One message of a catalogue."""

    context: str
    message: str
    plural: str
    translations: tuple[str, ...]
    references: str
    is_fuzzy: bool

    @property
    def key(self) -> tuple[str, str]:
        return (self.context, self.message)


def read_catalogue(path: Path) -> list[Entry]:
    """Every message of a .po file but its header and what is struck out."""
    entries = []
    for block in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
        match = _ENTRY.search(block)
        if match is None:
            continue
        context, message, plural, translations = match.group(1, 2, 3, 4)
        comments = "\n".join(line for line in block.splitlines() if line.startswith("#"))
        entries.append(
            Entry(
                context=_join(context),
                message=_join(message),
                plural=_join(plural),
                translations=tuple(
                    _join(one) for one in re.findall(rf"^msgstr(?:\[\d\])? {_STRING}", translations, re.M)
                ),
                references=" ".join(re.findall(r"^#: (.*)$", comments, re.M)),
                is_fuzzy="fuzzy" in comments,
            )
        )
    return [entry for entry in entries if entry.message]


def _join(quoted: str | None) -> str:
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', quoted or "")
    return re.sub(r"\\[n\"\\t]", lambda match: _ESCAPES[match.group()], "".join(parts))


def placeholders(text: str) -> set[str]:
    return set(_PLACEHOLDER.findall(text))


class _Reader(HTMLParser):
    """Collects what a person reads: text, and the attributes that are shown or read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        given = dict(attrs)
        names = ["placeholder", "alt", "title", "aria-label"]
        names += ["value"] if given.get("type") in ("submit", "button") else []
        self.words += [given[name] or "" for name in names if name in given]

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def text_of(html: str) -> str:
    """What a person reads of a page."""
    reader = _Reader()
    reader.feed(html)
    return " ".join(" ".join(reader.words).split())
