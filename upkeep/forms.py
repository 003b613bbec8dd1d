"""The form with which a body answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from upkeep.models import Confirmation

__all__ = ["AnswerForm"]

LONGEST_WORDS = 4000


class AnswerForm(forms.Form):
    """One of three answers, and words where something has changed."""

    answer = forms.ChoiceField(
        choices=Confirmation.Answer.choices,
        error_messages={
            "required": _("Please choose one of the three answers."),
            "invalid_choice": _("Please choose one of the three answers."),
        },
    )
    words = forms.CharField(
        required=False,
        max_length=LONGEST_WORDS,
        error_messages={
            "max_length": _("Please use at most 4,000 characters."),
        },
    )

    def clean(self) -> dict[str, Any]:
        """A change needs to be told."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        changed = data.get("answer") == Confirmation.Answer.CHANGED
        if changed and not data.get("words") and "words" not in self.errors:
            self.add_error("words", _("Please write what has changed."))
        return data
