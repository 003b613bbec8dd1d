"""Suggestions while somebody types: pages, places, organisations, themes and words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import override

from search.analysis import fold
from search.engines import current_engine
from search.engines.base import EngineUnavailable
from search.indexing import KEY_FIELD
from search.lexicon import Lexicon, current_lexicon
from search.outbox import withdrawn
from search.plan import AnyOf, Everything, Plan, Prefix
from search.query import SearchQuery
from search.readings import sound_key
from search.visibility import public_pages

__all__ = ["Suggestion", "SuggestionGroup", "suggest"]

_EACH = 4
_LONGEST_TYPED = 24
_ORGANISATIONS = ("organisation",)
_OTHERS = ("case", "region", "page")


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
    text = SearchQuery.from_params({"q": typed}, locale).text[:_LONGEST_TYPED]
    if not fold(text).strip():
        return []
    lexicon = current_lexicon()
    with override(locale):
        titles, organisations = _pages(text, locale, (_OTHERS, _ORGANISATIONS), request)
        groups = [
            SuggestionGroup("words", _("Words"), _words(lexicon, text, locale, search_url)),
            SuggestionGroup("titles", _("Pages"), titles),
            SuggestionGroup(
                "places", _("Places"), _values(lexicon, text, locale, "region", search_url)
            ),
            SuggestionGroup("organisations", _("Organisations"), organisations),
            SuggestionGroup(
                "themes", _("Themes"), _values(lexicon, text, locale, "theme", search_url)
            ),
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


def _pages(
    text: str, locale: str, groups: Sequence[tuple[str, ...]], request: HttpRequest | None
) -> list[tuple[Suggestion, ...]]:
    """Pages that begin so, for each group of kinds. Two queries in all."""
    try:
        revision = current_engine().revision()
        found = [_begins(revision, text, locale, kinds) for kinds in groups]
    except EngineUnavailable:
        return [() for _kinds in groups]
    pages = public_pages([title.page_id for titles in found for title in titles], locale)
    return [
        tuple(
            Suggestion(title.label, pages[title.page_id].get_url(request) or "", title.language)
            for title in titles
            if title.page_id in pages
        )
        for titles in found
    ]


class _Title(NamedTuple):
    page_id: int
    label: str
    language: str


@lru_cache(maxsize=5_000)
def _begins(revision: str, text: str, locale: str, kinds: tuple[str, ...]) -> list[_Title]:
    """Titles that begin so, kept until the index changes: short beginnings are typed the most."""
    keys = {fold(text).strip(), sound_key(text)} - {""}
    plan = Plan(
        query=AnyOf(tuple(Prefix(KEY_FIELD, key) for key in sorted(keys))),
        audience=locale,
        filters={"kind": kinds},
        limit=_EACH,
    )
    return [
        _Title(hit.card["page_id"], hit.card["title"], hit.card["locale"])
        for hit in current_engine().search(plan).hits
    ]


def _values(
    lexicon: Lexicon, text: str, locale: str, facet: str, search_url: str
) -> tuple[Suggestion, ...]:
    """Values of a facet that find something, with how much."""
    try:
        engine = current_engine()
        counts = _all_counts(engine.revision(), facet, locale, withdrawn())
    except EngineUnavailable:
        return ()
    out: list[Suggestion] = []
    for entry in lexicon.suggestions(text, facet, 60):
        if count := counts.get(entry.code):
            query = SearchQuery(locale=locale, facets={facet: (entry.code,)})
            other = entry.en if locale == "ja" else entry.ja
            out.append(
                Suggestion(
                    label=entry.label(locale),
                    url=search_url + query.address(),
                    language=locale,
                    note=_("%(other)s · %(count)d") % {"other": other, "count": count},
                )
            )
    return tuple(out[:_EACH])


def _words(lexicon: Lexicon, text: str, locale: str, search_url: str) -> tuple[Suggestion, ...]:
    """Concepts of the lexicon, each a search."""
    found = [
        entry
        for entry in lexicon.suggestions(text, "", 30)
        # Places have a group of their own.
        if entry.kind == "concept" and not any(e.kind == "place" for e in lexicon.match(entry.ja))
    ][:_EACH]
    return tuple(
        Suggestion(
            label=entry.label(locale),
            url=search_url + SearchQuery(text=entry.label(locale), locale=locale).address(),
            language=locale if (entry.en if locale == "en" else entry.ja) else "ja",
        )
        for entry in found
    )


@lru_cache(maxsize=16)
def _all_counts(
    revision: str, facet: str, locale: str, withdrawn: tuple[str, ...]
) -> dict[str, int]:
    """Counts of a facet over everything, kept until the index changes."""
    plan = Plan(Everything(), locale, facets=(facet,), limit=1, withdrawn=withdrawn)
    return dict(current_engine().search(plan).counts[facet])
