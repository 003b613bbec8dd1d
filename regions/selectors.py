"""Reads about places and regional platforms."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.dossier import REGION_HOOK, Section, sections
from core.place_names import FORMER_NAMES, normalise_place_name, without_district
from core.selectors import translations_by_key
from core.visibility import publicly_visible
from page_cache.kept import kept, kept_rows
from regions.codes import InvalidAreaCode, complete
from regions.models import (
    Area,
    PlatformMember,
    Region,
    RegionalPlatformPage,
    RegionIndexPage,
    RegionPage,
)
from search.registry import Outlines


@kept
def prefectures() -> list[Area]:
    """The 47 prefectures with their blocks, in the order of their codes. Kept."""
    found = Area.objects.filter(kind=Area.Kind.PREFECTURE).select_related("parent")
    return list(found.defer("shape", "parent__shape"))


@kept
def blocks() -> list[Area]:
    """The blocks of prefectures, each with its prefectures in `parts`. Kept."""
    parts = Prefetch("parts", Area.objects.defer("shape"))
    return list(Area.objects.filter(kind=Area.Kind.BLOCK).prefetch_related(parts))


def current_areas(code: str, on: datetime.date | None = None) -> list[Area]:
    """The areas that a code stands for on a day (today): itself, or its successors in turn.

    Raises Area.DoesNotExist for a code that never existed.
    """
    day = on or timezone.localdate()
    area = Area.objects.select_related("parent").get(code=code)
    if area.valid_to is None or area.valid_to >= day:
        return [area]
    found: dict[str, Area] = {}
    for successor in area.successors.all():
        for current in current_areas(successor.code, day):
            found[current.code] = current
    return list(found.values())


def area_by_code(code: str, among: QuerySet[Area] | None = None) -> Area | None:
    """The area with that code and all above it, also for a code without its check digit.

    Args:
        among: with what else of them is wanted; their parts and what they were and became if not
            given.
    """
    areas = (
        among
        if among is not None
        else Area.objects.prefetch_related("parts", "successors", "predecessors")
    ).select_related("parent__parent__parent")
    found = areas.filter(code=code).first()
    if found is None:
        try:
            found = areas.filter(code=complete(code)).first()
        except InvalidAreaCode:
            return None
    return found


def areas_within(kinds: Sequence[str] = (), parent: str | None = None) -> QuerySet[Area]:
    """Areas of these kinds that lie directly in the parent; all where nothing is named."""
    areas = Area.objects.order_by("code")
    if kinds:
        areas = areas.filter(kind__in=kinds)
    return areas.filter(parent=parent) if parent else areas


def within(areas: Iterable[Area], field: str = "area") -> Q:
    """Condition that an area field lies in one of the areas (block, prefecture, city, ward)."""
    codes = [area.code for area in areas]
    condition = Q(pk__in=())
    for lookup in area_lookups(field):
        condition |= Q((f"{lookup}__in", codes))
    return condition


def area_lookups(field: str) -> tuple[str, ...]:
    """A field that names an area, and the fields of the three levels that the area may lie in."""
    return tuple(field + "__parent" * steps for steps in range(4))


def by_area(rows: Iterable[Sequence[Any]]) -> dict[str, tuple[Any, ...]]:
    """What lies in each area, in the order of the rows, each once; all of it under an empty code.

    Args:
        rows: what is meant, and the codes of `area_lookups` for one of its areas.
    """
    found: dict[str, dict[Any, None]] = {"": {}}
    for one, *codes in rows:
        for code in ("", *filter(None, codes)):
            found.setdefault(code, {})[one] = None
    return {code: tuple(ones) for code, ones in found.items()}


def in_areas(index: Mapping[str, Sequence[Any]], areas: Iterable[Area]) -> list[Any]:
    """Of what `by_area` gives, that which lies in one of the areas, in its order."""
    lists = [found for area in areas if (found := index.get(area.code))]
    if len(lists) < 2:
        return [*lists[0]] if lists else []
    here = {one for found in lists for one in found}
    return [one for one in index[""] if one in here]


@kept_rows
def areas_by_code(codes: list[str]) -> Mapping[str, Area]:
    """Areas with what they lie in directly, without outlines."""
    return Area.objects.select_related("parent").defer("shape", "parent__shape").in_bulk(codes)


def areas_inside(areas: Iterable[Area]) -> QuerySet[Area]:
    """The areas and all that lie in one of them."""
    codes = [area.code for area in areas]
    lookups = ("pk", *(f"parent{'__parent' * steps}" for steps in range(3)))
    condition = Q(pk__in=())
    for lookup in lookups:
        condition |= Q((f"{lookup}__in", codes))
    return Area.objects.filter(condition)


def area_paths(areas: Iterable[Area]) -> list[str]:
    """Codes of the areas and of everything they lie in, wider ones first, each once.

    Load the areas with `select_related("parent__parent__parent")` to avoid further queries.
    """
    codes: dict[str, None] = {}
    for area in areas:
        path = [area.code]
        while area.parent is not None:
            area = area.parent
            path.insert(0, area.code)
        codes |= dict.fromkeys(path)
    return list(codes)


def area_names(areas: Iterable[Area]) -> str:
    """Names of the areas and of the cities, prefectures and countries they lie in, both languages.

    Blocks are left out: 沖縄 would be in every page of 九州・沖縄. Load the areas as for
    `area_paths`.
    """
    names: dict[str, None] = {}
    for area in areas:
        above: Area | None = area
        while above is not None:
            if above.kind != Area.Kind.BLOCK:
                names |= dict.fromkeys([above.name_ja, above.name_en])
            above = above.parent
    return " ".join(name for name in names if name)


def areas_named(name: str, *, prefecture: str = "", is_whole: bool = False) -> list[Area]:
    """The areas of Japan that somebody may mean by a name; those that ended come last.

    Args:
        name: as people write it: with the prefecture or district before it, in another form of
            its kanji, in Latin letters, under a former name, without 市 or 区 at its end.
        prefecture: two digits, to look there alone.
        is_whole: refuse names without 市, 区, 町, 村 at their end.
    """
    wanted = normalise_place_name(without_district(name))
    areas = Area.objects.filter(code__startswith=prefecture, code__regex=r"^\d{2}(\d{4})?$")
    rows = list(areas.values_list("code", "name_ja", "name_en", "parent__name_ja", "valid_to"))
    prefectures = {code: name_ja for code, name_ja, *_rest in rows if len(code) == 2}
    found = [
        (ended is not None, code)
        for code, name_ja, name_en, parent, ended in rows
        if wanted
        in area_spellings(code, name_ja, name_en, parent, prefectures.get(code[:2]), is_whole)
    ]
    by_code = Area.objects.defer("shape").in_bulk([code for _ended, code in found])
    return [by_code[code] for _ended, code in sorted(found)]


def area_spellings(
    code: str, name_ja: str, name_en: str, parent: str | None, prefecture: str | None, whole: bool
) -> set[str]:
    """What people write for an area, normalised: also behind what it lies in, and shortened.

    Args:
        whole: leave out names without 市, 区, 町, 村 at their end.
    """
    names = {name_ja, *FORMER_NAMES.get(code, ())}
    if "区" in name_ja[-1:] and "市" in name_ja:
        # A ward may be called without its city.
        names.add(name_ja.partition("市")[2])
    names |= {f"{above}{name}" for above in (parent, prefecture) if above for name in names}
    if not whole:
        # 津 and 堺 are said for cities; 中 and 北 are not said for wards.
        names |= {
            name[:-1]
            for name in names
            if (len(name) > 2 and name[-1] in "都府県市区町村") or (name[-1] == "市" and name[:-1])
        }
        names |= romanised_spellings(name_en)
    return {normalise_place_name(name) for name in (*names, name_en)}


def romanised_spellings(name_en: str) -> set[str]:
    """A name in Latin letters as people write it, with its city too: `Naka-ku, Yokohama-shi`.

    That gives Naka-ku, Naka Ward and Naka, each alone and before the city. A name without such an
    ending is also given as a prefecture. Case stays as it is.
    """
    first, _comma, above = name_en.partition(", ")
    written = {name_en, *_with_english_ending(first)}
    if above:
        written |= {f"{one} {city}" for one in written for city in _with_english_ending(above)}
    return written


# Endings of names in Latin letters, and how they are said in English.
_ENDINGS = {
    "shi": "City", "ku": "Ward", "cho": "Town", "machi": "Town", "mura": "Village",
    "son": "Village",
}  # fmt: skip
_ENDING = re.compile(rf"(-({'|'.join(_ENDINGS)})| ({'|'.join(set(_ENDINGS.values()))}))$")


def _with_english_ending(name: str) -> set[str]:
    ending = _ENDING.search(name)
    if ending is None:
        return {name, f"{name} Prefecture"}
    short = name[: ending.start()]
    return {name, short, f"{short} {ending[3] or _ENDINGS[ending[2]]}"}


def area_filter(areas: Sequence[Area]) -> list[str]:
    """Codes by which a search or list finds what is in any of the areas.

    Without those inside another one: of a place and a wider one, lists take the narrower to be
    meant.
    """
    codes = {area.code for area in areas}
    return [
        area.code
        for area in areas
        if not {area.prefecture_code, area.parent_id} & (codes - {area.code})
    ]


def area_url(code: str) -> str:
    """Address of an area's own dossier in the active language."""
    return reverse("area", args=[code])


