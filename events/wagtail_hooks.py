"""What events add to the pages of regions and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks

from core.dossier import ORGANISATION_HOOK, REGION_HOOK, Section
from events.selectors import (
    coming,
    event_ids_by_area,
    events_by_organisation,
    kept_event_cards,
    past,
)
from organisations.models import OrganisationPage
from regions.models import Area
from regions.selectors import area_filter, in_areas

SHOWN = 6


@hooks.register(REGION_HOOK)
def events_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The events in these areas."""
    soon, over = (in_areas(index, areas) for index in event_ids_by_area(get_language() or "ja"))
    only = areas[0].code if len(areas) == 1 else ""
    return _section(
        soon,
        over,
        _("Events here"),
        search="".join(f"&region={code}" for code in area_filter(areas)),
        calendar=reverse("events:region-calendar", args=[only]) if only else "",
    )


@hooks.register(ORGANISATION_HOOK)
def organisation_events_section(
    organisation: OrganisationPage, request: HttpRequest
) -> Section | None:
    """The events in which this body has a part."""
    found = events_by_organisation(organisation, get_language() or "ja")
    soon, over = (ids(found).values_list("pk", flat=True) for ids in (coming, past))
    return _section(list(soon), list(over), _("Events with this organisation"))


def _section(
    soon: Sequence[int], over: Sequence[int], title: str, *, search: str = "", calendar: str = ""
) -> Section | None:
    """Those to come and then the latest, as many as fit, by their numbers."""
    if not soon and not over:
        return None
    cards = kept_event_cards([*soon, *over][:SHOWN])
    return Section(
        name="events",
        title=title,
        template="events/section.html",
        order=24,
        context={
            "coming": [card for pk, card in cards.items() if pk in soon],
            "past": [card for pk, card in cards.items() if pk in over],
            "total": len(soon) + len(over),
            "search": search,
            "calendar_url": calendar,
        },
    )
