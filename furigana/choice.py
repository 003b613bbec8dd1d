"""Whether a reader wants kana above kanji: the switch in the header, kept in a cookie."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

from core.readings import is_furigana_wanted

__all__ = ["is_offered", "is_wanted", "remember_choice", "switch_address"]

_PARAMETER = "furigana"
_COOKIE = "furigana"
_VALUES = {"on": "1", "off": "0"}
_A_YEAR = 365 * 24 * 3600


def is_wanted(request: HttpRequest) -> bool:
    """Whether this request's page is to have kana above its kanji: the one place that decides."""
    return is_offered(request) and is_furigana_wanted(request)


def is_offered(request: HttpRequest) -> bool:
    """Whether the page is one on which the switch stands: a Japanese one."""
    return str(getattr(request, "LANGUAGE_CODE", "")).startswith("ja")


def remember_choice(request: HttpRequest) -> HttpResponse | None:
    """Keep what `?furigana=on` or `off` asks for, and lead to the address without it.

    None where the address asks for nothing.
    """
    value = _VALUES.get(request.GET.get(_PARAMETER, ""))
    if value is None or request.method not in {"GET", "HEAD"}:
        return None
    response = HttpResponseRedirect(_clean_address(request))
    response.set_cookie(
        _COOKIE,
        value,
        max_age=_A_YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def switch_address(request: HttpRequest) -> str:
    """The address of this page that switches to what is not chosen now."""
    address = _clean_address(request)
    value = "off" if is_wanted(request) else "on"
    return f"{address}{'&' if '?' in address else '?'}{_PARAMETER}={value}"


def _clean_address(request: HttpRequest) -> str:
    """The address without the choice. Always on this site: two slashes would name another host."""
    path, _mark, query = escape_leading_slashes(request.get_full_path()).partition("?")
    kept = [part for part in query.split("&") if part and part.partition("=")[0] != _PARAMETER]
    return f"{path}?{'&'.join(kept)}" if kept else path
