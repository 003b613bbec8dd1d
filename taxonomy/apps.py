"""Closed vocabularies, keywords and the glossary."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """Closed vocabularies, keywords and the glossary."""

    name = "taxonomy"
    verbose_name = _("Vocabularies")

    def ready(self) -> None:
        """Name the vocabularies in the catalogue of open data."""
        from . import datasets  # noqa: F401
