"""Pages of a long list, tolerant of whatever stands in the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator


def paginate(items: Any, number: str | None, per_page: int = 20) -> ListPage:
    """The page with that number; the first for nonsense, the last for numbers beyond the end."""
    return Paginator(items, per_page).get_page(number if number and len(number) < 10 else 1)
