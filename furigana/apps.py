"""Kana above the kanji of every page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FuriganaConfig(AppConfig):
    """Kana above the kanji of every page."""

    name = "furigana"
    verbose_name = _("Furigana")
