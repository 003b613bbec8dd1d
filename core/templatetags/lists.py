"""What lists need: the numbers of a paginated list."""

from __future__ import annotations

from collections.abc import Iterator

from django import template
from django.core.paginator import Paginator

register = template.Library()


@register.filter
def elided(paginator: Paginator, number: int) -> Iterator[int | str]:
    """Page numbers around the current one; far ones are left out and marked by an ellipsis."""
    return paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)
