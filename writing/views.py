"""What the side panel of the editor fetches: hints on the page as it is saved now."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from wagtail.models import Page

from writing.checks import check_page
from writing.furigana import ruby
from writing.plain import plain_marks
from writing.selectors import hard_words, measures

__all__ = ["page_hints"]


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
