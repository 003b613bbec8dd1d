"""Reads about programmes, calls and grants. Each function runs a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import (
    CharField,
    F,
    Prefetch,
    Q,
    QuerySet,
    Value,
    prefetch_related_objects,
)
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, NullIf, Substr
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.query import PageQuerySet

from casestudies.models import CaseActor, CaseStudyPage
from casestudies.selectors import case_cards, kept_case_cards
from core.dossier import PROGRAMME_HOOK, sections
from core.pagination import paginate
from core.selectors import translations_by_key
from core.visibility import publicly_visible, publicly_visible_q
from organisations.models import OrganisationPage
from page_cache.kept import kept
from programmes.calls import calls_in, open_calls, with_state
from programmes.models import (
    Grant,
    ProgrammeBody,
    ProgrammeCall,
    ProgrammeComparison,
    ProgrammeFact,
    ProgrammeIndexPage,
    ProgrammePage,
)
from regions.models import Area, PlatformMember, RegionalPlatformPage
from regions.selectors import national_map, platform_cards, platforms_in_order, within
from taxonomy.choices import read_choices
from taxonomy.list_filters import ListFilter, choices_of, list_tools, sort_of
from taxonomy.models import ActorType, BridgingRole, Theme

ON_INDEX = 40
GRANTS_SHOWN = 20
PER_PAGE = 30
SORTS = {
    "newest": gettext_lazy("Latest first"),
    "oldest": gettext_lazy("Earliest first"),
    "amount": gettext_lazy("Largest amount first"),
}
_ORDERS: dict[str, list[OrderBy | str]] = {
    "oldest": [F("award_date").asc(nulls_last=True), "identifier"],
    "amount": [F("amount").desc(nulls_last=True), "identifier"],
}
CASES_OF_A_ROLE = 3
_FEW_PARTS = 3


# --- Programmes -------------------------------------------------------------------------------


def programmes_in(language: str) -> PageQuerySet:
    """Live, public programmes of one language's tree, as editors have put them in order."""
    return (
        publicly_visible(ProgrammePage.objects.all())
        .filter(locale__language_code=language)
        .select_related("locale", "alias_of__locale")
        .order_by("path")
    )


def index_context(index: ProgrammeIndexPage, params: QueryDict) -> dict[str, Any]:
    """What the home of the programmes shows: programmes, open calls, sums, the timeline."""
    language = index.locale.language_code
    programmes = list(programmes_in(language))
    return {
        "programmes": programmes,
        "open_calls": open_calls(calls_in(language)),
        "grant_total": public_grants().count(),
        "timeline": timeline(language, params),
    }


def timeline(language: str, params: QueryDict) -> Any:
    """One page of everything dated in the network's work, newest first.

    Entries are dictionaries: date, year, title, text, kind (label), url, programme.
    """
    live = publicly_visible(ProgrammePage.objects.all()).filter(locale__language_code=language)
    facts = ProgrammeFact.objects.filter(page__in=live).exclude(date="")
    calls = ProgrammeCall.objects.filter(page__in=live).exclude(opens="")
    parts = [
        rows.order_by()
        .annotate(day=F(column), sort=Value(kind, output_field=CharField()), key=F("pk"))
        .values_list("day", "sort", "key")
        for rows, column, kind in (
            (facts, "date", "fact"),
            (calls, "opens", "call"),
            (live.exclude(started=""), "started", "start"),
        )
    ]
    union = parts[0].union(*parts[1:], all=True).order_by("-day", "sort", "key")
    page = paginate(union, params.get("page"), ON_INDEX)
    keys: dict[str, list[int]] = {}
    for _date, kind, pk in page.object_list:
        keys.setdefault(kind, []).append(pk)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for fact in facts.filter(pk__in=keys.get("fact", [])).select_related("page__locale"):
        found["fact", fact.pk] = {
            "title": fact.title or fact.text,
            "text": fact.text if fact.title else "",
            "kind": fact.get_kind_display(),
            "programme": fact.page,
        }
    for call in calls.filter(pk__in=keys.get("call", [])).select_related("page__locale"):
        found["call", call.pk] = {
            "title": call.title,
            "text": "",
            "kind": _("applications open"),
            "programme": call.page,
        }
    for programme in live.filter(pk__in=keys.get("start", [])).select_related("locale"):
        found["start", programme.pk] = {
            "title": _("Start of the programme: %(title)s") % {"title": programme.title},
            "text": "",
            "kind": _("start"),
            "programme": programme,
        }
    page.object_list = [
        {"date": date, "year": date[:4], **found[kind, pk]}
        for date, kind, pk in page.object_list
        if (kind, pk) in found
    ]
    return page


