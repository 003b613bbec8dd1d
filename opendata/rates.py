"""How often somebody may ask: counted for each client, in a cache that all processes share.

A client is an address, or the /64 network of an IPv6 address. Only a digest of it is kept, for as
long as the limit counts.

Where the cache cannot be written (a full disk, a folder without the right to write) nothing can be
counted. Limits then refuse, so that nobody can guess passwords or send forms without a limit. Only
`READ_ONLY_RATES`, which protect reading what is public, let requests pass.
"""

from __future__ import annotations

import ipaddress
import logging
import pickle
import re
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

__all__ = ["Rate", "Usage", "can_count", "client_of", "count", "count_in_turn", "give_back",
           "rate_limited", "refusal", "waiting_time"]  # fmt: skip

logger = logging.getLogger(__name__)

_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}

# Limits on reading public pages and data: uncounted requests pass, so that a full disk does not
# take the site down. All others refuse what they cannot count.
READ_ONLY_RATES = frozenset({"api", "export", "sitemap"})

# What a cache in files raises when it cannot be read or written, or when a file in it is damaged.
_CACHE_ERRORS = (OSError, EOFError, pickle.PickleError, zlib.error)

# Seconds between two log lines about requests that cannot be counted, for each process.
_COMPLAIN_EVERY = 60
# Seconds for which a client is told to wait where nothing can be counted.
_WAIT_UNCOUNTED = 300

_last_complaint = float("-inf")


@dataclass(frozen=True)
class Rate:
    """So many requests in so many seconds. A limit of 0 is none."""

    limit: int
    seconds: int

    @classmethod
    def parse(cls, text: str) -> Rate:
        """Read `120/minute`, `20/hour`, `5/day` or `off`.

        Raises:
            ValueError: it is written otherwise.
        """
        if text == "off":
            return cls(0, 1)
        match = re.fullmatch(r"([1-9][0-9]{0,8})/(minute|hour|day)", text)
        if match is None:
            raise ValueError(f"{text!r} is not a rate such as 120/minute")
        return cls(int(match[1]), _SECONDS[match[2]])


@dataclass(frozen=True)
class Usage:
    """What a client has used of a rate.

    Attributes:
        remaining: requests that are left.
        reset: seconds until all are there again.
        key: where it is counted; empty where the limit is off.
        is_counted: False where the cache could not be read or written.
    """

    name: str
    rate: Rate
    used: int
    reset: int
    key: str = ""
    is_counted: bool = True

    @property
    def remaining(self) -> int:
        """Requests that are left."""
        return max(0, self.rate.limit - self.used)

    @property
    def is_over(self) -> bool:
        """Whether this request is refused: one too many, or not countable."""
        if not self.is_counted:
            return self.name not in READ_ONLY_RATES
        return bool(self.rate.limit) and self.used > self.rate.limit

    @property
    def status(self) -> int:
        """The HTTP status of a refusal: too many requests, or a site that cannot count them."""
        return 429 if self.is_counted else 503

    def write_headers(self, response: HttpResponse) -> None:
        """Tell the client, in the headers of the IETF draft on rate limits."""
        if not self.is_counted:
            if self.is_over:
                response["Retry-After"] = str(self.reset)
            return
        if not self.rate.limit:
            return
        response["RateLimit-Policy"] = f'"{self.name}";q={self.rate.limit};w={self.rate.seconds}'
        response["RateLimit"] = f'"{self.name}";r={self.remaining};t={self.reset}'
        if self.is_over:
            response["Retry-After"] = str(self.reset)


