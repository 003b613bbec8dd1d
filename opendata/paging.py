"""Pages of a list, with links to those before and after it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from opendata.problems import ParameterError, Problem
from opendata.schemas import ListParams, frame

__all__ = ["paged", "set_links"]


def paged(
    items: QuerySet[Any], params: ListParams, request: HttpRequest, response: HttpResponse
) -> tuple[list[Any], dict[str, Any]]:
    """The items of the page asked for, and the values of `Listing`. Two queries.

    Raises:
        Problem: there is no such page.
    """
    total = items.count()
    pages = page_count(total, params.per_page)
    check_page(params.page, pages)
    start = (params.page - 1) * params.per_page
    set_links(request, response, params.page, pages)
    listing = {**frame(params.locale), "total": total, "page": params.page,
               "per_page": params.per_page, "pages": pages}  # fmt: skip
    return list(items[start : start + params.per_page]), listing


def page_count(total: int, per_page: int) -> int:
    """Number of pages, at least one."""
    return max(1, -(-total // per_page))


def check_page(page: int, pages: int) -> None:
    """Refuse a page beyond the end, so that nobody reads the last one for ever."""
    if page > pages:
        detail = _("Page %(page)d does not exist. The last page is %(pages)d.")
        error = ParameterError(parameter="page", detail=detail % {"page": page, "pages": pages})
        raise Problem(404, error.detail, [error])


def set_links(request: HttpRequest, response: HttpResponse, page: int, pages: int) -> None:
    """Write the header `Link` with the first, previous, next and last page (RFC 8288)."""
    numbers = {"first": 1, "prev": page - 1, "next": page + 1, "last": pages}
    others = [
        (name, value) for name, values in request.GET.lists() if name != "page" for value in values
    ]
    response["Link"] = ", ".join(
        f'<{settings.SITE_URL}{request.path}?{urlencode([*others, ("page", number)])}>; rel="{rel}"'
        for rel, number in numbers.items()
        if 1 <= number <= pages
    )
