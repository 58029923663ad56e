import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from tests.background.conftest import others_connected
from tests.background.processes import wait_until
from tests.notices.servers import HookServer, MailServer

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _address_of_the_installation(settings: Settings) -> None:
    settings.PUBLIC_URL = "https://cchc.halang.example"
    settings.QUIET_HOURS = "21:00-06:30"


@pytest.fixture
def by_mail(settings: Settings) -> None:
    """Mailing is set up; Django's own box in memory takes it."""
    settings.NOTICES_BY_MAIL = True


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A real server for mail; the settings name it."""
    server = MailServer().start()
    settings.NOTICES_BY_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    settings.DEFAULT_FROM_EMAIL = "Chỉ số CCHC <cchc@halang.example>"
    yield server
    server.stop()


@pytest.fixture
def hook(settings: Settings) -> Iterator[HookServer]:
    """A real webhook; the settings name it."""
    server = HookServer()
    settings.WEBHOOK_URL, settings.WEBHOOK_SECRET = server.url, "bi-mat"
    yield server
    server.stop()


class Poster:
    """A real worker, by its process id."""

    def __init__(self, forge: "subprocess.Popen[str]", port: int) -> None:
        self._forge = forge
        self.ended: int | None = None
        self.pid = self._ask(f"start {port}")

    def wait(self) -> int:
        """How it ended, as soon as it has: 0, or the signal that killed it as a negative number."""
        if self.ended is None:
            self.ended = self._ask(f"wait {self.pid}")
        return self.ended

    def kill(self) -> None:
        if self.ended is None:
            os.kill(self.pid, signal.SIGKILL)
            self.wait()

    def _ask(self, line: str) -> int:
        assert self._forge.stdin
        assert self._forge.stdout
        self._forge.stdin.write(line + "\n")
        self._forge.stdin.flush()
        return int(self._forge.stdout.readline())


@dataclass
class Posters:
    """Starts real workers on the database of the test, in a hurry to post."""

    forge: "subprocess.Popen[str]"
    log: Path
    started: list[Poster] = field(default_factory=list)

    def start(self, server: MailServer) -> Poster:
        self.started.append(Poster(self.forge, server.port))
        return self.started[-1]


@pytest.fixture(scope="session")
def forge(
    django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """The process that forks workers, and where they log."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.notices.worker_settings",
        "TEST_DATABASE_NAME": str(connection.settings_dict["NAME"]),
        "CHISO_SMTP_HOST": "127.0.0.1",
        "CHISO_QUIET_HOURS": "",
    }
    log = tmp_path_factory.mktemp("posters") / "log"
    with log.open("w") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.notices.worker_process"],
            cwd=ROOT,
            env=os.environ | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        )
    yield process, log
    process.communicate()  # It ends when it is told nothing more.


@pytest.fixture
def posters(transactional_db: None, forge: tuple["subprocess.Popen[str]", Path]) -> Iterator[Posters]:
    """Start real workers; none outlives the test."""
    posters = Posters(*forge)
    yield posters
    for poster in posters.started:
        poster.kill()
    if connection.vendor == "postgresql":
        wait_until(lambda: not others_connected())
