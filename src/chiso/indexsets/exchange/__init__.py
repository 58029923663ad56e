"""Exchange: an index set (bộ chỉ số) as YAML, Excel or a Word annex, in and out, and the difference of two sets.

- `read_file(source, name)` reads any of the three, by content, and ends in a `DraftSet`: the set as plain data, what
  every row was read as, guesses to confirm, all errors at once with sheet, row and column. A draft may be faulty:
  `draft.index_set` is None then, `draft.to_yaml()` keeps it all the same.
- `write_yaml`, `write_xlsx`, `write_docx` take an `IndexSet` or a `DraftSet`.
- `compare(old, new)` gives a `Difference` as data; `to_text` says it in Vietnamese.
- `run_check`, `run_convert`, `run_diff` are the commands.

No Django here: `chiso index-set` starts at once. An `UnreadableFile` (a sentence) is raised only where there is
nothing to read at all: wrong type, password, too large, no table. `TooLongForExcel`: a text beyond 32.767 characters.
"""

from chiso.indexsets.exchange.commands import run_check, run_convert, run_diff
from chiso.indexsets.exchange.difference import Change, ChangeKind, Difference, FieldChange, compare
from chiso.indexsets.exchange.drafts import DraftRow, DraftSet, Finding, FindingKind, Place, RowKind
from chiso.indexsets.exchange.excel_writing import TooLongForExcel, write_xlsx
from chiso.indexsets.exchange.opening import UnreadableFile
from chiso.indexsets.exchange.reading import read_file
from chiso.indexsets.exchange.word_writing import write_docx
from chiso.indexsets.exchange.yaml_writing import write_yaml

__all__ = [
    "Change",
    "ChangeKind",
    "Difference",
    "DraftRow",
    "DraftSet",
    "FieldChange",
    "Finding",
    "FindingKind",
    "Place",
    "RowKind",
    "TooLongForExcel",
    "UnreadableFile",
    "compare",
    "read_file",
    "run_check",
    "run_convert",
    "run_diff",
    "write_docx",
    "write_xlsx",
    "write_yaml",
]
