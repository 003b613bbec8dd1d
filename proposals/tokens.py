"""Signed texts: the private link of a proposal, and what a form carries instead of a session."""

from __future__ import annotations

import datetime
import uuid

from django.core import signing
from django.urls import reverse
from django.utils.translation import override

from core.addresses import absolute_url
from opendata import public_forms
from opendata.public_forms import FORM_LEAST, FORM_VALID, FormStamp
from proposals.models import Attachment, Proposal

__all__ = [
    "FORM_VALID",
    "LINK_VALID",
    "FormStamp",
    "attachment_token",
    "follow_url",
    "read_attachment",
    "read_follow",
    "read_stamp",
    "stamp",
    "stamp_again",
]

LINK_VALID = datetime.timedelta(days=365)

_FOLLOW = "proposals.follow"
_FORM = "proposals"
_FILE = "proposals.file"


def follow_url(proposal: Proposal) -> str:
    """The private link. It is valid for a year, and until the proposal is deleted."""
    token = signing.dumps([proposal.pk, proposal.key.hex], salt=_FOLLOW)
    with override(proposal.locale):
        return absolute_url(reverse("proposals:follow", args=[token]))


def read_follow(token: str) -> tuple[int, uuid.UUID] | None:
    """Number and key of the proposal that a link shows; None for an expired or wrong one."""
    try:
        number, key = signing.loads(token, salt=_FOLLOW, max_age=LINK_VALID)
        return int(number), uuid.UUID(key)
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None


def stamp(version: int = 0) -> str:
    """A signed stamp for a form that is shown now, with the version of the proposal it shows."""
    return public_forms.stamp(_FORM, version)


def read_stamp(text: str) -> FormStamp | None:
    """The stamp of a form that came back; None for a forged or missing one."""
    return public_forms.read_stamp(_FORM, text, least=FORM_LEAST)


def stamp_again(text: str, found: FormStamp | None, version: int) -> str:
    """The stamp for a form that is shown again."""
    return public_forms.stamp_again(_FORM, text, found, version)


def attachment_token(attachment: Attachment) -> str:
    """What a form carries for a file that is already here."""
    return signing.dumps(attachment.key.hex, salt=_FILE)


def read_attachment(token: str) -> uuid.UUID | None:
    """The key of a file that is already here; None for a forged or old token."""
    try:
        return uuid.UUID(signing.loads(token, salt=_FILE, max_age=FORM_VALID * 2))
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return None
