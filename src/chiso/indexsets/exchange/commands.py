"""The commands ``chiso index-set check``, ``convert`` and ``diff``: files in, text out, an exit code back."""

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from chiso.indexsets.exchange.difference import compare
from chiso.indexsets.exchange.drafts import DraftSet, Finding
from chiso.indexsets.exchange.excel_writing import TooLongForExcel, write_xlsx
from chiso.indexsets.exchange.opening import FileKind, UnreadableFile, kind_of_file, load
from chiso.indexsets.exchange.reading import read_file
from chiso.indexsets.exchange.word_writing import write_docx
from chiso.indexsets.exchange.yaml_writing import write_yaml
from chiso.scoring import run_check as run_yaml_check


def run_check(path: str | Path, stdout: TextIO, stderr: TextIO) -> int:
    """Check a set in YAML, Excel or Word.

    Returns
    -------
    int
        0 with a summary, guesses and warnings on ``stdout``; 1 with every fault on ``stderr``, each with its place.
    """
    try:
        content = load(path, str(path))
        if kind_of_file(content) is FileKind.YAML:
            return run_yaml_check(path, stdout, stderr)
        draft = read_file(content, str(path))
    except UnreadableFile as error:
        stderr.write(_named(path, error))
        return 1
    _tell(draft, stdout, stderr)
    return 0 if draft.is_valid else 1


def run_convert(source: str | Path, target: str | Path, stdout: TextIO, stderr: TextIO, *, keep_draft: bool) -> int:
    """Convert between YAML, Excel and Word, by the suffix of ``target``.

    Returns
    -------
    int
        0 when written; 1 when the set has faults (nothing is written unless ``keep_draft``); 2 when a file can't be
        read or written.
    """
    path = Path(target)
    if path.resolve() == Path(source).resolve():
        stderr.write(f"{path}: tệp sẽ ghi trùng với tệp nguồn.\n")
        return 2
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        stderr.write(f"{path}: tên tệp phải có đuôi .yaml, .xlsx hoặc .docx.\n")
        return 2
    try:
        draft = read_file(source)
        if not draft.is_valid and not keep_draft:
            _tell(draft, stdout, stderr)
            stderr.write("Không ghi gì. Thêm --draft để ghi bản nháp còn lỗi.\n")
            return 1
        _write_whole(path, writer(draft))
    except UnreadableFile as error:
        stderr.write(_named(source, error))
        return 2
    except TooLongForExcel as error:
        stderr.write(f"{source}: {error}\n")
        return 2
    _tell(draft, stdout, stderr)
    stdout.write(f"Đã ghi {path}.\n")
    return 0 if draft.is_valid else 1


def run_diff(old: str | Path, new: str | Path, stdout: TextIO, stderr: TextIO) -> int:
    """Say how two sets differ.

    Returns
    -------
    int
        0 when they are the same, 1 when they differ, 2 when a file can't be read.
    """
    drafts = []
    for path in (old, new):
        try:
            draft = read_file(path)
        except UnreadableFile as error:
            stderr.write(_named(path, error))
            return 2
        if not draft.tree:
            stderr.writelines(f"{path}: {one}\n" for one in draft.errors)
            return 2
        drafts.append(draft)
    difference = compare(*drafts)
    stdout.write(difference.to_text())
    return 0 if difference.is_same else 1


def _yaml(draft: DraftSet) -> bytes:
    return write_yaml(draft).encode()


_WRITERS: dict[str, Callable[[DraftSet], bytes]] = {
    ".yaml": _yaml,
    ".yml": _yaml,
    ".xlsx": write_xlsx,
    ".docx": write_docx,
}


def _tell(draft: DraftSet, stdout: TextIO, stderr: TextIO) -> None:
    index_set = draft.index_set
    if index_set is None:
        stderr.writelines(_said(draft.name, "", draft.errors))
        stderr.write(f"Bộ chỉ số có {len(draft.errors)} lỗi.\n")
    else:
        stdout.write(
            f"{index_set.name}\nNăm {index_set.year}, lần ban hành {index_set.version}: {len(index_set.areas)} lĩnh "
            f"vực, {len(index_set.leaves)} tiêu chí được chấm, thang điểm {index_set.scale:f}. Không có lỗi, "
            f"{len(draft.guesses)} chỗ đoán cần xác nhận, {len(draft.warnings)} cảnh báo.\n"
        )
    stdout.writelines(_said("", "Đoán: ", draft.guesses))
    stdout.writelines(_said("", "Cảnh báo: ", draft.warnings))


def _said(name: str, lead: str, findings: Iterable[Finding]) -> Iterable[str]:
    return (f"{name}: {lead}{one}\n" if name else f"{lead}{one}\n" for one in findings)


def _named(path: str | Path, error: UnreadableFile) -> str:
    text = str(error)
    return f"{text}\n" if text.startswith(str(path)) else f"{path}: {text}\n"


def _write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and rename, so that the target is never half a file."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        raise UnreadableFile(f"{path}: không ghi được tệp ({error.strerror}).") from error
    finally:
        with suppress(OSError):
            beside.unlink()
