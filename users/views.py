"""Signing in with a second factor and a throttle, and accepting an invitation."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.auth import LoginForm
from wagtail.admin.views.account import LoginView, PasswordResetConfirmView, PasswordResetView

from opendata.rates import (
    Usage,
    client_of,
    count,
    count_in_turn,
    give_back,
    refusal,
    waiting_time,
)
from users.forms import AcceptForm, CodeForm, PasswordForm
from users.known_devices import device_of, remember_device
from users.models import User
from users.second_factor import (
    begin,
    code_is_right,
    confirm,
    has_second_factor,
    is_required,
    new_paper_codes,
    qr_code,
)
from users.selectors import RoleAssignment, role_assignment_for
from users.services import CannotInvite, accept, remove_second_factor
from users.tokens import read_invitation

PENDING = "second_factor_pending"
CODE_WITHIN = 10 * 60  # seconds between password and code

never_kept = method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")


def _limits(request: HttpRequest, account: str, device: str) -> list[tuple[str, str]]:
    """What log-ins are counted by, the narrowest limit first.

    In a browser that the account knows, by that browser alone: strangers cannot use that up. All
    others share limits for each client and account, for each client, and for each account.
    """
    account = account.strip().lower()
    if device:
        return [("login-device", f"{device} {account}")]
    client = client_of(request)
    return [
        ("login", f"{client} {account}"),
        ("login-client", client),
        ("login-account", account),
    ]


def _count_log_in(request: HttpRequest, account: str, device: str) -> list[Usage]:
    """Count an attempt before the password is looked at: many sent at once are counted as well.

    Successful ones are given back.
    """
    return count_in_turn(_limits(request, account, device))


def _too_many(usage: Usage) -> str:
    if not usage.is_counted:
        return refusal(usage)
    return _(
        "Signing in to this account failed too often. Please try again in %(wait)s. "
        "Other people can sign in as usual."
    ) % {"wait": waiting_time(usage)}


@never_kept
class SignInView(LoginView):
    """Wagtail's log-in with a throttle; people with a second factor are asked for it next."""

    template_name = "users/sign_in.html"

    def get_form(self, form_class: type[LoginForm] | None = None) -> LoginForm:
        """Without the hints inside the fields, which say what the labels say."""
        form = super().get_form(form_class)
        for name in ("username", "password"):
            form.fields[name].widget.attrs.pop("placeholder", None)
        return form

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse before the password is looked at, whether the account exists or not."""
        account = request.POST.get("username", "")
        self.usages = _count_log_in(request, account, device_of(request, account))
        usage = self.usages[-1]
        if not usage.is_over:
            return super().post(request, *args, **kwargs)
        messages.error(request, _too_many(usage))
        form = self.get_form_class()(request)
        response = self.render_to_response(self.get_context_data(form=form))
        response.status_code = usage.status
        response["Retry-After"] = str(usage.reset)
        return response

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Sign in, or remember the verified password for some minutes and ask for the code."""
        give_back(self.usages)
        user = form.get_user()
        if not has_second_factor(user):
            response = super().form_valid(form)
            remember_device(self.request, response, user)
            return response
        self.request.session.cycle_key()
        self.request.session[PENDING] = {
            "user": user.pk,
            "backend": user.backend,
            "remember": bool(form.cleaned_data.get("remember")),
            "next": self.get_success_url(),
            "at": int(time.time()),
        }
        return redirect("sign_in_code")


@never_cache
@sensitive_post_parameters()
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step of signing in."""
    pending = request.session.get(PENDING)
    if not pending or pending["at"] + CODE_WITHIN < time.time():
        request.session.pop(PENDING, None)
        return redirect("wagtailadmin_login")
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    if user is None:
        return redirect("wagtailadmin_login")
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        device = device_of(request, user.get_username())
        usages = _count_log_in(request, f"code {user.pk}", device)
        if usages[-1].is_over:
            form = CodeForm()
            messages.error(request, _too_many(usages[-1]))
            status = usages[-1].status
        elif not form.is_valid():
            give_back(usages)
        elif code_is_right(user=user, code=form.cleaned_data["code"]):
            give_back(usages)
            del request.session[PENDING]
            login(request, user, backend=pending["backend"])
            request.session.set_expiry(settings.SESSION_COOKIE_AGE if pending["remember"] else 0)
            response = HttpResponseRedirect(pending["next"])
            remember_device(request, response, user)
            return response
        else:
            form.add_error("code", _("This code is not right, or was used already."))
    return render(request, "users/sign_in_code.html", {"form": form}, status=status)


@never_kept
class ForgottenPasswordView(PasswordResetView):
    """Wagtail's form for a forgotten password, with a throttle; the mail is sent by a task."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse who asks too often."""
        usage = count("account", client_of(request))
        if not usage.is_over:
            return super().post(request, *args, **kwargs)
        form = self.get_form_class()(request.POST)
        form.add_error(None, refusal(usage))
        return self.render_to_response(self.get_context_data(form=form), status=usage.status)


