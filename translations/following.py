"""Translations and stand-ins follow what withdraws or moves their original.

Wagtail's signals tell of every way to do so: single and bulk actions of the admin, the scheduled
expiry, services and commands. (Its hook `construct_translated_pages_to_cascade_actions` knows the
single actions of the admin alone.) No further right is asked for: whoever may withdraw a page may
withdraw it in every language, and the history names who did it. View restrictions need no copies:
those of an original cover its translations (`core.visibility`).
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import pre_delete
from wagtail.coreutils import find_available_slug
from wagtail.models import Page
from wagtail.signals import page_unpublished, post_page_move

from core.services import ensure_alias
from translations.choice import are_translations_taken_along
from translations.counterparts import counterparts_of, is_original, translations_of

__all__ = ["connect"]


def connect() -> None:
    """Begin to listen."""
    page_unpublished.connect(_on_unpublished, dispatch_uid="translations")
    pre_delete.connect(_on_delete, sender=Page, dispatch_uid="translations")
    post_page_move.connect(_on_moved, dispatch_uid="translations")


def _on_unpublished(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Stand-ins are withdrawn by Wagtail."""
    if not is_original(instance) or not are_translations_taken_along():
        return
    for translation in translations_of(instance).filter(live=True).specific():
        translation.unpublish(set_expired=instance.expired)


def _on_delete(sender: Any, instance: Page, **kwargs: Any) -> None:
    """Without its original a stand-in would be a page with words of the wrong language."""
    if not is_original(instance):
        return
    origin = kwargs.get("origin")
    for other in counterparts_of(instance):
        if isinstance(origin, QuerySet) and origin.filter(pk=other.pk).exists():
            continue  # it is being deleted by the same call
        # Deleting one may have deleted others below it.
        current = Page.objects.filter(pk=other.pk).first()
        if current is not None and (current.alias_of_id or are_translations_taken_along()):
            current.delete()


def _on_moved(
    sender: Any,
    instance: Page,
    parent_page_before: Page,
    parent_page_after: Page,
    **kwargs: Any,
) -> None:
    """Stand-ins follow at any time, translations where they are taken along.

    The new parent gets a stand-in in a language that lacks it; a slug that is taken there gets a
    number.
    """
    if parent_page_before.pk == parent_page_after.pk:
        return
    # The signal's instance may have been read before the move.
    page = Page.objects.select_related("locale").get(pk=instance.pk)
    parent = Page.objects.select_related("locale").get(pk=parent_page_after.pk)
    if not is_original(page) or parent.locale_id != page.locale_id:
        return
    for other in counterparts_of(page).select_related("locale").specific():
        if not other.alias_of_id and not are_translations_taken_along():
            continue
        new_parent = ensure_alias(parent.specific, other.locale.language_code)
        if other.get_parent().pk == new_parent.pk:
            continue
        slug = find_available_slug(new_parent, other.slug, ignore_page_id=other.pk)
        if slug != other.slug:
            other.slug = slug
            other.save(update_fields=["slug"], clean=False)
        other.move(Page.objects.get(pk=new_parent.pk), pos="last-child")
