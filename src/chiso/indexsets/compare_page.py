"""The difference of two editions, ready to read."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.indexsets import policy
from chiso.indexsets.contents import Contents, contents_of
from chiso.indexsets.exchange import Change, ChangeKind, Difference, FieldChange, compare
from chiso.indexsets.models import Edition
from chiso.organizations.models import User

_TAG_KEYS = ("parent", "code", "name", "max", "rule")


@dataclass(frozen=True)
class ChangeLine:
    """One node that is not the same in both."""

    code: str
    name: str
    points: str
    tags: tuple[str, ...]
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True)
class DifferencePage:
    """What was added, removed and changed from the old edition to the new one."""

    old: str
    new: str
    summary: str
    is_same: bool
    top: tuple[FieldChange, ...]
    added: tuple[ChangeLine, ...]
    removed: tuple[ChangeLine, ...]
    changed: tuple[ChangeLine, ...]


def seen_by(user: User, edition: Edition) -> Contents:
    """What a person reads of an edition: who runs it the draft as it is now, bodies what was sent to them."""
    runs = policy.can_consult(user, edition) or policy.can_issue(user, edition)
    return contents_of(edition, as_sent=not runs)


def label_of(edition: Edition) -> str:
    return _("%(name)s (năm %(year)d, lần %(version)d, %(state)s)") % {
        "name": edition.name,
        "year": edition.year,
        "version": edition.version,
        "state": edition.get_state_display().lower(),
    }


def difference_page(old: Edition, new: Edition, user: User) -> DifferencePage:
    """Compare two editions as this person sees them."""
    found = compare(seen_by(user, old).draft, seen_by(user, new).draft)
    return DifferencePage(
        old=label_of(old),
        new=label_of(new),
        summary=_summary(found),
        is_same=found.is_same,
        top=found.top,
        added=_lines(found.added),
        removed=_lines(found.removed),
        changed=_lines(found.changed),
    )


def _summary(found: Difference) -> str:
    parts = [
        ngettext("%(n)d mục thêm", "%(n)d mục thêm", len(found.added)) % {"n": len(found.added)},
        ngettext("%(n)d mục bỏ", "%(n)d mục bỏ", len(found.removed)) % {"n": len(found.removed)},
        ngettext("%(n)d mục thay đổi", "%(n)d mục thay đổi", len(found.changed)) % {"n": len(found.changed)},
    ]
    scored = sum(change.is_scored_otherwise for change in found.changed)
    if scored:
        parts.append(
            ngettext("%(n)d mục đổi điểm hoặc cách chấm", "%(n)d mục đổi điểm hoặc cách chấm", scored) % {"n": scored}
        )
    return ", ".join(parts)


def _lines(changes: tuple[Change, ...]) -> tuple[ChangeLine, ...]:
    return tuple(
        ChangeLine(
            code=_codes(change),
            name=change.name,
            points=_("%(max)s điểm") % {"max": change.max} if change.max else "",
            tags=_tags(change),
            fields=change.fields,
        )
        for change in changes
    )


def _codes(change: Change) -> str:
    if change.kind is ChangeKind.CHANGED and change.old_code != change.new_code:
        return f"{change.old_code} → {change.new_code}"
    return change.new_code or change.old_code


def _tags(change: Change) -> tuple[str, ...]:
    words = {
        "parent": _("chuyển chỗ"),
        "code": _("đổi mã"),
        "name": _("đổi tên"),
        "max": _("đổi điểm"),
        "rule": _("đổi cách chấm"),
    }
    return tuple(words[key] for key in _TAG_KEYS if change.has(key))
