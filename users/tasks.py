"""Mails about accounts that are sent outside the request."""

from __future__ import annotations

from django_tasks import task

from core.mailing.messages import send_mail
from users.mails import password_mail
from users.selectors import users_who_may_reset

__all__ = ["send_password_mails"]


@task()
def send_password_mails(email: str) -> None:
    """Send a link for a new password to everybody who has this address.

    The request does the same work whether anybody has it or not: it only enqueues this task.
    """
    for user in users_who_may_reset(email):
        send_mail(password_mail(user), f"a new password of account {user.pk}")
