"""Index-set file (YAML text) → `IndexSet`, with every fault and its place in the tree at once."""

from dataclasses import replace

from chiso.scoring.fields import Fields, Notes
from chiso.scoring.model import Grade, IndexSet, Precision, Ranking
from chiso.scoring.nodes import TreeReader
from chiso.scoring.numbers import Exact, exact_decimal, write_vietnamese
from chiso.scoring.problems import IndexSetErrors, Problem
from chiso.scoring.yaml_tree import Mapping, Plain, Tree, YamlFault, load_tree, tree_from

FORMAT = "chiso-index-set/1"
STATUSES = ("official", "transcribed", "sample")


def read_index_set(text: str, *, name: str = "bộ chỉ số") -> IndexSet:
    """Read an index set (bộ chỉ số) in the form ``chiso-index-set/1``.

    Parameters
    ----------
    text : str
        The YAML text.
    name : str
        What to call the file in messages.

    Returns
    -------
    IndexSet
        With its ``warnings``.

    Raises
    ------
    IndexSetErrors
        With all faults, each with its path in the tree.
    """
    try:
        tree = load_tree(text)
    except YamlFault as fault:
        raise IndexSetErrors((fault.problem,), name=name) from fault
    return _read(tree, name)


def read_tree(plain: Plain, *, name: str = "bộ chỉ số") -> IndexSet:
    """Read an index set from plain data, the same tree as the YAML text would hold; see `read_index_set`.

    >>> try:
    ...     read_tree({"format": "chiso-index-set/1"})
    ... except IndexSetErrors as errors:
    ...     print(errors.errors[0].path)
    id
    """
    return _read(tree_from(plain), name)


def _read(tree: Tree, name: str) -> IndexSet:
    if not isinstance(tree, Mapping):
        problem = Problem("", f"Tệp phải là một nhóm khóa, bắt đầu bằng “format: {FORMAT}”.", line=tree.line)
        raise IndexSetErrors((problem,), name=name)
    notes = Notes()
    index_set = _read_top(Fields(tree, "", notes))
    if notes.errors or index_set is None:
        raise IndexSetErrors(tuple(notes.errors), name=name)
    return replace(index_set, warnings=tuple(notes.warnings))


def _read_top(fields: Fields) -> IndexSet | None:
    fields.choice("format", (FORMAT,))
    identity = [fields.text(key) for key in ("id", "name")]
    year = fields.whole("year", low=1900, high=9999)
    version = fields.whole("version", low=1)
    status = fields.choice("status", STATUSES)
    places = _read_places(fields)
    minimum, maximum = _read_total(fields)
    scale = _read_scale(fields)
    survey_absent = fields.choice("survey_absent", ("rescale", "zero"), default="zero")
    grades = _read_grades(fields)
    reader = TreeReader()
    reader.read(fields)
    ranking = _read_ranking(fields, reader)
    source, note = fields.text("source", required=False), fields.text("note", required=False)
    applies_to = fields.texts("applies_to")
    fields.close()
    if fields.notes.errors or year is None or version is None:
        return None
    precision = Precision(places, max(places, reader.decimals))
    return IndexSet(
        id=identity[0],
        name=identity[1],
        year=year,
        version=version,
        status=status or "",
        areas=reader.build(precision),
        scale=exact_decimal(reader.base_max if scale is None else scale),
        precision=precision,
        source=source,
        note=note,
        applies_to=applies_to,
        total_minimum=exact_decimal(minimum),
        total_maximum=None if maximum is None else exact_decimal(maximum),
        ranking=ranking,
        survey_absent=survey_absent or "",
        grades=grades,
    )


def _read_places(fields: Fields) -> int:
    group = fields.group("rounding", required=False)
    if group is None:
        return 2
    places = group.whole("places", required=False, high=6)
    group.choice("mode", ("half_up",), default="half_up")
    group.close()
    return 2 if places is None else places


def _read_total(fields: Fields) -> tuple[Exact, Exact | None]:
    group = fields.group("total", required=False)
    if group is None:
        return 0, None
    minimum = group.number("minimum", required=False)
    maximum = group.number("maximum", required=False)
    group.close()
    minimum = 0 if minimum is None else minimum
    if maximum is not None and maximum < minimum:
        group.error(
            "maximum",
            f"“maximum” {write_vietnamese(maximum)} nhỏ hơn “minimum” {write_vietnamese(minimum)}.",
        )
    return minimum, maximum


def _read_scale(fields: Fields) -> Exact | None:
    scale = fields.number("scale", required=False)
    if scale is not None and scale <= 0:
        fields.error("scale", "“scale” phải lớn hơn 0.")
    return scale


def _read_grades(fields: Fields) -> tuple[Grade, ...]:
    grades: list[Grade] = []
    for group in fields.groups("classes", required=False):
        name, low = group.text("name"), group.number("min")
        group.close()
        if low is None:
            continue
        grade = Grade(name, exact_decimal(low))
        if grades and grade.min >= grades[-1].min:
            group.error("min", f"Xếp loại phải viết từ cao xuống thấp; “{name}” không thấp hơn mức đứng trước.")
        if any(other.name == name for other in grades):
            group.error("name", f"Xếp loại “{name}” bị lặp lại.")
        grades.append(grade)
    return tuple(grades)


def _read_ranking(fields: Fields, reader: TreeReader) -> Ranking:
    group = fields.group("ranking", required=False)
    if group is None:
        return Ranking()
    by = group.choice("by", ("rounded", "exact"), default="rounded")
    ties = group.choice("ties", ("competition", "dense"), default="competition")
    codes = group.texts("tie_breakers", as_codes=True)
    for position, code in enumerate(codes):
        if code not in reader.places:
            group.error(f"tie_breakers[{position}]", f"Không có tiêu chí nào mang mã “{code}”.")
    group.close()
    return Ranking(by or "", ties or "", codes)
