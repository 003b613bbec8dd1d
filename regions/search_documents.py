"""Regional platforms and the free pages of regions as search documents."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from core.prose import plain_text
from regions.models import Area, RegionalPlatformPage, RegionPage
from regions.selectors import area_lookups, area_names, area_paths, within
from search.index.document import ContentDocument
from search.registry import document_of, register


def platform_document(page: RegionalPlatformPage) -> ContentDocument:
    """What the public search knows of a regional platform."""
    areas = list(page.areas.all())
    members = list(page.members.all())
    sectors = {member.sector_id: member.sector for member in members if member.sector}
    return document_of(
        page,
        kind="region",
        summary=page.summary,
        lead=" ".join([page.summary, area_names(areas)]),
        body="\n".join(
            [plain_text(page.body), page.easy_summary, *[member.name for member in members]]
        ),
        year=page.founded,
        facets={
            "region": area_paths(areas),
            "actor": list(sectors),
            "status": [page.status_id] if page.status_id else [],
        },
    )


def region_page_document(page: RegionPage) -> ContentDocument:
    """What the public search knows of a region's own page."""
    platform = RegionalPlatformPage.objects.ancestor_of(page).first()
    areas = list(platform.areas.select_related("parent__parent__parent")) if platform else []
    return document_of(
        page,
        kind="page",
        summary=page.summary,
        lead=" ".join([page.summary, platform.title if platform else ""]),
        body=plain_text(page.body),
        facets={"region": area_paths(areas)},
    )


def _platform_is_within(codes: Sequence[str]) -> Q:
    """Condition that a page is a platform, or stands below one, that has an area inside one of
    these.
    """
    areas = [Area(code=code) for code in codes]
    below = Q(pk__in=())
    for platform in RegionalPlatformPage.objects.filter(within(areas, "areas")).distinct():
        below |= Q(path__startswith=platform.path)
    return below


register(
    RegionalPlatformPage,
    platform_document,
    related=["areas__parent__parent__parent", "members__sector"],
    kind="region",
    lookups={
        "region": area_lookups("areas"),
        "actor": ["members__sector"],
        "status": ["status"],
        "period": ["founded"],
    },
)
register(RegionPage, region_page_document, lookups={"region": _platform_is_within})
