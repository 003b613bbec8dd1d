"""What views say about keeping the page that they are making."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

__all__ = ["do_not_keep", "is_kept", "kept_page", "start_page"]

View = TypeVar("View", bound=Callable[..., Any])

_is_complete: ContextVar[bool] = ContextVar("is_complete", default=True)


def kept_page(view: View) -> View:
    """Mark a view whose answer is the same for every visitor without an account."""
    view.is_kept_page = True  # type: ignore[attr-defined]
    return view


def start_page() -> None:
    """Begin a page, of which nothing is missing yet."""
    _is_complete.set(True)


def do_not_keep() -> None:
    """Say that something is missing on this page that may be there in a moment."""
    _is_complete.set(False)


def is_kept(view: Any) -> bool:
    """Whether the page that this view has made may be kept."""
    return _is_complete.get() and getattr(view, "is_kept_page", False)
