"""Puts kana above the kanji of finished pages, for readers who want it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from furigana.choice import answer_choice, is_wanted
from furigana.markup import with_readings
from furigana.selectors import current_reader

# What editors and programs read has no switch.
_LEFT_ALONE = ("/admin/", "/api/v1/", "/documents/", "/media/")


class FuriganaMiddleware:
    """Annotates Japanese pages where it is wanted; everything else passes untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Follow the switch, or answer and annotate."""
        if request.path_info.startswith(_LEFT_ALONE):
            return self.get_response(request)
        response = answer_choice(request) or self.get_response(request)
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        patch_vary_headers(response, ["Cookie"])
        if is_wanted(request):
            page = response.content.decode(response.charset)
            response.content = with_readings(page, current_reader()).encode(response.charset)
        return response
