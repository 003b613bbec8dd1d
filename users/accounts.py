"""Accounts in the admin: who works here, inviting people, changing a role, somebody leaves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.models import Page

from core.kept_text import confirm_stored
from users.forms import ChangeRoleForm, DeactivateForm, InviteForm
from users.models import Invitation, User
from users.second_factor import who_has_second_factor
from users.selectors import (
    assignable_roles,
    eligible_successors,
    may_look_after,
    open_invitations,
    people,
    roles_held_by,
)
from users.services import (
    CannotInvite,
    change_role,
    deactivate,
    invite,
    remove_second_factor,
    send,
    withdraw,
)
from users.tokens import invitation_url

View = Callable[..., HttpResponse]


def inviters_only(view: View) -> View:
    """Restrict a view to users who may assign at least one role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not assignable_roles(_me(request)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_admin_access(guarded)


def _me(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _looked_after(request: HttpRequest, pk: int) -> User:
    """The account with that number, when whoever asks may change it."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    if not may_look_after(_me(request), user):
        raise PermissionDenied
    return user


def _invitation(request: HttpRequest, pk: int) -> Invitation:
    """An open invitation that whoever asks could have sent."""
    for invitation, _role in open_invitations(_me(request)):
        if invitation.pk == pk:
            return invitation
    raise PermissionDenied


@inviters_only
def accounts(request: HttpRequest) -> HttpResponse:
    """Everybody whom one may look after, and the invitations that are open."""
    me = _me(request)
    with_factor = who_has_second_factor()
    given = set(assignable_roles(me))
    rows = [
        {
            "user": user,
            "posts": held,
            "can_change": user.is_active and may_look_after(me, user, held=held, given=given),
            "has_second_factor": user.pk in with_factor,
        }
        for user, held in people(me)
    ]
    context = {
        "rows": rows,
        "invitations": open_invitations(me),
        "page_title": _("Accounts"),
        "header_icon": "user",
    }
    return render(request, "users/admin/accounts.html", context)


@inviters_only
def account_invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody to a role that the inviter may assign; accepting makes the account.

    Where the site sends no mail, the link is shown to the inviter.
    """
    me = _me(request)
    form = InviteForm(
        request.POST or None, given=assignable_roles(me), initial={"language": get_language()}
    )
    if request.method == "POST" and form.is_valid():
        assignment = form.cleaned_data["post"]
        try:
            invitation = invite(
                inviter=me,
                email=form.cleaned_data["email"],
                role=assignment.role,
                region=assignment.region,
                language=form.cleaned_data["language"],
            )
        except CannotInvite as error:
            form.add_error("email", str(error))
        else:
            confirm_stored(request)
            _say_sent(request, invitation)
            return redirect("accounts")
    context = {"form": form, "page_title": _("Invite somebody"), "header_icon": "mail"}
    return render(request, "users/admin/invite.html", context)


def _say_sent(request: HttpRequest, invitation: Invitation) -> None:
    """Say that the invitation was sent; show its link where the site sends no mail."""
    messages.success(
        request,
        _("The invitation to %(email)s is on its way. It is valid for seven days.")
        % {"email": invitation.email},
    )
    if not settings.MAIL_IS_SET_UP:
        messages.warning(
            request,
            _("This site sends no mail yet. Give this link to nobody else: %(url)s")
            % {"url": invitation_url(invitation)},
        )


@require_POST
@inviters_only
def invitation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again."""
    invitation = _invitation(request, pk)
    send(invitation=invitation)
    _say_sent(request, invitation)
    return redirect("accounts")


@require_POST
@inviters_only
def invitation_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an invitation void."""
    invitation = _invitation(request, pk)
    withdraw(invitation=invitation)
    messages.success(
        request, _("The invitation to %(email)s is void.") % {"email": invitation.email}
    )
    return redirect("accounts")


@inviters_only
def account_post(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody another role or region."""
    user = _looked_after(request, pk)
    me = _me(request)
    held = roles_held_by(user)
    initial = {}
    if held:
        region = held[0].region
        initial = {"role": held[0].role.value, "region": str(region.pk) if region else ""}
    form = ChangeRoleForm(request.POST or None, given=assignable_roles(me), initial=initial)
    if request.method == "POST" and form.is_valid():
        change_role(by=me, user=user, assignment=form.cleaned_data["post"])
        messages.success(
            request,
            _("%(name)s is now: %(post)s.")
            % {"name": user.get_full_name() or user, "post": form.cleaned_data["post"]},
        )
        return redirect("accounts")
    context = {
        "form": form,
        "account": user,
        "page_title": _("Change the role"),
        "page_subtitle": user.get_full_name() or str(user),
        "header_icon": "user",
    }
    return render(request, "users/admin/change_role.html", context)


@inviters_only
def account_leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Close the account of somebody who leaves."""
    user = _looked_after(request, pk)
    me = _me(request)
    form = DeactivateForm(request.POST or None)
    form.fields["receiver"].queryset = eligible_successors(me, user)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        deactivate(by=me, user=user, receiver=form.cleaned_data["receiver"])
        messages.success(
            request,
            _("The account of %(name)s is closed. All pages are still there.")
            % {"name": user.get_full_name() or user},
        )
        return redirect("accounts")
    context = {
        "form": form,
        "account": user,
        "owned": Page.objects.filter(owner=user).count(),
        "locked": Page.objects.filter(locked_by=user).count(),
        "page_title": _("Close an account"),
        "page_subtitle": user.get_full_name() or str(user),
        "header_icon": "user",
    }
    return render(request, "users/admin/leave.html", context)


@require_POST
@inviters_only
def account_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch off the second factor of somebody who has lost the telephone."""
    user = _looked_after(request, pk)
    remove_second_factor(user=user)
    messages.success(
        request,
        _("%(name)s can sign in without a second factor now, and should set it up again.")
        % {"name": user.get_full_name() or user},
    )
    return redirect("accounts")
