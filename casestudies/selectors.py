"""Reads about case studies. Each function runs a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import (
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    prefetch_related_objects,
)
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.models import PageLogEntry
from wagtail.query import PageQuerySet

from casestudies.citations import Citation, cite
from casestudies.completeness import has_lookup, missing_in
from casestudies.fields import names_with
from casestudies.models import (
    CaseActor,
    CasePlace,
    CaseStudyPage,
)
from casestudies.sections import Passage, anchors_of, sections_of
from casestudies.similar import reasons_by_case
from casestudies.uptake import family_of
from core.readings import is_plain
from core.selectors import translations_by_key
from core.visibility import prefetch_visible, publicly_visible
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key
from page_cache.kept import kept, kept_rows
from regions.models import Area
from regions.selectors import area_lookups, by_area, in_areas, locator, national_map, within
from taxonomy.choices import read_choices
from taxonomy.selectors import theme_tree

PER_PAGE = 20


def case_cards() -> PageQuerySet:
    """Live, public cases with what their cards show."""
    return (
        publicly_visible(CaseStudyPage.objects.all())
        .select_related("locale", "alias_of__locale", "status", "evidence_grade", "image")
        .prefetch_related(Prefetch("places", _places()), "themes", "actor_types")
    )


@kept_rows
def kept_case_cards(pks: list[int]) -> Mapping[int, CaseStudyPage]:
    """The same by their numbers."""
    return case_cards().in_bulk(pks)


@kept
def case_ids_by_area(language: str) -> dict[str, tuple[int, ...]]:
    """Cases of one language's tree by area, the newest first; see `by_area`."""
    cases = newest_first(
        publicly_visible(CaseStudyPage.objects.all()).filter(locale__language_code=language)
    )
    return by_area(cases.values_list("pk", *area_lookups("places__area")))


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
    newest = case_ids_by_area(language)[""][:number]
    return list(kept_case_cards(newest).values())


@dataclass(frozen=True)
class HomeCases:
    """The cases of the home page; none stands in two of its lists.

    Attributes:
        is_chosen: whether curators chose the featured one.
        total: number of all cases in the language.
    """

    featured: CaseStudyPage | None
    is_chosen: bool
    newest: list[CaseStudyPage]
    confirmed: list[CaseStudyPage]
    total: int


def home_cases(language: str, chosen: int | None, *, newest: int, confirmed: int) -> HomeCases:
    """The featured case, the newest and those that were confirmed last.

    Featured is what curators chose, while the public may see it, else the case that was confirmed
    last, else the newest one. Cards are read together for all.

    Args:
        chosen: key of the chosen page, in whichever language.
    """
    picked = CaseStudyPage.objects.filter(pk__in=[] if chosen is None else [chosen]).values(
        "translation_key"
    )
    rows = (
        newest_first(publicly_visible(CaseStudyPage.objects.all()))
        .filter(locale__language_code=language)
        .annotate(is_picked=Q(translation_key__in=picked))
        .values_list("pk", "last_confirmed_at", "is_picked")
    )
    newest_keys = [pk for pk, _day, _is_picked in rows]
    wanted = [pk for pk, _day, is_picked in rows if is_picked]
    dated = [(day, pk) for pk, day, _is_picked in rows if day]
    late = [pk for _day, pk in sorted(dated, key=lambda pair: pair[0], reverse=True)]
    featured = next(iter([*wanted, *late, *newest_keys]), None)
    late = [pk for pk in late if pk != featured][:confirmed]
    newest_keys = [pk for pk in newest_keys if pk not in {featured, *late}][:newest]
    cards = kept_case_cards(pk for pk in [featured, *late, *newest_keys] if pk)
    return HomeCases(
        featured=cards.get(featured) if featured else None,
        is_chosen=bool(wanted),
        newest=[cards[pk] for pk in newest_keys],
        confirmed=[cards[pk] for pk in late],
        total=len(rows),
    )


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

    Load the area as for `area_paths`. Where the cases are is kept, and so are their cards.
    """
    index = case_ids_by_area(language)
    here = list(index.get(area.code, ()))
    around = area.parent
    while around and around.kind != Area.Kind.PREFECTURE and not _others(index, around, here):
        around = around.parent
    beyond = _others(index, around, here) if around else []
    cards = kept_case_cards([*here[:own], *beyond[:wider]])
    return LocalCases(
        own=[cards[pk] for pk in here[:own]],
        own_total=len(here),
        wider=[cards[pk] for pk in beyond[:wider]],
        wider_area=around,
        wider_total=len(index.get(around.code, ())) if around else 0,
    )


def _others(index: Mapping[str, Sequence[int]], area: Area, own: Sequence[int]) -> list[int]:
    """The cases that lie in an area and are not a narrower one's own."""
    return [pk for pk in index.get(area.code, ()) if pk not in own]


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
    """By translation key of a body, the cases in which it takes part, from what is kept."""
    index = _case_ids_by_body(language)
    cards = kept_case_cards(pk for key in organisations for pk in index.get(key, ()))
    return {key: [cards[pk] for pk in index.get(key, ())] for key in organisations}


