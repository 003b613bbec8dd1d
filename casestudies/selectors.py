"""Reads about case studies. Each function runs a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.http import QueryDict
from django.utils.translation import gettext as _
from wagtail.query import PageQuerySet

from casestudies.citations import Citation, cite
from casestudies.completeness import has_lookup
from casestudies.fields import names_with
from casestudies.models import (
    CaseActor,
    CasePlace,
    CasesFromPage,
    CaseStudyIndexPage,
    CaseStudyPage,
)
from casestudies.sections import Passage, anchors_of, sections_of
from casestudies.similar import reasons_by_case
from casestudies.uptake import family_of
from core.pagination import paginate
from core.readings import is_plain
from core.selectors import translations_by_key
from core.visibility import prefetch_visible, publicly_visible
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key
from regions.models import Area
from regions.selectors import area_lookups, blocks, locator, national_map, within
from taxonomy.selectors import theme_tree

PER_PAGE = 20


def case_cards() -> PageQuerySet:
    """Live, public cases with what their cards show."""
    return (
        publicly_visible(CaseStudyPage.objects.all())
        .select_related("locale", "alias_of__locale", "status", "evidence_grade", "image")
        .prefetch_related(Prefetch("places", _places()), "themes", "actor_types")
    )


def _places() -> QuerySet[CasePlace]:
    """Places with their areas in one query, without outlines, which cards do not show."""
    places = CasePlace.objects.select_related("area__parent")
    return places.defer("area__shape", "area__parent__shape")


def cases_in(language: str) -> PageQuerySet:
    """Cases of one language's tree: written in it, or standing in for a missing translation."""
    return case_cards().filter(locale__language_code=language)


_PUBLISHED = TruncDate("first_published_at")
_NEWEST = Greatest(_PUBLISHED, Coalesce("last_confirmed_at", _PUBLISHED))
NEWEST_FIRST = (_NEWEST.desc(nulls_last=True), "-started", "slug", "pk")


def newest_first(cases: PageQuerySet) -> PageQuerySet:
    """Cases by the day on which they were published or last confirmed, whichever is later.

    Of one day those whose practice began last come first, then those by their addresses: the order
    in which pages were loaded or imported within a day says nothing.
    """
    return cases.order_by(*NEWEST_FIRST)


def cases_matching(
    language: str,
    *,
    regions: Sequence[str] = (),
    themes: Sequence[str] = (),
    actors: Sequence[str] = (),
    organisation: str | None = None,
    has: Sequence[str] = (),
    updated_since: datetime.date | None = None,
) -> PageQuerySet:
    """Cases of one language's tree that fit all that is given, newest first.

    Args:
        regions, themes: codes, of which one or something narrower fits.
        actors: codes of actor types, one of which fits.
        organisation: slug of a body that takes part.
        has: elements of the record, one of which it has.
        updated_since: day of the last publication, or a later one.
    """
    fits = Q()
    if regions:
        fits &= within([Area(code=code) for code in regions], "places__area")
    if themes:
        fits &= Q(themes__in=themes) | Q(themes__parent__in=themes)
    if actors:
        fits &= Q(actor_types__in=actors)
    if organisation:
        bodies = publicly_visible(OrganisationPage.objects.filter(slug=organisation))
        fits &= Q(actors__organisation__in=bodies.values("pk"))
    if has:
        fits &= has_lookup(has)
    if updated_since:
        fits &= Q(last_published_at__date__gte=updated_since)
    matching = CaseStudyPage.objects.filter(fits).values("pk")
    return newest_first(cases_in(language).filter(pk__in=matching))


def case_by_slug(slug: str, language: str) -> CaseStudyPage | None:
    """The case with that slug in one language's tree, with what its record needs."""
    found = (
        cases_in(language)
        .select_related("participation_level", "cost_band")
        .filter(slug=slug)
        .prefetch_related("bridging_roles", "target_groups", "languages", "results", "sources")
    )
    return found.order_by("first_published_at", "pk").first()


def newest_cases(language: str, number: int) -> list[CaseStudyPage]:
    """The cases published or confirmed last."""
    return list(newest_first(cases_in(language))[:number])


def recently_confirmed_cases(language: str, number: int) -> list[CaseStudyPage]:
    """Cases that the body in charge confirmed last; those that nobody confirmed are left out."""
    confirmed = cases_in(language).exclude(last_confirmed_at=None)
    return list(confirmed.order_by("-last_confirmed_at", "-started", "slug", "pk")[:number])


def cases_by_areas(areas: Sequence[Area], language: str) -> PageQuerySet:
    """Cases that happen in one of the areas or in a part of it."""
    here = CasePlace.objects.filter(within(areas)).values("page")
    return newest_first(cases_in(language).filter(pk__in=here))


