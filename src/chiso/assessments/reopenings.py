"""Leaves reopened by a numbered request of the team or the council (design.md §3 c): what is open, and until when.

No action: actions and pages ask here. A reopened leaf is open for its unit alone, whatever the state of the dossier,
until the request's own deadline or until the request is settled.
"""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chiso.assessments import windows
from chiso.assessments.choices import DossierState
from chiso.assessments.models import Dossier, Entry, Reopening
from chiso.common.dates import format_deadline
from chiso.common.refusals import RuleViolation
from chiso.rounds.models import Round

REOPENABLE = frozenset({DossierState.UNDER_REAPPRAISAL, DossierState.BEFORE_COUNCIL})
_NAMED = 5


def open_on(dossier: Dossier) -> dict[str, Reopening]:
    """The open requests of a dossier by leaf; no query in a state in which there can be none."""
    if dossier.state not in REOPENABLE:
        return {}
    rows = Reopening.objects.filter(entry__dossier=dossier, settled_at=None).select_related("entry")
    return {row.entry.code: row for row in rows}


def open_of_round(round: Round) -> QuerySet[Reopening]:
    return Reopening.objects.filter(entry__dossier__round=round, settled_at=None).select_related("entry__dossier__unit")


def require_leaf_answerable(entry: Entry, at: datetime) -> Reopening | None:
    """Refuse unless the unit may explain and supplement this leaf now; answers with the request that opened it.

    In the supplement the notice opens leaves, and there is no request.
    """
    dossier = entry.dossier
    row = open_on(dossier).get(entry.code)
    if row is not None:
        if at >= row.until:
            raise RuleViolation(
                _("Đã quá hạn trả lời yêu cầu số %(number)s (%(deadline)s). Đề nghị bên yêu cầu xem xét, mở lại.")
                % {"number": row.number, "deadline": format_deadline(row.until)}
            )
        return row
    windows.require_answerable(dossier, at)
    if entry.code not in windows.reopened_codes(dossier):
        raise RuleViolation(_("Tiêu chí %(code)s không thuộc diện giải trình, bổ sung.") % {"code": entry.code})
    return None


def require_none_open(round: Round) -> None:
    """Refuse to end a pass or to adopt while a request waits for its answer or for a decision on it."""
    waiting = list(open_of_round(round).order_by("until", "pk")[: _NAMED + 1])
    if not waiting:
        return
    told = "; ".join(f"{row.entry.dossier.unit}, {row.entry.code} ({_('số')} {row.number})" for row in waiting[:_NAMED])
    if len(waiting) > _NAMED:
        told = f"{told}; …"
    raise RuleViolation(_("Còn yêu cầu giải trình, bổ sung chưa xem xét xong: %(requests)s.") % {"requests": told})
