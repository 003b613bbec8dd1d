"""Hand-outs of cases, the page of a chosen list, and the list as a casebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.readings import in_plain_reading
from handouts.chosen import MOST_CASES, added_slug, casebook_url, chosen_slugs
from handouts.pages import casebook_pdf, handout_pdf
from handouts.selectors import Handout, casebook_context, cases_by_slugs, handouts_of
from handouts.slides import slides_of
from handouts.typesetting import CannotTypeset
from handouts.word_files import word_file_of
from opendata.rates import rate_limited
from page_cache.control import cached_page

_OFFICE = "application/vnd.openxmlformats-officedocument"
_BOOKS: dict[str, tuple[str, Callable[[Sequence[Handout], str], bytes]]] = {
    "pdf": ("application/pdf", casebook_pdf),
    "pptx": (f"{_OFFICE}.presentationml.presentation", slides_of),
    "docx": (f"{_OFFICE}.wordprocessingml.document", word_file_of),
}


@cached_page
@require_safe
@rate_limited("export")
def handout(request: HttpRequest, slug: str, *, is_plain: bool) -> HttpResponse:
    """The hand-out of a case as PDF; 404 where the public may not see the case."""
    with _reading(is_plain=is_plain):
        found = _handouts([slug])
        if not found:
            raise Http404(slug)
        try:
            content = handout_pdf(found[0])
        except CannotTypeset:
            return _not_now()
    return _file(content, "application/pdf", f"nanif-{slug}.pdf")


@require_safe
def casebook(request: HttpRequest) -> HttpResponse:
    """The chosen cases with their order, and the files made of them."""
    slugs = chosen_slugs(request.GET)
    added = added_slug(request.GET)
    if added and added not in slugs and cases_by_slugs([added], _language()):
        return redirect(casebook_url([*slugs, added]))
    context = casebook_context(
        slugs, _language(), is_unknown=bool(request.GET.get("add")) and (added not in slugs)
    )
    return render(request, "handouts/casebook.html", context)


@require_safe
@rate_limited("export")
def casebook_file(request: HttpRequest, book: str, *, is_plain: bool) -> HttpResponse:
    """The chosen cases as one file: a PDF with contents, slides or a Word file."""
    content_type, make = _BOOKS[book]
    with _reading(is_plain=is_plain):
        found = _handouts(chosen_slugs(request.GET)[:MOST_CASES])
        if not found:
            raise Http404("no public case in the list")
        try:
            content = make(found, _("Casebook"))
        except CannotTypeset:
            return _not_now()
    return _file(content, content_type, f"nanif-casebook.{book}")


def _language() -> str:
    return (get_language() or "ja")[:2]


def _reading(*, is_plain: bool) -> AbstractContextManager[None]:
    """Plain Japanese is a reading of Japanese alone."""
    if is_plain and _language() != "ja":
        raise Http404("plain Japanese")
    return in_plain_reading() if is_plain else nullcontext()


def _handouts(slugs: Sequence[str]) -> list[Handout]:
    return handouts_of(cases_by_slugs(slugs, _language()), _language())


def _file(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    disposition = "inline" if name.endswith(".pdf") else "attachment"
    response["Content-Disposition"] = f'{disposition}; filename="{name}"'
    # Pages are found, not their prints.
    response["X-Robots-Tag"] = "noindex"
    return response


def _not_now() -> HttpResponse:
    text = _("This file cannot be made at the moment. Please try again in a few minutes.")
    response = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8")
    response["Retry-After"] = "300"
    return response
