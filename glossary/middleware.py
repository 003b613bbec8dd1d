"""Explains terms on finished pages, in the language and reading of the page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from glossary.markup import MARK, with_explanations
from glossary.selectors import current_glossary


class GlossaryMiddleware:
    """Explains terms on pages whose templates mark running text; everything else passes untouched.

    Stands inside what keeps pages, what knows the reading, and what writes kana above kanji.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and explain what the page says."""
        response = self.get_response(request)
        if (
            response.streaming
            or request.path_info.startswith("/admin/")
            or not response.get("Content-Type", "").startswith("text/html")
            or MARK.encode() not in response.content
        ):
            return response
        glossary = current_glossary()
        page = response.content.decode(response.charset)
        response.content = with_explanations(
            page,
            glossary.language,
            glossary.terms,
            lambda explanation: render_to_string(
                "components/term_note.html",
                {"explanation": explanation, "address": glossary.address},
            ),
        ).encode(response.charset)
        return response
