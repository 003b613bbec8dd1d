"""Reads for the page of one place: what stands on it, in its order."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.dossier import Section
from core.structured_data import json_ld
from images.share_cards import ShareCard
from opendata.schemas import LICENCE
from places.headline import Headline, headline_of
from places.neighbours import neighbour_codes
from regions.models import Area
from regions.selectors import (
    area_by_code,
    area_url,
    current_areas,
    dossier_sections,
    platforms_of_area,
)

__all__ = ["place_by_code", "place_context", "share_card_of"]

# Among the sections that other apps register: behind the cases, before the desks.
PLATFORMS_ORDER = 14
_LEVELS = ("", "parent__", "parent__parent__", "parent__parent__parent__")


def place_by_code(code: str) -> Area | None:
    """The area with that code and all above it; also without check digit.

    Without outlines: the map reads them by itself.
    """
    return area_by_code(code, Area.objects.defer(*(f"{level}shape" for level in _LEVELS)))


def place_context(area: Area, request: HttpRequest) -> dict[str, Any]:
    """What the page of a place shows: headline, sections, map, neighbours, what lies in it.

    Load the area with `place_by_code`.
    """
    ancestors = _ancestors(area)
    prefecture = next((one for one in ancestors if one.kind == Area.Kind.PREFECTURE), None)
    successors = _successors(area) if area.valid_to else []
    headline = None if area.valid_to else headline_of(area)
    sections = _sections(area, prefecture, request)
    description = _description(area, headline)
    return {
        "area": area,
        "trail": [
            {"title": one.label, "url": reverse("area", args=[one.code])} for one in ancestors
        ],
        "prefecture": prefecture,
        "headline": headline,
        "successors": successors,
        "sections": sections,
        "entries": [{"anchor": one.name, "title": one.title} for one in sections],
        "meta_description": description,
        "structured_data": json_ld(_structured_data(area, description, headline)),
        "og_image_url": f"{settings.SITE_URL}{reverse('area-picture', args=[area.code])}",
        # Every place has national desks.
        "is_empty": all(section.name == "desks" for section in sections),
        **_surroundings(area, prefecture, successors),
    }


def _ancestors(area: Area) -> list[Area]:
    """What the area lies in, the widest first."""
    found: list[Area] = []
    above = area.parent
    while above is not None:
        found.insert(0, above)
        above = above.parent
    return found


def _successors(area: Area) -> list[Area]:
    """What the place is today: its successors, or what came after these."""
    found = list(area.successors.defer("shape"))
    if any(one.valid_to for one in found):
        return current_areas(area.code)
    return found


def _sections(area: Area, prefecture: Area | None, request: HttpRequest) -> list[Section]:
    """The sections of other apps, with the platforms at their place among them."""
    found = dossier_sections([area], request)
    platforms = platforms_of_area(area, get_language() or "ja")
    if platforms.own or platforms.wider:
        found.append(
            Section(
                name="platforms",
                title=_("Platforms, councils and networks"),
                template="places/platforms_section.html",
                order=PLATFORMS_ORDER,
                context={"platforms": platforms, "area": area, "prefecture": prefecture},
            )
        )
    return sorted(found, key=lambda section: section.order)


# --- Map, neighbours, parts ----------------------------------------------------------------------


@dataclass(frozen=True)
class PlaceMap:
    """The map of a prefecture, each municipality a link; `here` are those that are meant."""

    prefecture: Area
    others: list[dict[str, str]]
    here: list[dict[str, str]]

    @property
    def listed(self) -> list[dict[str, str]]:
        """All that is on the map, in the order of the codes."""
        return sorted([*self.others, *self.here], key=lambda place: place["code"])


def _surroundings(area: Area, prefecture: Area | None, successors: list[Area]) -> dict[str, Any]:
    """The map of the prefecture, the neighbours, what lies in the area or beside it, what was.

    A ward has its city's other wards beside it, a prefecture's municipalities are on its map. One
    query for all of them.
    """
    near = neighbour_codes(area)
    city = area.parent if area.kind == Area.Kind.WARD and area.parent else area
    whole = area if area.kind == Area.Kind.PREFECTURE else prefecture
    wanted = Q(parent=city) | Q(code__in=near)
    if whole is not None:
        wanted |= Q(code=whole.code) | Q(parent=whole)
    before = Area.successors.through.objects.filter(to_area=area.code).values("from_area")
    around = list(Area.objects.filter(wanted & Q(valid_to=None) | Q(code__in=before)))
    now = [one for one in around if one.valid_to is None]
    here = {area.code, city.code, *(one.code for one in successors)}
    drawn = _map(whole.code, now, here) if whole is not None else None
    is_listed = drawn is not None and city == whole
    return {
        "map": drawn,
        "neighbours": [one for one in now if one.code in near],
        "city": city,
        "parts": [one for one in now if one.parent_id == city.code and not is_listed],
        "predecessors": [one for one in around if one.valid_to is not None],
    }


def _map(prefecture: str, around: list[Area], here: set[str]) -> PlaceMap | None:
    """None where nothing can be drawn."""
    whole = next((one for one in around if one.code == prefecture), None)
    if whole is None or not whole.viewbox:
        return None
    drawn: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    for one in around:
        if one.parent_id == prefecture and one.shape:
            entry = {
                "code": one.code, "name": one.label, "url": area_url(one.code), "d": one.shape,
            }  # fmt: skip
            drawn[one.code in here].append(entry)
    return PlaceMap(whole, drawn[False], drawn[True])


# --- For other sites and search engines ---------------------------------------------------------


def share_card_of(area: Area) -> ShareCard:
    """What the picture of a place says: its name, and how many foreign residents it has."""
    card = ShareCard(area.label, above=area.parent.label if area.parent else "")
    headline = None if area.valid_to else headline_of(area)
    if headline is None:
        return card
    return replace(
        card,
        number=f"{headline.residents:,}",
        note=_("foreign residents (%(day)s)") % {"day": headline.day},
    )


def _description(area: Area, headline: Headline | None) -> str:
    """The place in one sentence, with its numbers and their dates."""
    if headline is None:
        return _(
            "%(name)s: cases, platforms, consultation desks, organisations, grants and figures."
        ) % {"name": area.label}
    values = {
        "name": area.label,
        "residents": f"{headline.residents:,}",
        "day": headline.day,
        "share": headline.share,
        "share_day": headline.share_day,
    }
    if not headline.share:
        return (
            _(
                "%(name)s: %(residents)s foreign residents (%(day)s). Cases, platforms, "
                "consultation desks, organisations, grants and figures."
            )
            % values
        )
    return (
        _(
            "%(name)s: %(residents)s foreign residents (%(day)s), %(share)s of all residents "
            "(%(share_day)s). Cases, platforms, consultation desks, organisations, grants and "
            "figures."
        )
        % values
    )


def _structured_data(area: Area, description: str, headline: Headline | None) -> dict[str, Any]:
    """The place as a schema.org AdministrativeArea, with its figures as a Dataset."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "AdministrativeArea",
        "name": area.label,
        "alternateName": area.name_ja if area.label == area.name_en else area.name_en,
        "url": f"{settings.SITE_URL}{area_url(area.code)}",
        "identifier": area.code,
    }
    if area.website:
        data["sameAs"] = area.website
    if area.latitude is not None and area.longitude is not None:
        data["geo"] = {
            "@type": "GeoCoordinates", "latitude": area.latitude, "longitude": area.longitude,
        }  # fmt: skip
    if area.parent:
        data["containedInPlace"] = {
            "@type": "AdministrativeArea",
            "name": area.parent.label,
            "url": f"{settings.SITE_URL}{area_url(area.parent.code)}",
        }
    if headline is not None:
        data["subjectOf"] = {
            "@type": "Dataset",
            "name": _("%(place)s: foreign residents") % {"place": area.label},
            "description": description,
            "license": LICENCE.url,
            "isBasedOn": headline.text.url,
            "distribution": [
                {
                    "@type": "DataDownload",
                    "encodingFormat": "text/csv",
                    "contentUrl": settings.SITE_URL
                    + reverse("area-foreign-residents", args=[area.code, "csv"]),
                }
            ],
        }
    return data
