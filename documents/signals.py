"""What changes the text of documents, and which of them the public may read."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save, pre_delete
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction

from documents.selectors import pages_with
from documents.services import is_read
from documents.tasks import read_and_announce
from search.index.outbox import announce

__all__ = ["connect"]


def connect() -> None:
    """Begin to listen."""
    documents = get_document_model()
    post_save.connect(_on_document_saved, sender=documents, dispatch_uid="documents")
    pre_delete.connect(_on_document_deleted, sender=documents, dispatch_uid="documents")
    for signal in (post_save, post_delete):
        signal.connect(
            _on_restriction_changed, sender=CollectionViewRestriction, dispatch_uid="documents"
        )


def _on_document_saved(sender: Any, instance: Any, **kwargs: Any) -> None:
    """A new file is read; a new title or collection changes what pages are found by."""
    if kwargs.get("raw"):
        return
    if is_read(instance):
        announce(pages_with([instance.pk]), "document")
    else:
        transaction.on_commit(partial(read_and_announce.enqueue, instance.pk))


def _on_document_deleted(sender: Any, instance: Any, **kwargs: Any) -> None:
    announce(pages_with([instance.pk]), "document")


def _on_restriction_changed(
    sender: Any, instance: CollectionViewRestriction, **kwargs: Any
) -> None:
    collections = instance.collection.get_descendants(inclusive=True)
    documents = get_document_model().objects.filter(collection__in=collections)
    announce(pages_with(documents.values_list("pk", flat=True)), "document")
