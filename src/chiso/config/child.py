"""What `chiso serve` starts: `python -m chiso.config.child ROLE …`, processes that die with their parent."""

# ruff: noqa: PLC0415 - each role loads only what it needs, and models only after `django.setup()`

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from chiso.config.processes import die_with, say

PARENT = "CHISO_PARENT_PID"


def prepare() -> None:
    """Bring database and static files to what this version needs."""
    import django
    from django.core.management import call_command
    from django.db import OperationalError

    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        say(f"Cơ sở dữ liệu: {error}", error=True)
        sys.exit(1)
    call_command("collectstatic", verbosity=0, interactive=False)


def web(host: str, port: str, workers: str) -> None:
    """Serve pages: granian, `workers` processes with sixteen threads each.

    A thread reads the request to its end, and a piece of a file over a slow line takes seconds: with one thread, two
    people who send files keep everybody waiting. More threads cost nothing while they wait (measured).
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    server = Granian(
        "chiso.config.wsgi:application",
        address=host,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=int(workers),
        blocking_threads=16,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=4,
        log_level=LogLevels.warning,
    )
    server.serve(target_loader=partial(_application, os.getpid()), wrap_loader=False)


def _application(parent: int) -> Callable[..., Any]:
    """Runs in each web worker."""
    die_with(parent)
    from chiso.config.wsgi import application

    return application


def worker(worker_id: str) -> None:
    """Run background tasks."""
    import django

    django.setup()
    from chiso.background.worker import run_worker

    run_worker(worker_id)


def main() -> None:
    """Play the role named first, with the words that follow."""
    die_with(int(os.environ[PARENT]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chiso.config.settings")
    roles: dict[str, Callable[..., None]] = {"prepare": prepare, "web": web, "worker": worker}
    roles[sys.argv[1]](*sys.argv[2:])


if __name__ == "__main__":
    main()
