"""What views say about keeping the page that they are making."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, TypeVar

__all__ = ["LateValue", "Making", "cached_page", "do_not_cache", "late_value", "making_page"]

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class LateValue:
    """A text that is written into the page each time it is sent.

    Attributes:
        mark: what stands in its place on the cached page.
        make: a function of a module, called with the arguments.
    """

    mark: str
    make: Callable[..., str]
    arguments: tuple[Any, ...]


@dataclass
class Making:
    """A page that is being made, and whether it may be cached."""

    is_complete: bool = True
    late_values: list[LateValue] = field(default_factory=list)


_making: ContextVar[Making | None] = ContextVar("making", default=None)


def cached_page(view: View) -> View:
    """Mark a view whose answer is the same for every visitor without an account."""
    view.is_cached_page = True  # type: ignore[attr-defined]
    return view


@contextmanager
def making_page() -> Iterator[Making]:
    """Note what is said while a page is made that may be cached."""
    making = Making()
    token = _making.set(making)
    try:
        yield making
    finally:
        _making.reset(token)


def do_not_cache() -> None:
    """Say that something is missing on this page that may be there in a moment."""
    if making := _making.get():
        making.is_complete = False


def late_value(make: Callable[..., str], *arguments: Any) -> str:
    """Return a text that is made anew each time the page is sent, such as the stamp of a form."""
    making = _making.get()
    if making is None:
        return make(*arguments)
    value = LateValue(f"late-{secrets.token_hex(16)}", make, arguments)
    making.late_values.append(value)
    return value.mark
