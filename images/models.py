"""Own image model from the first migration: every picture carries its rights."""

from __future__ import annotations

from typing import Any

from django.core.files.base import File
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    Image,
    SourceImageIOError,
    WagtailImageField,
    WagtailImageFieldFile,
    get_rendition_storage,
    get_rendition_upload_to,
    get_upload_to,
)

from images.cleaning import cleaned_file

__all__ = ["CustomImage", "People", "Rendition"]


class People(models.TextChoices):
    """Whether people can be recognised in a picture, and have agreed to its publication."""

    UNKNOWN = "unknown", _("Somebody has not agreed, or has not been asked: not for publication")
    NONE = "none", _("Nobody can be recognised")
    AGREED = "agreed", _("Everybody who can be recognised has agreed")
    # Pictures in use before the question had these answers. They stay where they are shown.
    UNASKED = "unasked", _("In use before this was asked: please answer")


class PictureFile(WagtailImageFieldFile):
    """The file of a picture. Whatever way a file takes into storage, it is cleaned before."""

    def save(self, name: str, content: File, save: bool = True) -> None:
        """Clean and store.

        Raises:
            ValidationError: it is no picture that may be stored.
        """
        clean = cleaned_file(content)
        super().save(clean.name if clean is not content else name, clean, save)


class PictureFileField(WagtailImageField):
    """A picture's file, cleaned before it is stored."""

    attr_class = PictureFile


class CustomImage(AbstractImage):
    """A picture with credit, licence, consent of the people shown, and until when it may stay."""

    file = PictureFileField(
        _("file"),
        upload_to=get_upload_to,
        width_field="width",
        height_field="height",
        # Files are found by their address.
        db_index=True,
    )
    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it or owns the rights.")
    )
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    permission_until = models.DateField(
        _("permission until"),
        null=True,
        blank=True,
        help_text=_(
            "The last day on which it may be shown. From the next day on it disappears from all "
            "pages by itself."
        ),
    )
    people = models.CharField(
        _("people shown"),
        max_length=10,
        choices=People,
        default=People.UNKNOWN,
        help_text=_(
            "A page with a picture that is not for publication cannot be published, and the "
            "picture is not shown."
        ),
    )

    admin_form_fields = Image.admin_form_fields + (
        "credit",
        "licence",
        "people",
        "permission_until",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the picture, its file cleaned.

        Raises:
            ValidationError: the file is no picture that may be stored.
        """
        if self.file and not self.file._committed:
            # Here already, since width and height are read from it.
            self.file = cleaned_file(self.file.file)  # type: ignore[assignment]
        super().save(*args, **kwargs)

    def generate_rendition_file(self, filter: Any, *, source: File | None = None) -> Any:
        """A smaller picture.

        Raises:
            SourceImageIOError: the stored file is damaged; Wagtail then shows a broken picture
                instead of an error page.
        """
        try:
            return super().generate_rendition_file(filter, source=source)
        except (OSError, ValueError, SyntaxError) as error:
            raise SourceImageIOError(str(error)) from error

    @property
    def has_expired(self) -> bool:
        """Whether its last day is over."""
        return self.permission_until is not None and self.permission_until < timezone.localdate()

    @property
    def may_be_shown(self) -> bool:
        """Whether readers may see it now: for its people and its date; collections aside."""
        return self.people != People.UNKNOWN and not self.has_expired

    @property
    def publication_problem(self) -> str:
        """Why a page with it cannot be published now, with the cure; empty where it can."""
        if self.permission_until is not None and self.has_expired:
            return gettext(
                "The picture “%(title)s” could be shown until %(day)s. Choose another one, or ask "
                "for its permission again."
            ) % {"title": self.title, "day": date_format(self.permission_until)}
        if self.people == People.UNASKED:
            return gettext(
                "Say of the picture “%(title)s” whether people can be recognised and have agreed."
            ) % {"title": self.title}
        if self.people == People.UNKNOWN:
            return gettext(
                "The picture “%(title)s” is not for publication: not everybody who can be "
                "recognised has agreed. Choose another one, or change what is said of it."
            ) % {"title": self.title}
        return ""


class Rendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")
    file = WagtailImageField(
        upload_to=get_rendition_upload_to,
        storage=get_rendition_storage,
        width_field="width",
        height_field="height",
        db_index=True,
    )

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