@dataclass(frozen=True)
class MapClass:
    """A class of values on a map: its shade (1 to 5), the end below which it lies, and its name."""

    level: int
    below: Decimal
    name: str


def national_map(
    counts: Mapping[str, Any],
    *,
    title: Any,
    caption: Any,
    map_id: str,
    url: Callable[[str], str] = area_url,
    selected: Sequence[str] = (),
    classes: Sequence[MapClass] = (),
) -> dict[str, Any]:
    """What components/map_japan.html shows: every prefecture with its number and its link.

    Args:
        counts: number by prefecture code; prefectures not named have 0.
        url: address for a prefecture code.
        classes: for shares in percent, the classes that share a shade; numbers make their own.
    """
    return {
        "classes": classes,
        "id": map_id,
        "title": title,
        "caption": caption,
        "prefectures": [
            {
                "code": area.code,
                "name": area.label,
                "block": area.parent.label if area.parent else "",
                "count": counts.get(area.code, 0),
                "url": url(area.code),
                "selected": area.code in selected,
            }
            for area in prefectures()
        ],
    }


def platform_cards() -> PageQuerySet:
    """Live, public platforms with what their cards show."""
    return (
        publicly_visible(RegionalPlatformPage.objects.all())
        .select_related("locale", "alias_of__locale", "image")
        .prefetch_related("areas")
    )


