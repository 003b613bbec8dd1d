"""The mails of confirmation, in plain text and HTML, in the receiver's language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.addresses import absolute_page_url, absolute_url
from core.mailing.messages import build_mail, preferred_language
from core.readings import in_ordinary_reading
from upkeep.models import Confirmation
from upkeep.tokens import ANSWER_WITHIN, answer_url

__all__ = ["curators_mail", "question_mail"]


def question_mail(questions: Sequence[Confirmation]) -> EmailMultiAlternatives:
    """Ask one desk about some pages; a reminder when it was asked before.

    All questions have the same address, language and number of mails.
    """
    first = questions[0]
    with in_ordinary_reading(first.language):
        subject = ngettext(
            "Please check your page on the NANIF website",
            "Please check your %(count)d pages on the NANIF website",
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
        return build_mail(
            "upkeep/mail/question",
            to=first.address,
            language=first.language,
            subject=subject,
            context=context,
        )


def curators_mail(person: Any, questions: Sequence[Confirmation]) -> EmailMultiAlternatives:
    """Tell a curator of pages whose bodies do not answer."""
    language = preferred_language(person)
    with in_ordinary_reading(language):
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
        return build_mail(
            "upkeep/mail/curators",
            to=person.email,
            language=language,
            subject=subject,
            context=context,
        )
