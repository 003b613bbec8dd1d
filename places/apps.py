"""One page per place: its figures, places like it, and what those have done."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlacesConfig(AppConfig):
    """One page per place: its figures, places like it, and what those have done."""

    name = "places"
    verbose_name = _("Places")