def read_for_page(page: ProgrammePage) -> None:
    """Read what several parts of the page of a programme need, each of it once."""
    if page.pk:
        read_choices(page, "themes", "languages")
        bodies = ProgrammeBody.objects.select_related("organisation", "person")
        prefetch_related_objects([page], Prefetch("bodies", bodies))


def programme_context(page: ProgrammePage, request: HttpRequest) -> dict[str, Any]:
    """All that a programme's page shows beside its own fields. Call `read_for_page` first."""
    language = page.locale.language_code
    context: dict[str, Any] = {
        **_facts_by_kind(page),
        **_bodies_by_part(page, language),
        "calls": with_state(page.calls.all()),
        "comparisons": _comparisons(page, language),
        "cases": _cases(page),
        "themes": list(page.themes.all()),
        "areas": list(page.areas.all()),
        "languages_of_aid": list(page.languages.all()),
        "follows": _in_language([page.follows] if page.follows else [], language),
        "followed_by": _followers(page.translation_key, language),
        "synthesis": publicly_visible(page.get_children()).specific().first() if page.pk else None,
        "sections": sections(PROGRAMME_HOOK, programme=page, request=request),
    }
    reading = get_language() or language
    if shown := _grants_shown(page.translation_key, language, reading):
        context |= shown
        context["grants_url"] = f"{reverse('grants')}?programme={page.slug}"
        context["support"] = [
            {**row, "url": f"{context['grants_url']}&theme={row['key']}" if row["key"] else ""}
            for row in shown["support"]
        ]
    if page.kind == ProgrammePage.Kind.NETWORK:
        context |= _network(language, reading)
    if page.kind == ProgrammePage.Kind.STUDY and context["synthesis"]:
        context["roles"] = cases_by_role(language, reading)
    context["anchors"] = _anchors(page, context)
    return context


@kept
def _grants_shown(key: UUID, language: str, reading: str) -> dict[str, Any]:
    """Grants of a programme: the first, how many, and sums by theme in the words of a reading."""
    found = grant_cards().filter(programme__translation_key=key)
    total = found.count()
    if not total:
        return {}
    return {
        "grants": with_programme_pages(found[:GRANTS_SHOWN], language),
        "grants_total": total,
        "support": totals(found)["theme"],
    }


def _anchors(page: ProgrammePage, context: Mapping[str, Any]) -> list[dict[str, str]]:
    """The parts that the page shows, in their order, to jump to; none where there are few."""
    parts = [
        ("aim", _("Aim"), page.aim),
        ("start", _("How to start a platform in your region"), page.steps),
        ("roles", _("Case studies by bridging role"), context.get("roles")),
        ("calls", _("Calls for applications"), context["calls"]),
        ("aid", _("Support provided"), context["aid"]),
        ("grants", _("Grants"), context.get("grants")),
        ("comparison", _("Japan and Korea compared by topic"), context["comparisons"]),
        ("recommendations", _("Recommendations"), context["recommendations"]),
        ("members", _("Members by sector"), context["sectors"]),
        ("visits", _("Visits and exchanges"), context["visits"]),
        ("meetings", _("Meetings"), context["meetings"]),
        ("facts", _("Main points"), context["facts"]),
        ("outputs", _("Outputs"), context["outputs"]),
        ("about", _("About this programme"), True),
        ("platforms", _("Regional platforms"), context.get("map")),
        ("cases", _("Case studies"), context["cases"]),
        *((section.name, section.title, True) for section in context["sections"]),
    ]
    shown = [{"anchor": anchor, "title": title} for anchor, title, there in parts if there]
    return shown if len(shown) > _FEW_PARTS else []


