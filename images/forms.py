"""Forms with which editors upload and describe pictures and documents, wherever in the admin."""

from __future__ import annotations

import io
from typing import Any

import willow  # type: ignore[import-untyped]
from django import forms
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from core.file_names import composed
from core.form_fields import DayField
from images.cleaning import (
    LONGEST_SIDE,
    MAX_BYTES,
    MAX_PIXELS,
    CleanedFile,
    clean_picture,
    too_large,
)
from images.models import People

__all__ = ["DocumentForm", "PictureField", "PictureForm"]


class PictureField(WagtailImageField):
    """A field for the file of a picture; what it hands on has been cleaned already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = _(
            "JPEG, PNG, WebP, GIF, HEIC or AVIF, at most %(size)d MB and %(pixels)d million "
            "pixels. Place and camera are removed; the longer side is stored with at most "
            "%(side)d pixels."
        ) % {
            "size": MAX_BYTES // 1024 // 1024,
            "pixels": MAX_PIXELS // 1_000_000,
            "side": LONGEST_SIDE,
        }

    def to_python(self, data: Any) -> CleanedFile | None:
        """Clean what was uploaded.

        Raises:
            ValidationError: it is too large, broken or no picture.
        """
        if data in self.empty_values:
            return None
        if data.size > MAX_BYTES:
            raise too_large(data.name)
        data.seek(0)
        picture = clean_picture(data.read(), data.name)
        file = CleanedFile(picture.content, name=picture.name)
        # Views of Wagtail ask the file for both.
        file.image = willow.Image.open(io.BytesIO(picture.content))  # type: ignore[attr-defined]
        file.content_type = file.image.mime_type  # type: ignore[attr-defined]
        return file


class PictureForm(BaseImageForm):
    """Wagtail's form, with the cleaning field and titles whose characters are composed."""

    class Meta(BaseImageForm.Meta):
        # Wagtail does not use its registered form fields for pictures.
        field_classes = {"permission_until": DayField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = self.fields.get("file")
        if usual is not None:
            self.fields["file"] = PictureField(
                label=usual.label, required=usual.required, widget=usual.widget
            )
        people = self.fields.get("people")
        if isinstance(people, forms.ChoiceField) and self.instance.people != People.UNASKED:
            people.choices = [
                (value, label) for value, label in People.choices if value != People.UNASKED
            ]
        if people is not None:
            # The multiple upload asks only once the file is there; till then it is unknown.
            people.required = False

    def clean_people(self) -> str:
        """The answer, or what it was before."""
        return self.cleaned_data.get("people") or self.instance.people or People.UNKNOWN

    def clean_title(self) -> str:
        """The title in NFC: it is often the name of the file."""
        return composed(self.cleaned_data["title"])


class DocumentForm(BaseDocumentForm):
    """Wagtail's form, with titles whose characters are composed."""

    def clean_title(self) -> str:
        """The title in NFC: it is often the name of the file."""
        return composed(self.cleaned_data["title"])
