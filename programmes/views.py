"""Calls; grants: the list with its sums, one grant, and the whole as 360Giving JSON and CSV."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.structured_data import json_ld
from opendata.rates import rate_limited
from page_cache.control import cached_page
from programmes.calls import call_lists
from programmes.giving import package_json, publishable, table_csv
from programmes.selectors import (
    grant_by_identifier,
    grant_context,
    grant_list,
    public_grants,
)

# Letters of a description for search engines, which show about so many.
_DESCRIPTION = 160


@cached_page
def calls(request: HttpRequest) -> HttpResponse:
    """List the calls of the network and of others: open, to come and closed, or one by `state`."""
    context = {
        "heading": _("Calls for applications"),
        "meta_description": _(
            "Grants that organisations can apply for: of this network, and of ministries, "
            "foundations and others as far as the editors have entered them."
        ),
        **call_lists(get_language() or "ja", request.GET),
    }
    return render(request, "programmes/calls.html", context)


@cached_page
def grants(request: HttpRequest) -> HttpResponse:
    """List grants, narrowed by `programme`, `year`, `region` and `theme`, with their sums."""
    language = get_language() or "ja"
    context = grant_list(request.GET, language)
    total = public_grants().count()
    context |= {
        "heading": _("Grants"),
        "meta_description": _(
            "All grants found in public sources: who received them, where, how much, and related "
            "case studies."
        ),
        "total": total,
        "left_out": total - publishable(public_grants()).count(),
    }
    return render(request, "programmes/grants.html", context)


@cached_page
def grant(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show one grant and the thread from it to grantee, region and cases."""
    found = grant_by_identifier(identifier)
    if found is None:
        raise Http404(identifier)
    language = get_language() or "ja"
    context = grant_context(found, language)
    context["heading"] = found.heading
    context["meta_description"] = Truncator(found.description).chars(_DESCRIPTION) or _(
        "A grant of %(funder)s to %(grantee)s, with the projects and case studies behind it."
    ) % {"funder": found.funder_name, "grantee": found.grantee_name}
    data = {
        "@context": "https://schema.org",
        "@type": "MonetaryGrant",
        "name": found.heading,
        "url": found.public_url,
        "identifier": found.identifier,
        "funder": {"@type": "Organization", "name": found.funder_name},
        "fundedItem": {"@type": "Organization", "name": found.grantee_name},
    }
    if found.amount is not None:
        data["amount"] = {
            "@type": "MonetaryAmount", "currency": "JPY", "value": found.amount,
        }  # fmt: skip
    context["structured_data"] = json_ld(data)
    return render(request, "programmes/grant.html", context)


@rate_limited("export")
def grants_json(request: HttpRequest) -> StreamingHttpResponse:
    """All grants as a package of the 360Giving Data Standard."""
    return _file(package_json(public_grants()), "application/json", "json")


@rate_limited("export")
def grants_csv(request: HttpRequest) -> StreamingHttpResponse:
    """All grants as a table with the headings of the 360Giving Data Standard."""
    return _file(table_csv(public_grants()), "text/csv; charset=utf-8", "csv")


def _file(pieces: object, content_type: str, extension: str) -> StreamingHttpResponse:
    # Written at once, while the language of the address is active.
    response = StreamingHttpResponse(list(pieces), content_type=content_type)  # type: ignore[call-overload]
    name = f"nanif-grants-{timezone.localdate().isoformat()}.{extension}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    # Others may read it from their own pages, as the standard's tools do.
    response["Access-Control-Allow-Origin"] = "*"
    return response
