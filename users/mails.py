"""Mails about accounts, in plain text, in the language of whoever gets them."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from users.models import Invitation
from users.rights import TASKS, Role
from users.selectors import Post
from users.tokens import invitation_url

__all__ = ["invitation_mail"]


def invitation_mail(invitation: Invitation) -> EmailMessage:
    """What somebody is invited to do, by whom, and the link that accepts."""
    role = Role(invitation.role)
    inviter = invitation.invited_by
    with override(invitation.language):
        context = {
            "post": str(Post(role, invitation.region, 0)),
            "task": TASKS[role],
            "inviter": inviter.get_full_name() if inviter else "",
            "url": invitation_url(invitation),
            "expires_at": invitation.expires_at,
            "site_url": settings.SITE_URL,
        }
        return EmailMessage(
            subject=_("Invitation to the editors of NANIF"),
            body=render_to_string("users/mail/invitation.txt", context),
            to=[invitation.email],
            headers={
                "Auto-Submitted": "auto-generated",
                "Content-Language": invitation.language,
            },
        )
