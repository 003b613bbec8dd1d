"""Photographs and illustrations with their rights."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImagesConfig(AppConfig):
    """Photographs and illustrations with their rights."""

    name = "images"
    verbose_name = _("Images")
