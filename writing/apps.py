"""Help with writing: checks of content, plain Japanese, and what waits for translation."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WritingConfig(AppConfig):
    """Help with writing."""

    name = "writing"
    verbose_name = _("Writing")
