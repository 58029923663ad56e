"""The sheet “Nội dung” of a plan's workbook: the texts around the table, one paragraph a row, read and laid out."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from chiso.indexsets.exchange.grids import Grid
from chiso.indexsets.exchange.words import fold
from chiso.rounds.plan_file import PlanFile
from chiso.rounds.plan_papers.wording import one_line

SHEET = "Nội dung"
LABELS = {
    "name": "Tên Kế hoạch",
    "year": "Năm",
    "superior_plan": "Kế hoạch của cấp trên",
    "preamble": "Phần mở đầu",
    "aims": "I. Mục đích, yêu cầu",
    "duties": "III. Tổ chức thực hiện",
    "closing": "Đoạn kết",
    "recipients": "Nơi nhận",
    "signer_name": "Người ký",
}
"""The first column; a row without a label goes on with the text above it."""
_BY_LABEL = {fold(label): key for key, label in LABELS.items()}
_ENOUGH = 2


def is_sheet_of_texts(grid: Grid) -> bool:
    """Whether the first column names at least two of the texts."""
    return sum(fold(row.cell(0)) in _BY_LABEL for row in grid.rows) >= _ENOUGH


def read_texts(grid: Grid, label: str) -> tuple[PlanFile, list[str]]:
    """The texts, and what is wrong with them."""
    found: dict[str, list[str]] = {key: [] for key in LABELS}
    faults: list[str] = []
    key = ""
    for row in grid.rows:
        named = fold(row.cell(0))
        if named in _BY_LABEL:
            key = _BY_LABEL[named]
        elif named:
            faults.append(
                _("%(sheet)s, dòng %(row)d: không rõ mục “%(name)s”; các mục: %(known)s.")
                % {
                    "sheet": label,
                    "row": row.number,
                    "name": one_line(row.cell(0))[:60],
                    "known": "; ".join(LABELS.values()),
                }
            )
            key = ""
        if key:
            found[key] += [line for raw in row.cell(1).splitlines() if (line := one_line(raw))]
    year = one_line(" ".join(found.pop("year")))
    if year and not re.fullmatch(r"(?:19|20|21)[0-9]{2}", year):
        faults.append(_("%(sheet)s, dòng “Năm”: phải là một năm, như 2022.") % {"sheet": label})
        year = ""
    texts: dict[str, Any] = {key: "\n".join(lines) for key, lines in found.items()}
    texts |= {key: " ".join(found[key]) for key in ("name", "superior_plan", "signer_name")}
    plan = replace(PlanFile("", int(year or 0), "", (), {}), **texts)
    return plan, faults


def rows_of_texts(plan: PlanFile) -> Iterator[tuple[str, str]]:
    """The two columns of the sheet."""
    for key, label in LABELS.items():
        lines = str(getattr(plan, key)).splitlines() or [""]
        yield label, lines[0]
        yield from (("", line) for line in lines[1:])
