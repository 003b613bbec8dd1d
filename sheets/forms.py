"""The two forms of an import: the file, and the confirmation."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

__all__ = ["ConfirmForm", "FileForm"]


class FileForm(forms.Form):
    """A file to look at; nothing is stored by it."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        help_text=_("At most 10 MB. UTF-8, Shift_JIS and UTF-16 are read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.tsv,.txt"}),
    )


class ConfirmForm(forms.Form):
    """Yes, store it."""

    submit_to_review = forms.BooleanField(label=_("Also send the drafts to review"), required=False)
    remove = forms.BooleanField(
        label=_("Yes, delete the listed records"),
        help_text=_("They are stored, but not in the file. This cannot be undone."),
        required=False,
    )
