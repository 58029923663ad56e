from django.db import models


class WorkerBeat(models.Model):
    """A worker that said it lives (tiến trình nền): its last word, and where it runs."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} ({self.host}, {self.pid})"


class TaskDeath(models.Model):
    """One time that a task broke off: its worker died, or lost the database (công việc nền bị gián đoạn)."""

    task_id = models.UUIDField(db_index=True)
    worker_id = models.CharField(max_length=64)
    at = models.DateTimeField()
    reason = models.TextField()

    def __str__(self) -> str:
        return f"{self.task_id}: {self.reason}"


class TaskKey(models.Model):
    """A name under which a task was queued, so that it is queued only once (khóa công việc)."""

    key = models.CharField(max_length=200, unique=True)
    task_id = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key


class TickRun(models.Model):
    """When a repeated job last ran, on whichever worker (việc định kỳ)."""

    name = models.CharField(max_length=100, unique=True)
    ran_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
