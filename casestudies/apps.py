"""Case studies of multiethnic communities."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseStudiesConfig(AppConfig):
    """Case studies of multiethnic communities."""

    name = "casestudies"
    verbose_name = _("Case studies")

    def ready(self) -> None:
        """Register what the public search knows of these pages, and tell it of changes."""
        from . import (
            datasets,  # noqa: F401
            identifiers,
            municipalities,
            search_documents,  # noqa: F401
            uptake,
        )

        uptake.announce_changes()
        municipalities.announce_changes()
        identifiers.announce_changes()
