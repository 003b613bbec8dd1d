"""Who runs the site, and what visitors write to them."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContactConfig(AppConfig):
    """Who runs the site, and what visitors write to them."""

    name = "contact"
    verbose_name = _("Contact")

    def ready(self) -> None:
        """Register the check of the imprint."""
        from contact import checks  # noqa: F401
