"""How data leaves the site for machines: licence, paging, problems, limits."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OpenDataConfig(AppConfig):
    """What all interfaces for machines share. No models, no addresses of its own."""

    name = "opendata"
    verbose_name = _("Open data")
