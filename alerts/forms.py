"""The form with which an alert is asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.models import Alert

__all__ = ["AlertForm"]


class AlertForm(forms.Form):
    """An address, how often, what it is about, and the search as parameters of its address."""

    address = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        error_messages={
            "required": _("Please enter your email address."),
            "invalid": _("Please enter a valid email address, such as name@example.org."),
        },
    )
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=Alert.Frequency.choices,
        initial=Alert.Frequency.WEEKLY,
        error_messages={"invalid_choice": _("Please choose weekly or daily.")},
    )
    subject = forms.ChoiceField(
        choices=Alert.Subject.choices,
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": _("Please sign up for the alert from the list again.")},
    )
    search = forms.CharField(required=False, max_length=8_000, widget=forms.HiddenInput)
