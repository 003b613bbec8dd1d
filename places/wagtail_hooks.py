"""What places add to the pages of places: those that are like them."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks

from core.dossier import REGION_HOOK, Section
from places.peer_cases import places_like
from regions.models import Area


@hooks.register(REGION_HOOK)
def peers_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """Places like this one, and what they have done; None for several areas together."""
    found = places_like(areas[0], get_language() or "ja") if len(areas) == 1 else None
    if found is None:
        return None
    return Section(
        name="peers",
        title=_("Places like this one"),
        template="places/peers_section.html",
        order=12,
        context={"like": found},
    )
