"""Suggestions while somebody types: places, words, pages, organisations, desks, terms, themes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from search.engines import current_engine
from search.engines.base import EngineUnavailable, Name
from search.index.document import Item
from search.index.fields import begins_with
from search.index.outbox import withdrawn
from search.index.visibility import public_addresses
from search.language.analysis import fold, half_typed_sounds
from search.language.readings import sound_key
from search.plan import AnyOf, Everything, Plan
from search.query.lexicon import Entry, Lexicon, current_lexicon
from search.query.places import label_of, places_beginning
from search.query.search_query import SearchQuery

__all__ = ["Suggestion", "SuggestionGroup", "suggest"]

_EACH = 4
_AREAS = 5
_LONGEST_TYPED = 24
# Kinds of pages that are offered under one heading.
_GROUPS = (
    ("case", "region", "survey", "page"),
    ("organisation",),
    ("programme", "event", "press"),
    ("desk",),
    ("term",),
)
# So many are looked at, since the newest need not be those that fit best.
_LOOKED_AT = 12


@dataclass(frozen=True)
class Suggestion:
    """One line of the list. `url` leads to the page itself, or to a search."""

    label: str
    url: str
    language: str
    note: str = ""


@dataclass(frozen=True)
class SuggestionGroup:
    """Suggestions of one sort under a heading."""

    name: str
    label: str
    items: tuple[Suggestion, ...]


def suggest(
    typed: str, locale: str, search_url: str, request: HttpRequest | None = None
) -> list[SuggestionGroup]:
    """What may be meant by what was typed so far; empty groups are left out.

    Args:
        search_url: address of the search page, for suggestions that lead to a search.
    """
    whole = SearchQuery.from_params({"q": typed}, locale).text
    text = whole[:_LONGEST_TYPED]
    if not fold(text).strip():
        return []
    lexicon = current_lexicon()
    with override(locale):
        titles, organisations, activities, desks, terms = _named(text, locale, request)
        places, themes = _values(lexicon, text, locale, ("region", "theme"), search_url)
        groups = [
            SuggestionGroup("areas", _("Pages of places"), _areas(whole, locale)),
            SuggestionGroup(
                "words", _("Suggested words"), _words(lexicon, text, locale, search_url)
            ),
            SuggestionGroup("titles", _("Pages"), titles),
            SuggestionGroup("places", _("Places"), places),
            SuggestionGroup("organisations", _("Organisations"), organisations),
            SuggestionGroup("activities", _("Programmes, events, media coverage"), activities),
            SuggestionGroup("desks", _("Consultation desks"), desks),
            SuggestionGroup("terms", _("Glossary terms"), terms),
            SuggestionGroup("themes", _("Themes"), themes),
        ]
    return [group for group in groups if group.items]


def as_dict(groups: Iterable[SuggestionGroup], typed: str) -> dict[str, Any]:
    """Plain values, ready for JSON."""
    return {
        "query": typed,
        "groups": [
            {
                "name": group.name,
                "label": group.label,
                "items": [
                    {"label": s.label, "url": s.url, "language": s.language, "note": s.note}
                    for s in group.items
                ],
            }
            for group in groups
        ],
    }


def _areas(text: str, locale: str) -> tuple[Suggestion, ...]:
    """Places with a page of their own, whether or not a search would find anything there."""
    return tuple(
        Suggestion(label_of(place), place.url, locale, place.ended or place.kind_label)
        for place in places_beginning(text, _AREAS)
    )


def _named(text: str, locale: str, request: HttpRequest | None) -> list[tuple[Suggestion, ...]]:
    """Pages and records that begin so, for each group of kinds.

    One query of the engine, one of the database, and a few for each kind of record among them.
    """
    try:
        found = _begins(current_engine().revision(), text, locale)
    except EngineUnavailable:
        return [() for _kinds in _GROUPS]
    items = [Item.of_key(name.key) for names in found for name in names]
    addresses = public_addresses(items, locale, request)
    return [tuple(_each_title(names, addresses)) for names in found]


def _best_first(names: Sequence[Name], text: str) -> tuple[Name, ...]:
    """Those that begin as what was typed before those with a word that does, short ones first.

    Newest first where none is written so, since to sound all of them out would take too long.
    """
    typed = fold(text).strip()
    begins = {name for name in names if fold(name.title).startswith(typed)}
    if not begins:
        return tuple(names)
    return tuple(sorted(names, key=lambda name: (name not in begins, len(name.title))))


def _each_title(names: Iterable[Name], addresses: Mapping[Item, str]) -> Iterator[Suggestion]:
    """A suggestion for each title: nobody can choose between two that read the same."""
    titles: dict[str, Name] = {}
    for name in names:
        if Item.of_key(name.key) in addresses:
            titles.setdefault(name.title, name)
    for title, name in titles.items():
        yield Suggestion(title, addresses[Item.of_key(name.key)], name.locale)


@lru_cache(maxsize=5_000)
def _begins(revision: str, text: str, locale: str) -> list[tuple[Name, ...]]:
    """Titles that begin so, kept until the index changes: short beginnings are typed the most."""
    keys = {fold(text).strip(), sound_key(text), *half_typed_sounds(text)} - {""}
    query = AnyOf(tuple(map(begins_with, sorted(keys))))
    plans = [
        Plan(query=query, audience=locale, filters={"kind": kinds}, limit=_LOOKED_AT)
        for kinds in _GROUPS
    ]
    return [_best_first(names, text)[:_EACH] for names in current_engine().first(plans)]


def _values(
    lexicon: Lexicon, text: str, locale: str, names: Sequence[str], search_url: str
) -> list[tuple[Suggestion, ...]]:
    """For each facet, values that find something, with how much."""
    entries = {name: lexicon.suggestions(text, name, 60) for name in names}
    counts: dict[str, dict[str, int]] = {}
    if any(entries.values()):
        try:
            revision = current_engine().revision()
            gone = withdrawn()
            counts = {name: _all_counts(revision, name, locale, gone) for name in names}
        except EngineUnavailable:
            pass
    return [
        tuple(
            islice(
                (
                    _value(entry, name, counts[name][entry.code], locale, search_url)
                    for entry in entries[name]
                    if counts.get(name, {}).get(entry.code)
                ),
                _EACH,
            )
        )
        for name in names
    ]


def _value(entry: Entry, name: str, count: int, locale: str, search_url: str) -> Suggestion:
    """A value of a facet, which leads to all that it finds."""
    query = SearchQuery(locale=locale, facets={name: (entry.code,)})
    other = entry.en if locale == "ja" else entry.ja
    return Suggestion(
        label=entry.label(locale),
        url=search_url + query.address(),
        language=locale,
        note=_("%(other)s · %(count)d") % {"other": other, "count": count},
    )


def _words(lexicon: Lexicon, text: str, locale: str, search_url: str) -> tuple[Suggestion, ...]:
    """Concepts of the lexicon, each a search."""
    found = (
        entry
        for entry in lexicon.suggestions(text, "", 30)
        # Places have a group of their own.
        if entry.kind == "concept" and not any(e.kind == "place" for e in lexicon.match(entry.ja))
    )
    return tuple(
        Suggestion(
            label=entry.label(locale),
            url=search_url + SearchQuery(text=entry.label(locale), locale=locale).address(),
            language=locale if (entry.en if locale == "en" else entry.ja) else "ja",
        )
        for entry in islice(found, _EACH)
    )


@lru_cache(maxsize=16)
def _all_counts(
    revision: str, facet: str, locale: str, withdrawn: tuple[str, ...]
) -> dict[str, int]:
    """Counts of a facet over everything, kept until the index changes."""
    plan = Plan(Everything(), locale, facets=(facet,), limit=1, withdrawn=withdrawn)
    return dict(current_engine().search(plan).counts[facet])
