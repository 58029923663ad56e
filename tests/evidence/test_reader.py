"""The reading process: whatever a file does to it, the caller gets a reading, and soon."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import TemporaryUploadedFile

from chiso.evidence import reader
from chiso.evidence.reader import ReadingProcess
from tests.evidence import papers
from tests.evidence.reading_of import codes


@pytest.fixture
def process() -> Iterator[ReadingProcess]:
    made = ReadingProcess()
    yield made
    made.close()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.pdf"
    path.write_bytes(papers.plan())
    return path


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A file whose reading never ends: a pipe that nobody writes to."""
    path = tmp_path / "endless"
    os.mkfifo(path)
    return path


def child_of(process: ReadingProcess) -> int:
    assert process._child is not None
    return process._child.pid


def test_one_child_serves_many_readings(process: ReadingProcess, plan: Path) -> None:
    first = process.read(plan, seconds=5)
    child = child_of(process)
    assert process.read(plan, seconds=5) == first
    assert first.number == "12/KH-UBND"
    assert child_of(process) == child


def test_endless_file_is_given_up_and_the_next_one_is_read(
    process: ReadingProcess, plan: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process.read(plan, seconds=5)
    monkeypatch.setattr(reader, "_GRACE", -59.5)  # The child would wait a minute.
    begun = time.monotonic()
    assert codes(process.read(endless, seconds=60)) == {"unreadable"}
    assert time.monotonic() - begun < 30
    monkeypatch.undo()
    assert process.read(plan, seconds=5).number == "12/KH-UBND"


def test_child_ends_itself_when_nobody_else_does(
    process: ReadingProcess, plan: Path, endless: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The alarm of the child, not the patience of the parent."""
    process.read(plan, seconds=5)
    monkeypatch.setattr(reader, "_GRACE", 600)
    begun = time.monotonic()
    assert codes(process.read(endless, seconds=0.1)) == {"unreadable"}
    assert 2 <= time.monotonic() - begun < 60


def test_child_killed_in_the_middle_is_unreadable(process: ReadingProcess, plan: Path, endless: Path) -> None:
    process.read(plan, seconds=5)
    threading.Timer(0.3, os.kill, (child_of(process), signal.SIGKILL)).start()
    assert codes(process.read(endless, seconds=5)) == {"unreadable"}
    assert process.read(plan, seconds=5).number == "12/KH-UBND"


def test_child_killed_in_between_is_started_again(process: ReadingProcess, plan: Path) -> None:
    process.read(plan, seconds=5)
    os.kill(child_of(process), signal.SIGKILL)
    time.sleep(0.1)
    assert process.read(plan, seconds=5).number == "12/KH-UBND"


def test_child_is_renewed_now_and_then(process: ReadingProcess, plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_RECYCLED_AFTER", 2)
    children = set()
    for _n in range(4):
        process.read(plan, seconds=5)
        children.add(child_of(process))
    assert len(children) == 2


def test_program_that_does_not_start_is_unreadable(
    process: ReadingProcess, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert codes(process.read(plan, seconds=1)) == {"unreadable"}
    monkeypatch.setattr(sys, "executable", "/bin/true")
    assert codes(process.read(plan, seconds=1)) == {"unreadable"}


def test_threads_share_one_child(process: ReadingProcess, plan: Path) -> None:
    numbers: list[str] = []
    threads = [threading.Thread(target=lambda: numbers.append(process.read(plan, seconds=5).number)) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert numbers == ["12/KH-UBND"] * 8


def test_missing_file_is_unreadable(process: ReadingProcess, tmp_path: Path) -> None:
    assert codes(process.read(tmp_path / "nothing.pdf", seconds=1)) == {"unreadable"}


def test_child_knows_none_of_our_secrets_and_may_write_nothing(
    process: ReadingProcess, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHISO_SECRET_KEY", "giu-kin")
    monkeypatch.setenv("CHISO_DATABASE_URL", "postgresql://u:giu-kin@host/x")
    process.read(plan, seconds=5)
    proc = Path(f"/proc/{child_of(process)}")
    assert b"giu-kin" not in (proc / "environ").read_bytes()
    limits = {line[:26].strip(): line[26:].split()[0] for line in (proc / "limits").read_text().splitlines()}
    assert limits["Max file size"] == "0"
    assert limits["Max core file size"] == "0"
    assert int(limits["Max address space"]) <= 2 * 1024**3
    assert int(limits["Max cpu time"]) < 60


def test_child_dies_with_its_parent(plan: Path) -> None:
    code = (
        "import django, sys, time; django.setup()\n"
        "from pathlib import Path; from chiso.evidence.reader import _process\n"
        f"_process.read(Path({str(plan)!r}), seconds=5); print(_process._child.pid, flush=True); time.sleep(60)"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "chiso.config.settings"}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    for _n in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail("the child lives on")


def test_files_on_disk_are_read_where_they_lie(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(papers.plan())
    with path.open("rb") as opened, reader.on_disk(File(opened, name="Kế hoạch.pdf")) as found:
        assert found == path
    with TemporaryUploadedFile("b.pdf", "", 0, None) as upload:
        upload.write(papers.plan())
        with reader.on_disk(upload) as found:
            assert found == Path(upload.temporary_file_path())
            assert found.read_bytes() == papers.plan()


def test_files_in_memory_are_copied_and_the_copy_removed() -> None:
    content = ContentFile(b"nothing much", name="a.txt")
    content.read(3)
    with reader.on_disk(content) as path:
        assert path.read_bytes() == b"nothing much"
    assert not path.exists()


def test_name_of_another_file_is_not_trusted(tmp_path: Path) -> None:
    """A file object may say any name: what is read is what is open."""
    (tmp_path / "other").write_bytes(b"other")
    (tmp_path / "mine").write_bytes(b"mine")
    with (tmp_path / "mine").open("rb") as opened:
        (tmp_path / "mine").rename(tmp_path / "moved")
        (tmp_path / "other").rename(tmp_path / "mine")
        with reader.on_disk(File(opened)) as path:
            assert path.read_bytes() == b"mine"
