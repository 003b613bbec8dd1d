"""Writes to media coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wagtail.models import Page

from core.services import PageContent, publish_page
from press.models import CoveragePage, Outlet


def publish_coverage(
    *,
    parent: Page,
    slug: str,
    content: PageContent,
    translation_of: Page | None = None,
    is_held_back: bool = False,
) -> CoveragePage:
    """Create or update the page of a piece and publish it.

    Args:
        is_held_back: leave it unpublished, for a curator to decide on.
    """
    page = publish_page(
        model=CoveragePage,
        parent=parent,
        slug=slug,
        content=content,
        translation_of=translation_of,
    )
    if is_held_back:
        page.unpublish()
        page.refresh_from_db()
    return page


def sync_outlets(outlets: Iterable[Mapping[str, Any]]) -> int:
    """Bring the outlets in line with a content file; others stay. Returns the number of changes.

    Raises:
        ValidationError: a value does not fit its field.
    """
    changes = 0
    known = Outlet.objects.in_bulk()
    for order, values in enumerate(outlets, start=1):
        outlet = known.get(values["code"]) or Outlet(code=values["code"])
        before = (outlet.label_ja, outlet.label_en, outlet.order)
        after = (values["ja"], values["en"], order)
        if before == after:
            continue
        outlet.label_ja, outlet.label_en, outlet.order = after
        outlet.full_clean(validate_unique=outlet._state.adding)
        outlet.save()
        changes += 1
    return changes
