"""robots.txt and the page for addresses that lead nowhere."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse


def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what to leave out and where the sitemap is."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        f"Disallow: {reverse('search:search')}",
        "Disallow: /en/search/",
        f"Disallow: {reverse('contact:report')}",
        "Disallow: /en/report/",
        # Each of a million choices of places would be a page.
        f"Disallow: {reverse('compare')}?",
        "Disallow: /en/compare/?",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer the search."""
    return render(request, "404.html", status=404)
