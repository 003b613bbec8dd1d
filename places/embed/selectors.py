"""Reads for the widget: its place, and the newest of what the public may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from wagtail.query import PageQuerySet

from casestudies.selectors import cases_by_areas
from core.visibility import publicly_visible
from events.selectors import coming, events_by_areas
from places.embed.choice import Choice
from regions.desks import desks_for_areas
from regions.models import Area, ConsultationDesk, RegionalPlatformPage
from regions.selectors import area_filter, current_areas, regions_of_user

__all__ = ["EmbeddedPlace", "local_governments", "news_of", "own_place", "place_of", "platforms"]

# Local governments and what lies in them.
_KINDS = [
    kind
    for kind in Area.Kind.values
    if kind not in {Area.Kind.COUNTRY, Area.Kind.BLOCK, Area.Kind.PROVINCE}
]


@dataclass(frozen=True)
class EmbeddedPlace:
    """The platform or the area that a widget is about.

    Attributes:
        code: as in the address of the widget: the slug of a platform, or the code of an area.
        language: of its name.
        url: path of its page.
    """

    code: str
    name: str
    language: str
    url: str
    areas: list[Area]

    @property
    def search_url(self) -> str:
        """All that the search finds in it."""
        codes = "&".join(f"region={code}" for code in area_filter(self.areas))
        return f"{reverse('search:search')}?{codes}"


def platforms(language: str) -> PageQuerySet:
    """The regional platforms that a widget may be about."""
    return (
        publicly_visible(RegionalPlatformPage.objects.filter(locale__language_code=language))
        .select_related("locale", "alias_of__locale")
        .order_by("title")
    )


def local_governments(prefecture: str = "") -> list[Area]:
    """Prefectures, or the municipalities and wards of one, as they are today."""
    areas = Area.objects.filter(kind__in=_KINDS, valid_to=None).defer("shape").order_by("code")
    if prefecture:
        areas = areas.filter(code__startswith=prefecture).exclude(kind=Area.Kind.PREFECTURE)
    else:
        areas = areas.filter(kind=Area.Kind.PREFECTURE)
    return list(areas)


def place_of(code: str, language: str, request: HttpRequest) -> EmbeddedPlace | None:
    """The platform or the area with that code; an ended area stands for those that followed it."""
    page = platforms(language).prefetch_related("areas").filter(slug=code).first()
    if page is not None:
        url = page.get_url(request) or ""
        return EmbeddedPlace(code, page.title, page.content_language, url, list(page.areas.all()))
    area = Area.objects.filter(code=code, kind__in=_KINDS).first()
    if area is None:
        return None
    url = reverse("area", args=[area.code])
    return EmbeddedPlace(code, area.label, language, url, current_areas(code))


def own_place(user: Any, language: str) -> str:
    """The code of the place for which somebody writes, or an empty text.

    The region's platform, or its area while there is no public page of one in the language.
    """
    region = regions_of_user(user).select_related("platform").first()
    if region is None:
        return ""
    slug = region.platform.slug if region.platform else ""
    return slug if platforms(language).filter(slug=slug).exists() else str(region.area_id)


def news_of(place: EmbeddedPlace, choice: Choice, language: str) -> dict[str, Any]:
    """By part what is shown: the newest cases, the next events, the nearest desks."""
    readers = {"cases": _cases, "events": _events, "desks": _desks}
    return {part: readers[part](place.areas, language, choice.number) for part in choice.parts}


def _cases(areas: list[Area], language: str, number: int) -> list[Any]:
    found = cases_by_areas(areas, language).prefetch_related(None)
    return list(found.prefetch_related("places__area__parent")[:number])


def _events(areas: list[Area], language: str, number: int) -> list[Any]:
    found = coming(events_by_areas(areas, language)).prefetch_related(None)
    return list(found.prefetch_related("areas")[:number])


def _desks(areas: list[Area], language: str, number: int) -> list[ConsultationDesk]:
    """Those of the place, then those of what it lies in; none for all of Japan."""
    groups = desks_for_areas(areas)
    return [*groups.own, *groups.wider][:number]
