"""The pane below the documents of a leaf: one document to look at, or what is known of it to be mended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from chiso.assessments.forms.evidence import DescribeForm, ReviseForm
from chiso.assessments.forms.uploads import PlaceForm
from chiso.assessments.models import Entry
from chiso.assessments.pages.document_words import cited_line, page_of
from chiso.assessments.pages.leaf_files import advice_of, trace_of
from chiso.assessments.pages.leaf_papers import CitedDocument
from chiso.common.addresses import address
from chiso.common.dates import format_moment
from chiso.evidence import losing, previews
from chiso.evidence.advice import Advice
from chiso.evidence.choices import Kind, PreviewState
from chiso.evidence.describing import description_of
from chiso.evidence.models import Document
from chiso.evidence.policy import can_remove_content
from chiso.evidence.reading import FindingCode, Reading
from chiso.evidence.serving import is_shown_inline
from chiso.evidence.storing import IMAGES
from chiso.organizations.models import User

FRAME, IMAGE, WAIT, NOTHING = "frame", "image", "wait", "nothing"


@dataclass(frozen=True)
class Preview:
    """One document to look at: a frame or a picture, or words on why there is none yet."""

    kind: str
    name: str
    title: str
    line: str
    advice: list[Advice]
    source: str
    why: str
    may_retry: bool
    self_url: str
    tab_url: str
    download_url: str
    close_url: str
    shut_url: str
    remove_url: str


@dataclass(frozen=True)
class Editing:
    """One document whose place, data or file is mended: three small forms, each saved for itself."""

    name: str
    close_url: str
    shut_url: str
    place: PlaceForm
    place_url: str
    description: DescribeForm
    describe_url: str
    data_words: str
    revision: ReviseForm | None
    revise_url: str


def preview_of(reader: User, entry: Entry, cited: CitedDocument, at: datetime, *, plan: date | None = None) -> Preview:
    """Show a document as far as a browser can; the preview of an Office file is asked for on its first look.

    `plan` is the day of the plan cited beside it, if there is one.
    """
    document = cited.document
    previews.request_preview(document, at)
    kind, source, why = _shown(document, cited, at)
    at_page = page_of(cited.place) if kind == FRAME else None
    is_link = document.kind == Kind.LINK
    return Preview(
        kind=kind,
        name=document.name,
        title=description_of(document).title,
        line=cited_line(document, cited.place),
        advice=[] if document.removed_at else advice_of(entry.dossier, cited, plan),
        source=f"{source}#page={at_page}" if at_page else source,
        why=why,
        may_retry=document.preview_state == PreviewState.FAILED and previews.is_office(document),
        self_url=address("assessments:preview", cited.citation),
        tab_url=document.url if is_link else source,
        download_url=""
        if is_link or document.removed_at
        else address("assessments:document", cited.citation) + "?tai-ve=1",
        close_url=address("assessments:leaf", entry.dossier_id, entry.code),
        shut_url=address("assessments:preview", cited.citation) + "?dong=1",
        remove_url=_remove_url(reader, entry, cited),
    )


def _remove_url(reader: User, entry: Entry, cited: CitedDocument) -> str:
    """Where whoever runs the round takes away what may not be here, by the rule on state secrets."""
    document = cited.document
    document.unit = entry.dossier.unit
    may_remove = document.removed_at is None and can_remove_content(reader, document)
    return address("assessments:secrecy", cited.citation) if may_remove else ""


def _shown(document: Document, cited: CitedDocument, at: datetime) -> tuple[str, str, str]:
    """How a document is shown, from where, or why not."""
    as_it_is = address("assessments:document", cited.citation)
    if document.removed_at is not None:
        return NOTHING, "", trace_of(document)
    if document.is_withheld:
        return NOTHING, "", _("Tài liệu có dấu chỉ độ mật nên tạm giữ, không ai mở được.")
    if document.kind == Kind.LINK:
        return NOTHING, "", _("Đây là liên kết ngoài hệ thống. Hãy mở trong thẻ mới để xem.")
    if not losing.has_bytes(document):
        losing.note_missing(document, at)
        if not previews.is_office(document) or document.preview_state != PreviewState.READY:
            return NOTHING, "", losing.words()
    else:
        losing.note_found(document, at)
    if document.media_type in IMAGES:
        return IMAGE, as_it_is, ""
    if is_shown_inline(document):
        return (NOTHING, as_it_is, _unopened()) if _is_locked_or_broken(document) else (FRAME, as_it_is, "")
    return _office_shown(document, cited)


def _is_locked_or_broken(document: Document) -> bool:
    """The viewer of a browser asks for the password, or says that it cannot open the file, in a dialog that takes the
    focus from whoever types beside it: such a file is opened only by who means to."""
    reading = Reading.from_json(document.reading)
    found = reading.findings if reading else ()
    return any(
        one.code == FindingCode.ENCRYPTED or (one.code == FindingCode.DAMAGED and not one.pages) for one in found
    )


def _unopened() -> str:
    return _("Tệp có mật khẩu hoặc bị hỏng nên không hiện ở đây. Hãy mở trong thẻ mới hoặc tải về để xem.")


def _office_shown(document: Document, cited: CitedDocument) -> tuple[str, str, str]:
    if document.preview_state == PreviewState.READY:
        return FRAME, address("assessments:preview_file", cited.citation), ""
    if document.preview_state == PreviewState.PENDING:
        if previews.is_slow(document):
            return (
                WAIT,
                "",
                _("Bản xem trước chờ lâu hơn thường lệ vì máy chủ đang bận. Có thể tải tệp về để xem ngay."),
            )
        return WAIT, "", _("Đang tạo bản xem trước, thường mất vài giây.")
    if document.preview_state == PreviewState.FAILED:
        return NOTHING, "", previews.why_failed(document)
    return NOTHING, "", _("Trình duyệt không hiển thị được loại tệp này. Hãy tải tệp về để xem.")


def editing_of(
    entry: Entry,
    cited: CitedDocument,
    *,
    place: PlaceForm | None = None,
    description: DescribeForm | None = None,
    revision: ReviseForm | None = None,
) -> Editing:
    """The forms on one document, filled with what is stored, or with what was sent and refused."""
    document, pk = cited.document, cited.citation
    return Editing(
        name=document.name,
        close_url=address("assessments:leaf", entry.dossier_id, entry.code),
        shut_url=address("assessments:preview", pk) + "?dong=1",
        place=place or PlaceForm(initial={"place": cited.place}),
        place_url=address("assessments:place_citation", pk),
        description=description or DescribeForm.of(document),
        describe_url=address("assessments:describe_document", pk),
        data_words=_data_words(document),
        revision=(revision or ReviseForm()) if document.kind == Kind.FILE else None,
        revise_url=address("assessments:revise_document", pk),
    )


def _data_words(document: Document) -> str:
    """Where the data come from, so that people know what they confirm."""
    if document.described_at is not None:
        return _("Đã xác nhận lúc %(when)s.") % {"when": format_moment(document.described_at)}
    if description_of(document):
        return _("Đọc tự động từ nội dung tài liệu, chưa ai xác nhận. Hãy đối chiếu với bản gốc.")
    return _("Chưa có thông tin. Hãy ghi theo bản gốc.")
