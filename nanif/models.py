"""What the task workers tell of themselves."""

from django.db import models

__all__ = ["WorkerBeat"]


class WorkerBeat(models.Model):
    """A task worker that lives: it writes the time here every few seconds.

    In the database that holds the tasks, so that a worker on another machine is seen, and one that
    cannot reach its tasks counts as dead.
    """

    worker = models.CharField(max_length=64, primary_key=True)
    machine = models.CharField(max_length=255)
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        """Name and machine."""
        return f"{self.worker} on {self.machine}"
