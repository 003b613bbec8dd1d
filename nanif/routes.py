"""Finds the page of an address in two queries, however deep it stands in the tree."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils.translation import get_language, override
from wagtail.models import Page, Site
from wagtail.models.sites import get_site_for_hostname
from wagtail.views import serve

from page_cache.kept import kept

__all__ = ["PageRouteMiddleware"]


class PageRouteMiddleware:
    """Say which site and page a request is for, where Wagtail would ask for each level.

    What is not found here is left to Wagtail, which then finds nothing either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the site; it is looked up for links of other views too."""
        host, _port = split_domain_port(request._get_raw_host())  # type: ignore[attr-defined]
        # Whether the site is ready is answered without a database.
        with suppress(DatabaseError, InterfaceError):
            request._wagtail_site = _site(host, request.get_port())  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Note the page that Wagtail's view is about to ask for."""
        site: Site | None = getattr(request, "_wagtail_site", None)
        if view is not serve or site is None:
            return
        page = _page_at(_root(site.pk, get_language() or ""), args[0])
        if page is None:
            return
        try:
            request._wagtail_route_for_request = page.route(request, [])  # type: ignore[attr-defined]
        except Http404:
            request._wagtail_route_for_request = None  # type: ignore[attr-defined]


@kept
def _site(host: str, port: str) -> Site | None:
    try:
        site: Site = get_site_for_hostname(host, port)
    except Site.DoesNotExist:
        return None
    return site


@kept
def _root(site: int, language: str) -> Page:
    """The home page of a language."""
    with override(language):
        return Site.objects.select_related("root_page").get(pk=site).root_page.localized


def _page_at(root: Page, path: str) -> Page | None:
    """The page at a path below a home page, with the rows that every page needs."""
    steps = [step for step in path.split("/") if step]
    found = (
        # Slugs have an index, which addresses have not.
        Page.objects.filter(slug=steps[-1] if steps else root.slug)
        .filter(url_path=f"{root.url_path}{''.join(f'{step}/' for step in steps)}")
        .first()
    )
    if found is None or found.specific_class is None:
        return None
    pages = found.specific_class._default_manager.select_related("locale", "alias_of__locale")
    page: Page = pages.get(pk=found.pk)
    return page
