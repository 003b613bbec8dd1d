"""Previews of pages in the editor may stand in a frame of this site; nothing else may."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF
from django.http import HttpRequest, HttpResponse


class PreviewFramingMiddleware:
    """Lets the editor's preview panel show a page in its frame.

    Public pages refuse every frame, by `X-Frame-Options` and by `frame-ancestors`. Wagtail renders
    a preview as a request of its own, which it marks as a dummy; such an answer only ever reaches
    somebody who may edit the page, below `/admin/`. Stands after the middlewares that write the two
    headers, so that its answer comes first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Allow frames of the same origin around the answer to a preview."""
        response = self.get_response(request)
        if getattr(request, "is_dummy", False):
            response.headers["X-Frame-Options"] = "SAMEORIGIN"
            response._csp_replace = {"frame-ancestors": [SELF]}  # type: ignore[attr-defined]
        return response
