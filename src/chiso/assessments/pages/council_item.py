"""One item of a meeting on one screen, fit for a projector: the whole thread, the documents, the motion."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.assessments.choices import DossierState
from chiso.assessments.models import Citation, Entry
from chiso.assessments.pages.agenda import Agenda, Item, agenda_of
from chiso.assessments.pages.answer_words import answer_in_words, score_in_words, thread_of
from chiso.assessments.pages.council_page import address_of, title_of
from chiso.assessments.pages.council_room import Room
from chiso.assessments.pages.leaf_thread import counting_now
from chiso.assessments.pages.motion_card import motion_card, motions_of
from chiso.assessments.scores import node_of
from chiso.assessments.windows import ANSWERING_STATES
from chiso.common.numbers import NONE_SIGN, format_max
from chiso.rounds.choices import StageKey

Row = dict[str, Any]

LARGE = "lon"


def item_page(room: Room, entry: Entry, *, group: str, size: str) -> Row:
    """The entry comes through `room.entries()` with what `leaf_thread.with_thread` reads.

    In large type the page is for the wall: it shows nothing of the person at the keyboard, neither votes nor forms.
    """
    agenda, is_large = agenda_of(room), size == LARGE
    node = node_of(entry.dossier.block.edition, entry.code)
    explanation = getattr(entry, "explanation", None)
    cards = [motion_card(motion, room) for motion in motions_of(room).filter(entry=entry)]
    item = next((item for item in agenda.items if item.line.pk == entry.pk), None)
    return {
        "meeting": room.meeting,
        "meeting_title": title_of(room.meeting),
        "is_large": is_large,
        "unit": entry.dossier.unit.name,
        "code": entry.code,
        "name": node.name,
        "max": format_max(node.max),
        "why": [{"label": label, "words": words} for label, words in agenda.words(item)] if item else [],
        "scores": _scores(entry, cards),
        "told": answer_in_words(node, counting_now(entry)),
        "thread": thread_of(entry, node, explanation),
        "papers": _papers(entry),
        "history_url": reverse("assessments:leaf_history", args=[entry.dossier_id, entry.code]),
        "cards": list(reversed(cards)),
        "barred_members": [member.user.full_name for member in room.sitting.barred_on(entry.dossier.unit_id)],
        **_places(room, agenda, entry, group, is_large=is_large),
        **_what_one_may(room, entry, cards),
    }


def _scores(entry: Entry, cards: list[Row]) -> list[Row]:
    """Party by party; the council's column tells what is proposed while it is open."""
    passes = {row.pass_number: row for row in entry.appraisals.all()}
    explanation = getattr(entry, "explanation", None)
    carried = entry.carried[-1] if entry.carried else None  # type: ignore[attr-defined]
    rows = [
        {"label": _("Tự chấm"), "value": score_in_words(entry)},
        {"label": _("Thẩm định lần 1"), "value": score_in_words(passes.get(1))},
        {"label": _("Đơn vị đề nghị"), "value": score_in_words(explanation)},
        {"label": _("Thẩm định lần 2"), "value": score_in_words(passes.get(2))},
        {"label": _("Hội đồng"), "value": score_in_words(carried)},
    ]
    proposed = next((card for card in cards if card["is_open"]), None)
    if proposed:
        rows.append({"label": _("Đang biểu quyết"), "value": proposed["score"], "kind": "current"})
    return rows


def _papers(entry: Entry) -> list[Row]:
    """As `Citation.objects.visible_to`, which asks it of every leaf of the round, for an entry that was let through."""
    cited = Citation.objects.filter(entry=entry).select_related("document").order_by("pk")
    if entry.dossier.state in ANSWERING_STATES:
        cited = cited.exclude(stage=StageKey.SUPPLEMENT)
    return [
        {
            "name": citation.document.name,
            "place": citation.place,
            "url": reverse("assessments:document", args=[citation.pk]),
            "tag": _("bổ sung sau thông báo") if citation.stage == StageKey.SUPPLEMENT else "",
        }
        for citation in cited
    ]


def _places(room: Room, agenda: Agenda, entry: Entry, group: str, *, is_large: bool) -> Row:
    """Where the item stands in its group, and the way to its neighbours."""
    items = agenda.of(group)
    place = next((number for number, item in enumerate(items) if item.line.pk == entry.pk), None)
    here = reverse("assessments:item", args=[room.meeting.pk, entry.code, entry.dossier.unit.code])
    query = f"nhom={group}" if group else ""
    larger = f"{here}?{query}&co-chu={LARGE}" if query else f"{here}?co-chu={LARGE}"
    smaller = f"{here}?{query}" if query else here

    def at(number: int | None) -> Item | None:
        return items[number] if number is not None and 0 <= number < len(items) else None

    before, after = (at(None if place is None else place + step) for step in (-1, 1))
    return {
        "place": _("%(place)d/%(all)d") % {"place": place + 1, "all": len(items)} if place is not None else NONE_SIGN,
        "previous_url": address_of(room, before, group, is_large=is_large) if before else "",
        "next_url": address_of(room, after, group, is_large=is_large) if after else "",
        "size_url": smaller if is_large else larger,
    }


def _what_one_may(room: Room, entry: Entry, cards: list[Row]) -> Row:
    unit = entry.dossier.unit
    is_open = any(card["is_open"] for card in cards)
    is_listed = any(card["is_listed"] for card in cards)
    is_waiting = entry.dossier.state == DossierState.BEFORE_COUNCIL and not is_open
    may_add = room.may_prepare and room.may_touch(unit.pk) and is_waiting
    propose = reverse("assessments:propose", args=[room.meeting.pk, entry.code, unit.code])
    return {
        "propose_url": propose if may_add else "",
        "is_again": any(not card["is_listed"] for card in cards),
        "list_url": reverse("assessments:add_item", args=[room.meeting.pk]) + f"?don-vi={unit.code}&muc={entry.code}"
        if may_add and not is_listed
        else "",
    }
