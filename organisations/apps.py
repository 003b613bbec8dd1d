"""Directory of the actors."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationsConfig(AppConfig):
    """Directory of the actors."""

    name = "organisations"
    verbose_name = _("Organisations")

    def ready(self) -> None:
        """Register what the public search knows of these pages, and which have a role."""
        from regions.models import PlatformMember

        from . import datasets, search_documents  # noqa: F401
        from .own_pages import register_role

        register_role(PlatformMember)
