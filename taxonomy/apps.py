"""Closed vocabularies, keywords and the glossary."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TaxonomyConfig(AppConfig):
    """Closed vocabularies, keywords and the glossary."""

    name = "taxonomy"
    verbose_name = _("Vocabularies")
