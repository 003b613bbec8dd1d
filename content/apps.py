"""The real content as reviewable files, and its loader."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    """The real content as reviewable files, and its loader."""

    name = "content"
    verbose_name = _("Content")
