"""Asking whether the addresses of sources can still be opened, politely and safely.

One address after the other, hosts by turns, with a pause for each host; HEAD first, GET where a
server does not know it, and nothing of the page is read. Addresses inside our own network are
refused, also behind a redirect: what editors type must not make the server ask its neighbours.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from upkeep.models import LinkCheck

__all__ = ["Finding", "LinkChecker", "by_turns"]

Problem = LinkCheck.Problem

# Seconds to connect, and to wait for an answer.
_TIMEOUT = (5, 15)
_MOST_REDIRECTS = 5
# Servers that do not know HEAD, or refuse it.
_ASK_AGAIN = {400, 403, 404, 405, 406, 409, 500, 501, 503}


class _Unsafe(OSError):
    """The address belongs to no public host."""


def _check(address: str) -> None:
    if settings.LINKS_MAY_BE_PRIVATE:
        return
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if not (mapped or found).is_global or found.is_multicast:
        raise _Unsafe(address)


def _check_peer(connected: socket.socket) -> socket.socket:
    """Look where a connection really leads: a name may lead elsewhere than a moment ago."""
    try:
        _check(connected.getpeername()[0])
    except _Unsafe:
        connected.close()
        raise
    return connected


class _PublicHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _check_peer(super()._new_conn())


class _PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _check_peer(super()._new_conn())


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {
            "http": _PublicHTTPPool,
            "https": _PublicHTTPSPool,
        }


@dataclass(frozen=True)
class Finding:
    """What was found at an address.

    Attributes:
        status: of the last answer; None when there was none.
        problem: a value of `LinkCheck.Problem`, or empty.
    """

    status: int | None
    problem: str


class LinkChecker:
    """A visitor who says who it is, and who does not come to one host twice in a moment."""

    def __init__(self, *, pause: float = 1.0) -> None:
        """`pause`: seconds between two requests to one host."""
        self.pause = pause
        self._last: dict[str, float] = {}
        self._session = requests.Session()
        # Proxies of the environment would connect for us, wherever the address leads.
        self._session.trust_env = False
        self._session.headers["User-Agent"] = f"NANIF-link-check/1.0 (+{settings.SITE_URL})"
        self._session.headers["Accept"] = "*/*"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _PublicAdapter())

    def look(self, url: str) -> Finding:
        """Ask for an address. Never raises for what is found there."""
        try:
            status = self._status("HEAD", url)
            if status in _ASK_AGAIN:
                status = self._status("GET", url)
        except (requests.RequestException, OSError, ValueError) as error:
            is_unsafe = isinstance(error, _Unsafe) or "_Unsafe" in repr(error)
            return Finding(None, Problem.UNSAFE if is_unsafe else Problem.UNREACHABLE)
        return Finding(status, _problem_of(status))

    def _status(self, method: str, url: str) -> int:
        for _ in range(_MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
                raise _Unsafe(url)
            self._refuse_private(parts.hostname)
            self._wait(parts.hostname)
            with self._session.request(
                method, url, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as answer:
                if not answer.is_redirect:
                    return answer.status_code
                url = urljoin(url, answer.headers["Location"])
        raise requests.TooManyRedirects

    def _refuse_private(self, host: str) -> None:
        """Before anything is sent, all addresses of the name have to be public."""
        if not settings.LINKS_MAY_BE_PRIVATE:
            for *_rest, address in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM):
                _check(str(address[0]))

    def _wait(self, host: str) -> None:
        left = self._last.get(host, -self.pause) + self.pause - time.monotonic()
        if left > 0:
            time.sleep(left)
        self._last[host] = time.monotonic()


def _problem_of(status: int) -> str:
    if status in {404, 410}:
        return Problem.GONE
    if status in {401, 402, 403, 405, 406, 429, 451}:
        return Problem.REFUSED
    return Problem.BROKEN if status >= 400 else ""


def by_turns(urls: Iterable[str]) -> Iterator[str]:
    """The addresses in an order in which hosts take turns, so that their pauses cost little."""
    queues: dict[str, deque[str]] = defaultdict(deque)
    for url in urls:
        queues[urlsplit(url).netloc].append(url)
    waiting = deque(queues.values())
    while waiting:
        queue = waiting.popleft()
        yield queue.popleft()
        if queue:
            waiting.append(queue)
