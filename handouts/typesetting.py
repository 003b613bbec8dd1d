"""Setting a document as PDF, in a process of its own whose memory and seconds are limited."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from django.utils import timezone

from sheets.child_process import ChildFailed, run_module

__all__ = ["CannotTypeset", "typeset"]

# Less than the web server gives a request (deploy/gunicorn.conf.py).
_MOST_SECONDS = 25
_PROCESS = "handouts.typesetting_process"
# Documents that one web process has set at once; others wait their turn, or are told to come back.
_slots = threading.BoundedSemaphore(2)
_log = logging.getLogger(__name__)


class CannotTypeset(Exception):
    """A document could not be set; the log says why."""


def typeset(document: str, data: dict[str, Any]) -> bytes:
    """The PDF of a layout of `handouts/layout`, filled with data.

    Its day of making is today at midnight, so that the same content gives the same file.

    Raises:
        CannotTypeset: it took too long or too much memory, failed, or too many wait.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    task = {"document": document, "data": data, "moment": int(midnight.timestamp())}
    if not _slots.acquire(timeout=_MOST_SECONDS / 2):
        raise CannotTypeset("too many at once")
    try:
        return _set(json.dumps(task).encode())
    finally:
        _slots.release()


def _set(task: bytes) -> bytes:
    try:
        # One thread: threads for each core would take memory beyond the limit.
        made = run_module(_PROCESS, task, seconds=_MOST_SECONDS, RAYON_NUM_THREADS="1")
        if not made.startswith(b"%PDF-"):
            raise ChildFailed("made no PDF")
    except ChildFailed as failure:
        _log.error("A document of %d bytes of data was not set: %s", len(task), failure)
        raise CannotTypeset(str(failure)) from failure
    return made
