"""The process that lays out the cells of a workbook: `python -m chiso.common.cells_child`.

calamine is quick and safe with memory, but a crafted file makes it panic or ask for more memory than there is, and
then the whole process ends. So it is this one: it gets the file on standard input, may take so much memory and time,
and answers with JSON. Nothing but the standard library and calamine is loaded, so that it starts in 50 ms.
"""

from __future__ import annotations

import contextlib
import io
import json
import resource
import sys
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

MEMORY = 1024 * 1024 * 1024
SECONDS = 20


def main() -> None:
    """Read one workbook; the arguments are the most rows, columns, sheets, and cells of all sheets together."""
    for kind, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # Not every system knows every limit.
            resource.setrlimit(kind, (value, value))
    rows, columns, sheets, area = map(int, sys.argv[1:])
    json.dump(answer(sys.stdin.buffer.read(), rows, columns, sheets, area), sys.stdout)


def answer(content: bytes, rows: int, columns: int, sheets: int, area: int) -> dict[str, Any]:
    """Every sheet, or what kept it from being read."""
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        metadata = workbook.sheets_metadata
        if len(metadata) > sheets:
            return {"refused": "sheets"}
        laid_out, left = [], area
        for meta in metadata:
            sheet = workbook.get_sheet_by_name(meta.name)
            left -= sheet.total_height * sheet.total_width
            if sheet.total_height > rows or sheet.total_width > columns or left < 0:
                return {"refused": "size", "sheet": sheet.name}
            laid_out.append(_sheet(sheet, is_hidden=meta.visible is not SheetVisibleEnum.Visible))
    except PasswordError:
        return {"refused": "password"}
    except (CalamineError, OSError):
        return {"refused": "broken"}
    return {"sheets": laid_out}


def _sheet(sheet: CalamineSheet, *, is_hidden: bool) -> dict[str, Any]:
    filled = []
    for number, cells in enumerate(sheet.to_python(skip_empty_area=False), start=1):
        if any(cell != "" for cell in cells):
            filled.append([number, [_cell(cell) for cell in cells]])
    merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]
    return {"name": sheet.name, "is_hidden": is_hidden, "rows": filled, "merged": merged}


def _cell(value: Any) -> Any:
    """Texts, numbers, yes and no as JSON has them; a date or a time in a list."""
    return value if isinstance(value, str | bool | int | float) else [str(value)]


if __name__ == "__main__":
    main()
