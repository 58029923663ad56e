"""`read_file`: a file of any kind → a draft, with everything that was understood, guessed and wrong."""

import re
from collections.abc import Mapping
from pathlib import Path

from chiso.indexsets.exchange.drafts import DraftSet, Notebook, Place, draft_of_yaml
from chiso.indexsets.exchange.grids import Grid, Source
from chiso.indexsets.exchange.growing import Grower
from chiso.indexsets.exchange.headers import Columns, find_columns
from chiso.indexsets.exchange.information import is_information, read_information
from chiso.indexsets.exchange.matching import spots_of
from chiso.indexsets.exchange.opening import FileKind, UnreadableFile, kind_of_file, load
from chiso.indexsets.exchange.outline import Outline
from chiso.indexsets.exchange.plain_words import plain_words
from chiso.indexsets.exchange.trees import FORMAT, Tree, text_at
from chiso.indexsets.exchange.word_reading import read_document
from chiso.indexsets.exchange.words import fold
from chiso.indexsets.exchange.workbook_reading import read_workbook
from chiso.indexsets.exchange.yaml_reading import tree_of_yaml

_ABOUT = re.compile(r"bo chi so|bo tieu chi|bang tieu chi|tieu chi|chi so")
_YEAR = re.compile(r"nam (20[0-9]{2})")


def read_file(
    source: "str | Path | bytes",
    name: str = "",
    *,
    sheet: str | None = None,
    top: Mapping[str, str] | None = None,
) -> DraftSet:
    """Read an index set from YAML, Excel or Word, told by content.

    Parameters
    ----------
    source : str, Path or bytes
        A path, or the content of an upload.
    name : str
        What to call the file; by default its path.
    sheet : str, optional
        The sheet to read where a workbook holds several sets; by default the first.
    top : mapping, optional
        Top-level keys (``id``, ``name``, ``year``, …) that replace what the file says or leaves out.

    Raises
    ------
    UnreadableFile
        When there is nothing to read at all.
    """
    name = name or (str(source) if not isinstance(source, bytes) else "bộ chỉ số")
    content = load(source, name)
    kind = kind_of_file(content)
    if kind is FileKind.YAML:
        return _draft_of_text(content, name, top or {})
    if kind is FileKind.DOCX:
        return _draft_of_source(read_document(content), name, None, top or {})
    return _draft_of_source(read_workbook(content, is_old=kind is FileKind.XLS), name, sheet, top or {})


def _draft_of_text(content: bytes, name: str, top: Mapping[str, str]) -> DraftSet:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFile(f"Dòng {line} không phải UTF-8; hãy lưu lại tệp với bảng mã UTF-8.") from error
    tree = tree_of_yaml(text)
    if top and tree:
        return Notebook(name, "yaml").finish({**tree, **top})
    return draft_of_yaml(text, name, tree)


def _draft_of_source(source: Source, name: str, sheet: str | None, top: Mapping[str, str]) -> DraftSet:
    notebook = Notebook(name, source.format, say=plain_words)
    tables = _tables(source, notebook, sheet)
    outline = Outline(notebook)
    notebook.places[""] = Place("thông tin chung")
    tree: Tree = {}
    for grid in source.grids:
        if is_information(grid) and grid.name not in {one.name for one, _, _ in tables}:
            notebook.places[""] = Place(grid.label)
            tree |= read_information(grid, notebook)
    for grid, columns, from_row in tables:
        _tell_cells(grid, columns, notebook)
        outline.read(grid, columns, from_row=from_row)
    if not outline.areas:
        raise UnreadableFile("Bảng tiêu chí không có dòng nào có số thứ tự hoặc mã.")
    areas = Grower(outline, notebook).grow()
    if not tree:
        tree = _guessed_top(source, tables[0][0], tables[0][1], notebook)
    tree = {**tree, **top, "areas": areas}
    if not source.hidden_yaml:
        return notebook.finish(tree)
    return _with_hidden(source, notebook, tree, top)


def _with_hidden(source: Source, notebook: Notebook, tree: Tree, top: Mapping[str, str]) -> DraftSet:
    """A Word annex of ours: as long as its tables are as they were written, the set inside it is the exact one."""
    hidden = tree_of_yaml(source.hidden_yaml)
    if source.hidden_is_fresh and hidden:
        notebook.findings.clear()
        return notebook.finish({**hidden, **top})
    text = "Bảng đã được sửa sau khi xuất; bộ chỉ số được đọc theo bảng, không theo dữ liệu đi kèm trong tệp."
    notebook.warn(Place(), text)
    bases = {code: basis for one in spots_of(hidden) if (code := one.code) and (basis := text_at(one.tree, "basis"))}
    for spot in spots_of(tree):
        if spot.code in bases:
            spot.tree["basis"] = bases[spot.code]  # The one key of a node that the table does not show.
    return notebook.finish(tree)


