"""One piece of memory for all that Python calls during a request."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from django.http import HttpRequest, HttpResponse

__all__ = ["FrameMemoryMiddleware", "call_with_room"]

# Enough for some thousand calls inside each other. Only what is used is really taken.
_SLOTS = 2**16  # of eight bytes


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    return function(*arguments)


# CPython keeps the frames of calls in chunks of 16 KB, and hands a chunk back to the system as soon
# as the first call in it ends. Where the calls of a loop begin a chunk, each asks the system for
# memory and gives it back: a page whose template loops there takes up to half as long again, and
# one more middleware moves it to another page. A call that says that it needs much itself gets a
# chunk that large, and those inside it find room there.
call_with_room = FunctionType(_call.__code__.replace(co_stacksize=_SLOTS), globals())


class FrameMemoryMiddleware:
    """Make room once for everything that is called during a request. Stands first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        response: HttpResponse = call_with_room(self.get_response, request)
        return response
