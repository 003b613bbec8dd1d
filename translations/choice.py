"""Whether an action takes the translations along: the checkbox of confirmation screens.

Whatever withdraws or moves a page takes its translations along, unless somebody has unticked the
box `with_translations` on the screen that asked. A form without that box has not asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

ASKED = "translations_asked"
TICKED = "with_translations"

_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_left_behind: ContextVar[bool] = ContextVar("left_behind", default=False)


class TranslationChoiceMiddleware:
    """Keeps the request at hand, so that the choice is found wherever a page is changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Remember the request while it is answered."""
        token = _request.set(request)
        try:
            return self.get_response(request)
        finally:
            _request.reset(token)


def current_request() -> HttpRequest | None:
    """The request that changes something in the admin right now; None for all others."""
    request = _request.get()
    # The body of other requests is not read, which may be large or an upload.
    if request is None or request.method != "POST" or not request.path_info.startswith("/admin/"):
        return None
    return request


def are_translations_taken_along() -> bool:
    """Whether what happens to an original right now happens to its translations too."""
    if _left_behind.get():
        return False
    request = current_request()
    return request is None or ASKED not in request.POST or TICKED in request.POST


@contextmanager
def translations_left_behind() -> Iterator[None]:
    """Within this block actions concern the one page alone."""
    token = _left_behind.set(True)
    try:
        yield
    finally:
        _left_behind.reset(token)
