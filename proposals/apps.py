"""Case studies that organisations without an account propose."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    """Case studies that organisations without an account propose."""

    name = "proposals"
    verbose_name = _("Proposals")
