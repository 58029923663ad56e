"""What an appraiser typed of a judgement and has not saved yet (bản nháp): in the session, so only theirs.

A draft is no judgement: nobody else sees it, it counts nowhere, and it goes with the save or with what it was based on.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.http import QueryDict

from chiso.assessments.models import Entry

_KEY = "appraisal_drafts"
_MOST = 40
"""The oldest are forgotten: a session is read with every request."""
_LONGEST = 4000
_MANY = "items"
_TICKS = ("needs_explanation", "needs_visit")

Draft = dict[str, Any]


def keep_draft(
    session: SessionBase, entry: Entry, number: int, typed: QueryDict, known: Collection[str], at: datetime
) -> None:
    """Keep what was typed in the fields of the form."""
    words: Draft = {
        name: typed.getlist(name)[:100] if name == _MANY else typed[name][:_LONGEST] for name in known if name in typed
    }
    drafts: dict[str, Draft] = session.get(_KEY, {})
    drafts.pop(_name(entry, number), None)
    drafts[_name(entry, number)] = {"words": words, "version": typed.get("version", ""), "at": at.isoformat()}
    session[_KEY] = dict(list(drafts.items())[-_MOST:])


def draft_of(session: SessionBase, entry: Entry, number: int, version: int) -> Draft | None:
    """The draft of a leaf, as values for the form; None when the judgement was saved since it was begun."""
    draft: Draft | None = session.get(_KEY, {}).get(_name(entry, number))
    if draft is None or draft["version"] != str(version):
        return None
    # An empty box is not sent: a draft without it says that it was taken off.
    words = dict.fromkeys(_TICKS, "") | {_MANY: []} | draft["words"]
    return {"words": words, "at": datetime.fromisoformat(draft["at"])}


def drop_draft(session: SessionBase, entry: Entry, number: int) -> None:
    """Forget a draft that became a judgement."""
    drafts: dict[str, Draft] = session.get(_KEY, {})
    if drafts.pop(_name(entry, number), None) is not None:
        session[_KEY] = drafts


def _name(entry: Entry, number: int) -> str:
    return f"{entry.pk}/{number}"
