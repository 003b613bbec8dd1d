"""The lexicon in memory: which words mean the same, and how each of them may be typed.

Entries come from the database. Each process keeps them and looks, once a query, whether anything
was changed; so an editor's change acts at the next query.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice

from django.db import connection
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search.language.analysis import fold, is_known_word, readings, sounds, surface_key
from search.language.readings import is_hiragana, is_kana, sound_key
from search.models import LexiconEntry, lines_of
from search.query.completion import Completion

__all__ = ["Entry", "Lexicon", "current_lexicon"]

_MOST_ALTERNATIVES = 12
# One of these says more than a letter of an alphabet, or of Hangul.
_HAN_OR_KANA = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff々]")
_LONGEST_NAME = 8  # dictionary words that may make up one entry
_LONGEST_FOREIGN = 8  # Chinese characters
_KOREAN_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에서는|에서|에게|에는|으로|하고|까지|부터|을|를|이|가|은|는|의|에|로|와|과|도)$"
)
# Changed, added or removed. Of all entries, for then none of them is looked at: the ends of two
# indexes and the number of rows answer it.
_STATE = """
    SELECT (SELECT MAX(updated_at) FROM search_lexiconentry),
           (SELECT MAX(id) FROM search_lexiconentry),
           (SELECT COUNT(*) FROM search_lexiconentry)
"""


@dataclass(frozen=True)
class Entry:
    """An entry: words of both languages that mean the same, and those of others that lead to it."""

    identifier: str
    kind: str
    ja: str
    en: str
    kana: str
    others: tuple[str, ...]
    foreign: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    facet: str = ""
    code: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Its preferred words and their reading."""
        return tuple(t for t in (self.ja, self.en, self.kana) if t)

    @property
    def terms(self) -> tuple[str, ...]:
        """All its words, readings included, preferred ones first."""
        return tuple(t for t in (self.ja, self.en, *self.others, self.kana) if t)

    def label(self, locale: str) -> str:
        """The preferred word in a language, or in the other where there is none."""
        return (self.en or self.ja) if locale == "en" else (self.ja or self.en)

    def nearest_english(self, written: str) -> str:
        """The word in Latin letters that is written most like a surface key."""
        latin = [term for term in (*self.terms, *self.foreign) if term.isascii()]
        if not latin:
            return self.label("en")
        return max(latin, key=lambda t: OSA.normalized_similarity(surface_key(t), written))


# Kept over changes of the lexicon, which concern few entries.
@lru_cache(maxsize=20_000)
def _surface_keys(entry: Entry) -> frozenset[str]:
    return frozenset({surface_key(term) for term in entry.terms} - {""})


@lru_cache(maxsize=20_000)
def _foreign_keys(entry: Entry) -> frozenset[str]:
    return frozenset({surface_key(term) for term in entry.foreign} - {""})


@lru_cache(maxsize=20_000)
def _sound_keys(entry: Entry) -> frozenset[str]:
    keys = {sound_key(term) for term in entry.terms if is_kana(fold(term))}
    if not entry.kana and entry.ja:
        keys.add(sounds(fold(entry.ja)))
    if entry.kind == LexiconEntry.Kind.PLACE:
        keys.add(sound_key(entry.en))
    return frozenset(keys - {""})


