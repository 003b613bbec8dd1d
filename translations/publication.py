"""A page that is published stands in both trees, however it was made."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from wagtail.models import Page
from wagtail.signals import page_published

from core.services import ensure_stand_ins

__all__ = ["connect", "without_stand_in"]


def connect() -> None:
    """Begin to listen."""
    page_published.connect(_on_published, dispatch_uid="translations.stand_ins")


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Wagtail also sends this signal when a page is scheduled, which is then not public yet."""
    if instance.live and not instance.alias_of_id and not instance.is_root():
        ensure_stand_ins(instance)


def without_stand_in() -> QuerySet[Page]:
    """Public pages that stand in one tree alone, parents first."""
    others = Page.objects.filter(translation_key=OuterRef("translation_key")).exclude(
        locale=OuterRef("locale")
    )
    other_trees = Page.objects.filter(depth=2).exclude(locale=OuterRef("locale"))
    pages = Page.objects.filter(live=True, alias_of=None, depth__gt=1)
    return pages.filter(~Exists(others), Exists(other_trees)).order_by(F("depth"), "path")
