"""Which items of a meeting nobody disputes: they may be adopted together, by consensus."""

from typing import Any

from chiso.assessments.choices import Outcome
from chiso.assessments.pages.agenda import Agenda, Item, Why, written
from chiso.assessments.pages.council_page import address_of
from chiso.assessments.pages.council_room import Room
from chiso.common.numbers import format_max

Row = dict[str, Any]

MOST = 500
"""As many as a form carries in one go; the rest follows in the next."""


def undisputed(room: Room, agenda: Agenda) -> list[Item]:
    """On the agenda for another reason than the unit's own, scored, and not yet taken up."""
    return [item for item in agenda.items if _is_free(item)][:MOST]


def _is_free(item: Item) -> bool:
    is_free = item.motion is None or item.motion.outcome in (Outcome.LISTED, Outcome.WITHDRAWN)
    return is_free and item.line.final is not None and Why.DISPUTED not in item.why


def en_bloc_page(room: Room, agenda: Agenda, items: list[Item], chosen: list[str] | None) -> Row:
    return {
        "items": [
            {
                "pk": item.line.pk,
                "unit": item.unit,
                "code": item.code,
                "name": item.node.name,
                "url": address_of(room, item, ""),
                "final": written(item.line.final),
                "max": format_max(item.node.max),
                "why": [{"label": label, "words": words} for label, words in agenda.words(item)],
                "is_chosen": chosen is None or str(item.line.pk) in chosen,
            }
            for item in items
        ],
        "disputed_count": agenda.counts[Why.DISPUTED],
    }
