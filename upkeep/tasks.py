"""Mails that somebody asked for in the admin, sent outside the request."""

from __future__ import annotations

import logging

from django_tasks import task

from core.locks import Busy
from upkeep.services import send_questions

__all__ = ["send_asked"]

logger = logging.getLogger(__name__)


@task()
def send_asked() -> None:
    """Send the questions that were stored; `confirmations_send` sends what cannot be sent now."""
    try:
        send_questions()
    except Busy:
        logger.info("New questions wait for the next run of confirmations_send")
