"""The public search."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """The public search."""

    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        """Listen to what happens to pages and vocabularies; name the lists as open data."""
        from search.index import signals

        from . import datasets  # noqa: F401

        signals.connect()
