"""Gunicorn's settings: `gunicorn --config deploy/gunicorn.conf.py nanif.wsgi`.

Each worker keeps the Japanese dictionary in memory (about 300 MB), so that there are few workers
with several threads each. Set WEB_WORKERS and WEB_THREADS for another machine.
"""

import os
import threading

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


def post_worker_init(worker: object) -> None:
    """Let the word list be read before the first visitor types."""
    threading.Thread(target=_warm_up, daemon=True).start()


def _warm_up() -> None:
    from django.db import connection

    from search.lexicon import current_lexicon

    try:
        current_lexicon().warm_up()
    finally:
        connection.close()
