"""Work that follows an edit: at once in development, by a worker where one is set up."""

from __future__ import annotations

from django_tasks import task

from search.engines import current_engine
from search.outbox import deliver


@task()
def deliver_changes() -> None:
    """Deliver what waits in the outbox. Does nothing when there is nothing."""
    deliver(current_engine())