class Lexicon:
    """Lookup by what was typed: as written, as it sounds, nearly right, or half."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Build the lookups by writing; those by sound are built when first needed."""
        self.entries = list(entries)
        self._by_surface: dict[str, list[int]] = defaultdict(list)
        self._by_foreign: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for key in _surface_keys(entry):
                self._by_surface[key].append(number)
            for key in _foreign_keys(entry):
                self._by_foreign[key].append(number)

    def match(self, text: str) -> list[Entry]:
        """Entries with exactly this word, or, for kana and Latin text, one that sounds so."""
        key = surface_key(text)
        numbers = [*self._by_surface.get(key, []), *self._foreign_numbers(key)]
        if not numbers and (is_kana(fold(text)) or text.isascii()):
            numbers = self._by_sound.get(sound_key(text), [])
        return [self.entries[number] for number in numbers]

    def named(self, text: str) -> list[Entry]:
        """Entries that have exactly this word, not one that only sounds so."""
        return [self.entries[number] for number in self._by_surface.get(surface_key(text), [])]

    def is_foreign(self, text: str) -> bool:
        """Whether this is a word of another language that is none of Japanese or English as well.

        老人 is Chinese and Japanese.
        """
        key = surface_key(text)
        return (
            key not in self._by_surface
            and bool(self._foreign_numbers(key))
            and not is_known_word(key)
        )

    def foreign_words(self, text: str) -> list[str]:
        """Words of other languages in a text without gaps, the longest at each place."""
        found: list[str] = []
        position = 0
        while position < len(text):
            ends = range(min(len(text), position + _LONGEST_FOREIGN), position + 1, -1)
            end = next((end for end in ends if self.is_foreign(text[position:end])), 0)
            if end:
                found.append(text[position:end])
            position = end or position + 1
        return found

    def _foreign_numbers(self, key: str) -> list[int]:
        """Entries with a word of another language; Korean ones also with a particle behind them."""
        stem = _KOREAN_PARTICLE.sub("", key)
        return self._by_foreign.get(key) or self._by_foreign.get(stem, [])

    def sounding(self, text: str) -> list[Entry]:
        """Entries with a word in which kana or Latin text can be heard, also inside of it."""
        key = sound_key(text)
        if len(key) < 2:
            return []
        numbers = {n for sound, found in self._by_sound.items() if key in sound for n in found}
        return [self.entries[number] for number in sorted(numbers)]

    def alternatives(self, text: str) -> list[str]:
        """Other words for a text, in both languages; readings are left to the field of sounds."""
        own = surface_key(text)
        found: dict[str, str] = {}
        for entry in self.match(text):
            for term in entry.terms:
                key = surface_key(term)
                if key != own and not is_hiragana(fold(term)):
                    found.setdefault(key, term)
        return list(islice(found.values(), _MOST_ALTERNATIVES))

    def wider(self, text: str) -> list[str]:
        """Broader terms of a word, then related ones."""
        entries = self.match(text)
        found = [word for entry in entries for word in entry.broader]
        return list(dict.fromkeys(found + [word for entry in entries for word in entry.related]))

    def spans(self, text: str, starts: Sequence[int], ends: Sequence[int]) -> Iterator[int]:
        """Cut words into the longest entries: yields how many words each piece has.

        `starts` and `ends` are the offsets of words in the folded text. A word that begins no entry
        is a piece of its own.
        """
        position = 0
        while position < len(starts):
            size = 1
            for count in range(min(_LONGEST_NAME, len(starts) - position), 1, -1):
                piece = text[starts[position] : ends[position + count - 1]]
                if surface_key(piece) in self._by_surface:
                    size = count
                    break
            yield size
            position += size

    def corrections(self, text: str, locale: str = "ja", limit: int = 3) -> list[tuple[str, float]]:
        """Words that were probably meant, best first, with how near they are (1: sounds the same).

        None when the text is an entry itself. For a word of the dictionary only those that sound
        the same: 将棋 is no slip for 障害.
        """
        if self.match(text):
            return []
        folded = fold(text)
        written, sound = surface_key(text), _whole_sound(folded)
        scores: dict[int, float] = {}
        for number in self._by_sound.get(sound, []) if len(sound) >= 3 else []:
            scores[number] = 1.0
        is_word = is_known_word(folded)
        for key, numbers, least in (
            (written, self._by_surface, 0.6 if _HAN_OR_KANA.search(folded) else 0.8),
            (written, self._by_foreign, 0.85),
            (sound, self._by_sound, 0.82),
        ):
            if is_word:
                break
            # Short words are all alike: one error must leave enough of them.
            if len(key) < (3 if not key.isascii() else 5):
                continue
            choices = self._choices(numbers, len(key))
            for choice, score, _ in process.extract(
                key, choices, scorer=OSA.normalized_similarity, score_cutoff=least, limit=limit * 2
            ):
                # A longer or shorter name is not a correction: クルド does not mean クルド語.
                if not _is_part(choice, key) and not _is_part(key, choice):
                    for number in numbers[choice]:
                        scores[number] = max(scores.get(number, 0), score - 0.01)
        ranked = sorted(scores, key=lambda number: -scores[number])
        prefers_english = folded.isascii() and (
            locale == "en" or not self._sounds_japanese(sound, ranked)
        )
        found: dict[str, float] = {}
        for number in ranked:
            entry = self.entries[number]
            word = entry.nearest_english(written) if prefers_english else entry.label("ja")
            found.setdefault(word, scores[number])
        for word, score in self._english_corrections(folded):
            found.setdefault(word, score)
        different = (
            (word, score)
            for word, score in found.items()
            if not _is_part(surface_key(word), written) and not _is_part(written, surface_key(word))
        )
        return list(islice(different, limit))

    def _english_corrections(self, folded: str) -> list[tuple[str, float]]:
        """Single English words out of all entries that differ by about one letter in five."""
        if len(folded) < 5 or not (folded.isascii() and folded.isalpha()):
            return []
        if folded in self._english_words:
            return []
        found = process.extract(
            folded,
            self._english_words,
            scorer=OSA.normalized_similarity,
            score_cutoff=0.8,
            limit=2,
        )
        return [(word, score) for word, score, _ in found]

    def suggestions(self, typed: str, facet: str, limit: int) -> list[Entry]:
        """Entries of a facet that begin, or have a word that begins, with what was typed."""
        return [self.entries[number] for number in self._completion.find(typed, facet, limit)]

    def warm_up(self) -> None:
        """Build now what is otherwise built when first needed."""
        _ = self._by_sound, self._english_words, self._completion

    @cached_property
    def _by_sound(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for key in _sound_keys(entry):
                found[key].append(number)
        return found

    @cached_property
    def _english_words(self) -> list[str]:
        words_of_terms = {
            word
            for entry in self.entries
            for term in entry.terms
            if term.isascii()
            for word in fold(term).split()
        }
        return sorted(word for word in words_of_terms if len(word) >= 5 and word.isalpha())

    @cached_property
    def _completion(self) -> Completion:
        return Completion(
            (entry.facet, entry.names, (*entry.others, *entry.foreign)) for entry in self.entries
        )

    @cached_property
    def _lengths(self) -> dict[int, dict[int, list[str]]]:
        out: dict[int, dict[int, list[str]]] = {}
        for lookup in (self._by_surface, self._by_foreign, self._by_sound):
            by_length: dict[int, list[str]] = defaultdict(list)
            for key in lookup:
                by_length[len(key)].append(key)
            out[id(lookup)] = by_length
        return out

    def _choices(self, lookup: dict[str, list[int]], length: int) -> list[str]:
        """Keys of about that length."""
        by_length = self._lengths[id(lookup)]
        reach = max(2, length // 4)
        return [
            key
            for near in range(length - reach, length + reach + 1)
            for key in by_length.get(near, [])
        ]

    def _sounds_japanese(self, sound: str, ranked: Sequence[int]) -> bool:
        if not ranked or not sound:
            return False
        best = self.entries[ranked[0]]
        known = [sound_key(best.kana), sound_key(best.en)]
        return max(OSA.normalized_similarity(sound, key) for key in known) >= 0.8


def _whole_sound(folded: str) -> str:
    """How a text sounds as a whole: empty where a part of it has no reading, as in LINEの相談."""
    pieces = readings(folded)
    has_reading = [bool(reading) for _, reading in pieces]
    if any(has_reading) and not all(has_reading):
        return ""
    return sounds(folded) or sound_key(folded)


def _is_part(short: str, long: str) -> bool:
    """Whether a surface key is a name inside a longer one; Latin words only as whole words."""
    return set(short.split()) <= set(long.split()) if long.isascii() else short in long


class _Cache:
    """The lexicon of this process and the state of the table it was made from."""

    def __init__(self) -> None:
        self.state: object = None
        self.lexicon = Lexicon([])
        self.guard = threading.Lock()


_cache = _Cache()


def current_lexicon() -> Lexicon:
    """The lexicon as the database has it now. One small query, and a load after a change."""
    with connection.cursor() as cursor:
        # Asked for every letter that somebody types: building the query took longer than it runs.
        cursor.execute(_STATE)
        state = cursor.fetchone()
    with _cache.guard:
        if _cache.state != state:
            active = LexiconEntry.objects.filter(status=LexiconEntry.Status.ACTIVE)
            _cache.lexicon = Lexicon(
                Entry(
                    identifier=row.identifier,
                    kind=row.kind,
                    ja=row.label_ja,
                    en=row.label_en,
                    kana=row.kana,
                    others=tuple(row.other_words),
                    foreign=tuple(lines_of(row.other_languages)),
                    broader=tuple(lines_of(row.broader)),
                    related=tuple(lines_of(row.related)),
                    facet=row.facet,
                    code=row.code,
                )
                for row in active.order_by("identifier")
            )
            _cache.state = state
        return _cache.lexicon
