"""What stands on a page finds the page: noun phrases nearly always, quoted letters always.

Samples are drawn from the real content with a fixed seed, so that a failure can be looked at again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from wagtail.models import Site

from search.engines import current_engine
from search.index.document import ContentDocument
from search.index.fields import FACETS
from search.index.projection import documents_of
from search.index.rebuild import findable_ids
from search.language.analysis import fold, letters, parts_of_speech
from search.query.resolve import resolve_query
from search.query.search_query import SearchQuery
from search.results.planning import plan_without_words

SAMPLES = 2_000
_NOUN_PARTS = {"名詞", "接頭辞", "接尾辞"}
_OTHER_SCRIPTS = re.compile(r"[0-9A-Za-z]+")
_ENGLISH_PHRASE = re.compile(r"\b[A-Za-z][A-Za-z'’-]{2,}(?: [A-Za-z][A-Za-z'’-]{2,}){0,2}\b")


@pytest.fixture
def documents(site: Site) -> list[ContentDocument]:
    """All documents of the loaded site."""
    return list(documents_of(findable_ids()))


def texts(document: ContentDocument) -> list[str]:
    return [text for text in (document.title, document.lead, document.body) if text.strip()]


def noun_phrases(text: str) -> Iterator[str]:
    """Runs of two to fifteen letters of nouns, counters aside; one to three Latin words."""
    for number, part in enumerate(_OTHER_SCRIPTS.split(fold(text))):
        runs = ["" if number == 0 else "?"]  # what follows a number counts something
        for surface, kind in parts_of_speech(part):
            if kind[0] in _NOUN_PARTS:
                runs[-1] += surface
            elif runs[-1]:
                runs.append("")
        yield from (run for run in runs if 2 <= len(run) <= 15 and run[0] != "?")
    for match in _ENGLISH_PHRASE.finditer(text):
        yield match[0]


def finds(text: str, document: ContentDocument, *, as_words: bool = False) -> bool:
    """Whether the page is among all hits of the query, for a reader of its language.

    Args:
        as_words: the reader turned back into words what was taken for a filter, such as a kind of
            page or a language.
    """
    engine = current_engine()
    query = SearchQuery.from_params({"q": text}, document.locale)
    if as_words:
        query = replace(query, as_words=tuple(FACETS))
    resolved = resolve_query(query, plan_without_words(query), engine)
    # Nearly always it is among the first; to read a thousand hits takes long.
    return any(
        document.key in {hit.key for hit in engine.search(plan).hits}
        for limit in (20, 1_000)
        if (plan := replace(resolved.plan, facets=(), offset=0, limit=limit))
    )


def missed_of(samples: Sequence[tuple[str, ContentDocument]], **how: bool) -> list[Any]:
    return [(text, page) for text, page in samples if not finds(text, page, **how)]


def named(samples: Sequence[tuple[str, ContentDocument]]) -> str:
    return "; ".join(f"{text} ({page.key})" for text, page in samples)


def test_noun_phrase_of_a_page_finds_it(documents: list[ContentDocument]) -> None:
    chance = random.Random(1)
    samples: list[tuple[str, ContentDocument]] = []
    while len(samples) < SAMPLES:
        document = chance.choice(documents)
        phrases = list(noun_phrases(chance.choice(texts(document))))
        if phrases:
            samples.append((chance.choice(phrases), document))
    missed = missed_of(samples)
    # “NANIF symposium” asks for events, and a page of news has the words. It is a click away.
    assert len(missed) <= SAMPLES * 0.01, named(missed)
    missed = missed_of(missed, as_words=True)
    assert len(missed) <= SAMPLES * 0.0025, named(missed)


def test_quoted_letters_of_a_page_find_it(documents: list[ContentDocument]) -> None:
    chance = random.Random(2)
    samples: list[tuple[str, ContentDocument]] = []
    while len(samples) < SAMPLES:
        document = chance.choice(documents)
        text = chance.choice(texts(document))
        start = chance.randrange(len(text))
        piece = text[start : start + chance.randint(2, 12)]
        # A letter with signs alone is found unless it is the last one of its text.
        rest = letters(fold(text[start:]))
        if '"' not in fold(piece) and len(piece.strip()) >= 2 and len(rest) != 1:
            samples.append((f'"{piece}"', document))
    missed = missed_of(samples)
    assert not missed, named(missed)
