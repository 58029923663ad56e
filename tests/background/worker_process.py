"""A worker in a hurry, as a process of its own: `python -m tests.background.worker_process [NAME]`."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from chiso.background.worker import Pace, run_worker

    hurry = Pace(beat_every=0.2, dead_after=2, look_every=0.3, idle=0.05, longest_wait=0.3, retry_task=0.1)
    run_worker(sys.argv[1] if len(sys.argv) > 1 else "", hurry)
