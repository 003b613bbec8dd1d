"""Mails about accounts, in plain text, in the language of whoever gets them."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.addresses import absolute_url
from users.models import Invitation, User
from users.rights import TASKS, Role
from users.selectors import RoleAssignment, language_of
from users.tokens import invitation_url

__all__ = ["invitation_mail", "password_mail"]


def invitation_mail(invitation: Invitation) -> EmailMessage:
    """What somebody is invited to do, by whom, and the link that accepts."""
    role = Role(invitation.role)
    inviter = invitation.invited_by
    with override(invitation.language):
        context = {
            "post": str(RoleAssignment(role, invitation.region, 0)),
            "task": TASKS[role],
            "inviter": inviter.get_full_name() if inviter else "",
            "url": invitation_url(invitation),
            "expires_at": invitation.expires_at,
            "site_url": absolute_url(""),
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


def password_mail(user: User) -> EmailMessage:
    """The link with which somebody chooses a new password. It works once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    language = language_of(user)
    with override(language):
        path = reverse("wagtailadmin_password_reset_confirm", args=[uid, token])
        context = {
            "url": absolute_url(path),
            "name": user.get_username(),
            "site_url": absolute_url(""),
        }
        return EmailMessage(
            subject=_("Choose a new password for NANIF"),
            body=render_to_string("users/mail/password.txt", context),
            to=[user.email],
            headers={"Auto-Submitted": "auto-generated", "Content-Language": language},
        )
