"""The facets: where their labels come from, what lies above what, and which values exist.

Labels are looked up when a page is rendered, in models named as text, so that the search knows no
content app and a changed label indexes nothing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.readings import is_plain
from core.visibility import PUBLICLY_VISIBLE_SQL
from page_cache.kept import kept
from search.query.search_query import SearchQuery
from search.registry import LikePlaces, like_places
from search.results.page import FacetResult, FacetValue

__all__ = ["ALL", "Facet", "Value", "clean", "facet_result", "narrowed", "places_like",
           "prefectures"]  # fmt: skip


_YEARS = 5


@dataclass(frozen=True)
class Value:
    """A value of a facet that exists: its label in the reader's language, its place in the list."""

    code: str
    label: str
    parent: str = ""
    order: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Facet:
    """A facet with labels from a fixed list."""

    name: str
    label: Any
    labels: Mapping[str, Any] = field(default_factory=dict)
    is_open: bool = False

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Those of the codes that exist, with their labels."""
        order = list(self.labels)
        return {
            code: Value(code, str(self.labels[code]), order=(order.index(code),))
            for code in codes
            if code in self.labels
        }

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """Values to choose from when nobody can say which of them find something."""
        return self.values(self.labels, locale)

    def known(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """The codes that exist; old ones are replaced by those that followed them."""
        return tuple(self.values(codes, "ja"))

    def both_labels(self, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Japanese and English label of those of the codes that exist."""
        wanted = list(codes)
        labels: list[dict[str, str]] = []
        for locale in ("ja", "en"):
            with override(locale):
                values = self.values(wanted, locale)
                labels.append({code: value.label for code, value in values.items()})
        return {
            code: (
                labels[0].get(code, labels[1].get(code, "")),
                labels[1].get(code, labels[0].get(code, "")),
            )
            for code in {**labels[0], **labels[1]}
        }


@dataclass(frozen=True)
class PeriodFacet(Facet):
    """Five years from the year that is the code."""

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Years between 1800 and 2200 in steps of five, newest first."""
        return {
            code: Value(
                code,
                _("%(first)s–%(last)s") % {"first": code, "last": int(code) + _YEARS - 1},
                order=(-int(code),),
            )
            for code in codes
            if re.fullmatch(r"(18|19|20|21)[0-9][05]", code)
        }

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """The last forty years, and those chosen."""
        latest = timezone.localdate().year // _YEARS * _YEARS
        recent = [str(latest - _YEARS * steps) for steps in range(8)]
        return self.values([*recent, *chosen], locale)


@dataclass(frozen=True)
class DateFacet(Facet):
    """Years, and below them months: `2024`, `2024-03`."""

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Years between 1800 and 2199 and their months, newest first."""
        found = {}
        for code in codes:
            if not re.fullmatch(r"(18|19|20|21)[0-9]{2}(-(0[1-9]|1[0-2]))?", code):
                continue
            year, _dash, month = code.partition("-")
            found[code] = Value(
                code,
                date_format(datetime.date(int(year), int(month), 1), "YEAR_MONTH_FORMAT")
                if month
                else _("%(year)s") % {"year": year},
                parent=year if month else "",
                order=(-int(year), -int(month or 0)),
            )
        return found

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """The last ten years and the next, and those chosen."""
        latest = timezone.localdate().year + 1
        return self.values([*(str(latest - step) for step in range(11)), *chosen], locale)


