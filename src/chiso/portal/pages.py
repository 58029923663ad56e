"""What the public pages read: publications, and the frozen copy behind each."""

from dataclasses import dataclass, replace

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.results import charts
from chiso.results.corrections_page import decision_words
from chiso.results.models import Publication
from chiso.results.pages import RankingPage, frozen_page


@dataclass(frozen=True)
class PublicationLine:
    """One publication in the list."""

    title: str
    authority: str
    decision: str
    url: str
    reason: str = ""
    corrects: str = ""


@dataclass(frozen=True)
class PublicationPage:
    """One publication; `replaced_by` is the newer decision that corrects it, `replaces` the one it corrects."""

    title: str
    authority: str
    decision: str
    signer: str
    reason: str
    replaced_by: PublicationLine | None
    replaces: PublicationLine | None
    ranking: RankingPage
    has_chart: bool


def publication_lines(publications: list[Publication]) -> tuple[PublicationLine, ...]:
    return tuple(
        replace(_line(row), corrects=decision_words(row.supersedes) if row.supersedes else "") for row in publications
    )


def publication_page(publication: Publication) -> PublicationPage:
    result = publication.result
    newer: Publication | None = getattr(publication, "superseded_by", None)
    line = _line(publication)
    return PublicationPage(
        title=line.title,
        authority=line.authority,
        decision=line.decision,
        signer=publication.signer_name,
        reason=publication.reason,
        replaced_by=_line(newer) if newer else None,
        replaces=_line(publication.supersedes) if publication.supersedes else None,
        ranking=frozen_page(result),
        has_chart=default_storage.exists(charts.path_for(result)),
    )


def _line(publication: Publication) -> PublicationLine:
    round = publication.result.round
    return PublicationLine(
        title=_("Chỉ số cải cách hành chính năm %(year)d") % {"year": round.year},
        authority=round.authority.name,
        decision=decision_words(publication),
        url=url_of(publication),
        reason=publication.reason,
    )


def url_of(publication: Publication) -> str:
    return reverse("portal:publication", args=[publication.pk])
