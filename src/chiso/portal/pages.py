"""What the public pages read: publications, and the frozen copy behind each."""

from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils.translation import gettext as _

from chiso.common.dates import format_date
from chiso.results import charts
from chiso.results.models import Publication
from chiso.results.pages import RankingPage, page_of


@dataclass(frozen=True)
class PublicationLine:
    """One publication in the list."""

    title: str
    authority: str
    decision: str
    url: str


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
    return tuple(_line(row) for row in publications)


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
        ranking=page_of(result.bundle, result.digest),
        has_chart=default_storage.exists(charts.path_of(result.bundle)),
    )


def _line(publication: Publication) -> PublicationLine:
    round = publication.result.round
    return PublicationLine(
        title=_("Chỉ số cải cách hành chính năm %(year)d") % {"year": round.year},
        authority=round.authority.name,
        decision=_("Quyết định số %(number)s ngày %(date)s")
        % {"number": publication.number, "date": format_date(publication.date)},
        url=url_of(publication),
    )


def url_of(publication: Publication) -> str:
    return reverse("portal:publication", args=[publication.pk])