@dataclass(frozen=True)
class VocabularyFacet(Facet):
    """Labels from a vocabulary, a model named as `app.Model` with a code as primary key."""

    model: str = ""
    names: tuple[str, str] = ("label_ja", "label_en")
    plain_name: str = "label_easy"
    has_levels: bool = False

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Look the labels up, in the vocabulary as it is kept."""
        known = _vocabulary(self.model, tuple(self._columns(locale)))
        return {code: known[code] for code in sorted(set(codes)) if code in known}

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """The whole vocabulary, and those chosen. One query."""
        return self._look_up(Q(is_active=True) | Q(pk__in=chosen), locale)

    def _look_up(self, condition: Q, locale: str) -> dict[str, Value]:
        rows = apps.get_model(self.model).objects.filter(condition)
        return _values_of(rows.values_list("pk", *self._columns(locale)))

    def _columns(self, locale: str) -> list[str]:
        """What is read of a term beside its code: its label, and the one of the reading first."""
        label = self.names[locale == "en"]
        as_read = self.plain_name if is_plain() and self.plain_name else label
        return [as_read, label, "order", *(["parent_id"] if self.has_levels else [])]

    def both_labels(self, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Look both labels up. One query; none when there is nothing to look up."""
        wanted = set(codes)
        if not wanted:
            return {}
        rows = apps.get_model(self.model).objects.filter(pk__in=wanted)
        return {code: (ja, en) for code, ja, en in rows.values_list("pk", *self.names)}


def _values_of(rows: Iterable[Sequence[Any]]) -> dict[str, Value]:
    return {
        code: Value(code, as_read or label, next(iter(above), None) or "", (order, code))
        for code, as_read, label, order, *above in rows
    }


@kept
def _vocabulary(model: str, columns: tuple[str, ...]) -> dict[str, Value]:
    """All terms of a vocabulary, with its columns `VocabularyFacet._columns`."""
    return _values_of(apps.get_model(model).objects.order_by().values_list("pk", *columns))


# In this order, since there are few pages of the model: left to itself, SQLite reads all pages of
# a language, which took 24 ms of a search among 100,000 cases.
_TITLES = """
    SELECT page.slug, page.title
    FROM {table} AS own CROSS JOIN wagtailcore_page AS page CROSS JOIN wagtailcore_locale AS locale
    WHERE page.id = own.{key} AND locale.id = page.locale_id AND language_code = %s AND {visible}
    ORDER BY page.title
"""


@dataclass(frozen=True)
class PageFacet(Facet):
    """Pages of one model, named as `app.Model`: the code is the slug, the label the title."""

    model: str = ""

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Look the titles up, among those that are kept."""
        wanted = set(codes)
        return {slug: page for slug, page in _titles(self.model, locale).items() if slug in wanted}

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """All public pages."""
        return dict(_titles(self.model, locale))


@kept
def _titles(model: str, locale: str) -> dict[str, Value]:
    """The public pages of a model in one language, by slug."""
    pages = apps.get_model(model)._meta
    table, key = map(connection.ops.quote_name, (pages.db_table, pages.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(_TITLES.format(table=table, key=key, visible=PUBLICLY_VISIBLE_SQL), [locale])
        return {slug: Value(slug, title, order=(title,)) for slug, title in cursor.fetchall()}


@dataclass(frozen=True)
class YearFacet(Facet):
    """Single years, newest first."""

    def values(self, codes: Iterable[str], locale: str) -> dict[str, Value]:
        """Years between 1800 and 2199."""
        return {
            code: Value(code, _("%(year)s") % {"year": code}, order=(-int(code),))
            for code in codes
            if re.fullmatch(r"(18|19|20|21)[0-9]{2}", code)
        }

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """The last ten years, and those chosen."""
        latest = timezone.localdate().year
        return self.values([*(str(latest - back) for back in range(10)), *chosen], locale)


@dataclass(frozen=True)
class AreaFacet(VocabularyFacet):
    """Places: blocks, prefectures, municipalities. Old codes lead to their successors."""

    def offered(self, chosen: Sequence[str], locale: str) -> dict[str, Value]:
        """The two highest levels, and what lies beside and below what is chosen. Two queries."""
        condition = Q(parent=None) | Q(parent__parent=None)
        areas = apps.get_model(self.model).objects.filter(pk__in=chosen)
        for path in areas.values_list("pk", "parent", "parent__parent"):
            condition |= Q(parent__in=[code for code in path if code])
        return self._look_up(Q(valid_to=None) & condition | Q(pk__in=chosen), locale)

    def known(self, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Complete five-digit codes by their check digit, and follow mergers."""
        areas = apps.get_model(self.model).objects
        five = [code for code in codes if re.fullmatch(r"[0-9]{5}", code)]
        full = {
            code: pk
            for code in five
            for pk in areas.filter(pk__startswith=code).values_list("pk", flat=True)
        }
        wanted = [full.get(code, code) for code in codes]
        followed = {
            area.pk: [successor.pk for successor in area.successors.all()]
            for area in areas.filter(pk__in=wanted).prefetch_related("successors")
        }
        out: dict[str, None] = {}
        for code in wanted:
            if code in followed:
                out |= dict.fromkeys(followed[code] or [code])
        return tuple(out)