def _cases(page: ProgrammePage) -> list[CaseStudyPage]:
    chosen = [case.pk for case in page.cases.all()]
    return sorted(kept_case_cards(chosen).values(), key=lambda case: case.title)


def _facts_by_kind(page: ProgrammePage) -> dict[str, Any]:
    """A programme's facts by kind: visits oldest first; outputs, advice, meetings newest first."""
    groups: dict[str, list[ProgrammeFact]] = {}
    for fact in page.facts.all():
        groups.setdefault(fact.kind, []).append(fact)
    kinds = ProgrammeFact.Kind
    meetings = [kinds.MEETING, kinds.SYMPOSIUM, kinds.HANDOVER]
    return {
        "facts": groups.get(kinds.FACT, []),
        "visits": sorted(groups.get(kinds.VISIT, []), key=lambda fact: fact.date),
        "aid": groups.get(kinds.AID, []),
        "outputs": sorted(groups.get(kinds.OUTPUT, []), key=lambda fact: fact.date, reverse=True),
        "recommendations": sorted(
            groups.get(kinds.RECOMMENDATION, []), key=lambda fact: fact.date, reverse=True
        ),
        "meetings": sorted(
            (fact for kind in meetings for fact in groups.get(kind, [])),
            key=lambda fact: fact.date,
            reverse=True,
        ),
    }


def _bodies_by_part(page: ProgrammePage, language: str) -> dict[str, Any]:
    """Runners, partners, supporters as lists, members by sector; each body with its `link`."""
    bodies: list[ProgrammeBody] = list(page.bodies.all())
    pages = translations_by_key(
        OrganisationPage,
        [body.organisation.translation_key for body in bodies if body.organisation],
        language,
    )
    parts: dict[str, list[ProgrammeBody]] = {}
    for body in bodies:
        body.link = pages.get(body.organisation.translation_key) if body.organisation else None
        parts.setdefault(body.part, []).append(body)
    sectors: dict[str, list[ProgrammeBody]] = {}
    for body in parts.get(ProgrammeBody.Part.MEMBER, []):
        sectors.setdefault(body.sector, []).append(body)
    return {
        "runners": parts.get(ProgrammeBody.Part.RUNNER, []),
        "partners": parts.get(ProgrammeBody.Part.PARTNER, []),
        "supporters": parts.get(ProgrammeBody.Part.SUPPORTER, []),
        "sectors": [{"title": sector, "members": found} for sector, found in sectors.items()],
    }


def _comparisons(page: ProgrammePage, language: str) -> list[dict[str, Any]]:
    """Topics with one cell for each country: {topic, cells: [{text, sources, case}]}."""
    rows: list[ProgrammeComparison] = list(
        page.comparisons.select_related("japan_case", "korea_case")
        if page.pk
        else page.comparisons.all()
    )
    cases = [case for row in rows for case in (row.japan_case, row.korea_case) if case]
    pages = translations_by_key(CaseStudyPage, [case.translation_key for case in cases], language)
    return [
        {
            "topic": row.topic,
            "cells": [
                {
                    "country": label,
                    "text": text,
                    "sources": sources.split(),
                    "case": pages.get(case.translation_key) if case else None,
                }
                for label, text, sources, case in (
                    (_("In Japan"), row.japan, row.japan_sources, row.japan_case),
                    (_("In Korea"), row.korea, row.korea_sources, row.korea_case),
                )
            ],
        }
        for row in rows
    ]


