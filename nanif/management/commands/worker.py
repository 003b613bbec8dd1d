"""`manage.py worker`: does what follows edits, and what nobody else would notice."""

from __future__ import annotations

import logging
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import InterfaceError, OperationalError, connection
from django_tasks.utils import get_random_id
from django_tasks_db.management.commands import db_worker

from nanif.workers import BEAT_SECONDS, beat, has_worker, leave, return_lost_tasks
from search.engines import current_engine
from search.engines.base import EngineBusy, EngineUnavailable
from search.index.rebuild import rebuild
from search.services import sync_vocabularies

logger = logging.getLogger("nanif.worker")

_AWAY = (OperationalError, InterfaceError)
# Seconds between two looks for lost tasks and for an index that is gone.
_LOOK_SECONDS = 15
# Seconds until an index that could not be rebuilt is tried again.
_REBUILD_AGAIN = 600
# Seconds between two tries to reach a database that is away.
_RETRY_SECONDS = 2


class Command(BaseCommand):
    """Run tasks until stopped, as `db_worker` of django-tasks does, and outlive the database.

    While the database is away it waits. Every few seconds it writes down that it lives, so that
    `/readyz` and the metrics notice when it does not. It begins tasks again whose worker was
    killed, and rebuilds a search index that is gone, once.
    """

    help = "Run the tasks that follow edits; needs TASK_WORKER=on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How long to wait when there is nothing to do."""
        parser.add_argument(
            "--interval",
            type=db_worker.valid_interval,
            default=0.2,
            help="Seconds to wait before looking for tasks again.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or Ctrl-C."""
        if not has_worker():
            raise CommandError("TASK_WORKER is off, so there are no tasks. Set it to on.")
        worker = LastingWorker(options["interval"])
        worker.configure_signals()
        threading.Thread(target=worker.say_that_it_lives, daemon=True).start()
        threading.Thread(target=worker.look_after, daemon=True).start()
        try:
            worker.run()
        finally:
            worker.running = False
            connection.close()  # a signal may have come in the middle of a query
            try:
                leave(worker.worker_id)
            except _AWAY:
                logger.warning("The database is away; the worker ends.")


class LastingWorker(db_worker.Worker):
    """The worker of django-tasks, which would end with the first error of the database."""

    def __init__(self, interval: float) -> None:
        """All tasks of the default queue, for ever."""
        super().__init__(
            queue_names=["default"], interval=interval, batch=False, backend_name="default",
            startup_delay=False, max_tasks=None, worker_id=get_random_id(),
        )  # fmt: skip

    def run(self) -> None:
        """Work; wait while the database is away."""
        is_away = False
        while self.running:
            try:
                if is_away:
                    # What was under way when the database went could not be written down.
                    return_lost_tasks(own=self.worker_id)
                    logger.warning("The database is back.")
                    is_away = False
                super().run()
            except _AWAY as error:
                if not self.running:  # stopped in the middle of a query
                    return
                if not is_away:
                    logger.warning("The database is away, the worker waits: %s", error)
                is_away = True
                connection.close()
                time.sleep(_RETRY_SECONDS)

    def say_that_it_lives(self) -> None:
        """In a thread of its own, so that a long task is no silence."""
        self._repeat(BEAT_SECONDS, lambda: beat(self.worker_id))

    def look_after(self) -> None:
        """Return lost tasks, and rebuild the search index when it is gone."""
        index = LostIndex()

        def look() -> None:
            return_lost_tasks()
            index.rebuild_if_gone()

        self._repeat(_LOOK_SECONDS, look)

    def _repeat(self, seconds: float, work: Any) -> None:
        while self.running:
            try:
                work()
            except _AWAY:
                connection.close()
            except Exception:
                logger.exception("The worker goes on without this")
            time.sleep(seconds)


class LostIndex:
    """A search index that is gone, as after Elasticsearch lost its data."""

    def __init__(self) -> None:
        """Nothing was tried yet."""
        self._next_try = 0.0

    def rebuild_if_gone(self) -> bool:
        """Rebuild it where the engine answers and has none; whether that was done.

        An index made by other rules is left to `release`. Of several workers one rebuilds: the
        engine refuses the others.
        """
        engine = current_engine()
        if time.monotonic() < self._next_try or not engine.health().is_gone:
            return False
        self._next_try = time.monotonic() + _REBUILD_AGAIN
        logger.warning("The search index is gone: it is rebuilt now.")
        try:
            sync_vocabularies()
            total = rebuild(engine)
        except EngineBusy:
            logger.warning("Another process rebuilds the search index.")
            return False
        except EngineUnavailable as error:
            logger.error("The search index could not be rebuilt: %s", error)
            return False
        logger.warning("The search index was rebuilt: %d documents", total)
        self._next_try = 0.0
        return True
