"""Keywords in one text: split at every comma that people use, and joined so that they split again.

Both are named in the settings of django-taggit, so that every form and service uses them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

__all__ = ["join_keywords", "split_keywords"]

_QUOTED = re.compile(r'"([^"]*)"')
_COMMA = re.compile(r"[,;、，；／\n]")
# The admin's field puts quotes around what has a blank; 防災、 避難 are two keywords all the same.
_COMMA_IN_QUOTES = re.compile(r"[、，；]")


class Named(Protocol):
    """A keyword of django-taggit."""

    name: str


def split_keywords(text: str) -> list[str]:
    """The keywords of a text, each once, sorted.

    Without any comma and quotes, blanks part them, as django-taggit has it.
    """
    return sorted({" ".join(word.split()) for word in _parts(text or "")} - {""})


def join_keywords(keywords: Iterable[Named]) -> str:
    """The keywords in one text for a form: quoted where a name would be split."""
    names = sorted(keyword.name for keyword in keywords)
    return ", ".join(
        f'"{name}"' if _COMMA.search(name) or " " in name or "\u3000" in name else name
        for name in names
    )


def _parts(text: str) -> Iterator[str]:
    # Every second part stood in quotes.
    pieces = _QUOTED.split(text)
    has_comma = len(pieces) > 1 or _COMMA.search(text)
    for number, piece in enumerate(pieces):
        if number % 2:
            yield from _COMMA_IN_QUOTES.split(piece)
        else:
            # A quote without its partner means nothing.
            bare = piece.replace('"', " ")
            yield from _COMMA.split(bare) if has_comma else bare.split()