def _in_language(pages: Iterable[ProgrammePage], language: str) -> list[ProgrammePage]:
    keys = [page.translation_key for page in pages]
    return list(translations_by_key(ProgrammePage, keys, language).values()) if keys else []


@kept
def _followers(key: UUID, language: str) -> list[ProgrammePage]:
    return list(programmes_in(language).filter(follows__translation_key=key))


@kept
def _network(language: str, reading: str) -> dict[str, Any]:
    """Regional platforms on a map and as a list, each with its members by sector."""
    platforms = platforms_in_order(platform_cards().filter(locale__language_code=language))
    members: dict[int, dict[str, list[PlatformMember]]] = {}
    labels: dict[str, str] = {}
    for member in PlatformMember.objects.filter(page__in=platforms).select_related("sector"):
        code = member.sector_id or ""
        labels[code] = member.sector.label if member.sector else _("Other members")
        members.setdefault(member.page_id, {}).setdefault(code, []).append(member)
    counts: Counter[str] = Counter()
    for platform in platforms:
        platform.sectors = [
            {"title": labels[code], "members": found}
            for code, found in members.get(platform.pk, {}).items()
        ]
        counts.update(area.code for area in platform.areas.all())
    return {
        "platforms": [p for p in platforms if p.kind == RegionalPlatformPage.Kind.NANIF],
        "other_platforms": [p for p in platforms if p.kind != RegionalPlatformPage.Kind.NANIF],
        "map": national_map(
            counts,
            title=_("Regional platforms by prefecture"),
            caption="",
            map_id="programme-map",
        ),
    }


# --- Grants -----------------------------------------------------------------------------------


def public_grants() -> QuerySet[Grant]:
    """Grants of programmes that the public may see; the others are withheld with their programme.

    Everything that shows, counts or exports grants to the public begins here.
    """
    return Grant.objects.filter(publicly_visible_q("programme"))


def grant_cards() -> QuerySet[Grant]:
    """Public grants with what lists show of them."""
    return (
        public_grants()
        .select_related("programme__locale", "grantee")
        .prefetch_related(Prefetch("areas", _areas_of_grants()), "themes")
    )


def _areas_of_grants() -> QuerySet[Area]:
    outlines = ("shape", "parent__shape", "parent__parent__shape")
    return Area.objects.select_related("parent__parent").defer(*outlines)


def grants_of(programme: ProgrammePage) -> QuerySet[Grant]:
    """Grants of a programme, whichever language's page is given."""
    return grant_cards().filter(programme__translation_key=programme.translation_key)


def _year() -> Coalesce:
    """The year of the award, else that of the start, as text."""
    return Coalesce(Substr(NullIf("award_date", Value("")), 1, 4), Substr("starts", 1, 4))


def grants_matching(
    *, programme: str = "", year: str = "", region: str = "", theme: str = ""
) -> QuerySet[Grant]:
    """Grants that fit all that is given; unknown values find nothing."""
    found = grant_cards()
    if programme:
        found = found.filter(programme__slug=programme)
    if year:
        found = found.annotate(in_year=_year()).filter(in_year=year)
    fits = Q()
    if region:
        fits &= within([Area(code=region)], "areas")
    if theme:
        fits &= Q(themes=theme) | Q(themes__parent=theme)
    if fits:
        found = found.filter(pk__in=Grant.objects.filter(fits).values("pk"))
    return found


