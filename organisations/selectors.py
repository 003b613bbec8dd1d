"""Reads of the directory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, QueryDict
from wagtail.query import PageQuerySet

from core.dossier import ORGANISATION_HOOK, Section, sections
from core.pagination import paginate
from core.visibility import publicly_visible
from organisations.models import OrganisationIndexPage, OrganisationPage
from regions.models import Area, RegionalPlatformPage
from regions.selectors import blocks, platform_cards, within
from taxonomy.selectors import active_actor_types

PER_PAGE = 30


def organisation_cards() -> PageQuerySet:
    """Live, public organisations with what their cards show."""
    return (
        publicly_visible(OrganisationPage.objects.all())
        .select_related("locale", "alias_of__locale", "actor_type")
        .prefetch_related("areas")
    )


def organisations_in(
    language: str, *, actors: Sequence[str] = (), regions: Sequence[str] = ()
) -> PageQuerySet:
    """Organisations of one language's tree, in order of their names.

    Args:
        actors: codes of actor types, one of which fits; all when there is none.
        regions: codes of areas, in one of which or in a part of which they are at work.
    """
    found = organisation_cards().filter(locale__language_code=language).select_related("kind")
    if actors:
        found = found.filter(actor_type__in=actors)
    if regions:
        found = found.filter(within([Area(code=code) for code in regions], "areas")).distinct()
    return found.order_by("title", "pk")


def organisation_by_slug(slug: str, language: str) -> OrganisationPage | None:
    """The organisation with that slug in one language's tree."""
    found = organisations_in(language).filter(slug=slug).prefetch_related("sources")
    return found.first()


def directory(index: OrganisationIndexPage, params: QueryDict) -> dict[str, Any]:
    """One page of the directory, narrowed by `actor` and `region`; unknown codes find nothing.

    Returns organisations (a list page), actor_types (each with `count`), blocks, and what is
    `chosen`.
    """
    chosen = {name: params.get(name, "")[:40] for name in ("actor", "region")}
    children = organisation_cards().child_of(index)
    counts = dict(
        children.order_by()
        .values_list("actor_type")
        .annotate(count=Count("pk"))
        .values_list("actor_type", "count")
    )
    if chosen["actor"]:
        children = children.filter(actor_type=chosen["actor"])
    if chosen["region"]:
        children = children.filter(within([Area(code=chosen["region"])], "areas")).distinct()
    actor_types = [kind for kind in active_actor_types() if counts.get(kind.code)]
    for kind in actor_types:
        kind.count = counts[kind.code]
    return {
        "organisations": paginate(
            children.order_by("actor_type__order", "title"), params.get("page"), PER_PAGE
        ),
        "actor_types": actor_types,
        "blocks": blocks(),
        "chosen": chosen,
        "chosen_count": sum(map(bool, chosen.values())),
        "total": sum(counts.values()),
    }


def organisations_by_areas(areas: list[Area], language: str) -> PageQuerySet:
    """Organisations at work in one of the areas."""
    return (
        organisation_cards()
        .filter(within(areas, "areas"), locale__language_code=language)
        .distinct()
        .order_by("actor_type__order", "title")
    )


def platforms_by_organisation(page: OrganisationPage) -> list[RegionalPlatformPage]:
    """Platforms of which this body is a member, in this page's language."""
    return list(
        platform_cards()
        .filter(members__organisation__translation_key=page.translation_key, locale=page.locale_id)
        .distinct()
        .order_by("title")
    )


def sections_by_organisation(page: OrganisationPage, request: HttpRequest) -> list[Section]:
    """What the other sections of the site have about this body."""
    return sections(ORGANISATION_HOOK, organisation=page, request=request)
