"""Everything that changes what can be found, announced to the outbox.

A page's document also depends on its translations (for whom it is the best version) and on the
pages above it (whether they are public), so an event can concern more pages than its own. That of a
record is made of its rows in other tables too, and may hang on the pages on which it stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q
from django.db.models.signals import m2m_changed, post_delete, post_save
from modelcluster.models import get_all_child_relations
from wagtail.models import Page, PageViewRestriction, ReferenceIndex
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from search.index.outbox import announce, announce_records
from search.records import record_kinds
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
    post_save.connect(_on_record_changed, dispatch_uid="search-records")
    post_delete.connect(_on_record_changed, dispatch_uid="search-records")
    m2m_changed.connect(_on_links_changed, dispatch_uid="search-records")


def _on_published(sender: Any, instance: Page, **kwargs: Any) -> None:
    _announce(_with_naming(_with_translations(instance)), "published", instance)


def _on_unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    _announce(_with_naming(_with_translations(instance)), "unpublished", instance)


def _on_deleted(sender: Any, instance: Page, **kwargs: Any) -> None:
    # Pages below are deleted one by one and announce themselves.
    _announce(_with_translations(instance), "deleted", instance)


def _on_moved(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Announce the page, all below it, their translations, and the pages that name one of these."""
    _announce(_with_naming(_with_descendants(instance)), "moved", instance)


def _on_slug_changed(sender: Any, instance: Page, **kwargs: Any) -> None:
    announce(_with_descendants(instance), "slug")


def _on_privacy_changed(sender: Any, instance: PageViewRestriction, **kwargs: Any) -> None:
    page = Page.objects.filter(pk=instance.page_id).first()
    if page is not None:
        _announce(_with_naming(_with_descendants(page)), "privacy", page)


def _on_saved(
    sender: type, instance: Any, update_fields: Iterable[str] | None = None, **kwargs: Any
) -> None:
    """A live page that was saved without being published, by an import for instance."""
    if kwargs.get("raw") or sender not in registered() or not instance.live:
        return
    if update_fields is None or not set(update_fields) <= _DRAFT_FIELDS:
        announce([instance.pk], "saved")


def _on_record_changed(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """A record, or a row of another table that is a part of it, was saved or deleted."""
    if kwargs.get("raw"):
        return
    for kind in record_kinds():
        if sender is kind.model:
            announce_records(kind.name, [instance.pk], "changed")
        elif whole := _parts(kind.model).get(sender):
            announce_records(kind.name, [getattr(instance, whole)], "changed")


def _on_links_changed(
    sender: type[Model],
    instance: Any,
    action: str,
    reverse: bool,
    pk_set: Iterable[int] | None = None,
    **kwargs: Any,
) -> None:
    """What a record names, as its places, was changed from one side or the other."""
    for kind in record_kinds():
        field = _links(kind.model).get(sender)
        if field is None:
            continue
        if not reverse:
            pks = [instance.pk] if action.startswith("post_") else []
        elif action == "pre_clear":
            named = kind.model._default_manager.filter(**{field: instance})
            pks = list(named.values_list("pk", flat=True))
        else:
            pks = list(pk_set or ()) if action.startswith("post_") else []
        announce_records(kind.name, pks, "changed")


@lru_cache
def _parts(model: type[Model]) -> dict[type[Model], str]:
    """By model of the parts of a record, the column that names the record."""
    return {
        relation.related_model: relation.field.attname
        for relation in get_all_child_relations(model)
    }


@lru_cache
def _links(model: type[Model]) -> dict[type[Model] | None, str]:
    """By table between a record and what it names, the name of the record's field."""
    return {field.remote_field.through: field.name for field in model._meta.many_to_many}


def _announce(page_ids: list[int], event: str, page: Page) -> None:
    """Announce pages, and the records that stand on one of them.

    Args:
        page: the one to which it happened, which may be deleted.
    """
    announce(page_ids, event)
    for kind in record_kinds():
        if kind.stands_on is not None and (
            issubclass(page.specific_class or Page, kind.stands_on)
            or Page.objects.filter(pk__in=page_ids).exact_type(kind.stands_on).exists()
        ):
            every = kind.model._default_manager.order_by("pk")
            announce_records(kind.name, every.values_list("pk", flat=True), event)


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
