"""What happens to a page happens to its counterpart in the other language."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    """What happens to a page happens to its counterpart in the other language."""

    name = "translations"
    verbose_name = _("Translations")

    def ready(self) -> None:
        """Follow what happens to pages, whoever or whatever does it."""
        from translations import facts, following, publication, words

        following.connect()
        publication.connect()
        facts.connect()
        words.connect()
