"""The mails of confirmation, in plain text and HTML, in the receiver's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from core.addresses import absolute_page_url, absolute_url
from upkeep.models import Confirmation
from upkeep.tokens import ANSWER_WITHIN, answer_url

__all__ = ["curators_mail", "question_mail"]


def question_mail(questions: Sequence[Confirmation]) -> EmailMultiAlternatives:
    """Ask one desk about some pages; a reminder when it was asked before.

    All questions have the same address, language and number of mails.
    """
    first = questions[0]
    with override(first.language):
        subject = ngettext(
            "Is this still right? Your page on the NANIF site",
            "Are these still right? Your %(count)d pages on the NANIF site",
            len(questions),
        ) % {"count": len(questions)}
        if first.mails:
            subject = _("Reminder: %(subject)s") % {"subject": subject}
        context = {
            "questions": [
                {
                    "title": question.page.title,
                    "page_url": absolute_page_url(question.page),
                    "answer_url": answer_url(question),
                }
                for question in questions
            ],
            "is_reminder": bool(first.mails),
            "days": ANSWER_WITHIN.days,
        }
        return _mail(first.address, first.language, subject, "question", context)


def curators_mail(person: Any, questions: Sequence[Confirmation]) -> EmailMultiAlternatives:
    """Tell a curator of pages whose bodies do not answer."""
    profile = getattr(person, "wagtail_userprofile", None)
    language = getattr(profile, "preferred_language", "") or settings.LANGUAGE_CODE
    with override(language):
        subject = ngettext(
            "Nobody confirms %(count)d page", "Nobody confirms %(count)d pages", len(questions)
        ) % {"count": len(questions)}
        edit = "wagtailadmin_pages:edit"
        context = {
            "pages": [
                {
                    "title": question.page.title,
                    "url": absolute_url(reverse(edit, args=[question.page_id])),
                }
                for question in questions
            ],
            "list_url": absolute_url(f"{reverse('confirmations:index')}?state=silent"),
        }
        return _mail(person.email, language, subject, "curators", context)


def _mail(
    address: str, language: str, subject: str, template: str, context: dict[str, Any]
) -> EmailMultiAlternatives:
    """A mail from the templates of that name. Call it in the receiver's language."""
    everything = {**context, "subject": subject, "site_url": absolute_url("")}
    mail = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"upkeep/mail/{template}.txt", everything),
        to=[address],
        headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
    )
    mail.attach_alternative(
        render_to_string(f"upkeep/mail/{template}.html", everything), "text/html"
    )
    return mail
