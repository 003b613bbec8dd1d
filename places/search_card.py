"""What the search says of a place that somebody asks for: the head of the place's page in short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from casestudies.selectors import cases_by_areas
from places.headline import headline_of
from places.likeness import current_peers
from places.neighbours import neighbour_codes
from places.selectors import place_by_code
from regions.desks import desks_for_areas
from regions.models import Area
from regions.selectors import area_url, platforms_of_area
from search.registry import CardGroup, CardLink, PlaceCard

__all__ = ["place_card"]

_SHOWN = 3
_PEERS = 10


def place_card(code: str) -> PlaceCard | None:
    """The card of a place that there still is, in the active language. A fixed number of queries.

    Without cases of its own it has those of its prefecture, of its neighbours and of places like
    it, and says of each list whose they are.
    """
    area = place_by_code(code)
    if area is None or area.valid_to:
        return None
    language = get_language() or "ja"
    own = _cases([area], language)
    groups: Iterable[CardGroup] = (
        [_group(_("Cases from here"), own, _search_url([area.code]))]
        if own
        else _near(area, language)
    )
    platforms = platforms_of_area(area, language)
    return PlaceCard(
        code=area.code,
        figures=_figures(area),
        has_cases=bool(own),
        groups=tuple(group for group in groups if group.links),
        links=(*_platform_links(platforms.own or platforms.wider), *_desk_links(area)),
    )


def _figures(area: Area) -> tuple[tuple[str, str, str], ...]:
    """Number, what it counts, and of which day."""
    headline = headline_of(area)
    if headline is None:
        return ()
    found = [(f"{headline.residents:,}", _("foreign residents"), headline.day)]
    if headline.share:
        found.append((headline.share, _("of all residents"), headline.share_day))
    return tuple(found)


def _near(area: Area, language: str) -> Iterable[CardGroup]:
    """Cases of the city or else the prefecture, of neighbours, and of municipalities like it."""
    for wider in _above(area):
        if cases := _cases([wider], language):
            heading = _("From %(place)s") % {"place": wider.label}
            yield _group(heading, cases, _search_url([wider.code]))
            break
    near = sorted(neighbour_codes(area))
    like = [peer.code for peer in current_peers().table.of(area.code)][:_PEERS]
    by_code = Area.objects.defer("shape").in_bulk([*near, *like])
    for heading, codes in (
        (_("From its neighbours"), near),
        (_("From municipalities like it"), like),
    ):
        areas = [by_code[code] for code in codes if code in by_code]
        if areas:
            yield _group(heading, _cases(areas, language), _search_url(codes))


def _above(area: Area) -> Iterable[Area]:
    """The city of a ward, and the prefecture."""
    above = area.parent
    while above is not None and above.kind != Area.Kind.BLOCK:
        yield above
        above = above.parent


def _cases(areas: Sequence[Area], language: str) -> list[Any]:
    """The newest, and one more to tell whether there are others."""
    return list(cases_by_areas(areas, language).prefetch_related(None)[: _SHOWN + 1])


def _group(heading: str, cases: Sequence[Any], url: str) -> CardGroup:
    links = tuple(CardLink(case.title, case.url) for case in cases[:_SHOWN])
    return CardGroup(heading, links, url if len(cases) > _SHOWN else "")


def _search_url(codes: Sequence[str]) -> str:
    chosen = "".join(f"&region={code}" for code in codes[:30])
    return f"{reverse('search:search')}?kind=case{chosen}"


def _platform_links(platforms: Sequence[Any]) -> Iterable[CardLink]:
    for platform in platforms[:1]:
        yield CardLink(platform.title, platform.url, _("Regional platform"))


def _desk_links(area: Area) -> Iterable[CardLink]:
    desks = desks_for_areas([area])
    nearest = desks.own or desks.wider or desks.national
    if nearest:
        number = desks.total
        label = ngettext(
            "%(number)s consultation desk for %(place)s",
            "%(number)s consultation desks for %(place)s",
            number,
        ) % {"number": number, "place": area.label}
        yield CardLink(label, f"{area_url(area.code)}#desks", _("Consultation desks"))
