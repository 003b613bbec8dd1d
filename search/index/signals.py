"""Everything that changes what can be found, announced to the outbox.

A page's document also depends on its translations (for whom it is the best version) and on the
pages above it (whether they are public), so an event can concern more pages than its own.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from search.index.outbox import announce
from search.registry import registered

__all__ = ["connect"]

_BATCH = 500
# A draft that is saved writes these alone: the published page stays as it is.
_DRAFT_FIELDS = {
    "latest_revision", "latest_revision_created_at", "draft_title", "has_unpublished_changes",
    "go_live_at", "expire_at", "owner", "locked", "locked_at", "locked_by", "content_type",
}  # fmt: skip


def connect() -> None:
    """Begin to listen."""
    page_published.connect(_on_published, dispatch_uid="search")
    page_unpublished.connect(_on_unpublished, dispatch_uid="search")
    post_page_move.connect(_on_moved, dispatch_uid="search")
    page_slug_changed.connect(_on_slug_changed, dispatch_uid="search")
    post_save.connect(_on_saved, dispatch_uid="search")
    post_delete.connect(_on_deleted, sender=Page, dispatch_uid="search")
    post_save.connect(_on_privacy_changed, sender=PageViewRestriction, dispatch_uid="search")
    post_delete.connect(_on_privacy_changed, sender=PageViewRestriction, dispatch_uid="search")


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    announce(_with_naming(_with_translations(instance)), "published")


def _on_unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    announce(_with_naming(_with_translations(instance)), "unpublished")


def _on_deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    # Pages below are deleted one by one and announce themselves.
    announce(_with_translations(instance), "deleted")


def _on_moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Announce the page, all below it, their translations, and the pages that name one of these."""
    announce(_with_naming(_with_descendants(instance)), "moved")


def _on_slug_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    announce(_with_descendants(instance), "slug")


def _on_privacy_changed(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        announce(_with_naming(_with_descendants(page)), "privacy")


def _on_saved(
    sender: type, instance: Any, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """A live page that was saved without being published, by an import for instance."""
    if kwargs.get("raw") or sender not in registered() or not instance.live:
        return
    if update_fields is None or not set(update_fields) <= _DRAFT_FIELDS:
        announce([instance.pk], "saved")


def _with_translations(page: Page) -> list[int]:
    others = Page.objects.filter(translation_key=page.translation_key, alias_of=None)
    return [page.pk, *others.exclude(pk=page.pk).values_list("pk", flat=True)]


def _with_naming(page_ids: list[int]) -> list[int]:
    """The pages, and those that name one of them: an organisation's cases, a wave's survey.

    Their documents hold the titles of pages that they name, as long as the public may see these.
    """
    kind = ContentType.objects.get_for_model(Page)
    naming: dict[int, None] = dict.fromkeys(page_ids)
    for start in range(0, len(page_ids), _BATCH):
        some = page_ids[start : start + _BATCH]
        references = ReferenceIndex.objects.filter(
            to_content_type=kind, to_object_id__in=map(str, some), base_content_type=kind
        )
        naming |= dict.fromkeys(map(int, references.values_list("object_id", flat=True).distinct()))
    return list(naming)


def _with_descendants(page: Page) -> list[int]:
    """The page, all below it, and the translations of all of them."""
    # A restriction on an original covers its translations and what is below them, too. Paths are
    # read again: that of the signal's instance may be from before a move.
    versions = Page.objects.filter(translation_key=page.translation_key)
    below = Q(pk__in=())
    for path in versions.values_list("path", flat=True):
        below |= Q(path__startswith=path)
    keys = Page.objects.filter(below).values("translation_key")
    return list(Page.objects.filter(translation_key__in=keys).values_list("pk", flat=True))
