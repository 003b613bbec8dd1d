"""Finding case studies while typing in an admin form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudyPage
from core.pickers.pages import PagePicker
from core.templatetags.facts import place_name

__all__ = ["CasePicker"]


class CasePicker(PagePicker):
    """Case studies, each with its first place."""

    name = "cases"
    model = CaseStudyPage
    placeholder = _("Words of the title, place or body")
    related = ["places__area__parent"]

    def note(self, page: Any) -> str:
        """The first place with its prefecture."""
        place = next(iter(page.places.all()), None)
        return place_name(place.area) if place else ""
