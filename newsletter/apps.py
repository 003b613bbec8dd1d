"""The monthly newsletter."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsletterConfig(AppConfig):
    """The monthly newsletter."""

    name = "newsletter"
    verbose_name = _("Newsletter")
