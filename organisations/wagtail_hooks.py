"""What the directory adds to region pages, and how it stands in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks

from core.dossier import REGION_HOOK, Section
from core.pickers.fields import register_picker
from organisations.pickers import OrganisationPicker
from organisations.selectors import organisations_by_areas
from regions.models import Area
from regions.selectors import area_filter

register_picker(OrganisationPicker())

SHOWN = 12


@hooks.register(REGION_HOOK)
def organisations_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The organisations at work in these areas."""
    found = organisations_by_areas(list(areas), get_language() or "ja")
    total = found.count()
    if not total:
        return None
    return Section(
        name="organisations",
        title=_("Organisations here"),
        template="organisations/region_section.html",
        order=20,
        context={
            "organisations": list(found[:SHOWN]),
            "total": total,
            "regions": area_filter(areas),
        },
    )
