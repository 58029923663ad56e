"""What LibreOffice may do with a document that comes from a stranger."""

import http.server
import io
import threading
from collections.abc import Iterator

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE

from chiso.common.office import find_converter, to_pdf

pytestmark = pytest.mark.skipif(find_converter() is None, reason="LibreOffice missing")


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Whatever asks our own little server for something, and `http://127.0.0.1:port` as the first line."""
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_error(404)

        do_HEAD = do_OPTIONS = do_PROPFIND = do_GET  # noqa: N815 the names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    paths.append(f"http://127.0.0.1:{server.server_port}")
    yield paths
    server.shutdown()
    server.server_close()


def with_linked_picture(url: str) -> bytes:
    """A Word document whose picture is not inside but at an address: opening it tells somebody that it was opened."""
    document = Document()
    paragraph = document.add_paragraph("Kế hoạch có ảnh liên kết")
    document.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, url)
    link = document.part.rels.get_or_add_ext_rel(RELATIONSHIP_TYPE.IMAGE, url)
    drawing = (
        '<w:r xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><w:drawing><wp:inline>'
        '<wp:extent cx="990000" cy="990000"/><wp:docPr id="1" name="a"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        '<pic:cNvPr id="1" name="a"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:link="{link}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="990000" cy="990000"/></a:xfrm><a:prstGeom prst="rect"/></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
    from lxml import etree

    paragraph._p.append(etree.fromstring(drawing))
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def test_a_document_fetches_nothing(asked: list[str]) -> None:
    pdf = to_pdf(with_linked_picture(f"{asked[0]}/anh.png"))
    assert pdf.startswith(b"%PDF-")
    assert asked[1:] == []
