"""One order of hits for all engines, to the last place.

Engines add up the same numbers in another order, so equal scores may differ in the last digit. Hits
whose scores lie that near count as equals, and equals come newest first. Each document has numbers
that no other has, so that no order is left to chance and no page repeats a hit of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from search.engines.base import Name
from search.index.fields import KEYWORD_FIELDS, IndexEntry
from search.plan import (
    AllOf,
    AnyOf,
    Best,
    Boost,
    Constant,
    Everything,
    Fuzzy,
    Node,
    Prefix,
    Since,
    Term,
)

__all__ = [
    "NEWEST", "SORT_FIELDS", "equals_around", "first_number", "flat_score", "name_of",
    "order_numbers", "page_id_of", "stored_text",
]  # fmt: skip

SORT_FIELDS = {"newest": "published", "confirmed": "confirmed"}
NEWEST = SORT_FIELDS["newest"]

# Scores that differ by less, as a share of themselves, are equal: a few last digits of a number of
# 32 bits. Most of a score is the same for all pages, so a larger share would be a real difference.
_NEAR = 1e-6
_OWN_BITS = 31
_MOST_SECONDS = 2**32 - 1
# Stands where a text is empty, so that every engine counts the same documents and lengths.
_NOTHING = "\u2205"


def order_numbers(entry: IndexEntry) -> dict[str, int]:
    """Numbers to sort by: seconds since 1970 in the high bits, the entry's own in the low ones."""
    own = entry.number & (2**_OWN_BITS - 1)
    return {name: first_number(seconds) | own for name, seconds in entry.fields.numbers.items()}


def first_number(seconds: int) -> int:
    """The lowest order number that a document of this moment can have."""
    return min(max(seconds, 0), _MOST_SECONDS) << _OWN_BITS


def page_id_of(number: int) -> int:
    """The page to which an order number belongs."""
    return number & (2**_OWN_BITS - 1)


def name_of(card: Mapping[str, Any]) -> Name:
    """The name of a page or a record by its card."""
    return Name(card["key"], card["title"], card["locale"])


def stored_text(text: str) -> str:
    """What a text field holds: index words with spaces between them, or a sign for none."""
    return text or _NOTHING


def flat_score(node: Node) -> float | None:
    """The score of all that the query finds, if it is the same: then the date alone orders it.

    None where hits may differ.
    """
    match node:
        case Everything() | Prefix() | Fuzzy() | Since():
            return 1.0
        case Constant(_, score):
            return score
        case Term(field, _):
            return 1.0 if field in KEYWORD_FIELDS else None
        case Boost(part, factor):
            flat = flat_score(part)
            return None if flat is None else flat * factor
        case AllOf(parts, _, should) if not should:
            scores = [flat for part in parts if (flat := flat_score(part)) is not None]
            return sum(scores) if len(scores) == len(parts) else None
        case AnyOf((part,), _) | Best((part,), _):
            return flat_score(part)
    return None


def equals_around(scores: Sequence[float], place: int) -> tuple[int, int]:
    """First and last (exclusive) of the hits that count as equals of the one at a place.

    `scores` fall. Whether there are more equals behind the last score cannot be seen from here.
    """
    first = place
    while first > 0 and _are_near(scores[first - 1], scores[first]):
        first -= 1
    last = place + 1
    while last < len(scores) and _are_near(scores[last - 1], scores[last]):
        last += 1
    return first, last


def _are_near(higher: float, lower: float) -> bool:
    return higher - lower <= _NEAR * abs(higher)
