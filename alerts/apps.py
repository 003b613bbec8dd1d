"""Mail alerts for saved searches."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlertsConfig(AppConfig):
    """Mail alerts for saved searches."""

    name = "alerts"
    verbose_name = _("Email alerts")
