"""How often somebody may ask: counted for each client, in a cache that all processes share.

A client is an address, or the /64 network of an IPv6 address. Only a digest of it is kept, for as
long as the limit counts.
"""

from __future__ import annotations

import ipaddress
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

__all__ = ["Rate", "Usage", "client_of", "count", "look", "rate_limited", "refusal", "waiting_time"]

logger = logging.getLogger(__name__)

_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400}


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
    """

    name: str
    rate: Rate
    used: int
    reset: int

    @property
    def remaining(self) -> int:
        """Requests that are left."""
        return max(0, self.rate.limit - self.used)

    @property
    def is_over(self) -> bool:
        """Whether this request is one too many."""
        return bool(self.rate.limit) and self.used > self.rate.limit

    def write_headers(self, response: HttpResponse) -> None:
        """Tell the client, in the headers of the IETF draft on rate limits."""
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
    return _usage(name, who, adding=1)


def look(name: str, who: str) -> Usage:
    """What `count` would say of one more request, without counting it."""
    return _usage(name, who, adding=0)


def _usage(name: str, who: str, *, adding: int) -> Usage:
    rate = Rate.parse(settings.RATES[name])
    now = int(time.time())
    window, gone = divmod(now, rate.seconds)
    if not rate.limit:
        return Usage(name, rate, 0, 0)
    digest = salted_hmac(f"rate:{name}", who).hexdigest()[:32]
    key = f"rate:{name}:{window}:{digest}"
    try:
        cache = caches["shared"]
        if not adding:
            used = cache.get(key, 0) + 1
        else:
            cache.add(key, 0, rate.seconds + 60)
            used = cache.incr(key)
    except ValueError:  # it was forgotten between the two
        used = 1
    except OSError as error:  # a full disk must not stop the site
        logger.warning("Requests are not counted: %s", error)
        used = 1
    return Usage(name, rate, used, rate.seconds - gone)


def client_of(request: HttpRequest) -> str:
    """Who asks: the address that reached us, or that the trusted proxy in front of us saw."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXY:
        # Each proxy adds to the end; what stands before was written by whoever asks.
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def refusal(usage: Usage) -> str:
    """That there were too many requests, and when to come back."""
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
                    refusal(usage), status=429, content_type="text/plain; charset=utf-8"
                )
            else:
                response = view(request, *args, **kwargs)
            usage.write_headers(response)
            return response

        return limited

    return decorate
