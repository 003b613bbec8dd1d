"""The search of the admin: any part of a word, and how it is read.

Editors look for pages, pictures, documents and organisations by typing the beginning in kana before
the input method has made kanji of it. So each has its reading in a table of its own, written when
it is saved; substrings do the rest. The public search has its own engine and knows nothing of this.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q
from django.db.models.signals import post_delete, post_save
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page
from wagtail.search.backends.database.fallback import (
    DatabaseSearchBackend,
    DatabaseSearchQueryCompiler,
)
from wagtail.search.index import get_indexed_models
from wagtail.search.signal_handlers import post_delete_signal_handler, post_save_signal_handler

from reviews.models import Reading
from search.language.analysis import fold, readings
from search.language.readings import is_kana, katakana

__all__ = ["SearchBackend", "connect", "kind_of", "remember_reading"]


def kind_of(model: type[Model]) -> str:
    """Under which name the readings of a model's records stand; empty for models without."""
    for kind in (Page, get_image_model(), get_document_model()):
        if issubclass(model, kind):
            return str(kind._meta.label_lower)
    return ""


def _reading(text: str) -> str:
    return katakana("".join(kana for _, kana in readings(fold(text))))


def remember_reading(record: Model) -> None:
    """Store how a record's names are read. Names in kana that somebody wrote count too."""
    kind = kind_of(type(record))
    if not kind:
        return
    names = [getattr(record, name, "") for name in ("title", "draft_title", "other_names")]
    written = getattr(record, "kana", "")
    texts = dict.fromkeys([katakana(fold(written)), *(_reading(name) for name in names)])
    reading = " ".join(text for text in texts if text)
    same = Reading.objects.filter(kind=kind, object_id=record.pk, text=reading)
    if not same.exists():
        Reading.objects.update_or_create(kind=kind, object_id=record.pk, defaults={"text": reading})


def _on_save(sender: type[Model], instance: Model, raw: bool = False, **kwargs: Any) -> None:
    if not raw and sender is not Page:
        remember_reading(instance)


def _on_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if kind := kind_of(sender):
        Reading.objects.filter(kind=kind, object_id=instance.pk).delete()


def connect() -> None:
    """Listen to everything that has a name to read."""
    post_save.connect(_on_save, dispatch_uid="reviews.readings")
    post_delete.connect(_on_delete, dispatch_uid="reviews.readings")
    _keep_no_index()


def _keep_no_index() -> None:
    """Save Wagtail the work of indexing: it reads each record anew, for a backend without index."""
    for model in get_indexed_models():
        # Wagtail looks at this when it begins to listen, whether that is before or after us.
        model.search_auto_update = False
        post_save.disconnect(post_save_signal_handler, sender=model)
        post_delete.disconnect(post_delete_signal_handler, sender=model)


class _QueryCompiler(DatabaseSearchQueryCompiler):
    """Adds to each word of a query that is written in kana what is read like it."""

    def check(self) -> None:
        """Nothing: lists filter and sort in the database, by whatever it has."""

    def build_single_term_filter(self, term: str) -> Q:
        """Condition that a word stands in a field, or sounds in the reading."""
        condition: Q = super().build_single_term_filter(term)
        folded = fold(term)
        if folded != term:
            condition |= super().build_single_term_filter(folded)
        kind = kind_of(self.queryset.model)
        if kind and is_kana(folded):
            read_so = Reading.objects.filter(kind=kind, text__contains=katakana(folded))
            condition |= Q(pk__in=read_so.values("object_id"))
        return condition


class SearchBackend(DatabaseSearchBackend):
    """Wagtail's substring search, with readings."""

    query_compiler_class = _QueryCompiler
    autocomplete_query_compiler_class = _QueryCompiler
