"""Which leaves the council has to look at: the unit still asks for more than the team gives, or was cut deeply."""

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, DecimalField, F, FilteredRelation, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse

from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Entry
from chiso.assessments.pages.answer_words import score_in_words, thread_of
from chiso.assessments.pages.council_page import Room, counting_now, with_thread
from chiso.assessments.scores import node_of
from chiso.common.numbers import format_max, format_points

Row = dict[str, Any]

PER_PAGE = 20
_BIG_SHARE = Decimal("0.5")
"""A cut of half the maximum or more is looked at even when the unit did not answer."""
_FLOAT_NOISE = Decimal("0.00005")
_NONE = Value(Decimal(-99999), output_field=DecimalField(max_digits=9, decimal_places=4))


def disputes_page(room: Room, *, page: str, may_propose: bool) -> Row:
    """One page of the disputes that this meeting has not taken up yet, each with its whole thread."""
    # All keys at once: a COUNT would read the same 17,000 leaves a second time.
    paginator = Paginator(list(_disputed(room).values_list("pk", flat=True)), PER_PAGE)
    found = paginator.get_page(page)
    keys = list(found)
    entries = {row.pk: row for row in with_thread(Entry.objects.visible_to(room.user).filter(pk__in=keys))}
    return {
        "disputes": [_dispute_row(entries[pk], room, may_propose=may_propose) for pk in keys],
        "disputes_count": paginator.count,
        "page": found,
    }


def _disputed(room: Room) -> QuerySet[Any]:
    """The disputed leaves, criterion by criterion. What the team gave last is `final`; nothing given is `_NONE`."""
    second, first = Q(second__isnull=False), Q(first__isnull=False)
    return (
        Entry.objects.visible_to(room.user)
        .filter(dossier__round=room.meeting.round, dossier__state=DossierState.BEFORE_COUNCIL)
        .exclude(motions__meeting=room.meeting)
        .annotate(
            first=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.FIRST)),
            second=FilteredRelation("appraisals", condition=Q(appraisals__pass_number=Pass.SECOND)),
            final=Coalesce(Case(When(second, "second__score"), When(first, "first__score"), default="score"), _NONE),
            final_na=Case(
                When(second, "second__not_applicable"),
                When(first, "first__not_applicable"),
                default="not_applicable",
            ),
            asked=Coalesce("explanation__score", _NONE),
        )
        .filter(_still_asked() | _cut_deeply())
        .order_by("criterion__edition", "criterion__position", "dossier__unit__code")
    )


def _still_asked() -> Q:
    same = Q(asked=F("final"), explanation__not_applicable=F("final_na"))
    return Q(explanation__isnull=False) & ~same


def _cut_deeply() -> Q:
    """Half of the maximum or more; scores have four decimals, so half of the last one forgives SQLite's floats."""
    line = F("score") - F("criterion__max_score") * _BIG_SHARE + _FLOAT_NOISE
    return Q(criterion__max_score__gt=0, final_na=False, final__gt=_NONE, final__lte=line)


def _dispute_row(entry: Entry, room: Room, *, may_propose: bool) -> Row:
    node = node_of(entry.dossier.block.edition, entry.code)
    explanation = getattr(entry, "explanation", None)
    final = counting_now(entry)
    asked = explanation or entry
    url = reverse("assessments:propose", args=[room.meeting.pk, entry.code, entry.dossier.unit.code])
    return {
        "code": entry.code,
        "name": node.name,
        "max": format_max(node.max),
        "unit": entry.dossier.unit.name,
        "asked": score_in_words(asked),
        "final": score_in_words(final),
        "gap": format_points((asked.score or Decimal(0)) - (final.score or Decimal(0))),
        "thread": thread_of(entry, node, explanation),
        "propose_url": url if may_propose else "",
    }
