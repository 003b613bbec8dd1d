"""robots.txt, security.txt, the glossary as a file, and the page for what does not exist."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.addresses import absolute_url
from core.tabular import CONTENT_TYPES, csv_pieces
from core.visibility import publicly_visible
from home.accessibility import results
from home.models import GlossaryPage
from opendata.rates import rate_limited
from page_cache.control import cached_page
from taxonomy.exports import GLOSSARY_COLUMNS, glossary_rows

_SECURITY_FOR = datetime.timedelta(days=180)


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
        # So would each list of cases; hand-outs print what their pages say.
        f"Disallow: {reverse('casebook')}",
        "Disallow: /en/casebook/",
        "Disallow: /handouts/",
        "Disallow: /en/handouts/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Tell whoever found a weakness how to report it (RFC 9116).

    It holds for half a year from the day on which it is read, since it is made from what is so now.
    """
    midnight = timezone.now().astimezone(datetime.UTC).replace(hour=0, minute=0, second=0)
    expires = midnight + _SECURITY_FOR
    lines = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            lines.append(f"Contact: {absolute_url(reverse('contact:contact'))}")
    lines += [
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(code for code, _name in settings.LANGUAGES)}",
        f"Canonical: {absolute_url(reverse('security'))}",
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


@cached_page
@require_safe
def accessibility_results(request: HttpRequest) -> HttpResponse:
    """Show what the checks of accessibility found, by success criterion."""
    context = {
        "heading": _("Results of the checks of accessibility"),
        "meta_description": _(
            "What automatic checks of this site found, by success criterion of JIS X 8341-3:2016, "
            "and what people have still to check."
        ),
        "results": results(translation.get_language() or "ja"),
    }
    return render(request, "home/accessibility_results.html", context)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that there is no such page, and offer the search."""
    return render(request, "404.html", status=404)
