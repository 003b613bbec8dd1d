"""Home page, standard pages and the site's frame."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    """Home page, standard pages and the site's frame."""

    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        """Register what the public search knows of these pages and of the glossary; open data."""
        from . import datasets, search_documents, term_offers  # noqa: F401

        term_offers.connect()
