"""Signed links in the mails to bodies: whoever has one can read the mail of their desk."""

from __future__ import annotations

import datetime

from django.core import signing
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from core.addresses import absolute_url
from upkeep.models import Confirmation

__all__ = ["ANSWER_WITHIN", "answer_url", "has_expired", "read_question"]

# Counted from the last mail, so that a reminder also makes the first mail's link valid again.
ANSWER_WITHIN = datetime.timedelta(days=60)

_SALT = "upkeep.answer"


def answer_url(question: Confirmation) -> str:
    """The link with which a question is answered."""
    token = signing.dumps(question.pk, salt=_SALT)
    with override(question.language):
        return absolute_url(reverse("upkeep:answer", args=[token]))


def read_question(token: str) -> int | None:
    """Number of the question to which a link belongs; None for one that we did not sign."""
    try:
        return int(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def has_expired(question: Confirmation) -> bool:
    """Whether the last mail is too long ago for its link to be used."""
    last = question.mailed_at or question.asked_at
    return timezone.now() - last > ANSWER_WITHIN
