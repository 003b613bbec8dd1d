"""The form with which an alert is asked for."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

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
    region = forms.CharField(label=_("Prefecture"), required=False, max_length=10)
    theme = forms.CharField(label=_("Theme"), required=False, max_length=10)

    def clean(self) -> dict[str, Any]:
        """Send the newsletter once a month, and nothing else so rarely."""
        data = super().clean() or {}
        is_monthly = data.get("frequency") == Alert.Frequency.MONTHLY
        if is_monthly != (data.get("subject") == Alert.Subject.NEWSLETTER):
            if is_monthly:
                self.add_error("frequency", _("Please choose weekly or daily."))
            else:
                data["frequency"] = Alert.Frequency.MONTHLY
        return data

    def saved_search(self) -> str:
        """What is asked for as parameters: the search, or the newsletter's area and theme."""
        if self.cleaned_data["subject"] != Alert.Subject.NEWSLETTER:
            return str(self.cleaned_data["search"])
        chosen = {name: self.cleaned_data[name] for name in ("region", "theme")}
        return urlencode({name: code for name, code in chosen.items() if code})
