"""What one reading gathers, page by page, before it becomes a `Reading`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chiso.evidence.reading.letterhead import Letterhead, read_letterhead
from chiso.evidence.reading.result import Finding, FindingCode, Reading, Secret
from chiso.evidence.reading.secrecy import secret_mark

_TOLD_PAGES = 20
_LEVELS = list(Secret)


@dataclass
class Sheet:
    """Readers add to it as they go; whenever they stop, what is there is true."""

    media_type: str
    pages: int | None = None
    complete: bool = False
    signature_count: int = 0
    letterhead: Letterhead = field(default_factory=Letterhead)
    secret: Secret | None = None
    secret_page: int | None = None
    _found: dict[FindingCode, list[int]] = field(default_factory=dict)

    def find(self, code: FindingCode, page: int | None = None) -> None:
        pages = self._found.setdefault(code, [])
        if page is not None and page not in pages and len(pages) < _TOLD_PAGES:
            pages.append(page)

    def has(self, code: FindingCode) -> bool:
        return code in self._found

    def take_letterhead(self, lines: Sequence[str]) -> None:
        self.letterhead = read_letterhead(lines)

    def look_for_secret(self, lines: Sequence[str], page: int | None, *, first: bool) -> None:
        level = secret_mark(lines, first_page=first)
        if level and (self.secret is None or _LEVELS.index(level) > _LEVELS.index(self.secret)):
            self.secret, self.secret_page = level, page

    def reading(self) -> Reading:
        """What came of it. Of a secret nothing is proposed: number and title may be secret themselves."""
        shown = Letterhead() if self.secret else self.letterhead
        return Reading(
            media_type=self.media_type,
            pages=self.pages,
            complete=self.complete,
            number=shown.number,
            issued_on=shown.issued_on,
            issuer=shown.issuer,
            title=shown.title,
            findings=tuple(Finding(code, tuple(pages)) for code, pages in self._found.items()),
            secret=self.secret,
            secret_page=self.secret_page,
            signature_count=self.signature_count,
        )
