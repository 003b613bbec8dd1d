"""Mails about accounts, in plain text, in the language of whoever gets them."""

from __future__ import annotations

from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.addresses import absolute_url
from core.mailing.messages import build_mail, preferred_language
from users.models import Invitation, User
from users.rights import TASKS, Role
from users.selectors import RoleAssignment
from users.tokens import invitation_url

__all__ = ["invitation_mail", "password_mail"]


def invitation_mail(invitation: Invitation) -> EmailMultiAlternatives:
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
        }
        return build_mail(
            "users/mail/invitation",
            to=invitation.email,
            language=invitation.language,
            subject=_("Invitation to the editors of NANIF"),
            context=context,
            has_html=False,
        )


def password_mail(user: User) -> EmailMultiAlternatives:
    """The link with which somebody chooses a new password. It works once."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    token = default_token_generator.make_token(user)
    language = preferred_language(user)
    with override(language):
        path = reverse("wagtailadmin_password_reset_confirm", args=[uid, token])
        context = {
            "url": absolute_url(path),
            "name": user.get_username(),
        }
        return build_mail(
            "users/mail/password",
            to=user.email,
            language=language,
            subject=_("Choose a new password for NANIF"),
            context=context,
            has_html=False,
        )