def grant_list(params: QueryDict, language: str) -> dict[str, Any]:
    """One page of grants with the sums of all that fit, and what there is to choose from."""
    chosen = {name: params.get(name, "")[:80] for name in ("programme", "year", "region", "theme")}
    found = grants_matching(**chosen)
    every = public_grants().order_by()
    titles = {page.translation_key: page for page in programmes_in(language)}
    programmes = [
        {"code": slug, "label": titles[key].name if key in titles else slug}
        for slug, key in every.values_list("programme__slug", "programme__translation_key")
        .distinct()
        .order_by("programme__slug")
    ]
    codes = every.exclude(areas=None).values_list(Substr("areas__code", 1, 2), flat=True)
    areas = Area.objects.filter(code__in=codes.distinct())
    themes = Theme.objects.filter(pk__in=every.values("themes"))
    order = sort_of(params, SORTS)
    shown = found.order_by(*_ORDERS[order]) if order in _ORDERS else found
    page = paginate(shown, params.get("page"), PER_PAGE)
    page.object_list = with_programme_pages(page.object_list, language)
    years = every.annotate(in_year=_year()).values_list("in_year", flat=True).distinct()
    choices: dict[str, tuple[str, Iterable[Any]]] = {
        "programme": (_("Programme"), programmes),
        "year": (
            _("Year"),
            [{"code": year, "label": year} for year in years.order_by("-in_year") if year],
        ),
        "region": (_("Region"), areas),
        "theme": (_("Theme"), themes),
    }
    filters = [
        ListFilter(name, label, _("All"), chosen[name], choices_of(rows))
        for name, (label, rows) in choices.items()
    ]
    return {
        "grants": page,
        "found": page.paginator.count,
        "totals": totals(found, titles),
        **list_tools(params, filters, SORTS),
    }


def with_programme_pages(grants: Iterable[Grant], language: str) -> list[Grant]:
    """Grants, each with `programme_page`: its programme in the reader's language. One query."""
    found = list(grants)
    keys = [grant.programme.translation_key for grant in found]
    pages = translations_by_key(ProgrammePage, keys, language)
    for grant in found:
        grant.programme_page = pages.get(grant.programme.translation_key, grant.programme)
    return found


