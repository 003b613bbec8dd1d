"""The client: it gives up quickly, leaves a cluster that is down alone, and says what is wrong."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import urllib3
from elastic_transport import Urllib3HttpNode
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    SSLError,
    TransportError,
    UnsupportedProductError,
)

from search.engines.base import EngineUnavailable

__all__ = ["NEVER_BUILT", "Connection"]

NEVER_BUILT = "There is no search index yet. Run: manage.py search_rebuild"

_CONNECT_SECONDS = 2
# For so long nobody waits for a cluster that did not answer.
_PAUSE_SECONDS = 3
_OVERLOADED = {429, 502, 503, 504}


class _Node(Urllib3HttpNode):
    """A host that must accept a connection at once, however long its answer may take."""

    def perform_request(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, with a shorter limit for the connection than for the answer."""
        seconds = kwargs.get("request_timeout")
        if isinstance(seconds, int | float):
            kwargs["request_timeout"] = urllib3.Timeout(
                connect=min(_CONNECT_SECONDS, seconds), read=seconds
            )
        return super().perform_request(*args, **kwargs)


class Connection:
    """Hosts of a cluster. May be shared by threads, and made before a fork."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """`settings` are those of `SEARCH_ENGINE`; nothing is connected yet."""
        self._settings = settings
        self.hosts = [str(host) for host in settings["hosts"]]
        self._guard = threading.Lock()
        self._process = 0
        self._clients: dict[float, Elasticsearch] = {}
        self._closed_until = 0.0
        self._reason = ""

    @contextmanager
    def use(self, seconds: float, *, insist: bool = False) -> Iterator[Elasticsearch]:
        """The client, for requests of at most so many seconds each.

        Args:
            insist: ask also while the cluster is left alone because it did not answer.

        Raises:
            EngineUnavailable: it does not answer or refuses; the message says what to do.
        """
        if not insist and time.monotonic() < self._closed_until:
            raise EngineUnavailable(self._reason)
        try:
            yield self._connected(seconds)
        except (TransportError, ApiError) as error:
            self._reason = self._in_words(error)
            if isinstance(error, TransportError) or error.status_code in _OVERLOADED:
                self._closed_until = time.monotonic() + _PAUSE_SECONDS
            raise EngineUnavailable(self._reason) from error
        self._closed_until = 0.0

    def _connected(self, seconds: float) -> Elasticsearch:
        """Client with this timeout, cached; all clients share one connection pool."""
        with self._guard:
            # Sockets of the process that forked this one are not ours.
            if self._process != os.getpid():
                self._clients = {0: self._new_client()}
                self._process = os.getpid()
            if seconds not in self._clients:
                self._clients[seconds] = self._clients[0].options(request_timeout=seconds)
            return self._clients[seconds]

    def _new_client(self) -> Elasticsearch:
        chosen = self._settings
        options: dict[str, Any] = {}
        if chosen.get("api_key"):
            options["api_key"] = chosen["api_key"]
        elif chosen.get("user"):
            options["basic_auth"] = (chosen["user"], chosen.get("password", ""))
        if chosen.get("ca"):
            options["ca_certs"] = chosen["ca"]
        try:
            return Elasticsearch(
                self.hosts,
                node_class=_Node,
                connections_per_node=32,
                max_retries=len(self.hosts),
                # A host that hangs must not be asked twice.
                retry_on_timeout=len(self.hosts) > 1,
                **options,
            )
        except (ValueError, OSError) as error:
            raise EngineUnavailable(f"SEARCH_URL cannot be used ({error}). Correct it.") from error

    def _in_words(self, error: TransportError | ApiError) -> str:
        """What went wrong, and what to do about it."""
        where = f"Elasticsearch at {', '.join(self.hosts)}"
        match error:
            case UnsupportedProductError():
                return f"What answers at {', '.join(self.hosts)} is not Elasticsearch 8 or 9."
            case AuthenticationException():
                return f"{where} refuses the user or key. Correct them in SEARCH_URL."
            case AuthorizationException():
                return f"{where} forbids this to the user or key of SEARCH_URL: {_cause(error)}"
            case NotFoundError():
                return NEVER_BUILT
            case ApiError() if error.status_code in _OVERLOADED:
                return f"{where} cannot answer just now: {_cause(error)}"
            case ApiError():
                return f"{where} refuses a request: {_cause(error)}"
            case SSLError():
                return (
                    f"{where} has a certificate that is not trusted. Name the file of its "
                    "authority in SEARCH_URL (?ca=/path/to/ca.pem)."
                )
            case ConnectionTimeout():
                return f"{where} does not answer in time. See whether the cluster is well."
        return f"{where} cannot be reached. Start it, or correct SEARCH_URL."


def _cause(error: ApiError) -> str:
    """What the cluster says, in one line."""
    try:
        cause = error.body["error"]["root_cause"][0]
        return f"{cause['type']}: {cause['reason']}"[:300]
    except (KeyError, IndexError, TypeError):
        return f"HTTP {error.status_code} {error.message}"[:300]
