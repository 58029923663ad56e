import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.test import RequestFactory

from chiso.evidence.models import Document
from chiso.evidence.serving import respond_with
from chiso.evidence.storing import store, store_link
from chiso.organizations.models import User
from tests.evidence import papers
from tests.factories import UnitFactory, UserFactory
from tests.world import moment

pytestmark = pytest.mark.django_db
AT = moment("12/12/2022 21:04")
CONTENT = papers.plan()
SIZE = len(CONTENT)


@pytest.fixture
def user() -> User:
    return UserFactory()


@pytest.fixture
def document(user: User) -> Document:
    return store(UnitFactory(), ContentFile(CONTENT, name="Kế hoạch.pdf"), user, AT)


def asked(user: User, method: str = "GET", **headers: str) -> HttpRequest:
    request = RequestFactory().generic(method, "/", headers=headers)
    request.user = user
    return request


def body(response: HttpResponseBase) -> bytes:
    read = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined, call-overload]
    response.close()
    return bytes(read)


def test_pdf_is_shown_inline_and_word_is_a_download(user: User, document: Document) -> None:
    word = store(document.unit, ContentFile(papers.word("a"), name="b.docx"), user, AT)
    shown = respond_with(asked(user), document)
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["Content-Type"] == "application/pdf"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
    assert body(shown) == CONTENT
    loaded = respond_with(asked(user), word)
    assert loaded.headers["Content-Disposition"] == 'attachment; filename="b.docx"'
    assert "sandbox" in loaded.headers["Content-Security-Policy"]
    loaded.close()
    asked_for = respond_with(asked(user), document, download=True)
    assert asked_for.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''K%E1%BA%BF")
    asked_for.close()


@pytest.mark.parametrize(
    ("header", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=100-199", 100, 199),
        (f"bytes={SIZE - 5}-", SIZE - 5, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        (f"bytes=10-{SIZE * 9}", 10, SIZE - 1),
        (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
    ],
)
def test_part_of_a_file(user: User, document: Document, header: str, first: int, last: int) -> None:
    response = respond_with(asked(user, Range=header), document)
    assert response.status_code == 206
    assert response.headers["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert response.headers["Content-Length"] == str(last - first + 1)
    assert body(response) == CONTENT[first : last + 1]


@pytest.mark.parametrize("header", [f"bytes={SIZE}-", f"bytes={SIZE + 1}-{SIZE + 9}", "bytes=-0"])
def test_part_that_is_not_there(user: User, document: Document, header: str) -> None:
    response = respond_with(asked(user, Range=header), document)
    assert response.status_code == 416
    assert response.headers["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "header",
    ["", "bytes=", "bytes=-", "bytes=9-1", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b", "bytes=" + "9" * 5000],
    ids=["none", "empty", "dash", "backwards", "two", "unit", "letters", "endless"],
)
def test_range_that_is_not_understood_gives_the_whole(user: User, document: Document, header: str) -> None:
    response = respond_with(asked(user, Range=header), document)
    assert response.status_code == 200
    assert body(response) == CONTENT


def test_what_the_browser_has_is_not_sent_again(user: User, document: Document) -> None:
    response = respond_with(asked(user, **{"If-None-Match": f'"x", "{document.sha256}"'}), document)
    assert (response.status_code, body(response)) == (304, b"")
    other = respond_with(asked(user, **{"If-Range": '"other"', "Range": "bytes=0-1"}), document)
    assert (other.status_code, body(other)) == (200, CONTENT)


def test_a_tag_that_a_proxy_weakened_is_known_but_allows_no_part(user: User, document: Document) -> None:
    weak = f'W/"{document.sha256}"'
    assert respond_with(asked(user, **{"If-None-Match": weak}), document).status_code == 304
    other = respond_with(asked(user, **{"If-Range": weak, "Range": "bytes=0-1"}), document)
    assert (other.status_code, body(other)) == (200, CONTENT)


@pytest.mark.parametrize("tag", [None, "same"])
def test_a_download_that_broke_off_goes_on(user: User, document: Document, tag: str | None) -> None:
    first = respond_with(asked(user), document)
    assert first.headers["Accept-Ranges"] == "bytes"
    first.close()
    more = {"If-Range": first.headers["ETag"]} if tag else {}
    rest = respond_with(asked(user, Range="bytes=100-", **more), document)
    assert (rest.status_code, body(rest)) == (206, CONTENT[100:])


def test_head_tells_of_the_whole_file_whatever_part_is_named(user: User, document: Document) -> None:
    response = respond_with(asked(user, "HEAD", Range="bytes=0-9"), document)
    told = (response.status_code, response.headers["Content-Length"], response.headers["Accept-Ranges"])
    assert told == (200, str(SIZE), "bytes")
    assert "Content-Range" not in response.headers
    response.close()


def test_parts_are_not_packed_on_the_way(user: User, document: Document) -> None:
    request = asked(user, **{"Accept-Encoding": "gzip", "Range": "bytes=0-999"})
    packed = GZipMiddleware(lambda request: HttpResponse())
    response = packed.process_response(request, respond_with(request, document))
    assert body(response) == CONTENT[:1000]


def test_lost_file_is_a_page_that_says_so(user: User, document: Document) -> None:
    default_storage.delete(document.content.name)
    response = respond_with(asked(user), document)
    assert (response.status_code, "Không tìm thấy tệp" in body(response).decode()) == (404, True)


def test_removed_and_withheld_documents_are_given_to_nobody(user: User, document: Document) -> None:
    document.reading["secret"] = "Mật"
    response = respond_with(asked(user), document, download=True)
    assert (response.status_code, "tạm giữ" in body(response).decode()) == (410, True)
    document.removed_at = AT
    response = respond_with(asked(user, Range="bytes=0-9"), document)
    assert (response.status_code, "đã được gỡ" in body(response).decode()) == (410, True)


def test_link_leads_to_its_address(user: User) -> None:
    link = store_link(UnitFactory(), "https://caobang.gov.vn/a", "", user, AT)
    assert respond_with(asked(user), link).headers["Location"] == "https://caobang.gov.vn/a"
