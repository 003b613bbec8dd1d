"""Places of Japan and the regional platforms."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionsConfig(AppConfig):
    """Places of Japan and the regional platforms."""

    name = "regions"
    verbose_name = _("Regions")

    def ready(self) -> None:
        """Register what the public search knows of these pages, of names of areas, and of desks."""
        from . import (
            datasets,  # noqa: F401
            desk_offers,
            place_directory,
            search_documents,  # noqa: F401
        )

        desk_offers.connect()
        place_directory.connect()
