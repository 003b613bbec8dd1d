"""Mails about a message, sent outside the request."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from contact.mails import arrival_mail, receipt_mail
from contact.models import Message
from contact.selectors import receivers_of
from core.mailing.messages import send_mail
from opendata.rates import count

__all__ = ["pass_on"]


@task()
def pass_on(number: int) -> None:
    """Tell whoever looks after a message, and its sender that it has arrived; each once.

    One address gets few mails a day, whoever causes them: a flood of messages fills the list in the
    admin, and no mailbox. What cannot be sent now is sent by `manage.py contact_forget`.
    """
    message = Message.objects.select_related("page").filter(pk=number).first()
    if message is None or not settings.MAIL_IS_SET_UP:
        return
    about, now = f"message {number}", timezone.now()
    if message.told_at is None:
        told = [
            send_mail(arrival_mail(message, receiver), about)
            for receiver in receivers_of(message)
            if not count("contact_mail", receiver.address.lower()).is_over
        ]
        if any(told):
            Message.objects.filter(pk=number).update(told_at=now)
    if (
        message.address
        and message.receipt_at is None
        and not count("contact_receipt", message.address.lower()).is_over
        and send_mail(receipt_mail(message), about)
    ):
        Message.objects.filter(pk=number).update(receipt_at=now)
