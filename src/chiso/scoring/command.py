"""The commands ``chiso score`` and ``chiso check``: files in, text out, an exit code back."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from chiso.scoring.facts import read_units, score_facts
from chiso.scoring.model import IndexSet
from chiso.scoring.problems import FactsFileErrors, IndexSetErrors
from chiso.scoring.reading import read_index_set
from chiso.scoring.report import write_report
from chiso.scoring.scores import RoundScore


class UnreadableFile(ValueError):
    """A file can't be read or written; the message is a Vietnamese sentence."""


def run_score(
    set_path: str | Path,
    facts_path: str | Path,
    units_path: str | Path | None,
    out_path: str | Path | None,
    stdout: TextIO,
    stderr: TextIO,
) -> int:
    """Score a facts file and write the report.

    Returns
    -------
    int
        0 when done; 2 when a file is unreadable or faulty: every fault is on ``stderr`` and nothing is written.
    """
    try:
        with _no_collection():
            scores = _score(set_path, facts_path, units_path)
        if out_path is None:
            stdout.writelines(write_report(scores))
        else:
            _write_whole(Path(out_path), scores)
    except (UnreadableFile, IndexSetErrors) as error:
        stderr.write(f"{_index_set_text(error) if isinstance(error, IndexSetErrors) else error}\n")
        return 2
    except _NamedErrors as named:
        stderr.writelines(f"{named.path}: {problem}\n" for problem in named.errors.problems)
        return 2
    return 0


def run_check(path: str | Path, stdout: TextIO, stderr: TextIO) -> int:
    """Check an index-set file.

    Returns
    -------
    int
        0 with a summary and the warnings on ``stdout``; 1 with every fault on ``stderr``.
    """
    try:
        index_set = read_index_set(_read_text(path), name=str(path))
    except UnreadableFile as error:
        stderr.write(f"{error}\n")
        return 1
    except IndexSetErrors as error:
        stderr.write(f"{_index_set_text(error)}\n")
        return 1
    stdout.write(_summary(index_set))
    stdout.writelines(f"Cảnh báo: {warning}\n" for warning in index_set.warnings)
    return 0


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector away: scoring makes half a million values and no cycles, a sixth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


class _NamedErrors(ValueError):
    """Faults of a CSV file with its path."""

    def __init__(self, path: str | Path, errors: FactsFileErrors) -> None:
        self.path = path
        self.errors = errors
        super().__init__(str(errors))


def _score(set_path: str | Path, facts_path: str | Path, units_path: str | Path | None) -> RoundScore:
    index_set = read_index_set(_read_text(set_path), name=str(set_path))
    units = None
    if units_path is not None:
        try:
            units = read_units(_read_text(units_path))
        except FactsFileErrors as errors:
            raise _NamedErrors(units_path, errors) from errors
    try:
        return score_facts(index_set, _read_text(facts_path), units=units)
    except FactsFileErrors as errors:
        raise _NamedErrors(facts_path, errors) from errors


def _read_text(path: str | Path) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path}: không đọc được tệp ({_reason(error)}).") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{path}: dòng {line} không phải UTF-8; hãy lưu lại tệp với bảng mã UTF-8."
        raise UnreadableFile(message) from error


def _write_whole(path: Path, scores: RoundScore) -> None:
    """Write beside the target and rename, so that the target is never half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:
            file.writelines(write_report(scores))
        beside.replace(path)
    except OSError as error:
        raise UnreadableFile(f"{path}: không ghi được tệp ({_reason(error)}).") from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _reason(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "không tìm thấy tệp hoặc thư mục"
    if isinstance(error, IsADirectoryError):
        return "đây là thư mục"
    if isinstance(error, PermissionError):
        return "không có quyền"
    return f"lỗi hệ thống số {error.errno}"


def _index_set_text(errors: IndexSetErrors) -> str:
    lines = [f"{errors.name}: {error}" for error in errors.errors]
    return "\n".join([*lines, f"Bộ chỉ số có {len(errors.errors)} lỗi."])


def _summary(index_set: IndexSet) -> str:
    return (
        f"{index_set.name}\n"
        f"Năm {index_set.year}, lần ban hành {index_set.version}: {len(index_set.areas)} lĩnh vực, "
        f"{len(index_set.leaves)} tiêu chí được chấm, thang điểm {index_set.scale:f}. "
        f"Không có lỗi, {len(index_set.warnings)} cảnh báo.\n"
    )
