"""What the pages say of corrections: what is asked, what was published, what takes the place of what."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.common.dates import format_date, format_moment
from chiso.organizations.models import User
from chiso.results import policy
from chiso.results.models import Correction, Publication, Result
from chiso.rounds.choices import StageKey
from chiso.rounds.models import Round
from chiso.rounds.policy import runs


@dataclass(frozen=True)
class Asked:
    """A request to correct a published result; `is_open` until the corrected result is approved."""

    title: str
    who: str
    reason: str
    document: str
    url: str
    is_open: bool


@dataclass(frozen=True)
class PublishedLine:
    """One publication of a round; `note` says what it corrects and why, `is_replaced` that another took its place."""

    title: str
    url: str
    note: str
    is_replaced: bool


@dataclass(frozen=True)
class CorrectionsPart:
    """The part of a round's result page on its publications; `ask_url` for whoever may ask to correct the newest."""

    running: str
    published: tuple[PublishedLine, ...]
    ask_url: str


def shown_result(user: User, round: Round) -> Result | None:
    """The result that a round's pages are about.

    Those who run the round work on the one that is not corrected yet, None while it is not approved; everyone else
    reads the newest that was published. Its frozen copy is large, and read only where it is needed.
    """
    rows = Result.objects.visible_to(user).filter(round=round).defer("bundle")
    if round.stage == StageKey.APPROVAL and runs(user, round):
        return rows.standing().first()
    return rows.published().first()


def corrections_part(user: User, round: Round, result: Result | None) -> CorrectionsPart:
    """Every publication of a round, the newest first, and whether one is being corrected (2 queries)."""
    rows = Publication.objects.filter(result__round=round).select_related("supersedes", "superseded_by")
    rows = rows.order_by("-published_at", "-pk")
    may_ask = result is not None and round.stage == StageKey.PUBLISHED and policy.can_correct(user, result)
    lines = tuple(_published(row) for row in rows)
    return CorrectionsPart(
        running=_running(result) if lines and round.stage != StageKey.PUBLISHED else "",
        published=lines,
        ask_url=reverse("results:correct", args=[round.pk]) if may_ask else "",
    )


def _running(result: Result | None) -> str:
    """While a result is corrected: whether the reader sees the one that was published or the one to come."""
    if result is not None and result.publications.exists():
        return _("Kết quả này đang được đính chính; kết quả vẫn có hiệu lực đến khi có quyết định mới.")
    return _("Đây là kết quả đính chính, chưa công bố; kết quả đã công bố vẫn có hiệu lực đến khi có quyết định mới.")


def _published(row: Publication) -> PublishedLine:
    note = ""
    if row.supersedes:
        note = _("Đính chính, thay thế %(old)s. Lý do: %(reason)s") % {
            "old": decision_words(row.supersedes),
            "reason": row.reason,
        }
    return PublishedLine(
        title=decision_words(row),
        url=reverse("portal:publication", args=[row.pk]),
        note=note,
        is_replaced=getattr(row, "superseded_by", None) is not None,
    )


def decision_words(row: Publication) -> str:
    return _("Quyết định số %(number)s ngày %(date)s") % {"number": row.number, "date": format_date(row.date)}


def asked_corrections(user: User, round: Round) -> tuple[Asked, ...]:
    """The requests to correct a round's results, the newest first (one query)."""
    rows = Correction.objects.visible_to(user).filter(result__round=round)
    related = ("asked_by", "document", "result__corrected_by")
    rows = rows.select_related(*related).defer("result__bundle", "result__corrected_by__bundle")
    return tuple(_asked(row) for row in rows.order_by("-asked_at"))


def _asked(row: Correction) -> Asked:
    is_open = getattr(row.result, "corrected_by", None) is None
    return Asked(
        title=_("Yêu cầu đính chính kết quả đã công bố") if is_open else _("Kết quả đã được đính chính"),
        who=_("%(who)s, %(when)s") % {"who": row.asked_by.full_name, "when": format_moment(row.asked_at)},
        reason=row.reason,
        document=row.document.name,
        url=reverse("results:correction_document", args=[row.pk]),
        is_open=is_open,
    )
