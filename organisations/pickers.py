"""Finding organisations while typing in an admin form."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.pickers.pages import PagePicker
from core.templatetags.facts import place_name
from organisations.models import OrganisationPage

__all__ = ["OrganisationPicker"]


class OrganisationPicker(PagePicker):
    """Bodies of the directory, by name, kana and other names, each with its first place."""

    name = "organisations"
    model = OrganisationPage
    placeholder = _("Name, kana or place of an organisation")
    text_fields = ["title", "kana", "other_names"]
    related = ["areas__parent"]

    def note(self, page: Any) -> str:
        """The first place with its prefecture."""
        area = next(iter(page.areas.all()), None)
        return place_name(area) if area else ""
