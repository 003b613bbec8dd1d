"""To which region each page belongs, and which regions somebody sees.

A region here is a prefecture, or another area that is on board. What a region on board keeps up is
its own, as everywhere at the desk (`reviews.selectors.RegionMap`). Cases and platforms that nobody
keeps up belong to the prefectures of their areas; curators look after these. What stands nowhere
below belongs to the network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from wagtail.models import Page

from casestudies.models import CasesFromPage
from regions.models import Area, Region, RegionalPlatformPage
from regions.selectors import prefectures, regions_of_user
from reviews.selectors import RegionMap
from users.roles import is_curator

__all__ = ["NETWORK", "TOP", "Platform", "Territory"]

# Stands in place of an area's code for the pages of no region.
NETWORK = "network"
# Lists of cases and platforms stand four levels deep: root, home, section, and they.
TOP = 4 * Page.steplen


@dataclass(frozen=True)
class Platform:
    """A platform that covers a region."""

    number: int
    title: str
    is_live: bool


@dataclass(frozen=True)
class Territory:
    """The regions that somebody sees.

    Attributes:
        areas: of all regions, in their order, by code.
        tops: the codes of the regions to which the pages at and below each path belong.
        on_board: regions that have people of their own, by code.
        platforms: those of each region, by code.
        has_network: whether the pages of no region are seen too.
    """

    areas: Mapping[str, Area]
    tops: Mapping[str, tuple[str, ...]]
    on_board: Mapping[str, Region]
    platforms: Mapping[str, tuple[Platform, ...]]
    has_network: bool

    @classmethod
    def of(cls, user: Any) -> Territory:
        """All regions for curators, their own for people of regions, none for others.

        A fixed number of queries.
        """
        places = RegionMap.load()
        on_board = {region.area_id: region for region in places.regions if region.is_active}
        sees_all = is_curator(user)
        if not sees_all:
            own = set(regions_of_user(user).values_list("area_id", flat=True))
            on_board = {code: region for code, region in on_board.items() if code in own}
        tops: dict[str, tuple[str, ...]] = {
            path: (region.area_id,)
            for path, region in places.paths.items()
            if region.area_id in on_board
        }
        areas = {area.code: area for area in prefectures()} if sees_all else {}
        areas |= {code: region.area for code, region in on_board.items() if code not in areas}
        platforms = list(_platforms())
        if sees_all:
            for path, codes in _unkept(platforms).items():
                tops.setdefault(path, codes)
        return cls(areas, tops, on_board, _by_region(platforms, tops), sees_all)

    @property
    def codes(self) -> list[str]:
        """Of all that is seen, the network last."""
        return [*self.areas, *([NETWORK] if self.has_network else [])]

    @cached_property
    def condition(self) -> Q:
        """That somebody sees a page."""
        return Q() if self.has_network else _below(self.tops)

    def within(self, code: str) -> Q:
        """That a page belongs to a region, or to none for `NETWORK`."""
        if code == NETWORK:
            return ~_below(self.tops)
        return _below([path for path, codes in self.tops.items() if code in codes])

    def codes_of(self, path: str) -> tuple[str, ...]:
        """The regions to which a page belongs, by the page's path."""
        return self.tops.get(path[:TOP], (NETWORK,) if self.has_network else ())

    def may_ask(self, code: str, user: Any) -> bool:
        """Whether somebody asks others for what is due there: curators, and its publishers."""
        if self.has_network:
            return code in self.codes
        region = self.on_board.get(code)
        return bool(region and user.groups.filter(pk=region.publishers_id).exists())


def _below(paths: Any) -> Q:
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(path__startswith=path)
    return condition


_Row = tuple[str, int, str, bool, str, str]


def _platforms() -> Any:
    """Path, number, title, whether it is live, language, and code of an area, a line for each."""
    return RegionalPlatformPage.objects.order_by("path", "areas__order").values_list(
        "path", "pk", "title", "live", "locale__language_code", "areas__code"
    )


def _unkept(platforms: Sequence[_Row]) -> dict[str, tuple[str, ...]]:
    """The prefectures of every list of cases and every platform, by path."""
    found: dict[str, dict[str, None]] = {}
    cases = CasesFromPage.objects.exclude(area=None).values_list("path", "area_id")
    for path, code in [*cases, *((row[0], row[5]) for row in platforms if row[5])]:
        found.setdefault(path, {}).update(dict.fromkeys(_prefectures_of(code)))
    return {path: tuple(codes) for path, codes in found.items() if codes}


def _prefectures_of(code: str) -> list[str]:
    """The prefecture in which an area lies, or those of a block."""
    return [area.code for area in prefectures() if code[:2] == area.code or area.parent_id == code]


def _by_region(
    platforms: Sequence[_Row], tops: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Platform, ...]]:
    """The Japanese pages of platforms, each once."""
    found: dict[str, dict[Platform, None]] = {}
    for path, number, title, is_live, language, _area in platforms:
        if language != "ja":
            continue
        for code in tops.get(path, ()):
            found.setdefault(code, {})[Platform(number, title, is_live)] = None
    return {code: tuple(pages) for code, pages in found.items()}
