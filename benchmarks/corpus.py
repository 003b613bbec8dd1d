"""Synthetic case studies: sentences, places and codes of the real ones, dealt out anew.

The words are real and so is how often they occur together in a sentence; no synthetic case is ever
shown or kept. The same seed gives the same cases.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from search.index.document import ContentDocument

FIRST_ID = 1_000_000
_SENTENCE_END = re.compile(r"(?<=[。！？\n])|(?<=[.!?])\s+")


@dataclass(frozen=True)
class _Deck:
    """What the real documents of one language hold, to be dealt out."""

    documents: list[ContentDocument]
    leads: list[str]
    sentences: list[str]


def _sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if len(part.strip()) > 8]


def _deck(documents: list[ContentDocument]) -> _Deck:
    return _Deck(
        documents,
        leads=[s for d in documents for s in _sentences(d.lead)],
        sentences=[s for d in documents for s in _sentences(d.body)],
    )


def synthetic_cases(
    real: Iterable[ContentDocument], count: int, *, seed: int = 47
) -> Iterator[ContentDocument]:
    """So many case studies, four of five in Japanese, each about as long as a real one."""
    cases = [document for document in real if document.kind == "case"]
    decks = [_deck([d for d in cases if d.locale == language]) for language in ("ja", "en")]
    decks = [deck for deck in decks if deck.sentences]
    draw = random.Random(seed)
    for number in range(count):
        deck = decks[0] if len(decks) == 1 or draw.random() < 0.8 else decks[1]
        first, second, third = draw.choices(deck.documents, k=3)
        joint = " " if first.locale == "en" else ""
        lead = joint.join(draw.choices(deck.leads, k=4))
        yield replace(
            first,
            key=f"page:{FIRST_ID + number}",
            page_id=FIRST_ID + number,
            translation_key=f"synthetic-{number}",
            title=_cross(first.title, second.title, joint),
            summary=lead[:200],
            lead=lead,
            body="\n".join(draw.choices(deck.sentences, k=max(6, first.body.count("。")))),
            translations=(),
            facets={**first.facets, "region": second.facets.get("region", ()),
                    "theme": third.facets.get("theme", ())},
            audience=("ja", "en") if first.locale == "ja" else ("en",),
            published=first.published - number * 60,
        )  # fmt: skip


def _cross(one: str, other: str, joint: str) -> str:
    """The first half of one title and the second half of another."""
    return one[: len(one) // 2].strip() + joint + other[len(other) // 2 :].strip()
