"""PDF by PDFium: text, blank and scanned pages, how many signatures. Runs in the reading process only."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from pathlib import Path

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from chiso.evidence.reading import kinds
from chiso.evidence.reading.clock import Budget, OutOfTime
from chiso.evidence.reading.lines import split
from chiso.evidence.reading.pdf_lines import LETTERS_OF_A_HEADER, lines_by_column
from chiso.evidence.reading.result import FindingCode
from chiso.evidence.reading.secrecy import could_be_marked
from chiso.evidence.reading.sheet import Sheet

LOW_DPI = 100
_WORDLESS = 15
"""A page with fewer letters has none: a page number, a stamp of the scanner."""
_LOOKED_AT_OBJECTS = 300
_POINTS_AN_INCH = 72
_HALF = 0.5
_LONGER_SIDE = 220
_INK = 40
_BLANK_SHARE = 0.001


def read_pdf(path: Path, budget: Budget, *, thoroughly: bool) -> Sheet:
    """Read page by page until the end or until the time is up; `thoroughly` draws pages without text to see blanks."""
    sheet = Sheet(kinds.PDF)
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        locked = raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD
        sheet.find(FindingCode.ENCRYPTED if locked else FindingCode.DAMAGED)
        sheet.complete = True
        return sheet
    try:
        sheet.pages = len(document)
        sheet.signature_count = max(raw.FPDF_GetSignatureCount(document), 0)
        _read_pages(document, sheet, budget, thoroughly=thoroughly)
    finally:
        document.close()
    return sheet


def _read_pages(document: pdfium.PdfDocument, sheet: Sheet, budget: Budget, *, thoroughly: bool) -> None:
    worded = scanned = 0
    undrawn = False
    try:
        for number in range(len(document)):
            budget.check()
            try:
                page = document[number]
            except pdfium.PdfiumError:
                sheet.find(FindingCode.DAMAGED, number + 1)
                continue
            has_text = _read_page(page, number, sheet)
            worded += has_text
            scanned += _look_at_images(page, number, sheet, has_text=has_text, thoroughly=thoroughly)
            undrawn = undrawn or not (has_text or thoroughly)
            page.close()
        sheet.complete = True
    except OutOfTime:
        pass
    if sheet.complete and not worded:
        if scanned:
            sheet.find(FindingCode.IMAGE_ONLY)
        elif not sheet.has(FindingCode.DAMAGED):
            sheet.find(FindingCode.EMPTY)
    sheet.complete = sheet.complete and not undrawn  # Whether a scanned page is blank, only drawing it tells.


def _read_page(page: pdfium.PdfPage, number: int, sheet: Sheet) -> bool:
    """Take letterhead and secret mark from one page; is there any text?"""
    if raw.FPDFPage_GetAnnotCount(page) > 0:  # A stamp may be an annotation: drawn into the page, its text is read.
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
        page = page.pdf[number]
    words = page.get_textpage()
    text = words.get_text_range()
    first = number == 0
    if could_be_marked(text):
        columns = lines_by_column(words, page.get_width(), page.get_height())
        for lines in (columns, split(text)):
            sheet.look_for_secret(lines, number + 1, first=first)
    elif first:
        columns = lines_by_column(words, page.get_width(), page.get_height(), most=LETTERS_OF_A_HEADER)
    if first:
        sheet.take_letterhead(columns)
    words.close()
    return sum(map(str.isalnum, text)) >= _WORDLESS


def _look_at_images(page: pdfium.PdfPage, number: int, sheet: Sheet, *, has_text: bool, thoroughly: bool) -> bool:
    """Find scans too coarse to read and pages with nothing on them; is this page a picture?"""
    has_picture = False
    seen = 0
    for item in islice(page.get_objects(max_depth=3), _LOOKED_AT_OBJECTS):
        seen += 1
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            has_picture = True
            if _is_coarse(item, page):
                sheet.find(FindingCode.LOW_RESOLUTION, number + 1)
    if not has_text and (not seen or (thoroughly and _is_blank(page))):
        sheet.find(FindingCode.BLANK_PAGES, number + 1)
        return False
    return has_picture and not has_text


def _is_coarse(image: pdfium.PdfImage, page: pdfium.PdfPage) -> bool:
    """A picture that fills most of the page at less than 100 dots an inch is a bad scan."""
    left, bottom, right, top = image.get_bounds()
    width, height = abs(right - left), abs(top - bottom)
    if width < page.get_width() * _HALF or height < page.get_height() * _HALF:
        return False
    across, down = image.get_px_size()
    turned = (across > down) != (width > height)
    across, down = (down, across) if turned else (across, down)
    return bool(min(across / width, down / height) * _POINTS_AN_INCH < LOW_DPI)


def _is_blank(page: pdfium.PdfPage) -> bool:
    """Drawn small: nearly every dot has the colour of the paper."""
    longer = max(page.get_width(), page.get_height())
    try:
        bitmap = page.render(scale=_LONGER_SIDE / longer, grayscale=True)
    except (ValueError, ZeroDivisionError, pdfium.PdfiumError):
        return False
    margin_x, margin_y = bitmap.width // 20, bitmap.height // 20
    dots: Counter[int] = Counter()
    view = memoryview(bitmap.buffer).cast("B")
    for row in range(margin_y, bitmap.height - margin_y):
        start = row * bitmap.stride
        dots.update(view[start + margin_x : start + bitmap.width - margin_x].tobytes())
    bitmap.close()
    if not dots:
        return False
    paper = dots.most_common(1)[0][0]
    inked = sum(count for shade, count in dots.items() if abs(shade - paper) > _INK)
    return inked < dots.total() * _BLANK_SHARE
