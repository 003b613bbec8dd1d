"""Mails about accounts that are sent outside the request."""

from __future__ import annotations

import logging

from django_tasks import task

from users.mails import password_mail
from users.selectors import users_who_may_reset

__all__ = ["send_password_mails"]

logger = logging.getLogger(__name__)


@task()
def send_password_mails(email: str) -> None:
    """Send a link for a new password to everybody who has this address.

    The request does the same work whether anybody has it or not: it only enqueues this task.
    """
    for user in users_who_may_reset(email):
        try:
            password_mail(user).send()
        except OSError as error:  # its text may name the address
            name = type(error).__name__
            logger.error("No mail for a new password of account %s: %s", user.pk, name)
        else:
            logger.info("A mail for a new password was sent to account %s", user.pk)
