"""Tasks for the worker's tests: they leave their traces in files, where any process sees them."""

import os
import signal
import time
from pathlib import Path

from django.db import OperationalError
from django.utils import translation
from django_tasks import task


def note(file: str, text: str) -> int:
    """Append a line in one write, and return how many lines there are."""
    with Path(file).open("a") as notes:
        notes.write(f"{text}\n")
    return len(Path(file).read_text().splitlines())


@task
def write_line(file: str, text: str) -> str:
    note(file, text)
    return text


@task
def hang_once(file: str) -> str:
    """Hang in the first run, with the process id in the file; the second run comes to its end."""
    if note(file, str(os.getpid())) == 1:
        time.sleep(120)
    return "done"


@task
def wait_for(file: str, go: str) -> str:
    note(file, "begun")
    while not Path(go).exists():
        time.sleep(0.02)
    note(file, "ended")
    return "done"


@task
def kill_worker() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@task
def refuse() -> None:
    raise ValueError("không được")


@task
def return_what_json_lacks() -> object:
    return object()


@task
def find_database_locked(file: str) -> str:
    if note(file, "tried") == 1:
        raise OperationalError("database is locked")
    return "done"


@task
def change_language(language: str) -> str:
    before = translation.get_language()
    translation.activate(language)
    return before
