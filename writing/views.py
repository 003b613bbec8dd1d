"""What the editor fetches while somebody writes: hints on the saved draft, a page's address."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from core.slugs import slug_for
from writing.checks import check_page
from writing.furigana import ruby
from writing.plain import plain_marks
from writing.selectors import hard_words, measures

__all__ = ["page_address", "page_hints"]


@require_safe
@never_cache
def page_hints(request: HttpRequest, page_id: int) -> HttpResponse:
    """Hints, measures and plain Japanese of the newest draft, as a fragment for the panel."""
    page = get_object_or_404(Page, pk=page_id)
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    plain = "\n".join(
        text
        for name in ["easy_title", "easy_summary", "easy_body"]
        if (text := getattr(draft, name, ""))
    )
    context = {
        "page": draft,
        "hints": check_page(draft),
        "measures": measures(draft) if draft.locale.language_code == "ja" else None,
        "plain": plain,
        "marks": plain_marks(plain, hard_words()) if plain else [],
        "ruby": ruby(plain) if plain else "",
    }
    return render(request, "writing/admin/hints.html", context)


@require_safe
@never_cache
def page_address(request: HttpRequest, parent_id: int) -> HttpResponse:
    """The slug that a page with `?title=` gets below this parent; `?page=` is the page itself."""
    parent = get_object_or_404(Page, pk=parent_id)
    number = request.GET.get("page", "")
    page = parent.get_children().filter(pk=number).first() if number.isdecimal() else None
    may_write = (
        page.permissions_for_user(request.user).can_edit()
        if page
        else parent.permissions_for_user(request.user).can_add_subpage()
    )
    if not may_write:
        raise PermissionDenied
    title = request.GET.get("title", "").strip()[:255]
    slug = slug_for(title, parent, page_id=page.pk if page else None) if title else ""
    return JsonResponse({"slug": slug})