def public_platforms(language: str) -> list[RegionalPlatformPage]:
    """All public platforms of one language's tree with what their cards show. Kept."""
    return [platform for platform, _paths in _platforms_with_areas(language)]


def platforms_in_order(platforms: Iterable[RegionalPlatformPage]) -> list[RegionalPlatformPage]:
    """Platforms of the network first, then by name."""
    return sorted(
        platforms, key=lambda page: (page.kind != RegionalPlatformPage.Kind.NANIF, page.title)
    )


def platforms_by_index(index: RegionIndexPage) -> list[RegionalPlatformPage]:
    """The platforms below an index page."""
    return platforms_in_order(platform_cards().child_of(index))


@dataclass(frozen=True)
class AreaPlatforms:
    """The platforms of one area.

    Attributes:
        own: those that work in the area itself or a part of it, or of which it is a member.
        wider: those of the prefecture, city or block in which it lies. Whether the area takes part
            in them is not known.
    """

    own: list[RegionalPlatformPage]
    wider: list[RegionalPlatformPage]


def platforms_of_area(area: Area, language: str) -> AreaPlatforms:
    """The platforms of an area with all above it (see `area_by_code`), from what is kept.

    A prefecture has those of its block among its own, since they work in all of it. Of an area that
    no longer exists are only platforms that are known to have been there before its end.
    """
    path = area_paths([area])
    members = _platforms_with_members(language).get(area.code, ())
    platforms = AreaPlatforms([], [])
    for platform, paths in _platforms_with_areas(language):
        codes = {one.code for one in platform.areas.all()}
        if area.code not in paths and codes.isdisjoint(path):
            continue
        if area.valid_to and not (platform.founded and platform.founded <= area.valid_to.year):
            continue
        if area.kind in _COUNTED_WHOLE or platform.pk in members or _works_in(platform, area):
            platforms.own.append(platform)
        elif platform.kind != RegionalPlatformPage.Kind.MUNICIPAL_COUNCIL:
            platforms.wider.append(platform)
    return platforms


