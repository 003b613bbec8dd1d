"""robots.txt, the glossary as a file, and the page for addresses that lead nowhere."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.tabular import CONTENT_TYPES, csv_pieces
from core.visibility import publicly_visible
from home.models import GlossaryPage
from opendata.rates import rate_limited
from taxonomy.exports import GLOSSARY_COLUMNS, glossary_rows


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


@require_safe
@rate_limited("export")
def glossary_csv(request: HttpRequest) -> HttpResponse:
    """All terms as a table, while the glossary has a page that the public may see."""
    if not publicly_visible(GlossaryPage.objects.all()).exists():
        raise Http404("glossary")
    content = b"".join(csv_pieces(GLOSSARY_COLUMNS, glossary_rows()))
    response = HttpResponse(content, content_type=CONTENT_TYPES["csv"])
    response["Content-Disposition"] = 'attachment; filename="nanif-glossary.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    return response


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer the search."""
    return render(request, "404.html", status=404)
