"""The two forms of an import: the file, and the confirmation."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sheets.tables import MOST_BYTES

__all__ = ["ConfirmForm", "FileForm"]


class FileForm(forms.Form):
    """A file to look at; nothing is stored by it."""

    file = forms.FileField(
        label=_("Excel or CSV file"),
        help_text=_("At most 10 MB. UTF-8, Shift_JIS and UTF-16 are read."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.tsv,.txt"}),
    )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before it is read into memory."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise ValidationError(
                _("The file is larger than %(size)d MB. Divide it into smaller files."),
                params={"size": MOST_BYTES // 1024 // 1024},
            )
        return file


class ConfirmForm(forms.Form):
    """Yes, store it."""

    submit_to_review = forms.BooleanField(label=_("Also send the drafts to review"), required=False)
    accept = forms.BooleanField(
        label=_("Yes, I have checked the listed numbers: they are meant"), required=False
    )
    remove = forms.BooleanField(
        label=_("Yes, delete the listed records"),
        help_text=_("They are stored, but not in the file. This cannot be undone."),
        required=False,
    )
