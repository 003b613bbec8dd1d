"""What events add to the pages of regions and organisations."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.query import PageQuerySet

from core.dossier import ORGANISATION_HOOK, REGION_HOOK, Section
from events.selectors import coming, events_by_areas, events_by_organisation, past
from organisations.models import OrganisationPage
from regions.models import Area
from regions.selectors import area_filter

SHOWN = 6


@hooks.register(REGION_HOOK)
def events_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """The events in these areas."""
    found = events_by_areas(areas, get_language() or "ja")
    only = areas[0].code if len(areas) == 1 else ""
    return _section(
        found,
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
    return _section(found, _("Events with this organisation"))


def _section(
    found: PageQuerySet, title: str, *, search: str = "", calendar: str = ""
) -> Section | None:
    """Those to come and then the latest, as many as fit."""
    total = found.count()
    if not total:
        return None
    soon = list(coming(found)[:SHOWN])
    return Section(
        name="events",
        title=title,
        template="events/section.html",
        order=24,
        context={
            "coming": soon,
            "past": list(past(found)[: SHOWN - len(soon)]),
            "total": total,
            "search": search,
            "calendar_url": calendar,
        },
    )
