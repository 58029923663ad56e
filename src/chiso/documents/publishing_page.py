"""What the publishing pages read: the decision in its own words, before and after its number is known."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chiso.common.dates import format_date, format_moment
from chiso.documents import nd30
from chiso.documents.composing import compose
from chiso.documents.publication_decision import PublicationDecision, to_document
from chiso.results.models import Publication, Result
from chiso.results.pages import RankingPage, frozen_page


@dataclass(frozen=True)
class Preview:
    """The parts of the decision that people check before it is signed."""

    number_line: str
    date_line: str
    title: str
    grounds: tuple[str, ...]
    articles: tuple[nd30.Clause, ...]
    signer: str
    capacity: str
    recipients: tuple[str, ...]
    draft_url: str


@dataclass(frozen=True)
class PublishingPage:
    """`publication` is there when the result is already published."""

    preview: Preview
    ranking: RankingPage
    approved: str
    publication: Publication | None


@dataclass(frozen=True)
class Confirmation:
    title: str
    effects: tuple[str, ...]
    draft_url: str
    number: str
    day: str


def publishing_page(result: Result) -> PublishingPage:
    return PublishingPage(
        preview=_preview(compose(result), reverse("documents:draft", args=[result.round_id])),
        ranking=frozen_page(result),
        approved=_("%(who)s phê duyệt lúc %(when)s")
        % {"who": result.approved_by.full_name, "when": format_moment(result.approved_at)},
        publication=result.publications.first(),
    )


def _preview(decision: PublicationDecision, draft_url: str) -> Preview:
    document = to_document(decision)
    return Preview(
        number_line=_dotted(nd30.document_number(document.number, document.symbol)),
        date_line=_dotted(nd30.document_date(document.date, document.issuer.place, document.draft_year)),
        title=f"{document.kind.upper()} {document.summary}",
        grounds=tuple(nd30.ground_lines(document.grounds)),
        articles=document.clauses,
        signer=document.signer.name,
        capacity=" ".join(document.signer.capacity),
        recipients=tuple(nd30.recipient_lines(document.recipients)),
        draft_url=draft_url,
    )


def _dotted(line: str) -> str:
    """Show the blanks that the clerk fills in; a page would swallow them."""
    return re.sub(r" {3,}", " … ", line).strip()


def confirmation(result: Result, signed: dict[str, Any]) -> Confirmation:
    """What will happen, with the number and date that were entered."""
    number, day = str(signed["number"]), format_date(signed["day"])
    count = len(result.bundle["units"])
    return Confirmation(
        title=_("Công bố kết quả theo Quyết định số %(number)s ngày %(date)s") % {"number": number, "date": day},
        effects=(
            ngettext(
                "Xếp hạng của %(count)d đơn vị được công khai trên trang công bố, ai cũng xem được.",
                "Xếp hạng của %(count)d đơn vị được công khai trên trang công bố, ai cũng xem được.",
                count,
            )
            % {"count": count},
            _("Quyết định số %(number)s do %(signer)s ký được lưu và công khai kèm kết quả.")
            % {"number": number, "signer": result.approved_by.full_name},
            _("Mọi người của các đơn vị được đánh giá nhận thông báo; đợt đánh giá kết thúc."),
            _("Quyết định đã công bố không xóa được; sai sót được đính chính bằng quyết định mới."),
        ),
        draft_url=f"{reverse('documents:draft', args=[result.round_id])}?" + urlencode({"number": number, "day": day}),
        number=number,
        day=day,
    )
