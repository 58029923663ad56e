"""Background work: what a click may start but not wait for.

A task is a function marked `@task` (django-tasks), queued in the database beside the change that asks for it.
`once.enqueue_once` queues it at most once for a key, in the caller's own transaction: both happen or neither.
`worker.run_worker` runs the queue. It says every few seconds that it lives (`WorkerBeat`); a task whose
worker has fallen silent goes back to the queue (`TaskDeath`), and fails after five such deaths.
So a task may run twice: it must be written so that the second run does no harm.
`fate.fate_of` says what became of a task queued under a key, for whoever waits for it.
`ticks.register` names what shall happen again and again, whichever worker is there; a long one asks `stopping`.
`lock.hold_data_folder` lets one server, or one rebuilding of the demo, have a data folder at a time.
The clock here is the machine's own, never the demo's: a process that died in 2026 is not alive in 2022.
"""
