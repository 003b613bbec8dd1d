"""What the foot of every public page says: who runs the site, and where to report an error."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from contact.selectors import current_imprint
from contact.subjects import OTHER_PLACES


def site_contact(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that pages without the frame cost nothing.

    - `imprint`: who runs the site
    - `report_url`: the form about an error on this page; empty where there is no page
    """
    return {
        "imprint": SimpleLazyObject(current_imprint),
        "report_url": _report_url(request),
    }


def _report_url(request: HttpRequest) -> str:
    match = getattr(request, "resolver_match", None)
    if match is None or match.view_name not in {"wagtail_serve", *OTHER_PLACES}:
        return ""
    return f"{reverse('contact:report')}?{urlencode({'page': request.path})}"
