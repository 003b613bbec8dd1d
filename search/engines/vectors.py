"""Vectors beside an index of the embedded engine: one file that only grows, mapped into memory.

A record is a page's id and its vector; the last record of a page counts. Which pages there are, and
for whom, only the index knows. Processes that map the file share its memory, and see what was
appended at their next query. A rebuild begins a new file.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from search.language.embeddings import MODEL, SIZE

if TYPE_CHECKING:
    import numpy as np

__all__ = ["VectorReader", "append_vectors"]

_ID_BYTES = 8
_RECORD_BYTES = _ID_BYTES + 4 * SIZE


def append_vectors(folder: Path, vectors: Iterable[tuple[str, bytes | None]]) -> None:
    """Write vectors by key. Whoever does holds the lock for writing.

    None takes back what was written for a page before.
    """
    path = _path(folder)
    records = [
        int(key.rpartition(":")[2]).to_bytes(_ID_BYTES, "little")
        + (vector or bytes(_RECORD_BYTES - _ID_BYTES))
        for key, vector in vectors
        if vector or path.exists()
    ]
    if not records:
        return
    with path.open("ab") as file:
        # What a killed process left of a record.
        whole = file.tell() - file.tell() % _RECORD_BYTES
        file.truncate(whole)
        file.write(b"".join(records))


class VectorReader:
    """The vectors of the index in use. One object may be shared by threads."""

    def __init__(self) -> None:
        """Nothing is opened yet."""
        self._guard = threading.Lock()
        self._opened: tuple[tuple[Path, int], _Vectors] | None = None

    def open(self, folder: Path) -> _Vectors:
        """Vectors as they are now."""
        path = _path(folder)
        size = path.stat().st_size // _RECORD_BYTES if path.exists() else 0
        with self._guard:
            if self._opened is None or self._opened[0] != (path, size):
                self._opened = ((path, size), _Vectors(path, size))
            return self._opened[1]


class _Vectors:
    """Vectors of pages, to be compared with one; `count` says how many."""

    def __init__(self, path: Path, size: int) -> None:
        """Map so many records of a file."""
        self._size = size
        self.count = 0
        if not size:
            return
        import numpy as np

        record = np.dtype([("id", "<i8"), ("vector", "<f4", (SIZE,))])
        records: Any = np.memmap(path, dtype=record, mode="r", shape=(size,))
        self._vectors: np.ndarray = records["vector"]
        self._ids: np.ndarray = np.array(records["id"])
        # The last record of each page, which is the first one read backwards.
        _ids, backwards = np.unique(self._ids[::-1], return_index=True)
        self._is_last = np.zeros(size, dtype=bool)
        self._is_last[size - 1 - backwards] = True
        self._is_last &= self._vectors[:, 0] != 0
        self.count = int(self._is_last.sum())

    def nearest(self, vector: bytes, least: float) -> list[tuple[int, float]]:
        """Page ids with their cosine, nearest first, newer pages first among equals."""
        if not self.count:
            return []
        import numpy as np

        cosines = self._vectors @ np.frombuffer(vector, dtype="<f4")
        found = np.flatnonzero(self._is_last & (cosines >= least))
        order = found[np.lexsort((-self._ids[found], -cosines[found]))]
        return list(zip(self._ids[order].tolist(), cosines[order].tolist(), strict=True))


def _path(folder: Path) -> Path:
    return folder / f"vectors-{MODEL}"
