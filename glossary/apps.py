"""Terms of the glossary explained where they stand."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GlossaryConfig(AppConfig):
    """Terms of the glossary explained where they stand."""

    name = "glossary"
    verbose_name = _("Glossary")
