"""Media coverage and op-eds: what others published about the network's work."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PressConfig(AppConfig):
    """Media coverage and op-eds: what others published about the network's work."""

    name = "press"
    verbose_name = _("Media coverage")

    def ready(self) -> None:
        """Register what the public search knows of media coverage."""
        from organisations.own_pages import register_role

        from . import search_documents  # noqa: F401
        from .models import CoverageOrganisation

        register_role(CoverageOrganisation)
