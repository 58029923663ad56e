"""What the pages and the guards read about dossiers, each a fixed number of database queries."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from chiso.assessments.choices import DossierState, Pass
from chiso.assessments.models import Appraisal, Citation, Entry
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round

ANSWERED = ~Q(facts={}) | Q(not_applicable=True) | Q(decided__isnull=False)
"""An entry on which the unit, or the server's clock, said something."""


_AFTER_NOTICE = (StageKey.SUPPLEMENT, StageKey.REAPPRAISAL)
"""In the council's stage the council decides, and pass 2 is over."""


def to_appraise(round: Round, number: int) -> QuerySet[Entry]:
    """The leaves of a pass: all that were answered; in pass 2 those the unit answered again."""
    entries = Entry.objects.filter(dossier__round=round).exclude(dossier__state=DossierState.NOT_SUBMITTED)
    if number == Pass.FIRST:
        return entries.filter(ANSWERED)
    added = Citation.objects.filter(entry=OuterRef("pk"), stage__in=_AFTER_NOTICE)
    supplemented = Exists(added)
    return entries.filter(Q(explanation__isnull=False) | supplemented)


def awaiting_appraisal(round: Round, number: int) -> QuerySet[Entry]:
    """The leaves of a pass that nobody has judged yet."""
    return to_appraise(round, number).filter(
        ~Exists(Appraisal.objects.filter(entry=OuterRef("pk"), pass_number=number))
    )
