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
from wagtail.admin.views.account import LoginView, PasswordResetView

from opendata.rates import Usage, client_of, count, look, refusal, waiting_time
from users.forms import AcceptForm, CodeForm, PasswordForm
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
from users.selectors import Post, post_of
from users.services import CannotInvite, accept, remove_second_factor
from users.tokens import read_invitation

PENDING = "second_factor_pending"
CODE_WITHIN = 10 * 60  # seconds between password and code

never_kept = method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")


def _keys(request: HttpRequest, account: str) -> list[tuple[str, str]]:
    """What failed log-ins are counted by: nobody who knows a password waits for a stranger."""
    client, account = client_of(request), account.strip().lower()
    return [
        ("login", f"{client} {account}"),
        ("login-client", client),
        ("login-account", account),
    ]


def _refused(request: HttpRequest, account: str) -> Usage | None:
    """The limit that this client or account has used up, if any."""
    usages = [look(name, who) for name, who in _keys(request, account)]
    return next((usage for usage in usages if usage.is_over), None)


def _count_failure(request: HttpRequest, account: str) -> None:
    for name, who in _keys(request, account):
        count(name, who)


def _too_many(usage: Usage) -> str:
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
        usage = _refused(request, request.POST.get("username", ""))
        if usage is None:
            return super().post(request, *args, **kwargs)
        messages.error(request, _too_many(usage))
        form = self.get_form_class()(request)
        response = self.render_to_response(self.get_context_data(form=form))
        response.status_code = 429
        response["Retry-After"] = str(usage.reset)
        return response

    def form_invalid(self, form: LoginForm) -> HttpResponse:
        """Count the failure."""
        _count_failure(self.request, self.request.POST.get("username", ""))
        return super().form_invalid(form)

    def form_valid(self, form: LoginForm) -> HttpResponse:
        """Sign in, or keep for some minutes that the password was right and ask for the code."""
        user = form.get_user()
        if not has_second_factor(user):
            return super().form_valid(form)
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
        account = f"code {user.pk}"
        if usage := _refused(request, account):
            form = CodeForm()
            messages.error(request, _too_many(usage))
            status = 429
        elif form.is_valid():
            if code_is_right(user=user, code=form.cleaned_data["code"]):
                del request.session[PENDING]
                login(request, user, backend=pending["backend"])
                request.session.set_expiry(
                    settings.SESSION_COOKIE_AGE if pending["remember"] else 0
                )
                return HttpResponseRedirect(pending["next"])
            _count_failure(request, account)
            form.add_error("code", _("This code is not right, or was used already."))
    return render(request, "users/sign_in_code.html", {"form": form}, status=status)


@never_kept
class ForgottenPasswordView(PasswordResetView):
    """Wagtail's form for a forgotten password, with a throttle and mails that say what to do."""

    email_template_name = "users/mail/password.txt"
    subject_template_name = "users/mail/password_subject.txt"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse who asks too often."""
        usage = count("account", client_of(request))
        if not usage.is_over:
            return super().post(request, *args, **kwargs)
        form = self.get_form_class()(request.POST)
        form.add_error(None, refusal(usage))
        return self.render_to_response(self.get_context_data(form=form), status=429)


@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Ask somebody who was invited for name and password, and sign them in."""
    usage = look("account", client_of(request))
    invitation = None if usage.is_over else read_invitation(token)
    if invitation is None:  # only guessing counts: a whole office may accept in one hour
        count("account", client_of(request))
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
    elif post_of(invitation.role, invitation.region) is None:
        problem = _("The region of this invitation is no longer on board.")
    if problem or invitation is None:
        status = 429 if usage.is_over else 404 if invitation is None else 410
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
            return redirect("wagtailadmin_home")
    post = Post(invitation.get_role(), invitation.region, 0)
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
