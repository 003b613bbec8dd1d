"""Search engines behind one port: `base` says what an engine can do, the others do it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from search.engines.base import Engine

__all__ = ["current_engine"]


def current_engine() -> Engine:
    """The engine that the settings name: the embedded one unless `SEARCH_URL` is set."""
    if settings.SEARCH_ENGINE:
        return _elasticsearch(json.dumps(settings.SEARCH_ENGINE, sort_keys=True))
    return _embedded(Path(settings.SEARCH_INDEX_DIR))


@lru_cache(maxsize=4)
def _embedded(folder: Path) -> Engine:
    from search.engines.embedded import EmbeddedEngine

    return EmbeddedEngine(folder)


@lru_cache(maxsize=4)
def _elasticsearch(chosen: str) -> Engine:
    from search.engines.elasticsearch import ElasticsearchEngine

    return ElasticsearchEngine(json.loads(chosen))