def count(name: str, who: str) -> Usage:
    """Count a request against the rate with that name in `settings.RATES`.

    Args:
        who: whatever tells clients apart; only a digest of it is kept.
    """
    rate = Rate.parse(settings.RATES[name])
    now = int(time.time())
    window, gone = divmod(now, rate.seconds)
    if not rate.limit:
        return Usage(name, rate, 0, 0)
    digest = salted_hmac(f"rate:{name}", who).hexdigest()[:32]
    key = f"rate:{name}:{window}:{digest}"
    try:
        used = _add_one(key, rate.seconds + 60)
    except _CACHE_ERRORS as error:
        _complain(error)
        return Usage(name, rate, 0, _WAIT_UNCOUNTED, key, is_counted=False)
    usage = Usage(name, rate, used, rate.seconds - gone, key)
    if usage.used == rate.limit + 1:  # one line for each client and window, whoever it is
        logger.warning("Limit %s reached: refused for the next %d s", name, usage.reset)
    return usage


def count_in_turn(limits: Iterable[tuple[str, str]]) -> list[Usage]:
    """Count one request against several limits, up to the first that refuses it.

    Limits behind that one are not touched: whoever has used up a narrow limit cannot use up a wider
    one that others depend on. The last usage says whether the request is refused.

    Args:
        limits: pairs of the rate's name and whom it counts, the narrowest first.
    """
    usages: list[Usage] = []
    for name, who in limits:
        usages.append(count(name, who))
        if usages[-1].is_over:
            break
    return usages


def give_back(usages: Iterable[Usage]) -> None:
    """Uncount requests that turned out not to count, such as successful log-ins."""
    for usage in usages:
        if not usage.key or not usage.is_counted:
            continue
        try:
            caches["shared"].decr(usage.key)
        except (ValueError, *_CACHE_ERRORS):  # it has expired, or counts one too many
            continue


def can_count() -> bool:
    """Whether the shared cache can be written now, as all limits need it to be."""
    try:
        _add_one("rate:probe", 60)
    except _CACHE_ERRORS as error:
        _complain(error)
        return False
    return True


def _add_one(key: str, seconds: int) -> int:
    """Add one to a counter that lives for so many seconds.

    Raises:
        OSError: the cache does not keep what is written to it.
    """
    cache = caches["shared"]
    for _attempt in range(3):
        cache.add(key, 0, seconds)
        try:
            return int(cache.incr(key))
        except ValueError:  # it expired between the two
            continue
    raise OSError("The shared cache does not keep counters.")


def _complain(error: Exception) -> None:
    """Log that nothing can be counted, but not for each request: the disk may be full."""
    global _last_complaint
    now = time.monotonic()
    if now - _last_complaint >= _COMPLAIN_EVERY:
        _last_complaint = now
        logger.error(
            "Requests cannot be counted, so that signing in and all forms are refused: %s: %s",
            type(error).__name__,
            error,
        )


def client_of(request: HttpRequest) -> str:
    """Who asks: the address that reached us, or that the first trusted proxy saw.

    Empty where a proxy is trusted and did not say it: all such requests share one limit.
    """
    address = request.META.get("REMOTE_ADDR", "")
    if hops := settings.TRUSTED_PROXIES:
        # Each proxy adds to the end; what stands before was written by whoever asks.
        seen = request.headers.get("X-Forwarded-For", "").split(",")
        address = seen[-hops].strip() if len(seen) >= hops else ""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def refusal(usage: Usage) -> str:
    """That there were too many requests, or that they cannot be counted, and when to come back."""
    if not usage.is_counted:
        return _(
            "The site cannot accept this at the moment, for a technical reason. "
            "Please try again in a few minutes."
        )
    return _("Too many requests. Please try again in %(wait)s.") % {"wait": waiting_time(usage)}


def waiting_time(usage: Usage) -> str:
    """How long to wait, in words."""
    minutes = -(-usage.reset // 60)
    wait = ngettext("%(count)d second", "%(count)d seconds", usage.reset) % {"count": usage.reset}
    if usage.reset > 120:
        wait = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return wait


def rate_limited(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator: answer with 429 and plain words when a client asks too often."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def limited(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            usage = count(name, client_of(request))
            if usage.is_over:
                response = HttpResponse(
                    refusal(usage), status=usage.status, content_type="text/plain; charset=utf-8"
                )
            else:
                response = view(request, *args, **kwargs)
            usage.write_headers(response)
            return response

        return limited

    return decorate
