"""What surveys add to the pages of regions, and surveys in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail import hooks

from core.dossier import REGION_HOOK, Section
from regions.models import Area
from surveys.residents import area_figures


@hooks.register(REGION_HOOK)
def figures_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """Foreign residents of these areas."""
    figures = area_figures(areas)
    if figures is None:
        return None
    return Section(
        name="figures",
        title=_("Foreign residents in figures"),
        template="surveys/region_section.html",
        order=30,
        context=figures,
    )
