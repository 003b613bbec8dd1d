"""Writes to accounts: inviting, accepting, changing a role, and leaving."""

from __future__ import annotations

import datetime
import logging
from functools import partial
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_otp import devices_for_user
from wagtail.log_actions import log
from wagtail.models import APIToken, Page
from wagtail.users.models import UserProfile

from core.mailing.messages import send_mail
from users.mails import invitation_mail
from users.models import Invitation, User
from users.selectors import (
    RoleAssignment,
    assignable_roles,
    may_look_after,
    role_assignment_for,
    role_assignments,
)

__all__ = [
    "VALID_FOR",
    "CannotInvite",
    "CannotLookAfter",
    "accept",
    "change_role",
    "deactivate",
    "invite",
    "remove_second_factor",
    "send",
    "withdraw",
]

VALID_FOR = datetime.timedelta(days=7)
# Invitations hold mail addresses; what came of them stands in the history.
KEPT_FOR = datetime.timedelta(days=90)

logger = logging.getLogger(__name__)


class CannotInvite(Exception):
    """Nobody is invited, or the invitation cannot be accepted; the message says why."""


class CannotLookAfter(Exception):
    """Somebody may not do this with that account."""


@transaction.atomic
def invite(
    *, inviter: User, email: str, role: str, region: Any = None, language: str
) -> Invitation:
    """Invite somebody to a role, and send the mail. An open invitation to it is sent again.

    Invitations that were sent longer than `KEPT_FOR` ago are deleted.

    Raises:
        CannotInvite: the inviter may not assign this role, or the address has an account already.
    """
    email = User.objects.normalize_email(email.strip()).lower()
    assignment = role_assignment_for(role, region)
    if assignment is None or assignment not in assignable_roles(inviter):
        raise CannotInvite(_("You may not invite to this role."))
    if User.objects.filter(email__iexact=email, is_active=True).exists():
        raise CannotInvite(
            _("%(email)s has an account already. Change the role in the list of accounts.")
            % {"email": email}
        )
    Invitation.objects.filter(sent_at__lt=timezone.now() - KEPT_FOR).delete()
    invitation = Invitation.objects.filter(
        email=email, role=role, region=region, accepted_at=None, withdrawn_at=None
    ).first() or Invitation(email=email, role=role, region=region)
    invitation.language = language
    invitation.invited_by = inviter
    send(invitation=invitation)
    return invitation


def send(*, invitation: Invitation) -> None:
    """Send an invitation, now valid for seven days from now; links sent earlier become void."""
    invitation.sent_at = timezone.now()
    invitation.expires_at = invitation.sent_at + VALID_FOR
    invitation.save()
    log(instance=invitation, action="nanif.account.invite", user=invitation.invited_by)
    # A mail server that is away does not undo the invitation, which can be sent again.
    transaction.on_commit(
        partial(send_mail, invitation_mail(invitation), f"invitation {invitation.pk}")
    )


def withdraw(*, invitation: Invitation) -> None:
    """Make an invitation void."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])


@transaction.atomic
def accept(
    *, invitation: Invitation, last_name: str, first_name: str, affiliation: str, password: str
) -> User:
    """Make the account of somebody who accepts, or open again that of somebody who had left.

    Raises:
        CannotInvite: the invitation was used meanwhile, expired, or its role no longer exists.
    """
    invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
    assignment = role_assignment_for(invitation.role, invitation.region)
    if not invitation.is_open or invitation.is_expired or assignment is None:
        raise CannotInvite(_("This invitation is no longer valid."))
    user = User.objects.filter(email__iexact=invitation.email).order_by("-is_active").first()
    if user is not None and user.is_active:
        raise CannotInvite(_("There is an account with this email address already."))
    if user is None:
        user = User(username=_free_name(invitation.email), email=invitation.email)
    user.is_active = True
    user.is_superuser = False
    user.last_name, user.first_name, user.affiliation = last_name, first_name, affiliation
    user.set_password(password)
    user.save()
    user.groups.set([assignment.group_id])
    profile = UserProfile.get_for_user(user)
    profile.preferred_language = invitation.language
    profile.save()
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    log(instance=user, action="nanif.account.accept", user=user)
    return user


def _free_name(email: str) -> str:
    """The mail address as a user name, cut to 150 signs; numbered where somebody has it."""
    name, number = email[:150], 1
    while User.objects.filter(username=name).exists():
        number += 1
        name = f"{email[:140]}-{number}"
    return name


@transaction.atomic
def change_role(*, by: User, user: User, assignment: RoleAssignment) -> None:
    """Give somebody another role instead of those they have.

    Raises:
        CannotLookAfter: not an account that `by` looks after, or not a role that they may assign.
    """
    if not may_look_after(by, user) or assignment not in assignable_roles(by):
        raise CannotLookAfter
    user.groups.remove(
        *Group.objects.filter(pk__in=[other.group_id for other in role_assignments()])
    )
    user.groups.add(assignment.group_id)
    log(instance=user, action="nanif.account.change_post", user=by, data={"post": str(assignment)})


@transaction.atomic
def deactivate(*, by: User, user: User, receiver: User | None = None) -> None:
    """Close the account of somebody who leaves. What they wrote stays.

    Their pages go to the receiver (or to nobody in particular), what they had locked is opened,
    they are signed out everywhere, and their rights, keys and open invitations end.

    Raises:
        CannotLookAfter: not an account that `by` looks after, or a receiver who is not active.
    """
    if not may_look_after(by, user) or (receiver is not None and not receiver.is_active):
        raise CannotLookAfter
    Page.objects.filter(owner=user).update(owner=receiver)
    Page.objects.filter(locked_by=user).update(locked=False, locked_by=None, locked_at=None)
    for invitation in user.invitations.filter(accepted_at=None, withdrawn_at=None):
        withdraw(invitation=invitation)
    remove_second_factor(user=user)
    APIToken.objects.filter(user=user).delete()
    user.groups.clear()
    user.user_permissions.clear()
    user.is_superuser = user.is_active = False
    # Sessions carry a digest of the password, so all of them end with it.
    user.set_unusable_password()
    user.save()
    log(
        instance=user,
        action="nanif.account.deactivate",
        user=by,
        data={"receiver": receiver.pk if receiver else None},
    )


def remove_second_factor(*, user: User) -> None:
    """Forget somebody's second factor, for instance when the telephone is lost."""
    for device in devices_for_user(user, confirmed=None):
        device.delete()
