"""Own image model from the first migration: every picture carries its rights."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition, Image


class CustomImage(AbstractImage):
    """A picture with credit, licence, consent of the people shown, and until when it may stay."""

    credit = models.CharField(
        _("credit"), max_length=200, blank=True, help_text=_("Who made it or owns the rights.")
    )
    licence = models.CharField(_("licence"), max_length=100, blank=True)
    permission_until = models.DateField(_("permission until"), null=True, blank=True)
    people_consented = models.BooleanField(
        _("people shown have agreed"),
        default=False,
        help_text=_("Tick only when everyone who can be recognised has agreed to publication."),
    )

    admin_form_fields = Image.admin_form_fields + (
        "credit",
        "licence",
        "permission_until",
        "people_consented",
    )

    class Meta(AbstractImage.Meta):
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")


class Rendition(AbstractRendition):
    """A picture in one size and format."""

    image = models.ForeignKey(CustomImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        unique_together = (("image", "filter_spec", "focal_point_key"),)