class ChooseNewPasswordView(PasswordResetConfirmView):
    """Wagtail's page behind the mailed link, which also makes the browser a known one.

    So whoever reads the account's mail gets in while a stranger uses up the limits of log-ins.
    """

    def form_valid(self, form: Any) -> HttpResponse:
        """Store the password; signing in with it is the next step."""
        response = super().form_valid(form)
        remember_device(self.request, response, self.user)
        return response


@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask somebody who was invited for name and password, and sign them in."""
    usage = count("account", client_of(request))
    invitation = None if usage.is_over else read_invitation(token)
    if invitation is not None:  # only guessing counts: a whole office may accept in one hour
        give_back([usage])
    problem = ""
    if usage.is_over:
        problem = refusal(usage)
    elif invitation is None:
        problem = _("This link is not valid. Perhaps the invitation was sent again since.")
    elif invitation.accepted_at is not None:
        problem = _("This invitation has been used. Please sign in with your password.")
    elif invitation.withdrawn_at is not None:
        problem = _("This invitation has been withdrawn.")
    elif invitation.is_expired:
        problem = _("This invitation has expired. Ask whoever invited you to send it again.")
    elif role_assignment_for(invitation.role, invitation.region) is None:
        problem = _("The region of this invitation is no longer on board.")
    if problem or invitation is None:
        status = usage.status if usage.is_over else 404 if invitation is None else 410
        return render(request, "users/invitation_void.html", {"problem": problem}, status=status)
    if "language" not in request.GET and request.method == "GET":
        return redirect(f"{request.path}?language={invitation.language}")
    form = AcceptForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        values = {
            name: form.cleaned_data[name] for name in ("last_name", "first_name", "affiliation")
        }
        try:
            user = accept(invitation=invitation, password=form.cleaned_data["password1"], **values)
        except CannotInvite as error:
            form.add_error(None, str(error))
        else:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            with override(invitation.language):
                messages.success(request, _("Welcome. Your account is ready."))
            response = redirect("wagtailadmin_home")
            remember_device(request, response, user)
            return response
    post = RoleAssignment(invitation.get_role(), invitation.region, 0)
    context = {"form": form, "invitation": invitation, "post": post}
    return render(request, "users/accept_invitation.html", context)


@never_cache
@require_admin_access
@sensitive_post_parameters()
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set the second factor up, make new codes for paper, or switch it off."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the decorator has seen to it
    is_on = has_second_factor(user)
    action = request.POST.get("action", "")
    context: dict[str, Any] = {
        "page_title": _("Second factor"),
        "header_icon": "key",
        "is_required": is_required(user),
    }
    if not is_on:
        form = CodeForm(request.POST or None)
        if action == "confirm" and form.is_valid():
            codes = confirm(user=user, code=form.cleaned_data["code"])
            if codes is not None:
                messages.success(request, _("The second factor is on."))
                return render(request, "users/paper_codes.html", {**context, "codes": codes})
            form.add_error("code", _("This code is not right. Try the one shown now."))
        device = begin(user=user)
        key = device.config_url.partition("secret=")[2].partition("&")[0]
        context |= {"form": form, "qr_code": qr_code(device), "key": key}
        return render(request, "users/second_factor_setup.html", context)
    asked = PasswordForm(request.POST or None, user=user)
    if request.method == "POST" and asked.is_valid():
        if action == "codes":
            codes = new_paper_codes(user=user)
            return render(request, "users/paper_codes.html", {**context, "codes": codes})
        if action == "off" and not context["is_required"]:
            remove_second_factor(user=user)
            update_session_auth_hash(request, user)
            messages.success(request, _("The second factor is off."))
            return redirect(reverse("wagtailadmin_account"))
    return render(request, "users/second_factor.html", {**context, "form": asked})
