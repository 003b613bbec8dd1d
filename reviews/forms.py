"""What a reviewer writes when approving a page or sending it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from reviews.models import Criterion

__all__ = ["ApproveForm", "ChecklistForm", "SendBackForm"]

_ROWS = {"rows": 3}


class ApproveForm(forms.Form):
    """Approving needs no words."""

    comment = forms.CharField(
        label=_("Note (kept with the decision)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(_ROWS),
    )


class ChecklistForm(ApproveForm):
    """Approving a case study: which of the published criteria it meets, and why not all."""

    criteria = forms.MultipleChoiceField(
        label=_("Which criteria does it meet?"),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are explained on the page “Criteria for case studies”."),
    )
    field_order = ["criteria", "comment"]

    def clean(self) -> dict[str, Any]:
        """A criterion that is not met needs a reason, as the published criteria promise."""
        cleaned: dict[str, Any] = super().clean() or {}
        left_open = len(Criterion) - len(cleaned.get("criteria", []))
        if left_open and "criteria" in cleaned and not cleaned.get("comment", "").strip():
            self.add_error(
                "comment",
                _("Say why it may be published although not all criteria are met."),
            )
        return cleaned


class SendBackForm(forms.Form):
    """Sending back needs a reason."""

    comment = forms.CharField(
        label=_("What is to be mended?"),
        max_length=2000,
        widget=forms.Textarea(_ROWS),
        help_text=_("The writer reads this in a mail. Add comments to single fields in the form."),
        error_messages={"required": _("Write what is to be mended.")},
    )
