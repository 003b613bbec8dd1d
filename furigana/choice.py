"""Whether a reader wants kana above kanji: the switch in the header, kept in a cookie."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from core.readings import (
    FURIGANA_COOKIE,
    address_without,
    is_embedded,
    is_furigana_wanted,
    remember_choice,
    with_choice,
)

__all__ = ["answer_choice", "is_offered", "is_wanted", "switch_address"]

_PARAMETER = FURIGANA_COOKIE
_VALUES = {"on": "1", "off": "0"}


def is_wanted(request: HttpRequest) -> bool:
    """Whether this request's page is to have kana above its kanji: the one place that decides."""
    return is_offered(request) and is_furigana_wanted(request)


def is_offered(request: HttpRequest) -> bool:
    """Whether the page is one on which the switch stands: a Japanese one."""
    return str(getattr(request, "LANGUAGE_CODE", "")).startswith("ja")


def answer_choice(request: HttpRequest) -> HttpResponse | None:
    """Keep what `?furigana=on` or `off` asks for; None where the address asks for nothing."""
    value = _VALUES.get(request.GET.get(_PARAMETER, ""))
    if is_embedded(request) or value is None or request.method not in {"GET", "HEAD"}:
        return None
    return remember_choice(request, _PARAMETER, value)


def switch_address(request: HttpRequest) -> str:
    """The address of this page that switches to what is not chosen now."""
    value = "off" if is_wanted(request) else "on"
    return with_choice(address_without(request, _PARAMETER), _PARAMETER, value)
