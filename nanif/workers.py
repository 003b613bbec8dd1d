"""Task workers: which of them live, and tasks whose worker died."""

from __future__ import annotations

import datetime
import logging
import socket

from django.conf import settings
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from nanif.models import WorkerBeat

__all__ = ["BEAT_SECONDS", "SILENT_SECONDS", "beat", "has_worker", "is_worker_missing", "leave",
           "living_workers", "return_lost_tasks"]  # fmt: skip

logger = logging.getLogger(__name__)

# A worker says so often that it lives, and counts as dead when it was silent for so long.
BEAT_SECONDS = 5
SILENT_SECONDS = 30
# A task that took its worker down so often is not started again.
_MOST_STARTS = 3


def has_worker() -> bool:
    """Whether tasks are left to a worker (TASK_WORKER=on)."""
    return not settings.TASKS["default"]["BACKEND"].endswith("ImmediateBackend")


def beat(worker: str) -> None:
    """Write down that a worker lives; forget those that have been silent for a day."""
    now = timezone.now()
    WorkerBeat.objects.update_or_create(
        worker=worker, defaults={"seen_at": now, "machine": socket.gethostname()[:255]}
    )
    WorkerBeat.objects.filter(seen_at__lt=now - datetime.timedelta(days=1)).delete()


def leave(worker: str) -> None:
    """Write down that a worker ended as it should."""
    WorkerBeat.objects.filter(worker=worker).delete()


def living_workers() -> set[str]:
    """Names of workers that were heard of lately."""
    since = timezone.now() - datetime.timedelta(seconds=SILENT_SECONDS)
    return set(WorkerBeat.objects.filter(seen_at__gte=since).values_list("worker", flat=True))


def is_worker_missing() -> bool:
    """Whether tasks are left to a worker and none lives."""
    return has_worker() and not living_workers()


def return_lost_tasks(*, own: str = "") -> int:
    """Let tasks whose worker died be taken again, and give up those that died three times.

    Args:
        own: a worker that knows that it works on nothing: what it began is lost too.

    Returns:
        How many tasks were lost.
    """
    living = living_workers() - {own}
    # A worker that began just now may have its first beat still to write.
    since = timezone.now() - datetime.timedelta(seconds=SILENT_SECONDS)
    lost = 0
    for task in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING):
        worker = task.worker_ids[-1] if task.worker_ids else ""
        is_old = task.started_at is None or task.started_at < since
        if worker in living or not (is_old or worker == own):
            continue
        is_given_up = len(task.worker_ids) >= _MOST_STARTS
        state = TaskResultStatus.FAILED if is_given_up else TaskResultStatus.READY
        told = "given up" if is_given_up else "begun again"
        # Of several workers that find it one changes it.
        rows = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING)
        if rows.update(
            status=state,
            finished_at=timezone.now() if is_given_up else None,
            traceback=f"Its worker {worker} died." if is_given_up else "",
        ):
            lost += 1
            logger.warning("Task %s (%s): its worker died; %s", task.pk, task.task_path, told)
    return lost
