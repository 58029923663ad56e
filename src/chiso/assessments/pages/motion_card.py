"""One motion as the council's pages show it: what is proposed, who has voted, and what whoever looks may do."""

from collections import Counter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.assessments.choices import Choice, Outcome
from chiso.assessments.models import Entry, Motion, Vote
from chiso.assessments.pages.answer_words import change_in_words, score_in_words
from chiso.assessments.pages.council_room import Room
from chiso.assessments.pages.leaf_thread import counting_now, with_judgements
from chiso.assessments.scores import node_of
from chiso.common.dates import format_moment

Row = dict[str, Any]

OUTCOME_KINDS = {
    Outcome.LISTED: "blue",
    Outcome.OPEN: "gold",
    Outcome.CARRIED: "green",
    Outcome.REJECTED: "red",
    Outcome.WITHDRAWN: "plain",
}


def motions_of(room: Room) -> QuerySet[Motion]:
    """The motions of a meeting that this person may see, with votes and what was said before."""
    votes = Vote.objects.select_related("member__user").order_by("member__pk")
    related = (Prefetch("votes", votes), Prefetch("entry", with_judgements(Entry.objects.order_by())))
    return room.motions().prefetch_related(*related).order_by("number")


def motion_card(motion: Motion, room: Room) -> Row:
    """Everything but the thread."""
    entry = motion.entry
    node = node_of(entry.dossier.block.edition, entry.code)
    before = counting_now(entry, before=motion)
    outcome = Outcome(motion.outcome)
    is_listed = outcome == Outcome.LISTED
    return {
        "pk": motion.pk,
        "number": motion.number,
        "code": entry.code,
        "name": node.name,
        "unit": entry.dossier.unit.name,
        "item_url": item_url(room, entry),
        "before": score_in_words(before),
        "score": "" if is_listed else score_in_words(motion),
        "change": "" if is_listed else change_in_words(motion, before),
        "reason": motion.reason,
        "resolution": motion.resolution,
        "outcome": str(outcome.label),
        "kind": OUTCOME_KINDS[outcome],
        "is_open": outcome == Outcome.OPEN,
        "is_listed": is_listed,
        "is_secret": motion.is_secret,
        "concluded_at": format_moment(motion.concluded_at) if motion.concluded_at else "",
        "casting": _casting(motion),
        **tally_of(motion, room),
        **_what_one_may(motion, room),
    }


def item_url(room: Room, entry: Entry) -> str:
    return reverse("assessments:item", args=[room.meeting.pk, entry.code, entry.dossier.unit.code])


def _casting(motion: Motion) -> str:
    """Told once it is over, where the votes were tied."""
    if not motion.casting_choice:
        return ""
    said = Choice(motion.casting_choice).label.lower()
    return _("Số phiếu ngang nhau, theo ý kiến của người chủ trì: %(choice)s.") % {"choice": said}


def tally_of(motion: Motion, room: Room) -> Row:
    """The counts, and who voted what; of a secret vote the counts only once it is over, and nobody's choice ever."""
    votes, unit = list(motion.votes.all()), motion.entry.dossier.unit_id
    is_open = motion.outcome == Outcome.OPEN
    voters = room.sitting.council_on(unit) if room.sitting.is_written else room.sitting.voters_on(unit)
    voted = {vote.member_id for vote in votes}
    present, council = room.sitting.counts_on(unit, voted)
    return {
        "tally": _counts(motion, votes),
        "votes": [] if motion.is_secret else [_vote(vote) for vote in votes],
        "cast": len(votes),
        "voters": council if room.sitting.is_written else present,
        "missing": len({member.pk for member in voters} - voted) if is_open else 0,
        "is_consensus": motion.outcome == Outcome.CARRIED and not votes,
        "barred_members": [member.user.full_name for member in room.sitting.barred_on(unit)],
        "poll_url": reverse("assessments:tally", args=[motion.pk]) if is_open and room.is_open else "",
    }


def _vote(vote: Vote) -> Row:
    return {"name": vote.member.user.full_name, "choice": vote.get_choice_display(), "dissent": vote.dissent}


def _counts(motion: Motion, votes: list[Vote]) -> list[Row]:
    if not motion.is_secret:
        counts = Counter(vote.choice for vote in votes)
    elif motion.outcome in (Outcome.CARRIED, Outcome.REJECTED):
        secret = (motion.secret_for, motion.secret_against, motion.secret_abstain)
        counts = Counter(dict(zip((Choice.FOR, Choice.AGAINST, Choice.ABSTAIN), secret, strict=True)))
    else:
        return []
    return [{"label": str(choice.label), "count": counts[choice]} for choice in Choice]


def _what_one_may(motion: Motion, room: Room) -> Row:
    unit, seat = motion.entry.dossier.unit_id, room.seat
    mine = next((vote for vote in motion.votes.all() if seat and vote.member_id == seat.pk), None)
    is_open = motion.outcome == Outcome.OPEN
    why_not = _why_no_vote(room, unit)
    may_vote = room.is_open and is_open and seat is not None and not why_not
    presiding = room.sitting.presiding(unit)
    presides = presiding is not None and presiding.user_id == room.user.pk
    votes = len(motion.votes.all())
    return {
        "may_vote": may_vote and not (motion.is_secret and mine),
        "has_cast": mine is not None,
        "my_dissent": mine.dissent if mine else "",
        "ways": [
            {"value": one.value, "label": one.label, "is_mine": mine is not None and one == mine.choice}
            for one in Choice
        ],
        "barred": why_not if room.is_open and is_open and seat is not None else "",
        "may_conclude": room.is_open and is_open and presides and bool(votes),
        "asks_casting": motion.is_secret and room.meeting.round.chair_casts,
        "may_withdraw": room.may_prepare and is_open and room.may_touch(unit) and (presides or not votes),
        "may_unlist": room.may_prepare and motion.outcome == Outcome.LISTED and room.may_touch(unit),
    }


def _why_no_vote(room: Room, unit: int) -> str:
    if room.seat is None:
        return ""
    if room.sitting.is_barred(room.seat, unit):
        return _("Bạn không tham gia mục này: đơn vị của bạn, hoặc bạn đã khai xung đột lợi ích.")
    if not room.sitting.is_written and not room.sitting.is_here(room.seat):
        return _("Bạn không có trong danh sách dự họp nên không biểu quyết được.")
    return ""
