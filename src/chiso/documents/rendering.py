"""Print an official document on its Word template.

A template may be replaced by an authority's own file (`templates` folder), so it runs in Jinja's sandbox,
and data never becomes template text: it is escaped and evaluated only once.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from chiso.documents import nd30, styles
from chiso.documents.drawn_lines import fit_lines
from chiso.documents.tables import append_annexes, build_body_table
from chiso.documents.wordml import clean, save_stably

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

BUILT_IN = Path(__file__).parent / "templates_docx"
BASE = "nd30.docx"
TITLE_LENGTH = 255

_TABLE_MARK = "\ue000"
"""A letter for private use; nobody's text keeps it."""

Context = dict[str, object]


class TemplateProblem(Exception):
    """The Word template cannot be used; the message names the file and the way out."""


def render(document: nd30.OfficialDocument, *, name: str = "", templates: Path | None = None) -> bytes:
    """Print the document as .docx; the authority's own template `<name>.docx` or `nd30.docx` goes first."""
    path = template_path(name, templates)
    word = _fill(path, _context(document))
    _place_tables(word, document, path)
    _keep_headings(word, document)
    if document.annexes:
        append_annexes(word, document.annexes, _style_ids(word, path))
    fit_lines(word)
    title = clean(f"{document.kind} {document.summary or document.subject}".strip())
    word.core_properties.title = title[:TITLE_LENGTH]
    word.core_properties.author = clean(document.issuer.name)[:TITLE_LENGTH]
    return save_stably(word)


def template_path(name: str = "", templates: Path | None = None) -> Path:
    """Find the template: the document's own, then the shared one; the authority's folder goes first."""
    folders = [BUILT_IN] if templates is None else [templates, BUILT_IN]
    names = [f"{name}.docx", BASE] if name else [BASE]
    found = (folder / file for folder in folders for file in names if (folder / file).is_file())
    return next(found, BUILT_IN / BASE)


def _fill(path: Path, context: Context) -> WordDocument:
    # Loaded by the first document: with what they need, these packages take 15 MB of every web worker.
    from docx import Document  # noqa: PLC0415
    from docx.opc.exceptions import PackageNotFoundError  # noqa: PLC0415
    from docxtpl import DocxTemplate  # noqa: PLC0415
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    filled = io.BytesIO()
    try:
        template = DocxTemplate(path)
        template.render(context, environment, autoescape=True)
        template.save(filled)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, TemplateError) as error:
        raise TemplateProblem(
            f"Mẫu Word “{path.name}” không dùng được ({error}). "
            "Hãy sửa lại mẫu, hoặc bỏ tệp này khỏi thư mục mẫu để dùng mẫu có sẵn."
        ) from error
    filled.seek(0)
    # Opened again because docxtpl leaves plain elements that python-docx does not know.
    return Document(filled)


def _place_tables(word: WordDocument, document: nd30.OfficialDocument, path: Path) -> None:
    """Put the tables of the main text where the template printed the paragraphs that stand for them."""
    tables = [clause.table for clause in document.clauses if clause.table]
    if not tables:
        return
    style_ids = _style_ids(word, path)
    places = [line for line in word.paragraphs if line.text.strip() == _TABLE_MARK]
    for line, body in zip(places, tables, strict=True):
        line._element.addprevious(build_body_table(body, style_ids))  # type: ignore[arg-type]
        line.style = word.styles[styles.BREAK.name]  # Word wants a paragraph after a table; this one has no height.
        for run in line.runs:
            run.text = ""


def _keep_headings(word: WordDocument, document: nd30.OfficialDocument) -> None:
    """A heading that has a paragraph to itself stays on the page of what it heads."""
    headings = {clean(clause.lead) for clause in document.clauses if clause.lead and not clause.text}
    for line in word.paragraphs if headings else ():
        if line.text in headings:
            line.paragraph_format.keep_with_next = True


def _context(document: nd30.OfficialDocument) -> Context:
    *clauses, closing = document.clauses
    return {
        "parent": clean(document.issuer.parent_name.upper()),
        "issuer_lines": _clean_all(document.issuer.lines),
        "number_line": clean(f"Số: {nd30.document_number(document.number, document.symbol)}"),
        "date_line": clean(nd30.document_date(document.date, document.issuer.place, document.draft_year)),
        "subject": clean(document.subject),
        "kind": clean(document.kind.upper()),
        "summary_lines": _clean_all(document.summary.split("\n")),
        "authority": clean(document.authority),
        "addressee_lines": _clean_all(nd30.addressee_lines(document.addressees)),
        "ground_lines": _clean_all(nd30.ground_lines(document.grounds)),
        "resolution": clean(document.resolution),
        "clauses": [_clause(clause, clause.text) for clause in clauses],
        "closing": _clause(closing, nd30.close(closing.text)),
        "recipient_lines": _clean_all(nd30.recipient_lines(document.recipients)),
        "capacity_lines": _clean_all(line.upper() for line in document.signer.capacity),
        "signer": clean(document.signer.name),
        "secretary_lines": _clean_all(line.upper() for line in document.secretary.capacity)
        if document.secretary
        else [],
        "secretary": clean(document.secretary.name) if document.secretary else "",
    }


def _clause(clause: nd30.Clause, text: str) -> dict[str, str]:
    if clause.table:
        return {"lead": "", "text": _TABLE_MARK}
    lead, text = (clean(one).replace(_TABLE_MARK, "") for one in (clause.lead, text))
    return {"lead": f"{lead} " if lead and text else lead, "text": text}


def _clean_all(lines: Iterable[str]) -> list[str]:
    return [clean(line) for line in lines]


def _style_ids(word: WordDocument, path: Path) -> dict[str, str]:
    found = {style.name: style.style_id for style in word.styles if style.name}
    missing = [style.name for style in styles.ANNEX_STYLES if style.name not in found]
    if missing:
        raise TemplateProblem(
            f"Mẫu Word “{path.name}” thiếu các kiểu đoạn cho phụ lục: {', '.join(missing)}. "
            "Hãy sửa mẫu từ bản có sẵn để giữ các kiểu này."
        )
    return found
