"""The whole network at a glance, for those who look after it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OverviewConfig(AppConfig):
    """What waits where, and what is coming."""

    name = "overview"
    verbose_name = _("Overview of the regions")
