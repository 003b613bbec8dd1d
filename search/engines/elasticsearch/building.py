"""A new index beside the one in use, built by one process of all machines at a time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from elasticsearch import Elasticsearch

from search.engines.base import Change, EngineBusy, EngineUnavailable
from search.engines.elasticsearch.documents import index_settings
from search.engines.elasticsearch.lock import BuildLock
from search.index.fields import INDEX_VERSION, IndexEntry

if TYPE_CHECKING:
    from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["ElasticsearchBuild", "unblock_writes_if_left"]

_SECONDS = 60
_BATCH = 500
_COPY_PATIENCE = "60s"


class ElasticsearchBuild:
    """A new index. A second build at the same time is refused, on whatever machine it is.

    While it is being built, the alias `<prefix>.next` names it.
    """

    def __init__(self, engine: ElasticsearchEngine, stamp: str) -> None:
        """Take the building lock, and make an index or find the one that was left.

        Raises:
            EngineBusy: another process is building.
        """
        self._engine = engine
        self._alias = f"{engine.prefix}.next"
        self._lock = BuildLock(engine.connection, engine.prefix)
        self._lock.take()
        try:
            with engine.connection.use(_SECONDS, insist=True) as client:
                unblock_writes(engine, client)
                self.index, self.stamp = self._remove_leftovers(client)
                if not self.index:
                    self.index, self.stamp = self._new_name(), stamp
                    client.indices.create(
                        index=self.index,
                        aliases={self._alias: {}},
                        **index_settings(engine.prefix, stamp),
                    )
        except BaseException:
            self._lock.release()
            raise

    def keys(self) -> set[str]:
        """Keys of all documents that were written."""
        with self._engine.connection.use(_SECONDS) as client:
            client.indices.refresh(index=self._alias)
        return {key for key, _version in self._engine.scan(self._alias)}

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add entries in batches; what was analysed is kept when the rest cannot be."""
        batch: list[Change] = []
        try:
            for entry in entries:
                batch.append(Change(entry.key, entry))
                if len(batch) >= _BATCH:
                    full, batch = batch, []
                    self._write(full)
        finally:
            self._write(batch)

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes."""
        self._write(changes)

    def publish(self, catch_up: Callable[[], Sequence[Change]]) -> None:
        """Let the cluster copy the index, stop writers, catch up, and let the alias name it."""
        engine = self._engine
        self._lock.confirm()
        with engine.connection.use(_SECONDS) as client:
            client.indices.put_settings(
                index=self.index,
                settings={"auto_expand_replicas": "0-1", "refresh_interval": None},
            )
            # A second node holds a copy before anybody searches; without one it goes on as well.
            client.options(ignore_status=408, request_timeout=2 * _SECONDS).cluster.health(
                index=self.index, wait_for_status="green", timeout=_COPY_PATIENCE
            )
            old = engine.current(client)
            try:
                if old:
                    client.indices.add_block(index=old, block="write")
                self._write(catch_up())
                client.indices.refresh(index=self.index)
                self._lock.confirm()
                self._put_in_use(client, old)
            except BaseException:
                with suppress(EngineUnavailable):
                    unblock_writes(engine, client)
                raise
        engine.forget_revision()
        self._lock.release()

    def pause(self) -> None:
        """Let go; the alias says that the index is not finished."""
        self._lock.release()

    def abandon(self) -> None:
        """Remove the index."""
        with suppress(EngineUnavailable), self._engine.connection.use(_SECONDS) as client:
            client.options(ignore_status=404).indices.delete(index=self.index)
        self._lock.release()

    def _write(self, changes: Sequence[Change]) -> None:
        if changes:
            self._lock.check()
            self._engine.write(self._alias, changes)

    def _put_in_use(self, client: Elasticsearch, old: str) -> None:
        """In one step: nobody finds no index, or two."""
        prefix = self._engine.prefix
        actions = [
            {"add": {"index": self.index, "alias": prefix}},
            {"remove": {"index": self.index, "alias": self._alias}},
        ]
        if old:
            actions.append({"remove": {"index": old, "alias": prefix}})
        client.indices.update_aliases(actions=actions)

    def _new_name(self) -> str:
        moment = time.strftime("%Y%m%dt%H%M%S", time.gmtime())
        return f"{self._engine.prefix}-{INDEX_VERSION}-{moment}-{secrets.token_hex(3)}"

    def _remove_leftovers(self, client: Elasticsearch) -> tuple[str, str]:
        """Remove indexes that are not in use, but for one that can be taken up.

        Returns that one's name and stamp, or nothing. The index that was in use before the present
        one goes only now, so that queries under way at the swap could still be answered.
        """
        prefix = self._engine.prefix
        unfinished = ("", "")
        found = client.indices.get(index=f"{prefix}-*", features="aliases,mappings")
        for name, parts in sorted(found.items()):
            meta = parts["mappings"].get("_meta", {})
            if meta.get("site") != prefix or prefix in parts["aliases"]:
                continue
            is_ours = name.startswith(f"{prefix}-{INDEX_VERSION}-")
            if is_ours and self._alias in parts["aliases"] and _is_whole(client, name):
                unfinished = (name, meta["mark"])
            else:
                client.options(ignore_status=404).indices.delete(index=name)
        return unfinished


def unblock_writes(engine: ElasticsearchEngine, client: Elasticsearch) -> None:
    """Let the index in use be written to again: a build may have ended while it stopped writers."""
    if name := engine.current(client):
        client.indices.put_settings(index=name, settings={"index.blocks.write": None})


def unblock_writes_if_left(engine: ElasticsearchEngine) -> None:
    """The same, if whoever stopped writers is gone."""
    lock = BuildLock(engine.connection, engine.prefix)
    with suppress(EngineBusy):
        lock.take()
        try:
            with engine.connection.use(_SECONDS) as client:
                unblock_writes(engine, client)
        finally:
            lock.release()


def _is_whole(client: Elasticsearch, index: str) -> bool:
    answer = client.options(ignore_status=408).cluster.health(
        index=index, wait_for_status="yellow", timeout="10s"
    )
    return not answer["timed_out"]
