"""One server, or one rebuilding of the demo, has a data folder at a time. No Django here."""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class DataFolderBusy(Exception):
    """Somebody else holds the data folder; the sentence says who, and what to do."""


@contextmanager
def hold_data_folder(data: Path, purpose: str) -> Iterator[None]:
    """Hold `data` for this process until the block ends, or raise `DataFolderBusy`.

    The kernel drops the lock with the process, also after a kill: a lock file left behind locks nothing.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataFolderBusy(_sentence(data, file)) from None
        _write(file, purpose)
        try:
            yield
        finally:
            file.truncate(0)


def _write(file: IO[str], purpose: str) -> None:
    file.truncate(0)
    since = time.strftime("%H:%M:%S %d/%m/%Y")
    json.dump({"purpose": purpose, "pid": os.getpid(), "since": since}, file, ensure_ascii=False)
    file.flush()


def _sentence(data: Path, file: IO[str]) -> str:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        who = f"{holder['purpose']} (tiến trình {holder['pid']}, từ {holder['since']})"
    except (ValueError, KeyError):  # It has just taken the lock and not yet written its name.
        who = "một tiến trình khác"
    way_out = "Hãy dừng tiến trình ấy, hoặc chọn thư mục khác bằng --data."
    return f"Thư mục dữ liệu {data} đang được dùng bởi {who}. {way_out}"