@dataclass(frozen=True)
class LocalCases:
    """The cases of a municipality or ward, and those of the place in which it lies.

    Attributes:
        own, wider: the newest ones.
        own_total: how many there are from here.
        wider_area: the city of a ward, where it has other cases, else the prefecture.
        wider_total: how many there are from all of the wider place, its own among them.
    """

    own: list[CaseStudyPage]
    own_total: int
    wider: list[CaseStudyPage]
    wider_area: Area | None
    wider_total: int


def local_cases(area: Area, language: str, *, own: int, wider: int) -> LocalCases:
    """The newest cases from a municipality or ward, and beyond it; so many at most.

    Load the area as for `area_paths`. One query says where the cases are, the others read cards.
    """
    rows = newest_first(
        publicly_visible(CaseStudyPage.objects.all()).filter(
            locale__language_code=language,
            pk__in=CasePlace.objects.filter(within([Area(code=area.prefecture_code)])).values(
                "page"
            ),
        )
    ).values_list("pk", *area_lookups("places__area"))
    places: dict[int, set[str]] = {}
    for pk, *codes in rows:
        places.setdefault(pk, set()).update(filter(None, codes))
    here = [pk for pk, codes in places.items() if area.code in codes]
    around = area.parent
    while around and around.kind != Area.Kind.PREFECTURE and not _others(places, around, here):
        around = around.parent
    beyond = _others(places, around, here) if around else []
    cards = case_cards().in_bulk([*here[:own], *beyond[:wider]])
    return LocalCases(
        own=[cards[pk] for pk in here[:own]],
        own_total=len(here),
        wider=[cards[pk] for pk in beyond[:wider]],
        wider_area=around,
        wider_total=sum(around.code in codes for codes in places.values()) if around else 0,
    )


def _others(places: dict[int, set[str]], area: Area, own: list[int]) -> list[int]:
    """The cases that lie in an area and are not a narrower one's own."""
    return [pk for pk, codes in places.items() if area.code in codes and pk not in own]


def cases_by_themes(
    themes: Sequence[str], language: str, number: int
) -> dict[str, list[CaseStudyPage]]:
    """By theme code, the last published cases on it or on something narrower. Two queries.

    Those from abroad come after those from Japan.
    """
    abroad = CasePlace.objects.filter(
        page=OuterRef("pk"), area__kind__in=[Area.Kind.COUNTRY, Area.Kind.PROVINCE]
    )
    rows = (
        publicly_visible(CaseStudyPage.objects.all())
        .filter(Q(themes__in=themes) | Q(themes__parent__in=themes))
        .filter(locale__language_code=language)
        .order_by(Exists(abroad), *NEWEST_FIRST)
        .values_list("pk", "themes__code", "themes__parent")
    )
    chosen: dict[str, dict[int, None]] = {code: {} for code in themes}
    for pk, *codes in rows:
        for code in codes:
            if code in chosen and len(chosen[code]) < number:
                chosen[code][pk] = None
    wanted = {pk for pks in chosen.values() for pk in pks}
    pages = CaseStudyPage.objects.select_related("locale", "alias_of__locale").in_bulk(wanted)
    return {code: [pages[pk] for pk in pks] for code, pks in chosen.items()}


def cases_by_organisation(organisation: OrganisationPage) -> list[CaseStudyPage]:
    """Cases in which the body takes part, each with `parts`: the parts it takes, as labels."""
    rows = CaseActor.objects.filter(
        organisation__translation_key=organisation.translation_key,
        page__locale=organisation.locale_id,
    )
    parts: dict[int, list[Any]] = {}
    for row in rows:
        parts.setdefault(row.page_id, []).append(row.get_part_display())
    cases = list(newest_first(case_cards().filter(pk__in=parts)))
    for case in cases:
        case.parts = list(dict.fromkeys(parts[case.pk]))
    return cases


def cases_by_organisations(
    organisations: Sequence[UUID], language: str
) -> dict[UUID, list[CaseStudyPage]]:
    """By translation key of a body, the cases in which it takes part. Two queries."""
    rows = CaseActor.objects.filter(
        organisation__translation_key__in=organisations, page__locale__language_code=language
    )
    taking_part = set(rows.values_list("organisation__translation_key", "page"))
    cases = newest_first(
        publicly_visible(CaseStudyPage.objects.all())
        .filter(pk__in={pk for _key, pk in taking_part})
        .select_related("locale", "alias_of__locale")
    )
    return {key: [case for case in cases if (key, case.pk) in taking_part] for key in organisations}


