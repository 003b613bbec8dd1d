"""One page per place: its figures, places like it, and what those have done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """One page per place: its figures, places like it, and what those have done."""

    name = "places"
    verbose_name = _("Places")

    def ready(self) -> None:
        """Tell the search of places and of those like them; register open data."""
        from search.registry import register_likeness, register_place_cards

        from . import datasets  # noqa: F401
        from .likeness import like_places
        from .search_card import place_card
        from .services import announce_changes

        register_likeness(like_places)
        register_place_cards(place_card)
        announce_changes()