@kept
def _case_ids_by_body(language: str) -> dict[UUID, tuple[int, ...]]:
    rows = CaseActor.objects.filter(
        organisation__isnull=False, page__locale__language_code=language
    ).values_list("page", "organisation__translation_key")
    keys: dict[int, set[UUID]] = {}
    for pk, key in rows:
        keys.setdefault(pk, set()).add(key)
    found: dict[UUID, list[int]] = {}
    for pk in case_ids_by_area(language)[""]:
        for key in keys.get(pk, ()):
            found.setdefault(key, []).append(pk)
    return {key: tuple(pks) for key, pks in found.items()}


@kept
def counts_by_area(language: str) -> dict[str, int]:
    """Number of cases in each area, those in its parts among them, as `cases_by_areas`. Kept.

    A case in several places counts once in each area that holds one of them.
    """
    return {code: len(pks) for code, pks in case_ids_by_area(language).items() if code}


@kept
def counts_by_theme(language: str) -> dict[str, int]:
    """Number of cases by theme code; a broad theme counts its narrower ones once each. Kept."""
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
        caption=_("A case in more than one prefecture is counted in each."),
        map_id=map_id,
    )


SHOWN_SIMILAR = 6


@kept
def _similar(pk: int, language: str, reads_plain: bool) -> dict[int, list[str]]:
    """Ids of the cases similar to the one that is stored, with the reasons in a reading's words.

    Those that editors named as related come first, then those that share most.
    """
    cases = CaseStudyPage.objects.select_related("locale", "alias_of__locale")
    case = cases.get(pk=pk)
    shared = reasons_by_case(case, SHOWN_SIMILAR)
    chosen = {
        pk: [_("named by the editors"), *shared.get(pk, [])][:3] for pk in _related_by_editors(case)
    }
    return dict(list((chosen | shared | chosen).items())[:SHOWN_SIMILAR])


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


PASSAGES = names_with(api="passages")


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
    if case.pk:
        prefetch_related_objects([case], Prefetch("actors", _actors()))
    actors = list(case.actors.all())
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


def read_for_page(case: CaseStudyPage) -> None:
    """Read what several parts of the page of a case need, each of it once."""
    if not case.pk:
        return
    read_choices(case, "themes", "actor_types", "bridging_roles", "target_groups", "languages")
    places = CasePlace.objects.select_related("area__parent__parent__parent")
    prefetch_related_objects([case], "sources", "results", Prefetch("places", places))


def _actors() -> QuerySet[CaseActor]:
    """Actors with what is shown of them; of organisations only those that the public may see."""
    return CaseActor.objects.select_related("actor_type", "bridging_role").prefetch_related(
        prefetch_visible("organisation", OrganisationPage)
    )


@dataclass(frozen=True)
class Onward:
    """Where to read on after a case.

    Attributes:
        similar: what editors named as related, then what shares most; each with `reasons`.
        like: the place of the case that the others are like; None where it is like none.
        alike: cases of places like that one.
        nearby: cases of the same prefecture.
    """

    similar: list[CaseStudyPage]
    like: Area | None
    alike: list[CaseStudyPage]
    nearby: list[CaseStudyPage]


SHOWN_ALIKE = 3
LIKE_HOOK = "nanif_places_like"


