"""Real workers, each a process of its own, that post five times a second: `python -m tests.notices.worker_process`.

A process that has everything imported forks them, so that a test does not wait for that each time. It reads lines:
`start PORT` (of the server for mail) answers with the worker's process id, `wait ID` with how the worker ended.
"""

import os
import sys
from importlib import import_module

import django


def work(port: int) -> None:
    """Be a worker, until told to stop."""
    from django.conf import settings

    from chiso.background import ticks
    from chiso.background.worker import Pace, run_worker
    from chiso.notices import posting
    from chiso.organizations import clock

    settings.EMAIL_PORT = port
    ticks.register("post-messages", 0.2, lambda: posting.run(clock.now()))
    run_worker("", Pace(beat_every=0.2, dead_after=2, look_every=0.3, idle=0.05, longest_wait=0.3, retry_task=0.1))


def main() -> None:
    django.setup()
    import_module("chiso.config.urls")  # Else each worker would, for the links in its letters.
    for line in sys.stdin:
        word, number = line.split()
        if word == "wait":
            answer = os.waitstatus_to_exitcode(os.waitpid(int(number), 0)[1])
        elif not (answer := os.fork()):
            work(int(number))
            return
        sys.stdout.write(f"{answer}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
