"""A mail from its templates, and handing one mail to the server."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from core.addresses import absolute_url

__all__ = ["build_mail", "preferred_language", "send_mail"]

logger = logging.getLogger(__name__)

_LONGEST_SUBJECT = 150


def preferred_language(user: Any) -> str:
    """Language in which a user wants the admin and mails: the site's, where none was chosen."""
    profile = getattr(user, "wagtail_userprofile", None)
    return (profile.preferred_language if profile else "") or settings.LANGUAGE_CODE


def build_mail(
    template: str,
    *,
    to: str,
    language: str,
    subject: str,
    context: Mapping[str, Any],
    has_html: bool = True,
) -> EmailMultiAlternatives:
    """Render a mail. Call it with the receiver's language active.

    Args:
        template: path of the templates without their ending, `.txt` and, with `has_html`, `.html`.
        language: of the mail, for its header.
        context: variables of the templates; `subject` and `site_url` are added.
    """
    subject = " ".join(subject.split())[:_LONGEST_SUBJECT]
    everything = {"subject": subject, "site_url": absolute_url(""), **context}
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"{template}.txt", everything),
        to=[to],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    if has_html:
        mail.attach_alternative(render_to_string(f"{template}.html", everything), "text/html")
    return mail


def send_mail(mail: EmailMultiAlternatives, about: str) -> bool:
    """Hand a mail to the server. Returns whether it was taken; never raises for its absence.

    Args:
        about: for the log, without personal data: "proposal 12".
    """
    try:
        mail.send()
    except OSError as error:  # its text may name the address
        logger.error("Mail about %s was not sent: %s", about, type(error).__name__)
        return False
    logger.info("Mail about %s was sent", about)
    return True