@kept
def _platforms_with_areas(language: str) -> list[tuple[RegionalPlatformPage, frozenset[str]]]:
    """All platforms in the order of their titles, each with the codes of where it works."""
    areas = Area.objects.select_related("parent__parent__parent").defer(
        "shape", "parent__shape", "parent__parent__shape", "parent__parent__parent__shape"
    )
    found = publicly_visible(RegionalPlatformPage.objects.all()).select_related(
        "locale", "alias_of__locale", "image"
    )
    found = found.filter(locale__language_code=language).order_by("title")
    return [
        (platform, frozenset(area_paths(platform.areas.all())))
        for platform in found.prefetch_related(Prefetch("areas", areas))
    ]


@kept
def _platforms_with_members(language: str) -> dict[str, set[int]]:
    """By code of a local government, the platforms of which it is a member."""
    rows = PlatformMember.objects.filter(
        page__locale__language_code=language,
        organisation__actor_type__in=_MUNICIPAL_ACTORS,
        organisation__areas__isnull=False,
    )
    found: dict[str, set[int]] = {}
    for code, page in rows.values_list("organisation__areas", "page"):
        found.setdefault(code, set()).add(page)
    return found


# Areas of which whatever works in a part of them is their own.
_COUNTED_WHOLE = {Area.Kind.BLOCK, Area.Kind.PREFECTURE, Area.Kind.COUNTRY}
# Bodies whose membership is that of the municipality, and not only of something in it.
_MUNICIPAL_ACTORS = ["gov-muni", "gov-desig"]


def _works_in(platform: RegionalPlatformPage, area: Area) -> bool:
    return any(area.code in (one.code, one.parent_id) for one in platform.areas.all())


def platform_counts(platforms: Iterable[RegionalPlatformPage]) -> dict[str, int]:
    """By prefecture code, how many of the platforms `platforms_of_area` gives it as its own."""
    by_block: dict[str, list[str]] = {}
    for prefecture in prefectures():
        by_block.setdefault(prefecture.parent_id or "", []).append(prefecture.code)
    counts: Counter[str] = Counter()
    for platform in platforms:
        codes: set[str] = set()
        for area in platform.areas.all():
            codes |= (
                {area.prefecture_code} if area.prefecture_code else {*by_block.get(area.code, [])}
            )
        counts.update(codes)
    return dict(counts)


def members_by_sector(page: RegionalPlatformPage) -> list[dict[str, Any]]:
    """Members grouped by sector: [{sector: ActorType | None, members: [PlatformMember]}].

    Each member has `url`: the address of its page in the directory in this page's language.
    """
    members: list[PlatformMember] = list(page.members.select_related("sector", "organisation"))
    organisations = [member.organisation for member in members if member.organisation]
    pages: dict[Any, Any] = {}
    if organisations:
        pages = translations_by_key(
            type(organisations[0]),
            [organisation.translation_key for organisation in organisations],
            page.locale.language_code,
        )
    groups: dict[str | None, dict[str, Any]] = {}
    for member in members:
        organisation = member.organisation
        target = pages.get(organisation.translation_key) if organisation else None
        member.url = target.url if target else ""
        member.display_name = target.title if target else member.name
        group = groups.setdefault(member.sector_id, {"sector": member.sector, "members": []})
        group["members"].append(member)
    return sorted(
        groups.values(), key=lambda group: group["sector"].order if group["sector"] else 10_000
    )


def news_by_platform(page: RegionalPlatformPage) -> list[RegionPage]:
    """The platform's own pages, newest first."""
    pages = publicly_visible(RegionPage.objects.all()).child_of(page)
    return list(
        pages.select_related("locale", "alias_of__locale").order_by("-date", "-first_published_at")
    )


def dossier_sections(areas: Sequence[Area], request: HttpRequest) -> list[Section]:
    """What the other sections of the site have about these areas."""
    return sections(REGION_HOOK, areas=areas, request=request)