def onward_of(case: CaseStudyPage, areas: Sequence[Area]) -> Onward:
    """The cases to read next, each named once. The cards of all are read together."""
    language = case.locale.language_code
    reasons = _similar(case.pk, get_language() or "ja", is_plain()) if case.pk else {}
    shown = [case.pk, *reasons]
    like = next(
        (area for area in areas if area.prefecture_code and area.kind != "prefecture"), None
    )
    # What is like a place that is not to be shown would tell the place.
    peers = _codes_like(like.code) if like and not case.hide_exact_location else ()
    alike = _some_from([Area(code=code) for code in peers], language, shown)
    prefectures = {area.prefecture_code for area in areas if area.prefecture_code}
    here = [Area(code=code) for code in sorted(prefectures)]
    nearby = _some_from(here, language, [*shown, *alike])
    kept_cards = kept_case_cards([*reasons, *alike, *nearby])
    cards = {pk: copy(card) for pk, card in kept_cards.items()}
    for pk in reasons.keys() & cards.keys():
        cards[pk].reasons = reasons[pk]
    return Onward(
        similar=[cards[pk] for pk in reasons if pk in cards],
        like=like if alike else None,
        alike=[cards[pk] for pk in alike if pk in cards],
        nearby=[cards[pk] for pk in nearby if pk in cards],
    )


def _codes_like(code: str) -> Sequence[str]:
    """Codes of the places that are like a place, nearest first, as the first app knows them."""
    return next((found for source in hooks.get_hooks(LIKE_HOOK) if (found := source(code))), ())


def _some_from(areas: Sequence[Area], language: str, shown: Sequence[int]) -> list[int]:
    """Ids of the newest cases from these areas, without those that are shown already."""
    if not areas:
        return []
    found = in_areas(case_ids_by_area(language), areas)
    return [pk for pk in found if pk not in shown][:SHOWN_ALIKE]


def changes_of(case: CaseStudyPage, number: int = 10) -> list[datetime.date]:
    """The last days on which the page was published or changed, the newest first. One query."""
    moments = PageLogEntry.objects.filter(page=case.pk, action="wagtail.publish")
    days = [
        timezone.localtime(moment).date()
        for moment in moments.order_by("-timestamp").values_list("timestamp", flat=True)[:200]
    ]
    if not days and case.first_published_at:
        days = [timezone.localtime(case.first_published_at).date()]
    return list(dict.fromkeys(days))[:number]


def case_context(case: CaseStudyPage, user: Any = None) -> dict[str, Any]:
    """Everything that the page of a case shows beside its own fields.

    Args:
        case: with what `read_for_page` read.
        user: who asks; those who may edit the case see what it lacks.
    """
    original = original_of(case)
    places = list(case.places.all())
    areas = [place.area for place in places]
    onward = onward_of(case, areas)
    citation: Citation = cite(case)
    results = list(case.results.all())
    context = {
        "places": places,
        "areas": areas,
        "actors": actors_by_part(case),
        "steps": case.steps or (original.steps if original else None),
        # A change says more than a number alone.
        "results": sorted(results, key=lambda result: not result.before),
        "sources": list(case.sources.all()),
        "locator": locator(areas, exact=not case.hide_exact_location),
        "family": family_of(case),
        "similar": onward.similar,
        "like": onward.like,
        "alike": onward.alike,
        "nearby": onward.nearby,
        "history": changes_of(case),
        "citation": citation,
        "original": original,
        "chosen_because": _in_own_words(case, original, "chosen_because"),
        "reads_plain": is_plain() and case.has_plain_japanese,
        "missing": missing_in(case) if _may_edit(case, user) else [],
    }
    sections = sections_of(case, context, passages(case, original, PASSAGES))
    return {
        **context,
        "sections": sections,
        "anchors": anchors_of([s for s in sections if not (context["reads_plain"] and s.is_prose)]),
    }


def _in_own_words(
    case: CaseStudyPage, original: CaseStudyPage | None, name: str
) -> dict[str, str] | None:
    """A text with its language; where a translation has none, that of the original."""
    for page in filter(None, (case, original)):
        if text := getattr(page, name):
            return {"text": text, "language": page.content_language}
    return None


def _may_edit(case: CaseStudyPage, user: Any) -> bool:
    """Whether somebody is signed in who may edit the case. Visitors cost no query."""
    return bool(
        case.pk
        and user is not None
        and user.is_authenticated
        and case.permissions_for_user(user).can_edit()
    )


def leads() -> Subquery:
    """The name of the first actor in the lead, as a database expression."""
    first = CaseActor.objects.filter(page=OuterRef("pk"), part=CaseActor.Part.LEAD)
    name = Coalesce("organisation__title", "name")
    return Subquery(first.order_by("sort_order").values_list(name)[:1])