def totals(
    grants: QuerySet[Grant], titles: Mapping[Any, ProgrammePage] | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Sums of grants by `programme`, `year`, `prefecture` and `theme`, ready for a bar chart.

    A row has label, count, amount (of those whose amount is stated), stated (how many), value (the
    amount in words) and percent of the longest bar. A grant in two prefectures counts in each.
    """
    plain = grants.order_by().prefetch_related(None).select_related(None)
    programmes = titles or {}
    sums: dict[str, dict[Any, list[int | None]]] = {
        "programme": {},
        "year": {},
        "prefecture": {},
        "theme": {},
    }
    rows = plain.annotate(award_year=_year()).values_list(
        "pk", "amount", "award_year", "programme__translation_key"
    )
    amounts: dict[int, int | None] = {}
    for pk, amount, year, programme in rows:
        amounts[pk] = amount
        sums["year"].setdefault(year or "", []).append(amount)
        sums["programme"].setdefault(programme, []).append(amount)
    for name, column in (("prefecture", Substr("areas__code", 1, 2)), ("theme", F("themes"))):
        pairs = plain.annotate(group=column).values_list("pk", "group").distinct()
        for pk, group in pairs:
            sums[name].setdefault(group or "", []).append(amounts[pk])
    areas = {area.code: area.label for area in Area.objects.filter(code__in=sums["prefecture"])}
    themes = {theme.pk: theme.label for theme in Theme.objects.filter(pk__in=sums["theme"])}
    others = _("Other grants")
    labels: dict[str, dict[Any, str]] = {
        "programme": {key: page.name for key, page in programmes.items()},
        "year": {year: year for year in sums["year"] if year},
        "prefecture": areas,
        "theme": themes,
    }
    return {
        name: _bars(groups, labels[name], others, by_label=name == "year")
        for name, groups in sums.items()
    }


def _bars(
    groups: Mapping[Any, Sequence[int | None]],
    labels: Mapping[Any, str],
    others: str,
    *,
    by_label: bool,
) -> list[dict[str, Any]]:
    """Count and sum of each group, with its length in percent of the longest.

    The largest first, or by label from the last.
    """
    rows = []
    for key, amounts in groups.items():
        stated = [amount for amount in amounts if amount is not None]
        rows.append(
            {
                "key": key,
                "label": labels.get(key, others),
                "count": len(amounts),
                "stated": len(stated),
                "amount": sum(stated),
            }
        )
    longest = max((row["amount"] for row in rows), default=0)
    for row in rows:
        row["percent"] = round(100 * row["amount"] / longest, 1) if longest else 0
    if by_label:
        return sorted(rows, key=lambda row: row["label"], reverse=True)
    return sorted(rows, key=lambda row: (-row["amount"], -row["count"], row["label"]))


def grant_by_identifier(identifier: str) -> Grant | None:
    """The public grant with that identifier, and all that its page needs; None without one."""
    return (
        grant_cards()
        .select_related("funder")
        .prefetch_related("cases")
        .filter(identifier=identifier)
        .first()
    )


def grant_context(grant: Grant, language: str) -> dict[str, Any]:
    """What a grant's page shows: programme, grantee, places and cases in the reader's language.

    Of the programme's other grants six at most.
    """
    programme = next(iter(_in_language([grant.programme], language)), grant.programme)
    bodies = [body for body in (grant.grantee, grant.funder) if body]
    pages = translations_by_key(
        OrganisationPage, [body.translation_key for body in bodies], language
    )
    grantee = pages.get(grant.grantee.translation_key) if grant.grantee else None
    led_to = {case.translation_key for case in grant.cases.all()}
    cases = case_cards().filter(locale__language_code=language)
    related = (
        cases.filter(
            pk__in=CaseActor.objects.filter(
                organisation__translation_key=grant.grantee.translation_key
            ).values("page")
        )
        if grant.grantee
        else cases.none()
    )
    return {
        "grant": grant,
        "programme": programme,
        "grantee": grantee,
        "funder": pages.get(grant.funder.translation_key) if grant.funder else None,
        "areas": list(grant.areas.all()),
        "prefectures": _prefectures(grant.areas.all()),
        "themes": list(grant.themes.all()),
        "cases": list(cases.filter(translation_key__in=led_to)),
        "related_cases": [case for case in related if case.translation_key not in led_to],
        "others": with_programme_pages(
            grants_of(grant.programme).exclude(pk=grant.pk)[:6], language
        ),
    }


def _prefectures(areas: Iterable[Area]) -> list[Area]:
    """The prefectures in which the areas lie, each once."""
    found: dict[str, Area] = {}
    for area in areas:
        above = area.parent
        while above is not None and above.kind != Area.Kind.PREFECTURE:
            above = above.parent
        if above is not None:
            found[above.code] = above
    return list(found.values())


@kept
def grants_in_areas(codes: tuple[str, ...], language: str, most: int) -> tuple[list[Grant], int]:
    """Grants whose activity lies in one of the areas or in a part of it.

    Returns the first, so many at most, and how many there are.
    """
    areas = [Area(code=code) for code in codes]
    inside = Grant.objects.filter(within(areas, "areas")).values("pk")
    found = grant_cards().filter(pk__in=inside)
    total = found.count()
    return with_programme_pages(found[:most], language) if total else [], total


def grants_by_organisation(organisation: OrganisationPage) -> dict[str, QuerySet[Grant]]:
    """Grants that a body received and those that it made."""
    key = organisation.translation_key
    return {
        "received": grant_cards().filter(grantee__translation_key=key),
        "made": grant_cards().filter(funder__translation_key=key),
    }


def programmes_by_organisation(organisation: OrganisationPage) -> list[ProgrammePage]:
    """Programmes in which a body takes part, in its page's language, each with `parts` in words."""
    rows = ProgrammeBody.objects.filter(
        organisation__translation_key=organisation.translation_key,
        page__locale=organisation.locale_id,
    )
    parts: dict[int, dict[str, None]] = {}
    for row in rows:
        parts.setdefault(row.page_id, {})[row.get_part_display()] = None
    pages = list(
        publicly_visible(ProgrammePage.objects.all())
        .filter(pk__in=parts)
        .select_related("locale", "alias_of__locale")
        .order_by("-started", "title")
    )
    for page in pages:
        page.parts = list(parts[page.pk])
    return pages


# --- The study --------------------------------------------------------------------------------


@kept
def cases_by_role(language: str, reading: str) -> list[dict[str, Any]]:
    """Bridging roles with the number of Japanese cases that have them, and some of these.

    A case has a role when the page names it or one of its actors bears it. Labels and addresses are
    those of the reading.
    """
    cases = publicly_visible(CaseStudyPage.objects.all()).filter(locale__language_code=language)
    by_role: dict[str, set[int]] = {}
    for code, pk in _role_pairs(cases):
        by_role.setdefault(code, set()).add(pk)
    chosen = {pk for pks in by_role.values() for pk in sorted(pks)[:CASES_OF_A_ROLE]}
    cards = {case.pk: case for case in case_cards().filter(pk__in=chosen)}
    roles = BridgingRole.objects.filter(pk__in=by_role)
    search = reverse("search:search")
    return sorted(
        (
            {
                "role": role,
                "label": role.label,
                "count": len(by_role[role.pk]),
                "url": f"{search}?kind=case&role={role.pk}",
                "cases": [cards[pk] for pk in sorted(by_role[role.pk])[:CASES_OF_A_ROLE]],
            }
            for role in roles
        ),
        key=lambda row: -row["count"],
    )


def synthesis(language: str) -> dict[str, Any]:
    """Counts over all case studies: bridging roles, types of actors, regions.

    Each list holds rows for the bar chart: label, value (number of cases), percent, url. What has
    as many cases as another stands in the order of its vocabulary.
    """
    cases = publicly_visible(CaseStudyPage.objects.all()).filter(locale__language_code=language)
    search = reverse("search:search")
    actors = Counter(
        code for code, _pk in set(cases.values_list("actor_types", "pk")) if code is not None
    )
    kinds = ActorType.objects.filter(pk__in=actors)
    regions: dict[str, set[int]] = {}
    above: dict[str, Area] = {
        area.code: area.parent
        for area in Area.objects.filter(kind=Area.Kind.PREFECTURE).select_related("parent")
        if area.parent
    }
    for code, pk in cases.values_list("places__area__code", "pk"):
        block = above.get((code or "")[:2])
        key = block.code if block else (code or "")[:2]
        if key:
            regions.setdefault(key, set()).add(pk)
    areas = Area.objects.filter(code__in=regions)
    roles = cases_by_role(language, get_language() or language)
    numbers = {
        "roles": [(row["label"], row["count"], row["url"]) for row in roles],
        "actors": [
            (kind.label, actors[kind.pk], f"{search}?kind=case&actor={kind.pk}")
            for kind in sorted(kinds, key=lambda kind: -actors[kind.pk])
        ],
        "regions": [
            (area.label, len(regions[area.code]), f"{search}?kind=case&region={area.code}")
            for area in sorted(areas, key=lambda area: -len(regions[area.code]))
        ],
    }
    with_role = {pk for _code, pk in _role_pairs(cases)}
    return {
        **{name: _percent_of_longest(rows) for name, rows in numbers.items()},
        "total": cases.count(),
        "with_role": len(with_role),
    }


def _role_pairs(cases: PageQuerySet) -> set[tuple[str, int]]:
    pairs = set(cases.exclude(bridging_roles=None).values_list("bridging_roles", "pk"))
    return pairs | set(
        CaseActor.objects.filter(page__in=cases)
        .exclude(bridging_role=None)
        .values_list("bridging_role", "page")
    )


def _percent_of_longest(rows: Sequence[tuple[str, int, str]]) -> list[dict[str, Any]]:
    """Rows for the bar chart, from label, number and address; percent is of the longest bar."""
    longest = max((count for _label, count, _url in rows), default=1)
    return [
        {"label": label, "value": count, "percent": round(100 * count / longest, 1), "url": url}
        for label, count, url in rows
    ]
