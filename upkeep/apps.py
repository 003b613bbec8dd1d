"""Staying true: confirmation by the bodies in charge, reports of what went stale, broken links."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    """What keeps pages true."""

    name = "upkeep"
    verbose_name = _("Keeping pages true")
