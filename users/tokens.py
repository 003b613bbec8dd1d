"""Signed links of invitations: whoever has one can read the mail of the address invited."""

from __future__ import annotations

from django.core import signing
from django.urls import reverse

from core.addresses import absolute_url
from users.models import Invitation

__all__ = ["invitation_url", "read_invitation"]

_SALT = "users.invitation"


def invitation_url(invitation: Invitation) -> str:
    """The link with which an invitation is accepted; sending it again makes earlier ones void."""
    token = signing.dumps([invitation.pk, _moment(invitation)], salt=_SALT)
    return absolute_url(reverse("accept_invitation", args=[token]))


def read_invitation(token: str) -> Invitation | None:
    """The invitation of a link; None for a forged one, or one that was sent again since.

    Whether it has expired, was accepted or withdrawn is for the caller to look at.
    """
    try:
        number, sent = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    invitation = Invitation.objects.select_related("region__area").filter(pk=number).first()
    if invitation is None or _moment(invitation) != sent:
        return None
    return invitation


def _moment(invitation: Invitation) -> int:
    """When it was sent, in microseconds, as the database keeps it."""
    return int(invitation.sent_at.timestamp() * 1_000_000)
