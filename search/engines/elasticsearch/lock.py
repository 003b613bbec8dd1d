"""The building lock: one document, which holds for all machines of a cluster.

Its owner renews it. When the owner is gone, another may take it: at once on the same machine, where
it can be seen that the process has ended, and else when it was not renewed for a while.
"""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from elasticsearch import ConflictError, Elasticsearch, NotFoundError

from search.engines.base import EngineBusy, EngineUnavailable
from search.engines.elasticsearch.connection import Connection

__all__ = ["BuildLock"]

_RENEW_SECONDS = 10
_STALE_SECONDS = 60
_SECONDS = 10
_NAME = "build"


class BuildLock:
    """A lock that one process holds. Each object takes it at most once."""

    def __init__(self, connection: Connection, prefix: str) -> None:
        """Nothing is taken yet."""
        self._connection = connection
        self._index = f"{prefix}.lock"
        self._owner = _owner()
        self._place: dict[str, Any] | None = None
        self._is_lost = False
        self._ended = threading.Event()
        self._guard = threading.Lock()

    def take(self) -> None:
        """Take the lock and keep it until `release`.

        Raises:
            EngineBusy: somebody else has it.
        """
        with self._connection.use(_SECONDS, insist=True) as client:
            try:
                answer = self._create(client)
            except ConflictError:
                answer = self._take_over(client)
        self._place = _place(answer)
        threading.Thread(target=self._renew_until_released, daemon=True).start()

    def check(self) -> None:
        """Raise EngineBusy if somebody took the lock away."""
        if self._is_lost:
            raise EngineBusy(
                "This rebuild lost its lock (no heartbeat); another one has taken over."
            )

    def confirm(self) -> None:
        """Ask the cluster whether the lock is ours still.

        Raises:
            EngineBusy: it is not.
        """
        with self._connection.use(_SECONDS) as client:
            self._renew(client)
        self.check()

    def release(self) -> None:
        """Let go. Where the cluster does not answer, the lock runs out."""
        self._ended.set()
        with self._guard:
            place, self._place = self._place, None
            if place is None or self._is_lost:
                return
            gone = (EngineUnavailable, ConflictError, NotFoundError)
            with suppress(*gone), self._connection.use(_SECONDS) as client:
                client.delete(index=self._index, id=_NAME, **place)

    def _create(self, client: Elasticsearch) -> Any:
        settings = {"number_of_shards": 1, "auto_expand_replicas": "0-1"}
        client.options(ignore_status=400).indices.create(
            index=self._index, settings=settings, mappings={"dynamic": False}
        )
        return client.create(index=self._index, id=_NAME, document=self._owner_now())

    def _take_over(self, client: Elasticsearch) -> Any:
        """Take the lock of an owner that is gone.

        Raises:
            EngineBusy: the owner is still at work, or the lock changed hands just now.
        """
        held = client.options(ignore_status=404).get(index=self._index, id=_NAME)
        if not held.get("found"):
            raise EngineBusy("Another rebuild ended a moment ago. Try again.")
        owner = held["_source"]
        if not (_has_ended(owner) or self._is_silent(client, held)):
            raise EngineBusy(
                f"Another rebuild is under way: process {owner['process']} on {owner['host']}, "
                f"since {owner['since']}."
            )
        try:
            return client.index(
                index=self._index,
                id=_NAME,
                document=self._owner_now(),
                **_place(held),
            )
        except ConflictError as error:
            raise EngineBusy("Another rebuild began a moment ago.") from error

    def _is_silent(self, client: Elasticsearch, held: Any) -> bool:
        """Whether nobody renews the lock. Clocks may differ, so a stale one is watched first."""
        if time.time() - held["_source"]["renewed"] < _STALE_SECONDS:
            return False
        deadline = time.monotonic() + 2.5 * _RENEW_SECONDS
        while time.monotonic() < deadline:
            now = client.options(ignore_status=404).get(index=self._index, id=_NAME)
            if now.get("_seq_no") != held["_seq_no"]:
                return False
            time.sleep(1)
        return True

    def _owner_now(self) -> dict[str, Any]:
        return self._owner | {"renewed": time.time()}

    def _renew_until_released(self) -> None:
        while not self._ended.wait(_RENEW_SECONDS):
            # While the cluster is down nobody else can take the lock either.
            with suppress(EngineUnavailable), self._connection.use(_SECONDS, insist=True) as client:
                self._renew(client)

    def _renew(self, client: Elasticsearch) -> None:
        """Say that the owner is still there; notice when somebody else took the lock."""
        with self._guard:
            if self._place is None or self._is_lost:
                return
            try:
                answer = client.index(
                    index=self._index,
                    id=_NAME,
                    document=self._owner_now(),
                    **self._place,
                )
                self._place = _place(answer)
            except (ConflictError, NotFoundError):
                self._is_lost = True


def _place(answer: Any) -> dict[str, Any]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def _owner() -> dict[str, Any]:
    process = os.getpid()
    return {
        "host": socket.gethostname(),
        "machine": _machine(),
        "process": process,
        "started": _started(process),
        "since": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
    }


def _has_ended(owner: dict[str, Any]) -> bool:
    """Whether the owner is a process of this machine that is no more."""
    if owner["machine"] != _machine():
        return False
    return _started(owner["process"]) != owner["started"]


def _machine() -> str:
    """This machine, or the container on it, since it was started."""
    parts = [socket.gethostname()]
    with suppress(OSError):
        parts.append(os.readlink("/proc/self/ns/pid"))
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            parts.append(file.read().strip())
    return " ".join(parts)


def _started(process: int) -> str:
    """When a process was started; empty where there is none, or it cannot be told."""
    try:
        with open(f"/proc/{process}/stat", encoding="ascii", errors="replace") as file:
            # The name of the process, in brackets, may hold spaces.
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return "ended"
        except OSError:
            pass
        return ""
