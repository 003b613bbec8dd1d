"""Addresses of pages made from their titles: Japanese in Hepburn romaji, unique among siblings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

import jaconv
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.text import slugify
from wagtail.models import Page

# Long enough to tell titles apart, short enough to be read and passed on.
LONGEST = 60

_IS_KANA = re.compile(r"[ぁ-ゖー]+")
# Particles are not read as they are written.
_PARTICLES = {"は": "wa", "へ": "e", "を": "o"}
_HEPBURN = [
    (re.compile(r"cch"), "tch"),
    # Long vowels are not marked, as in Tokyo and Osaka.
    (re.compile(r"o[ou]"), "o"),
    (re.compile(r"uu"), "u"),
    # A small tsu with nothing to double.
    (re.compile(r"x?tsu$(?<=xtsu)|-"), ""),
]


@lru_cache(maxsize=1)
def _reader() -> Callable[[str], list[tuple[str, str]]]:
    reader: Callable[[str], list[tuple[str, str]]] = import_string(settings.READINGS)
    return reader


def _romaji(written: str, reading: str) -> str:
    """One word in Latin letters; words that are not Japanese stay as they are written."""
    if written in _PARTICLES:
        return _PARTICLES[written]
    if written.isascii() or not _IS_KANA.fullmatch(reading):
        return written
    word: str = jaconv.kana2alphabet(reading)
    for pattern, letters in _HEPBURN:
        word = pattern.sub(letters, word)
    return word


def slug_from_title(title: str) -> str:
    """A title as lower-case words with hyphens, cut between words; empty without any letter.

    `通訳と開く防災ひろば` becomes `tsuyaku-to-hiraku-bosai-hiroba`.
    """
    text = unicodedata.normalize("NFKC", title)
    parts = [_romaji(written, reading) for written, reading in _reader()(text)]
    slug = ""
    for word in slugify(" ".join(parts)).split("-"):
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug


def unique_slug(slug: str, taken: set[str]) -> str:
    """The slug itself, or with the first number that makes it one that nobody has."""
    if slug not in taken:
        return slug
    return next(name for number in count(2) if (name := f"{slug}-{number}") not in taken)


def is_made_from(slug: str, title: str) -> bool:
    """Whether the slug is the one made from the title, perhaps with a number."""
    made = slug_from_title(title)
    return bool(made) and re.fullmatch(rf"{re.escape(made)}(-\d+)?", slug) is not None


def slugs_below(parent: Page, *, leave_out: Any = None) -> set[str]:
    """Slugs of the pages below a parent, without that of one page."""
    return set(parent.get_children().exclude(pk=leave_out).values_list("slug", flat=True))


def slug_for(title: str, parent: Page, *, page_id: Any = None) -> str:
    """A free slug below the parent for a page with this title; `page` if it has no letter.

    Args:
        page_id: the page itself, whose present slug is free for it.
    """
    return unique_slug(slug_from_title(title) or "page", slugs_below(parent, leave_out=page_id))
