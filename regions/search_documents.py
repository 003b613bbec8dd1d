"""Regional platforms and the free pages of regions as search documents."""

from __future__ import annotations

from core.prose import plain_text
from regions.models import RegionalPlatformPage, RegionPage
from regions.selectors import area_names, area_paths
from search.document import ContentDocument
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
        body="\n".join([plain_text(page.body), *[member.name for member in members]]),
        year=page.founded,
        facets={"region": area_paths(areas), "actor": list(sectors)},
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


register(
    RegionalPlatformPage,
    platform_document,
    related=["areas__parent__parent__parent", "members__sector"],
)
register(RegionPage, region_page_document)
