"""One page per place: its figures, places like it, and what those have done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """One page per place: its figures, places like it, and what those have done."""

    name = "places"
    verbose_name = _("Places")

    def ready(self) -> None:
        """Tell the search which places are like a place; register open data."""
        from search.registry import register_likeness

        from . import datasets  # noqa: F401
        from .likeness import like_places

        register_likeness(like_places)