_REGION = AreaFacet(
    "region",
    gettext_lazy("Region"),
    model="regions.Area",
    names=("name_ja", "name_en"),
    plain_name="",
    has_levels=True,
)

ALL: dict[str, Facet] = {
    facet.name: facet
    for facet in [
        Facet(
            "kind",
            gettext_lazy("Type of page"),
            {
                "case": gettext_lazy("Case studies"),
                "organisation": gettext_lazy("Organisations"),
                "region": gettext_lazy("Regional platforms"),
                "survey": gettext_lazy("Surveys"),
                "programme": gettext_lazy("Programmes"),
                "event": gettext_lazy("Events"),
                "press": gettext_lazy("Media coverage"),
                "page": gettext_lazy("Pages"),
                "desk": gettext_lazy("Consultation desks"),
                "term": gettext_lazy("Glossary terms"),
            },
            is_open=True,
        ),
        _REGION,
        VocabularyFacet("theme", gettext_lazy("Theme"), model="taxonomy.Theme", has_levels=True),
        VocabularyFacet("actor", gettext_lazy("Type of organisation"), model="taxonomy.ActorType"),
        VocabularyFacet("role", gettext_lazy("Bridging role"), model="taxonomy.BridgingRole"),
        VocabularyFacet("target", gettext_lazy("Who it is for"), model="taxonomy.TargetGroup"),
        VocabularyFacet("lang", gettext_lazy("Language offered"), model="taxonomy.Language"),
        VocabularyFacet(
            "evidence", gettext_lazy("Strength of evidence"), model="taxonomy.EvidenceGrade"
        ),
        VocabularyFacet("status", gettext_lazy("Status"), model="taxonomy.CaseStatus"),
        PageFacet("programme", gettext_lazy("Programme"), model="programmes.ProgrammePage"),
        YearFacet("year", gettext_lazy("Year")),
        PeriodFacet("period", gettext_lazy("Year started")),
        Facet(
            "uptake",
            gettext_lazy("Spread to other places"),
            {
                "adapted": gettext_lazy("Adapted elsewhere"),
                "adapts": gettext_lazy("Based on another case"),
            },
        ),
        Facet(
            "has",
            gettext_lazy("What the case study includes"),
            {
                "cost": gettext_lazy("With costs"),
                "results": gettext_lazy("With results in numbers"),
                "failures": gettext_lazy("With what did not work"),
                "contact": gettext_lazy("With a contact desk"),
                "confirmed": gettext_lazy("Confirmed"),
            },
        ),
        Facet(
            "municipality",
            gettext_lazy("Kind of municipality"),
            {
                "designated-city": gettext_lazy("Designated cities"),
                "core-city": gettext_lazy("Core cities"),
                "city": gettext_lazy("Other cities"),
                "special-ward": gettext_lazy("Special wards of Tokyo"),
                "town": gettext_lazy("Towns"),
                "village": gettext_lazy("Villages"),
            },
        ),
        Facet(
            "population",
            gettext_lazy("Population of the municipality"),
            {
                "0-10000": gettext_lazy("under 10,000"),
                "10000-30000": gettext_lazy("10,000 to under 30,000"),
                "30000-50000": gettext_lazy("30,000 to under 50,000"),
                "50000-100000": gettext_lazy("50,000 to under 100,000"),
                "100000-300000": gettext_lazy("100,000 to under 300,000"),
                "300000-500000": gettext_lazy("300,000 to under 500,000"),
                "500000-up": gettext_lazy("500,000 or more"),
            },
        ),
        Facet(
            "share",
            gettext_lazy("Share of foreign residents"),
            {
                "0-1": gettext_lazy("under 1%"),
                "1-2": gettext_lazy("1% to under 2%"),
                "2-3": gettext_lazy("2% to under 3%"),
                "3-5": gettext_lazy("3% to under 5%"),
                "5-10": gettext_lazy("5% to under 10%"),
                "10-up": gettext_lazy("10% or more"),
            },
        ),
        Facet(
            "plan",
            gettext_lazy("Plan of the municipality"),
            {
                "own": gettext_lazy("a plan of its own"),
                "part": gettext_lazy("part of another plan"),
                "none": gettext_lazy("no plan"),
                "unknown": gettext_lazy("not known"),
            },
        ),
        DateFacet("date", gettext_lazy("Event date")),
        VocabularyFacet("outlet", gettext_lazy("Outlet"), model="press.Outlet"),
    ]
}


