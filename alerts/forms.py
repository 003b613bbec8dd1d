"""The form with which an alert is asked for."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from alerts.models import Alert

__all__ = ["AlertForm"]


class AlertForm(forms.Form):
    """An address, how often, and the search as parameters of its address."""

    address = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        error_messages={
            "required": _("Please write your mail address."),
            "invalid": _("This is not a mail address. Please write it as name@example.org."),
        },
    )
    frequency = forms.ChoiceField(
        label=_("How often"),
        choices=Alert.Frequency.choices,
        initial=Alert.Frequency.WEEKLY,
        error_messages={"invalid_choice": _("Please choose once a week or once a day.")},
    )
    search = forms.CharField(required=False, max_length=8_000, widget=forms.HiddenInput)
