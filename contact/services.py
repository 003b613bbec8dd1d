"""Writes of messages: sending, marking as done, forgetting."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from contact.forms import MessageForm
from contact.models import Message
from contact.selectors import messages_of_user
from contact.subjects import Subject
from contact.tasks import pass_on

__all__ = ["DONE_FOR", "PurgeReport", "mark_done", "purge_done", "reopen", "send_message"]

# How long a message is kept when it is done; the privacy page says the same.
DONE_FOR = datetime.timedelta(days=180)


def send_message(
    *, form: MessageForm, form_key: uuid.UUID, locale: str, subject: Subject | None = None
) -> Message:
    """Store a message, then have it passed on. The same form sent again stores nothing new."""
    message, is_new = Message.objects.get_or_create(
        form_key=form_key,
        defaults={
            **form.values,
            "locale": locale,
            "sent_at": timezone.now(),
            "page": subject.page if subject else None,
            "path": subject.path if subject else "",
            "title": subject.title[:300] if subject else "",
        },
    )
    if is_new:
        pass_on.enqueue(message.pk)
    return message


def mark_done(*, message: Message, user: AbstractUser, note: str) -> None:
    """Note that a message is done, with an internal note.

    Raises:
        PermissionDenied: it is not theirs.
    """
    _change(
        message,
        user,
        state=Message.State.DONE,
        note=note.strip(),
        done_at=timezone.now(),
        done_by=user,
    )


def reopen(*, message: Message, user: AbstractUser) -> None:
    """Take back that a message is done. Its note stays.

    Raises:
        PermissionDenied: it is not theirs.
    """
    _change(message, user, state=Message.State.NEW, done_at=None, done_by=None)


def _change(message: Message, user: AbstractUser, **values: object) -> None:
    if not messages_of_user(user).filter(pk=message.pk).exists():
        raise PermissionDenied
    Message.objects.filter(pk=message.pk).update(**values)


@dataclass
class PurgeReport:
    """What a run did, or would do: messages deleted, and messages whose mails were sent again."""

    deleted: int = 0
    passed_on: int = 0


def purge_done(*, dry_run: bool = False) -> PurgeReport:
    """Delete messages that were done long ago, and send mails that could not be sent at once."""
    old = Message.objects.filter(state=Message.State.DONE, done_at__lt=timezone.now() - DONE_FOR)
    waiting = Message.objects.filter(state=Message.State.NEW).filter(
        Q(told_at=None) | (Q(receipt_at=None) & ~Q(address=""))
    )
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True))
    report = PurgeReport(old.count(), len(numbers))
    if not dry_run:
        old.delete()
        for number in numbers:
            pass_on.enqueue(number)
    return report
