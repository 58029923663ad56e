"""A leaf with everything that was said of it, as the council and its records read it."""

from django.db.models import Prefetch, QuerySet

from chiso.assessments.choices import Outcome
from chiso.assessments.models import Appraisal, Entry, LeafScored, Motion


def with_thread(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Entries with unit, edition, and every judgement with its author: what `answer_words.thread_of` reads."""
    people = Prefetch("appraisals", Appraisal.objects.select_related("appraised_by").order_by("pass_number"))
    carried = Prefetch(
        "motions",
        Motion.objects.filter(outcome=Outcome.CARRIED).select_related("meeting").order_by("concluded_at"),
        to_attr="carried",
    )
    return (
        entries.select_related(
            *("dossier__round", "dossier__unit", "dossier__block__edition", "criterion", "saved_by"),
            "explanation__explained_by",
        )
        .defer("dossier__block__edition__text", "dossier__block__edition__draft")
        .prefetch_related(people, carried)
    )


def with_judgements(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """The same without the people and what the unit answered: what `counting_now` reads, for many leaves at once."""
    judged = Prefetch("appraisals", Appraisal.objects.order_by("pass_number"))
    carried = Motion.objects.filter(outcome=Outcome.CARRIED).order_by("concluded_at")
    return (
        entries.select_related("dossier__unit", "dossier__block__edition")
        .defer("dossier__block__edition__text", "dossier__block__edition__draft")
        .prefetch_related(judged, Prefetch("motions", carried, to_attr="carried"))
    )


def counting_now(entry: Entry, *, before: Motion | None = None) -> LeafScored:
    """The row that counts now, or counted before a motion: what the council carried last, else what the team gave.

    Needs what `with_judgements` or `with_thread` reads.
    """
    carried: list[Motion] = [row for row in entry.carried if before is None or _precedes(row, before)]  # type: ignore[attr-defined]
    if carried:
        return carried[-1]
    return max(entry.appraisals.all(), key=lambda row: row.pass_number, default=entry)


def _precedes(row: Motion, other: Motion) -> bool:
    if other.concluded_at is None or row.concluded_at is None:
        return row.pk != other.pk
    return row.concluded_at < other.concluded_at
