"""Draws the words of `words.tsv`: `python -m tests.furigana.drawing` prints them, without readings.

Every word with kanji of the content files is as likely as any other of its kind of file; the seed
is fixed, so a draw can be done again. Somebody then writes the reading of each, in its sentence.
"""

from __future__ import annotations

import csv
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search.language.analysis import spoken_words

DATA = Path(__file__).resolve().parents[2] / "content" / "data"
SEED = 20261130
# How many words of which files.
SHARES: dict[tuple[str, ...], int] = {
    ("cases.jsonl",): 250,
    ("programmes.jsonl", "grants.jsonl", "events.jsonl", "press.jsonl", "surveys.json"): 80,
    ("pages/*.ja.md",): 40,
    ("glossary.json", "vocabularies.json"): 50,
    ("organisations.jsonl", "regional_platforms.jsonl"): 50,
    ("geo/municipalities.csv", "geo/prefectures.csv"): 30,
}

_KANJI = re.compile(r"[㐀-䶿一-鿿々]")
_KANA = re.compile(r"[ぁ-ゖ]")
_NOT_FOR_READERS = re.compile(r"internal|_en$|^reading$|^basis|^note")
_SENTENCE = re.compile(r"[^。！？\n]+[。！？]?")
_ADDRESS = re.compile(r"https?://")
_NUMBER = re.compile(r"[\d０-９][\d０-９,.]*$")
_LONGEST = 120


def main() -> None:
    """Print the words, half and half."""
    chosen = random.Random(SEED)
    drawn = [
        (patterns[0], *word)
        for patterns, count in SHARES.items()
        for word in chosen.sample(sorted(set(_words(patterns))), count)
    ]
    chosen.shuffle(drawn)
    for number, (file, sentence, word) in enumerate(drawn):
        half = "first" if number < len(drawn) // 2 else "second"
        sys.stdout.write(f"{half}\t{file}\t{sentence}\t{word}\n")


def _words(patterns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each word with kanji in its sentence, where it stands between 【 and 】."""
    for text in _texts(patterns):
        for match in _SENTENCE.finditer(text):
            sentence = match.group().strip()
            if not _KANJI.search(sentence) or _ADDRESS.search(sentence):
                continue
            for word in spoken_words(sentence):
                if not _KANJI.search(sentence[word.start : word.end]):
                    continue
                number = _NUMBER.search(sentence[: word.start])
                start = number.start() if number else word.start
                yield _marked(sentence, start, word.end), sentence[start : word.end]


def _marked(sentence: str, start: int, end: int) -> str:
    before, after = sentence[:start], sentence[end:]
    return f"{before[-_LONGEST:]}【{sentence[start:end]}】{after[:_LONGEST]}"


def _texts(patterns: tuple[str, ...]) -> Iterator[str]:
    for pattern in patterns:
        for path in sorted(DATA.glob(pattern)):
            text = path.read_text("utf-8")
            if path.suffix == ".md":
                yield from text.splitlines()
            elif path.suffix == ".csv":
                yield from (row["name_ja"] for row in csv.DictReader(text.splitlines()))
            elif path.suffix == ".jsonl":
                for line in text.splitlines():
                    yield from _values(json.loads(line))
            else:
                yield from _values(json.loads(text))


def _values(value: Any, key: str = "") -> Iterator[str]:
    """Texts for readers in a record; Japanese has kana, or is a name."""
    if isinstance(value, str):
        if not _NOT_FOR_READERS.search(key) and (_KANA.search(value) or key.endswith("_ja")):
            yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _values(part, name)
    elif isinstance(value, list):
        for part in value:
            yield from _values(part, key)


if __name__ == "__main__":
    main()
