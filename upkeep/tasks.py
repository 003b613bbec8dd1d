"""Mails that somebody asked for in the admin, sent outside the request."""

from __future__ import annotations

import logging

from django_tasks import task

from core.locks import Busy
from upkeep.services import send_questions

__all__ = ["send_asked"]

logger = logging.getLogger(__name__)


@task()
def send_asked(numbers: list[int]) -> None:
    """Send these questions. What cannot be sent now is sent by the next `confirmations_send`."""
    try:
        send_questions(numbers)
    except Busy:
        logger.info("%d questions wait for the next run of confirmations_send", len(numbers))