def counts_by_area(language: str) -> dict[str, int]:
    """Number of cases in each area, those in its parts among them, as `cases_by_areas`. One query.

    A case in several places counts once in each area that holds one of them.
    """
    rows = (
        publicly_visible(CaseStudyPage.objects.all())
        .filter(locale__language_code=language)
        .values_list("pk", *area_lookups("places__area"))
        .distinct()
    )
    cases: dict[str, set[int]] = {}
    for pk, *codes in rows:
        for code in filter(None, codes):
            cases.setdefault(code, set()).add(pk)
    return {code: len(pks) for code, pks in cases.items()}


def counts_by_theme(language: str) -> dict[str, int]:
    """Number of cases by theme code; a broad theme counts its narrower ones once each case."""
    rows = (
        publicly_visible(CaseStudyPage.objects.all())
        .filter(locale__language_code=language)
        .values_list("pk", "themes__code", "themes__parent")
        .distinct()
    )
    cases: dict[str, set[int]] = {}
    for pk, code, parent in rows:
        for theme in (code, parent):
            if theme:
                cases.setdefault(theme, set()).add(pk)
    return {code: len(pks) for code, pks in cases.items()}


def theme_counts_of_areas(areas: Sequence[Area], language: str) -> dict[str, dict[str, int]]:
    """Number of cases in each area by broad theme, as the search finds them. One query.

    Under an empty code stands how many there are; a case with several themes counts in each.
    """
    lookups = area_lookups("places__area")
    rows = (
        publicly_visible(CaseStudyPage.objects.all())
        .filter(within(areas, "places__area"), locale__language_code=language)
        .values_list("pk", "themes__code", "themes__parent", *lookups)
        .distinct()
    )
    cases: dict[str, dict[str, set[int]]] = {area.code: {} for area in areas}
    for pk, theme, broad, *codes in rows:
        for code in cases.keys() & set(codes):
            for each in {"", broad or theme or ""}:
                cases[code].setdefault(each, set()).add(pk)
    return {
        code: {theme: len(pks) for theme, pks in by_theme.items()}
        for code, by_theme in cases.items()
    }


def themes_with_counts(language: str) -> list[Any]:
    """The theme tree, each theme with `count`; narrower themes without a case are left out."""
    counts = counts_by_theme(language)
    tree = theme_tree()
    for theme in tree:
        theme.count = counts.get(theme.code, 0)
        for child in theme.children:
            child.count = counts.get(child.code, 0)
        theme.children = [child for child in theme.children if child.count]
    return [theme for theme in tree if theme.count]


def case_map(language: str, map_id: str) -> dict[str, Any]:
    """The national map of how many cases each prefecture has."""
    return national_map(
        counts_by_area(language),
        title=_("Case studies by prefecture"),
        caption=_("A case in several prefectures counts in each."),
        map_id=map_id,
    )


def case_index(index: CaseStudyIndexPage, params: QueryDict) -> dict[str, Any]:
    """What the index of cases shows: one page of cases, the regions' lists, themes, the map."""
    language = index.locale.language_code
    cases = newest_first(cases_in(language))
    counts = counts_by_area(language)
    lists = list(
        publicly_visible(CasesFromPage.objects.all())
        .child_of(index)
        .select_related("area", "locale", "alias_of__locale")
        .order_by("area__order", "area__code")
    )
    for page in lists:
        page.count = counts.get(page.area_id, 0)
    return {
        "cases": paginate(cases, params.get("page"), PER_PAGE),
        "lists": [page for page in lists if page.count],
        "blocks": blocks(),
        "themes": themes_with_counts(language),
        "map": case_map(language, "cases-map"),
    }


def cases_from(page: CasesFromPage, params: QueryDict) -> dict[str, Any]:
    """One page of the cases that happen in the area of a region's list.

    Also those that another region keeps up: the map and the search count them here too.
    """
    cases = (
        cases_by_areas([page.area], page.locale.language_code) if page.area else case_cards().none()
    )
    return {"cases": paginate(cases, params.get("page"), PER_PAGE)}


def similar_cases(case: CaseStudyPage, number: int = 6) -> list[CaseStudyPage]:
    """Cases that editors named as related, then those that share most, best first.

    Each has `reasons`: what it shares, in words.
    """
    shared = reasons_by_case(case, number)
    chosen = {
        pk: [_("named by the editors"), *shared.get(pk, [])][:3] for pk in _related_by_editors(case)
    }
    reasons = dict(list((chosen | shared | chosen).items())[:number])
    cards = {card.pk: card for card in case_cards().filter(pk__in=reasons)}
    for pk, card in cards.items():
        card.reasons = reasons[pk]
    return [cards[pk] for pk in reasons if pk in cards]


