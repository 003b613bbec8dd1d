"""Records that a query asks for though they are no pages: offered beside its hits, not counted."""

from __future__ import annotations

from search.language.analysis import fold
from search.query.interpretation import Interpretation
from search.query.lexicon import current_lexicon
from search.query.places import places_named
from search.query.search_query import SearchQuery
from search.registry import AskedWords, OfferedRecords, offer_sources

__all__ = ["records_offered"]


def records_offered(query: SearchQuery) -> tuple[OfferedRecords, ...]:
    """What the apps offer to a query, in the active language; with or without an engine.

    Nothing to somebody who has chosen kinds: among desks alone the list itself has them.
    """
    if query.facets.get("kind"):
        return ()
    clauses = Interpretation(query.text, current_lexicon()).parts
    wanted = [clause for clause in clauses if clause.kind != "without"]
    words = [fold(text) for one in wanted for text in (one.text, *one.alternatives)]
    named = [place.code for one in wanted for place in places_named(one.text) if not place.ended]
    places = query.facets.get("region") or named
    asked = AskedWords(
        text=fold(query.text).strip(),
        words=tuple(dict.fromkeys(words)),
        places=tuple(dict.fromkeys(places)),
        codes=query.facets,
    )
    return tuple(found for source in offer_sources() if (found := source(asked)) is not None)
