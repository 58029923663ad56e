"""What can be wrong with an index set or with facts, as data and as sentences."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of an index-set file.

    ``path`` is the place in the tree, such as ``areas[0].children[2].rule.curve``; ``code`` the code of the
    node when it is known; ``line`` the line of the file, 0 when there is none; ``message`` a Vietnamese sentence.
    """

    path: str
    message: str
    code: str = ""
    line: int = 0

    def __str__(self) -> str:
        where = [f"mã {self.code}"] if self.code else []
        where += [f"dòng {self.line}"] if self.line else []
        place = f"{self.path} ({', '.join(where)})" if where else self.path
        return f"{place.strip()}: {self.message}" if place else self.message


class IndexSetErrors(ValueError):
    """All faults of one index-set file at once (bộ chỉ số có lỗi)."""

    def __init__(self, errors: tuple[Problem, ...], *, name: str = "") -> None:
        self.errors = errors
        self.name = name
        super().__init__("\n".join(str(error) for error in errors))


@dataclass(frozen=True, slots=True)
class FactProblem:
    """One fault of the facts of a leaf; ``input`` is its name, empty when the leaf as a whole is meant.

    ``code`` and ``unit`` are filled where several leaves or units are scored at once.
    """

    input: str
    message: str
    code: str = ""
    unit: str = ""


class FactErrors(ValueError):
    """All faults of the facts given for one leaf, unit or round (số liệu có lỗi)."""

    def __init__(self, problems: tuple[FactProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(problem.message for problem in problems))


@dataclass(frozen=True, slots=True)
class FileProblem:
    """One fault of a facts file: ``row`` is the line (the header is 1), ``column`` the column's name."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        return f"dòng {self.row}, cột {self.column}: {self.message}"


class FactsFileErrors(ValueError):
    """All faults of one facts file at once (tệp số liệu có lỗi)."""

    def __init__(self, problems: tuple[FileProblem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))
