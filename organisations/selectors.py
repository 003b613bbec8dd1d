"""Reads of the directory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, F
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from wagtail.query import PageQuerySet

from core.dossier import ORGANISATION_HOOK, Section, links_by_organisation, sections
from core.pagination import paginate
from core.visibility import publicly_visible
from organisations.models import OrganisationIndexPage, OrganisationPage
from organisations.own_pages import has_own_page
from page_cache.kept import kept, kept_rows
from regions.models import Area, RegionalPlatformPage
from regions.selectors import area_lookups, blocks, by_area, platform_cards, within
from taxonomy.list_filters import Choice, ListFilter, choices_of, list_tools
from taxonomy.selectors import active_actor_types

PER_PAGE = 30
_MOST_REGIONS = 30


def organisation_cards() -> PageQuerySet:
    """Live, public organisations with what their cards and rows show.

    Each has `has_own_page`: whether it is a card that leads to a page, or a row with its name.
    """
    return (
        publicly_visible(OrganisationPage.objects.all())
        .annotate(has_own_page=ExpressionWrapper(has_own_page(), BooleanField()))
        .select_related("locale", "alias_of__locale", "actor_type")
        .prefetch_related("areas")
    )


@kept_rows
def kept_organisation_cards(pks: list[int]) -> Mapping[int, OrganisationPage]:
    """The same by their numbers."""
    return organisation_cards().in_bulk(pks)


def organisations_by_key(keys: Iterable[UUID], language: str) -> dict[UUID, OrganisationPage]:
    """Live, public organisations in one language, by translation key. Kept.

    Each has `page_url`: the address of its page, empty where it has none of its own.
    """
    found = _kept_by_key((key, language) for key in keys)
    return {key: page for (key, _language), page in found.items()}


@kept_rows
def _kept_by_key(keys: list[tuple[UUID, str]]) -> dict[tuple[UUID, str], OrganisationPage]:
    pages = (
        organisation_cards()
        .prefetch_related(None)
        .filter(
            translation_key__in={key for key, _language in keys},
            locale__language_code__in={language for _key, language in keys},
        )
    )
    found = {}
    for page in pages:
        page.page_url = page.url if page.has_own_page else ""
        found[page.translation_key, page.locale.language_code] = page
    return found


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

    Several regions may be given: bodies in one of them. Those with a page of their own come first.

    Returns organisations (a list page) and what its filters show.
    """
    chosen = {"actor": params.get("actor", "")[:40], "region": params.get("region", "")[:40]}
    regions = [code[:40] for code in params.getlist("region")[:_MOST_REGIONS] if code]
    children = organisation_cards().child_of(index)
    counts = dict(
        publicly_visible(OrganisationPage.objects.child_of(index))
        .order_by()
        .values_list("actor_type")
        .annotate(count=Count("pk"))
        .values_list("actor_type", "count")
    )
    if chosen["actor"]:
        children = children.filter(actor_type=chosen["actor"])
    if regions:
        children = children.filter(within([Area(code=code) for code in regions], "areas"))
        children = children.distinct()
    actor_types = [kind for kind in active_actor_types() if counts.get(kind.code)]
    for kind in actor_types:
        kind.count = counts[kind.code]
    shown = paginate(_in_order(children), params.get("page"), PER_PAGE)
    with_cases(shown.object_list)
    all_types = _("All types (%(total)s)") % {"total": sum(counts.values())}
    filters = [
        ListFilter(
            "actor", _("Type of organisation"), all_types, chosen["actor"], choices_of(actor_types)
        ),
        ListFilter("region", _("Region"), _("All regions"), chosen["region"], _places(blocks())),
    ]
    return {
        "organisations": shown,
        "found": shown.paginator.count,
        **list_tools(params, filters),
    }


def _places(blocks: Iterable[Area]) -> list[Choice]:
    """Each block as a whole, and its prefectures."""
    return [
        choice
        for block in blocks
        for choice in (
            Choice(block.code, _("All of %(name)s") % {"name": block.label}, group=block.label),
            *(Choice(part.code, part.label, group=block.label) for part in block.parts.all()),
        )
    ]


@kept
def organisation_ids_by_area(language: str) -> dict[str, tuple[int, ...]]:
    """Organisations by where they are at work, those with own pages first; see `by_area`."""
    found = _in_order(organisation_cards().filter(locale__language_code=language))
    return by_area(found.values_list("pk", *area_lookups("areas")))


def with_cases(organisations: Iterable[OrganisationPage]) -> None:
    """Put on those that are a name alone the cases that name them, as `cases`.

    As many queries as those who offer cases need, however many organisations there are.
    """
    names = [each for each in organisations if not each.has_own_page]
    links = links_by_organisation(
        [each.translation_key for each in names], names[0].locale.language_code if names else ""
    )
    for each in names:
        each.cases = links[each.translation_key]


@kept
def directory_url(language: str) -> str:
    """Address of the directory in one language; empty where there is none. Kept."""
    indexes = publicly_visible(OrganisationIndexPage.objects.all())
    index = indexes.filter(locale__language_code=language).first()
    return index.url or "" if index else ""


def row_url(page: OrganisationPage) -> str:
    """Address of the row of an organisation in the directory."""
    index = page.get_parent()
    keys = list(_in_order(organisation_cards().child_of(index)).values_list("pk", flat=True))
    number = keys.index(page.pk) // PER_PAGE + 1 if page.pk in keys else 1
    return f"{index.url}?page={number}#organisation-{page.slug}"


def is_name_alone(page: OrganisationPage) -> bool:
    """Whether an organisation has no page of its own."""
    return not OrganisationPage.objects.filter(has_own_page(), pk=page.pk).exists()


def _in_order(organisations: PageQuerySet) -> PageQuerySet:
    by_type = F("actor_type__order").asc(nulls_last=True)
    return organisations.order_by("-has_own_page", by_type, "title", "pk")


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
