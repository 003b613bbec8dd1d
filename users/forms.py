"""Forms about accounts: inviting, accepting, signing in with a code, resetting a password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import (
    password_validators_help_text_html,
    validate_password,
)
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import PasswordResetForm as WagtailPasswordResetForm

from opendata.rates import count
from users.models import User
from users.rights import REGION_ROLES, TASKS, Role
from users.selectors import RoleAssignment
from users.tasks import send_password_mails

__all__ = [
    "AcceptForm",
    "ChangeRoleForm",
    "CodeForm",
    "DeactivateForm",
    "InviteForm",
    "PasswordForm",
    "PasswordResetForm",
]


class _RoleForm(forms.Form):
    """A role and a region, of those that somebody may give."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)
    region = forms.ChoiceField(
        label=_("Region"), required=False, help_text=_("Only for roles in a region.")
    )

    def __init__(self, *args: Any, given: Sequence[RoleAssignment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.given = {
            (assignment.role.value, str(getattr(assignment.region, "pk", ""))): assignment
            for assignment in given
        }
        roles = [role for role in Role if any(assignment.role == role for assignment in given)]
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (role.value, gettext("%(role)s: %(task)s") % {"role": role.label, "task": TASKS[role]})
            for role in roles
        ]
        regions = {
            str(assignment.region.pk): str(assignment.region)
            for assignment in given
            if assignment.region
        }
        choices = list(regions.items())
        self.fields["region"].choices = choices if len(choices) == 1 else [("", "–"), *choices]  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0].value

    def clean(self) -> dict[str, Any]:
        """Find the assignment; a role in a region needs one."""
        values: dict[str, Any] = super().clean() or {}
        role = values.get("role", "")
        region = values.get("region", "") if role in [r.value for r in REGION_ROLES] else ""
        values["post"] = self.given.get((role, region))
        if role and values["post"] is None:
            self.add_error("region", gettext("Choose the region in which this role is."))
        return values


class InviteForm(_RoleForm):
    """Whom to invite, to what, and in which language the mail is."""

    email = forms.EmailField(label=_("Email address"), max_length=150)
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    field_order = ["email", "role", "region", "language"]


class ChangeRoleForm(_RoleForm):
    """Another role, or another region."""


class DeactivateForm(forms.Form):
    """Who takes over the pages."""

    receiver = forms.ModelChoiceField(
        label=_("Whose pages they become"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular: the region and the curators look after them"),
    )


class NewPassword(forms.Form):
    """A new password, typed twice."""

    password1 = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class AcceptForm(NewPassword):
    """Name and password of somebody who accepts an invitation."""

    last_name = forms.CharField(
        label=_("Family name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    first_name = forms.CharField(
        label=_("Given name"),
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
    )
    affiliation = forms.CharField(
        label=_("Organisation and section"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )

    field_order = ["last_name", "first_name", "affiliation", "password1", "password2"]

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same, and one that is hard to guess."""
        values: dict[str, Any] = super().clean() or {}
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", gettext("The two passwords are not the same."))
        elif first:
            try:
                validate_password(
                    first,
                    User(
                        username=self.email,
                        email=self.email,
                        last_name=values.get("last_name", ""),
                        first_name=values.get("first_name", ""),
                    ),
                )
            except forms.ValidationError as error:
                self.add_error("password1", error)
        return values


class CodeForm(forms.Form):
    """A code of the second factor."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
        ),
    )


class PasswordForm(forms.Form):
    """One's own password, asked again before something that matters."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        """Verify the current password."""
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(gettext("This is not your password."))
        return password


class PasswordResetForm(WagtailPasswordResetForm):
    """Has the mail sent by the task queue, at most five a day to one address."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Enqueue the mail without looking whether anybody has this address.

        Neither the page nor the time it takes tells which addresses have an account.
        """
        email = self.cleaned_data["email"]
        if not count("address", email.lower()).is_over:
            send_password_mails.enqueue(email)
