"""Gunicorn's settings: `gunicorn --config deploy/gunicorn.conf.py nanif.wsgi`.

Each worker keeps the Japanese dictionary in memory (about 300 MB), so that there are few workers
with several threads each. Set WEB_WORKERS and WEB_THREADS for another machine.
"""

import atexit
import logging
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nanif.logs import RedactSecrets

bind = os.environ.get("WEB_BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))

# The dictionary is read once and shared by the workers.
preload_app = True
timeout = 30
graceful_timeout = 30
# Workers are renewed now and then, not all at once.
max_requests = 5000
max_requests_jitter = 500

accesslog = "-"
errorlog = "-"
# No address of a visitor, no browser, no page they came from, and no search: the path alone, the
# status, bytes, seconds, and the id that stands in the other lines about the same request.
access_log_format = '"%(m)s %(U)s" %(s)s %(B)s %(L)s %({x-request-id}o)s'

# Each process counts in files of its own, of which /metrics gives the sum.
if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="nanif-metrics-")
    atexit.register(shutil.rmtree, os.environ["PROMETHEUS_MULTIPROC_DIR"], ignore_errors=True)


class RedactingLogger(Logger):
    """Writes addresses without the secrets of links that were mailed to people."""

    def setup(self, cfg: Any) -> None:
        """Gunicorn's handlers, each with the filter."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            _add_filter(log)


def _add_filter(log: logging.Logger) -> None:
    for handler in log.handlers:
        handler.addFilter(RedactSecrets())


logger_class = RedactingLogger


def child_exit(server: object, worker: Any) -> None:
    """Forget what only a living process has; its counts stay."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def post_worker_init(worker: object) -> None:
    """Let the word list and the names of places be read before the first visitor types."""
    threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    from django.db import connection

    from search.query.lexicon import current_lexicon
    from search.query.places import warm_up as read_names_of_places

    try:
        current_lexicon().warm_up()
        read_names_of_places()
    finally:
        connection.close()
