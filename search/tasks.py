"""Work that follows an edit: at once in development, by a worker where one is set up."""

from __future__ import annotations

import datetime

from django.core.cache import cache
from django.utils import timezone
from django_tasks import task

from search.engines import current_engine
from search.index.outbox import deliver, pending

_AGAIN = datetime.timedelta(seconds=5)


@task()
def deliver_changes() -> None:
    """Deliver what waits in the outbox. Does nothing when there is nothing.

    A worker tries again after a few seconds when the engine was busy or down.
    """
    deliver(current_engine())
    can_wait = deliver_changes.get_backend().supports_defer
    # Each edit comes here; one of them at a time is enough to try again.
    if can_wait and pending() and cache.add("search-deliver-again", True, _AGAIN.total_seconds()):
        deliver_changes.using(run_after=timezone.now() + _AGAIN).enqueue()