def _tables(source: Source, notebook: Notebook, sheet: str | None) -> list[tuple[Grid, Columns, int]]:
    """The tables of criteria: one sheet of a workbook, all tables of a document."""
    found = []
    for grid in source.grids:
        columns = None if is_information(grid) else find_columns(grid)
        if columns is not None and grid.is_hidden and sheet != grid.name:
            notebook.warn(Place(grid.label), "Trang đang bị ẩn nên không được đọc.")
        elif columns is not None:
            found.append((grid, columns))
    if sheet is not None:
        found = [one for one in found if one[0].name == sheet]
    if not found:
        raise UnreadableFile(
            "Không tìm thấy bảng tiêu chí: cần một dòng đầu bảng có cột STT (hoặc Mã), cột Lĩnh vực/Tiêu chí "
            "và cột Điểm tối đa."
        )
    if source.format == "docx":
        return _joined(source, found)
    others = [one.name for one, _ in found[1:]]
    if others:
        names = ", ".join(f"“{other}”" for other in others)
        text = f"Tệp có {len(found)} trang có bảng tiêu chí; chỉ đọc trang này, còn: {names}."
        notebook.warn(Place(found[0][0].label), text)
    grid, columns = found[0]
    return [(grid, columns, 0)]


def _joined(source: Source, found: list[tuple[Grid, Columns]]) -> list[tuple[Grid, Columns, int]]:
    """All tables of a document; one without a header goes on with the columns of the table before it."""
    headed = {grid.name: columns for grid, columns in found}
    tables: list[tuple[Grid, Columns, int]] = []
    for grid in source.grids:
        if grid.name in headed:
            tables.append((grid, headed[grid.name], 0))
        elif tables and not is_information(grid) and _width(grid) == len(tables[-1][1].headings):
            tables.append((grid, tables[-1][1], -1))
    return tables


def _width(grid: Grid) -> int:
    return max(len(row.cells) for row in grid.rows)


def _tell_cells(grid: Grid, columns: Columns, notebook: Notebook) -> None:
    """Cells with formulas, with Excel errors, and columns that are not used."""
    if grid.formulas:
        names = sorted(grid.formulas, key=lambda one: (len(one), one))
        shown = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
        text = f"Có {len(names)} ô công thức ({shown}); đã lấy giá trị Excel tính lần cuối."
        notebook.warn(Place(grid.label), text)
    for reference in sorted(grid.faulty, key=lambda one: (len(one), one)):
        match = re.fullmatch(r"([A-Z]+)([0-9]+)", reference)
        if match:
            text = "Ô có lỗi công thức của Excel (như #REF!, #DIV/0!); hãy sửa công thức hoặc gõ giá trị."
            notebook.error(Place(grid.label, int(match[2]), match[1]), text)
    if columns.others:
        listed = ", ".join(columns.title_at(place) for place in columns.others)
        notebook.warn(Place(grid.label, columns.first_row), f"Các cột không dùng để đọc bộ chỉ số: {listed}.")


def _guessed_top(source: Source, grid: Grid, columns: Columns, notebook: Notebook) -> Tree:
    """Name and year from the title above the table; the rest as a start to be mended."""
    above = [(row.number, " ".join(" ".join(row.cells).split())) for row in grid.rows if row.number < columns.first_row]
    titles = above or [(0, " ".join(text.split())) for text in source.paragraphs]
    about = [(row, text) for row, text in titles if _ABOUT.search(fold(text)) and len(text) < 400]
    row, title = about[0] if about else (0, "")
    years = [match[1] for _, text in [*about, *titles] if (match := _YEAR.search(fold(text)))]
    tree: Tree = {"format": FORMAT, "status": "transcribed", "version": "1"}
    place = Place(grid.label, row)
    if title:
        tree |= {"id": "-".join(fold(title).replace("×", "x").split())[:60].strip("-"), "name": title}
        notebook.guess(place, f"Tên bộ chỉ số là “{title}”.", source=title)
    if years:
        tree["year"] = years[0]
        notebook.guess(place, f"Năm là {years[0]}; lần ban hành 1; tình trạng “chép từ văn bản”.")
    return tree
