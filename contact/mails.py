"""The mails of a message, in plain text, in the language of who reads them."""

from __future__ import annotations

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from contact.models import Message
from contact.selectors import Receiver
from core.addresses import absolute_url
from core.mailing.messages import build_mail

__all__ = ["arrival_mail", "receipt_mail"]


def arrival_mail(message: Message, receiver: Receiver) -> EmailMultiAlternatives:
    """That a message has arrived.

    Whoever has an account finds it by a link: no personal data leaves the site. The operator's
    address gets the words, and can answer the sender at once.
    """
    with override(receiver.language):
        mail = _mail(
            message,
            "arrived",
            _("A message has arrived: %(kind)s") % {"kind": message.get_kind_display()},
            to=receiver.address,
            language=receiver.language,
            url=absolute_url(reverse("message_queue:message", args=[message.pk])),
            has_account=receiver.has_account,
        )
    if not receiver.has_account and message.address:
        mail.reply_to = [message.address]
    return mail


def receipt_mail(message: Message) -> EmailMultiAlternatives:
    """That the message has arrived. It repeats nothing of it: anybody can type any address."""
    with override(message.locale):
        return _mail(
            message,
            "receipt",
            _("Your message has arrived"),
            to=message.address,
            language=message.locale,
        )


def _mail(
    message: Message, template: str, subject: str, *, to: str, language: str, **context: object
) -> EmailMultiAlternatives:
    """A mail from the template of that name. Call it in the reader's language."""
    return build_mail(
        f"contact/mail/{template}",
        to=to,
        language=language,
        subject=f"{subject} – NANIF",
        context={
            "message": message,
            "page_url": absolute_url(message.path) if message.path else "",
            **context,
        },
        has_html=False,
    )