def clean(query: SearchQuery) -> SearchQuery:
    """Leave out chosen values that do not exist, and say so. One query for each chosen facet.

    A place whose like is looked for is looked up with the places like it.
    """
    facets: dict[str, tuple[str, ...]] = {}
    notices: list[str] = []
    for name, codes in query.facets.items():
        known = ALL[name].known(codes)
        facets[name] = known
        unknown = [code for code in codes if code not in known]
        if unknown and len(known) < len(codes):
            notices.append(
                _("“%(facet)s” has no option %(codes)s. It was ignored.")
                % {"facet": ALL[name].label, "codes": ", ".join(unknown)}
            )
    found = {name: codes for name, codes in facets.items() if codes}
    like = like_places(query.like) if query.like else None
    if query.like and like is None:
        notices.append(
            _("No places are known that are like %(code)s; this filter was left out.")
            % {"code": query.like}
        )
    return replace(query, facets=found, like=like.code if like else "", like_places=like).noting(
        *notices
    )


def places_like(found: LikePlaces, locale: str) -> str:
    """The filter by likeness in words."""
    return _("places like %(place)s") % {"place": found.titles["en" if locale == "en" else "ja"]}


def narrowed(codes: tuple[str, ...], values: Mapping[str, Value]) -> tuple[str, ...]:
    """Chosen codes without those above other chosen ones: Kantō and Tokyo together mean Tokyo."""
    above: set[str] = set()
    for code in codes:
        value = values.get(code)
        while value is not None and value.parent and value.parent not in above:
            above.add(value.parent)
            value = values.get(value.parent)
    return tuple(code for code in codes if code not in above)


def facet_result(
    facet: Facet,
    counts: Mapping[str, int] | None,
    chosen: tuple[str, ...],
    values: Mapping[str, Value],
) -> FacetResult:
    """The facet as a list, or a tree, of values with their counts.

    Chosen values stay in it when they find nothing. Without counts it has all values.
    """
    listed = values if counts is None else [*counts, *chosen]
    codes = {code: None for code in listed if code in values}
    children: dict[str, list[Value]] = {}
    for code in codes:
        value = values[code]
        above = value.parent if value.parent in codes else ""
        children.setdefault(above, []).append(value)

    def level(parent: str) -> tuple[FacetValue, ...]:
        return tuple(
            FacetValue(
                code=value.code,
                label=value.label,
                count=None if counts is None else counts.get(value.code, 0),
                selected=value.code in chosen,
                children=level(value.code) if value.code in children else (),
            )
            for value in sorted(children.get(parent, ()), key=lambda value: value.order)
        )

    return FacetResult(
        name=facet.name,
        label=str(facet.label),
        values=level(""),
        selected_count=len(chosen),
        is_open=facet.is_open or bool(chosen),
    )


@kept
def prefectures(locale: str) -> list[Value]:
    """All prefectures in their order, each with the name of its block as `parent`. Kept."""
    label = _REGION.names[locale == "en"]
    rows = apps.get_model(_REGION.model).objects.filter(kind="prefecture", valid_to=None)
    return [
        Value(code, name, parent=block or "")
        for code, name, block in rows.values_list("pk", label, f"parent__{label}")
    ]