def _related_by_editors(case: CaseStudyPage) -> list[int]:
    """Ids of cases in this language that editors related to the case, from either side. One query.

    What is said on a page of one language holds for its translations.
    """
    if not case.pk:
        return []
    pairs = CaseStudyPage.related_cases.through.objects
    here, there = "from_casestudypage__translation_key", "to_casestudypage__translation_key"
    named = pairs.filter(**{here: case.translation_key}).values(there)
    naming = pairs.filter(**{there: case.translation_key}).values(here)
    related = cases_in(case.locale.language_code).filter(
        Q(translation_key__in=named) | Q(translation_key__in=naming)
    )
    return list(related.exclude(pk=case.pk).order_by("title", "pk").values_list("pk", flat=True))


STORY = names_with(sections=["story"])
LEARNING = names_with(sections=["outcomes", "lessons"])


def passages(
    case: CaseStudyPage, original: CaseStudyPage | None, names: Sequence[str]
) -> list[Passage]:
    """The named fields that have words; where a translation has none, those of the original."""
    # What editors gathered from sources is seldom a cause that a source names: it says so.
    summaries = {
        "success_factors": _("What was done to make it work (editors' summary)"),
        "conditions": _("What was in place (editors' summary)"),
    }
    found = []
    for name in names:
        heading = getattr(CaseStudyPage, name).field.verbose_name
        if case.is_compiled:
            heading = summaries.get(name, heading)
        if value := getattr(case, name):
            found.append(Passage(name, heading, value, case.content_language))
        elif original is not None and (value := getattr(original, name)):
            found.append(Passage(name, heading, value, original.content_language))
    return found


def original_of(case: CaseStudyPage) -> CaseStudyPage | None:
    """The Japanese page of which this is a translation; None for Japanese and alias pages."""
    if case.alias_of_id or case.locale.language_code == "ja":
        return None
    found = translations_by_key(CaseStudyPage, [case.translation_key], "ja")
    return found.get(case.translation_key)


def actors_by_part(case: CaseStudyPage) -> dict[str, list[CaseActor]]:
    """Actors by the part they take; each has `display_name` and `url` in this page's language.

    Organisations that the public may not see are not named, unless the page names them itself.
    """
    actors = list(
        case.actors.select_related("actor_type", "bridging_role").prefetch_related(
            prefetch_visible("organisation", OrganisationPage)
        )
        if case.pk
        else case.actors.all()
    )
    pages = organisations_by_key(
        [actor.organisation.translation_key for actor in actors if actor.organisation],
        case.locale.language_code,
    )
    groups: dict[str, list[CaseActor]] = {}
    for actor in actors:
        page = pages.get(actor.organisation.translation_key) if actor.organisation else None
        actor.url = page.page_url if page else ""
        actor.display_name = page.title if page else actor.name or str(actor.organisation or "")
        if actor.display_name:
            groups.setdefault(actor.part, []).append(actor)
    return groups


def case_context(case: CaseStudyPage) -> dict[str, Any]:
    """Everything that the page of a case shows beside its own fields."""
    # First, since what it reads of the case is then there for all that follows.
    similar = similar_cases(case)
    original = original_of(case)
    places = list(case.places.all())
    areas = [place.area for place in places]
    language = case.locale.language_code
    prefecture_codes = {area.prefecture_code for area in areas if area.prefecture_code}
    shown = [case.pk, *(other.pk for other in similar)]
    prefectures = [Area(code=code) for code in prefecture_codes]
    nearby = cases_by_areas(prefectures, language).exclude(pk__in=shown)[:3] if prefectures else []
    citation: Citation = cite(case)
    context = {
        "places": places,
        "areas": areas,
        "actors": actors_by_part(case),
        "steps": case.steps or (original.steps if original else None),
        "results": list(case.results.all()),
        "sources": list(case.sources.all()),
        "locator": locator(areas, exact=not case.hide_exact_location),
        "family": family_of(case),
        "similar": similar,
        "nearby": list(nearby),
        "citation": citation,
        "original": original,
    }
    sections = sections_of(
        case, context, passages(case, original, STORY), passages(case, original, LEARNING)
    )
    reads_plain = is_plain() and case.has_plain_japanese
    return {
        **context,
        "sections": sections,
        "anchors": anchors_of([s for s in sections if not (reads_plain and s.is_prose)]),
        "reads_plain": reads_plain,
    }


def leads() -> Subquery:
    """The name of the first actor in the lead, as a database expression."""
    first = CaseActor.objects.filter(page=OuterRef("pk"), part=CaseActor.Part.LEAD)
    name = Coalesce("organisation__title", "name")
    return Subquery(first.order_by("sort_order").values_list(name)[:1])
