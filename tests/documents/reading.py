"""Read a finished .docx the way the tests ask about it."""

import io
import zipfile

from docx import Document
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Reading:
    def __init__(self, docx: bytes) -> None:
        self.document = Document(io.BytesIO(docx))
        self.body = self.document.element.body
        self.archive = zipfile.ZipFile(io.BytesIO(docx))

    @property
    def lines(self) -> list[str]:
        return [text(paragraph) for paragraph in self.body.iter(W + "p")]

    @property
    def sections(self) -> list[etree._Element]:
        return list(self.body.iter(W + "sectPr"))

    @property
    def tables(self) -> list[etree._Element]:
        """The annexes' tables, after those of the header and the signature."""
        return list(self.body.iter(W + "tbl"))[2:]

    def styled(self, name: str) -> list[etree._Element]:
        style_id = self.document.styles[name].style_id
        return [p for p in self.body.iter(W + "p") if value(p, "pPr/pStyle") == style_id]

    def texts(self, name: str) -> list[str]:
        return [text(paragraph) for paragraph in self.styled(name)]


def text(element: etree._Element) -> str:
    return "".join(part.text or "" for part in element.iter(W + "t"))


def value(element: etree._Element, path: str, attribute: str = "val") -> str | None:
    found = element.find("/".join(W + step for step in path.split("/")))
    return None if found is None else found.get(W + attribute)


def cells(row: etree._Element) -> list[str]:
    return [text(cell) for cell in row.findall(W + "tc")]


def normalized(docx: bytes) -> dict[str, bytes]:
    """Every part of the package as canonical XML; other parts as they are."""
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return {name: _canonical(name, archive.read(name)) for name in sorted(archive.namelist())}


def _canonical(name: str, content: bytes) -> bytes:
    if not name.endswith((".xml", ".rels")):
        return content
    return etree.tostring(etree.fromstring(content), method="c14n2", strip_text=False)
