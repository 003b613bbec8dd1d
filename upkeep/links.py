"""Asking whether the addresses of sources can still be opened, politely and safely.

One address after the other, hosts by turns, with a pause for each host; HEAD first, GET where a
server does not know it, and nothing of the page is read. Addresses that are not public are refused,
also behind a redirect: what editors type must not make the server ask its neighbours. A name is
looked up once for each connection, all its addresses are checked, and one of those is connected to,
so that a name server cannot answer the check and the connection differently.
"""

from __future__ import annotations

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
from urllib3.exceptions import HTTPError

from upkeep.models import LinkCheck
from upkeep.public_addresses import is_public_address

__all__ = ["Finding", "LinkChecker", "by_turns"]

Problem = LinkCheck.Problem

# Seconds to connect, and to wait for an answer.
_TIMEOUT = (5, 15)
_MOST_REDIRECTS = 5
# Servers that do not know HEAD, or refuse it.
_ASK_AGAIN = {400, 403, 404, 405, 406, 409, 500, 501, 503}


class _Unsafe(OSError):
    """The address belongs to no public host."""


def _addresses_of(host: str) -> list[str]:
    """The addresses of a host name, in the order in which to try them.

    Raises:
        _Unsafe: not all of them are public.
        OSError: the name is not known.
    """
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(address[0]) for *_rest, address in found))
    if not settings.LINKS_MAY_BE_PRIVATE:
        for address in addresses:
            if not is_public_address(address):
                raise _Unsafe(address)
    return addresses


class _ConnectsToCheckedAddress:
    """A connection of urllib3 that looks the name up itself, and connects to what it has checked.

    The name stays what the certificate and the header `Host` are for.
    """

    _dns_host: str

    def _new_conn(self) -> socket.socket:
        """Connect to an address that may be asked, one after the other."""
        name = self._dns_host
        problem: Exception = OSError(f"{name} has no address")
        try:
            for address in _addresses_of(name.strip("[]")):
                self._dns_host = address
                try:
                    connected: socket.socket = super()._new_conn()  # type: ignore[misc]
                except (OSError, HTTPError) as error:
                    problem = error
                else:
                    return connected
        finally:
            self._dns_host = name
        raise problem


class _PublicHTTPConnection(_ConnectsToCheckedAddress, HTTPConnection):
    pass


class _PublicHTTPSConnection(_ConnectsToCheckedAddress, HTTPSConnection):
    pass


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
        """The status after redirects.

        Raises:
            _Unsafe: the address, or one it leads to, must not be asked.
            TooManyRedirects: more than `_MOST_REDIRECTS`.
        """
        for _ in range(_MOST_REDIRECTS + 1):
            parts = urlsplit(url)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
                raise _Unsafe(url)
            self._wait(parts.hostname)
            with self._session.request(
                method, url, timeout=_TIMEOUT, allow_redirects=False, stream=True
            ) as answer:
                if not answer.is_redirect:
                    return answer.status_code
                url = urljoin(url, answer.headers["Location"])
        raise requests.TooManyRedirects

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
