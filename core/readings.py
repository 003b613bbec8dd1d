"""The readings of a Japanese page: ordinary, or plain Japanese (やさしい日本語).

Plain Japanese is Japanese: the same addresses, the same pages, `ja` for whoever asks for the
language. Two things differ, and both ask `is_plain()`: texts of the interface come from the
catalogue `ja-x-easy`, as far as it has them, and pages show their words in plain Japanese, as far
as somebody has written them. Whoever chooses the reading keeps it, in a cookie.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.encoding import escape_uri_path
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language, override, trans_real

__all__ = [
    "COOKIE_VALUES", "FURIGANA_COOKIE", "ORDINARY", "PLAIN", "ReadingMiddleware",
    "address_without", "has_chosen_plain", "in_ordinary_reading", "in_plain_reading", "is_embedded",
    "is_furigana_wanted", "is_plain", "reading_address", "remember_choice", "with_choice",
]  # fmt: skip

JAPANESE = "ja"
# Where Django looks for its texts: locale/ja_X-easy.
CATALOGUE = "ja-x-easy"

# `?reading=easy` and `?reading=standard` choose; the cookie has the first or is not there.
PARAMETER = COOKIE = "reading"
PLAIN, ORDINARY = "easy", "standard"
FURIGANA_COOKIE = "furigana"
# By cookie of a choice what it may hold; a browser without the cookie counts as "".
COOKIE_VALUES = {COOKIE: {"", PLAIN}, FURIGANA_COOKIE: {"", "0", "1"}}
_COOKIE_SECONDS = 365 * 24 * 3600

# For people who work on the site, and for programs. Addresses of other files have no slash at the
# end, which those of pages have.
_NO_PAGES = (
    *("/admin/", "/api/v1/", "/documents/", "/media/", "/static/"),
    *("/search/export/", "/search/feed/"),
)

# Pages within other websites: their address alone says the reading, and no cookie is set or read.
_EMBEDDED = re.compile(r"(/en)?/embed/(easy/)?region/")

_is_plain: ContextVar[bool] = ContextVar("is_plain", default=False)


def is_plain() -> bool:
    """Whether what is made right now is read in plain Japanese."""
    return _is_plain.get() and get_language() == JAPANESE


@contextmanager
def in_plain_reading() -> Iterator[None]:
    """Within this block texts in Japanese are in plain Japanese, as far as there are any."""
    _install_catalogue()
    with _reading(is_plain=True), override(JAPANESE):
        yield


@contextmanager
def in_ordinary_reading(language: str | None = None) -> Iterator[None]:
    """For others than whoever reads the page, as in mails and citations.

    Args:
        language: to activate; without it the active one stays.
    """
    with _reading(is_plain=False), override(language or get_language()):
        yield


@contextmanager
def _reading(*, is_plain: bool) -> Iterator[None]:
    token = _is_plain.set(is_plain)
    try:
        yield
    finally:
        _is_plain.reset(token)


def is_embedded(request: HttpRequest) -> bool:
    """Whether the page stands in other websites, where nobody can choose a reading."""
    return _EMBEDDED.match(request.path_info) is not None


def has_chosen_plain(request: HttpRequest) -> bool:
    """Whether Japanese pages are shown in plain Japanese in this browser."""
    return request.COOKIES.get(COOKIE) == PLAIN


def is_furigana_wanted(request: HttpRequest) -> bool:
    """Whether kana stand above kanji: chosen in a cookie, else only in plain Japanese."""
    chosen = None if is_embedded(request) else request.COOKIES.get(FURIGANA_COOKIE)
    return chosen == "1" or (chosen != "0" and is_plain())


def reading_address(address: str, reading: str) -> str:
    """The address of a page, with the choice of a reading."""
    return with_choice(address, PARAMETER, reading)


def with_choice(address: str, parameter: str, value: str) -> str:
    """Add a parameter to the address of a page."""
    return f"{address}{'&' if '?' in address else '?'}{parameter}={value}"


def address_without(request: HttpRequest, parameter: str) -> str:
    """Return the address that was asked for without one parameter, always on this site."""
    parameters = request.GET.copy()
    parameters.pop(parameter, None)
    query = f"?{parameters.urlencode()}" if parameters else ""
    # Of two slashes at the beginning browsers would make the name of another site.
    return escape_leading_slashes(escape_uri_path(request.path)) + query


def remember_choice(request: HttpRequest, parameter: str, value: str) -> HttpResponse:
    """Keep a choice in the cookie named as its parameter, and lead to the address without it.

    Args:
        value: for the cookie; an empty one deletes it.
    """
    response = HttpResponseRedirect(address_without(request, parameter))
    if value:
        response.set_cookie(
            parameter,
            value,
            max_age=_COOKIE_SECONDS,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(parameter, samesite="Lax")
    add_never_cache_headers(response)
    return response


class ReadingMiddleware:
    """Shows Japanese pages in the reading that was chosen. Stands after the language is known.

    A choice is answered with a cookie and the address without it, so that addresses that people
    copy, and search engines keep, are those of the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Remember a choice; else answer in the reading chosen before."""
        path = request.path_info
        if found := _EMBEDDED.match(path):
            with in_plain_reading() if found[2] and not found[1] else nullcontext():
                return self.get_response(request)
        if not path.endswith("/") or path.startswith(_NO_PAGES):
            return self.get_response(request)
        chosen = request.GET.get(PARAMETER)
        if request.method in ("GET", "HEAD") and chosen in (PLAIN, ORDINARY):
            return remember_choice(request, PARAMETER, PLAIN if chosen == PLAIN else "")
        if has_chosen_plain(request) and get_language() == JAPANESE:
            with in_plain_reading():
                response = self.get_response(request)
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Cookie"])
        return response


class _JapaneseCatalogue(trans_real.DjangoTranslation):
    """Japanese as Django has it, which asks the plain catalogue first where that is read.

    A language of its own would have needed addresses, formats and pages of its own; and Django
    would have forgotten it within each block in which a language is activated.
    """

    def __init__(self) -> None:
        super().__init__(JAPANESE)
        # What it does not have it looks up in Django's own Japanese.
        self._plain = trans_real.DjangoTranslation(CATALOGUE)

    def gettext(self, message: str) -> str:
        """A text, also of a context, in the reading."""
        return str(self._plain.gettext(message) if is_plain() else super().gettext(message))

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """A text with a number in the reading."""
        if is_plain():
            return str(self._plain.ngettext(msgid1, msgid2, n))
        return str(super().ngettext(msgid1, msgid2, n))


def _install_catalogue() -> None:
    """Put it in the place of Django's, whose catalogues are forgotten when their files change."""
    if not isinstance(trans_real.translation(JAPANESE), _JapaneseCatalogue):
        trans_real._translations[JAPANESE] = _JapaneseCatalogue()  # type: ignore[attr-defined]