def locator(areas: Sequence[Area], *, exact: bool = True) -> dict[str, Any] | None:
    """What components/map_locator.html shows: the prefecture with these areas marked.

    None where there is nothing to draw. With `exact=False` only the prefecture is drawn, for
    cases whose place must not be shown.
    """
    prefecture_codes = sorted({area.prefecture_code for area in areas if area.prefecture_code})
    if len(prefecture_codes) != 1:
        return None
    drawn = dict(_outlines(prefecture_codes[0]))
    prefecture = drawn.pop(prefecture_codes[0], None)
    if prefecture is None:
        return None
    # A ward is marked by its city's shape, since it has none of its own, and named as the ward.
    named: dict[str, list[Area]] = {}
    for area in areas:
        shape = area.code if area.code in drawn else area.parent_id or ""
        named.setdefault(shape, []).append(area)
    return {
        "viewbox": prefecture.viewbox,
        "title": prefecture.label,
        "caption": "",
        "ground": prefecture.shape,
        "prefecture": {"name": prefecture.label, "url": area_url(prefecture.code)},
        "areas": [
            {
                "code": area.code,
                "name": area.label,
                "d": shape.shape if number == 0 else "",
                "highlighted": exact and shape.code in named,
                "url": area_url(area.code) if exact and shape.code in named else "",
            }
            for shape in drawn.values()
            if shape.shape
            for number, area in enumerate(named.get(shape.code, [shape]) if exact else [shape])
        ],
        "points": [],
    }


def outlines(prefecture: str) -> Outlines | None:
    """What the map of a prefecture draws: its land and its municipalities of today. One query."""
    found = Area.objects.filter(Q(code=prefecture) | Q(parent=prefecture, valid_to=None))
    areas = {area.code: area for area in found}
    whole = areas.pop(prefecture, None)
    if whole is None or not whole.viewbox:
        return None
    return Outlines(
        title=whole.label,
        viewbox=whole.viewbox,
        ground=whole.shape,
        places={code: (area.label, area.shape) for code, area in areas.items() if area.shape},
    )


@kept
def _outlines(prefecture: str) -> dict[str, Area]:
    """A prefecture and what lies in it directly, where there is something to draw."""
    inside = Area.objects.filter(Q(code=prefecture) | Q(parent=prefecture))
    return {area.code: area for area in inside.exclude(shape="", viewbox="")}


def region_of_page(page: Page) -> Region | None:
    """The active region that keeps a page up, by the page's place in the tree, in any language.

    A page belongs to the region whose platform or cases page (or their translations) it is, or
    below which it stands; after a hand-over, to the region that looks after it. Where two regions
    share a platform, the one that comes first by its area. None where no region keeps it up.
    """
    step = Page.steplen
    paths = [page.path[:end] for end in range(step, len(page.path) + 1, step)]
    keys = Page.objects.filter(path__in=paths).values("translation_key")
    found = (
        Region.objects.filter(Q(is_active=True) | Q(looked_after_by__is_active=True))
        .filter(Q(platform__translation_key__in=keys) | Q(cases_page__translation_key__in=keys))
        .select_related("area", "editors", "publishers", "looked_after_by__area")
        .order_by("-is_active", "area__order", "area__code")
        .first()
    )
    return found if found is None or found.is_active else found.looked_after_by


def parts_condition(region: Region) -> Q:
    """Condition that a page is one of the region's own, in any language."""
    condition = Q(pk__in=())
    for anchor in (region.platform, region.cases_page):
        for page in anchor.get_translations(inclusive=True) if anchor else ():
            condition |= Q(path__startswith=page.path)
    return condition


def regions_with_parts_in(pages: Iterable[Page]) -> list[Region]:
    """The regions on board whose platform or cases page is one of these pages, or below one."""
    below = Q(pk__in=())
    for page in pages:
        below |= Q(path__startswith=page.path)
    keys = Page.objects.filter(below).values("translation_key")
    parts = Q(platform__translation_key__in=keys) | Q(cases_page__translation_key__in=keys)
    in_use = Q(is_active=True) | Q(looked_after_by__isnull=False)
    return list(Region.objects.filter(in_use).filter(parts).select_related("area"))


def regions_of_user(user: AbstractUser | AnonymousUser) -> QuerySet[Region]:
    """The active regions for which somebody is an editor or a publisher.

    Curators and administrators, who may work everywhere, are of no region.
    """
    groups = user.groups.all()
    return Region.objects.filter(is_active=True).filter(
        Q(editors__in=groups) | Q(publishers__in=groups)
    )


def areas_kept_by(user: AbstractUser | AnonymousUser) -> QuerySet[Area]:
    """The areas of somebody's regions, and of those that these look after."""
    regions = regions_of_user(user)
    return Area.objects.filter(
        Q(region__in=regions) | Q(region__looked_after_by__in=regions)
    ).distinct()
