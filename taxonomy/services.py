"""Writes to vocabularies, keywords and the glossary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models, transaction
from taggit.models import ItemBase

from taxonomy.models import GlossaryTerm, Keyword, Term


def _save_if_changed(item: models.Model, values: Mapping[str, Any], is_new: bool) -> bool:
    changed = is_new or any(getattr(item, name) != value for name, value in values.items())
    if changed:
        for name, value in values.items():
            setattr(item, name, value)
        item.full_clean(validate_unique=False)
        item.save(force_insert=is_new)
    return changed


def sync_vocabulary(model: type[Term], rows: Iterable[Mapping[str, Any]]) -> int:
    """Bring a vocabulary in line with rows of field values, matched by `code`.

    Terms that are not in the rows are kept: pages may still carry them. Broader terms must come
    before their narrower ones. Returns how many terms were created or changed.

    Raises:
        ValidationError: a value does not fit its field.
    """
    known = model._default_manager.in_bulk()
    changed = 0
    with transaction.atomic():
        for row in rows:
            code = row["code"]
            term = known.get(code)
            is_new = term is None
            changed += _save_if_changed(term or model(code=code), row, is_new)
    return changed


def sync_glossary(rows: Iterable[Mapping[str, Any]]) -> int:
    """Bring the glossary in line with rows of field values, matched by `term_ja`."""
    known = {term.term_ja: term for term in GlossaryTerm.objects.all()}
    changed = 0
    with transaction.atomic():
        for row in rows:
            term = known.get(row["term_ja"])
            is_new = term is None
            changed += _save_if_changed(term or GlossaryTerm(), row, is_new)
    return changed


def merge_keywords(keep: Keyword, others: Iterable[Keyword]) -> int:
    """Give everything that carries one of the other keywords the kept one, and delete them.

    Returns how many keywords were merged away.
    """
    merged = 0
    with transaction.atomic():
        for other in others:
            if other.pk == keep.pk:
                continue
            for relation in Keyword._meta.related_objects:
                if not issubclass(relation.related_model, ItemBase):
                    continue
                items = relation.related_model._default_manager
                name = relation.field.name
                taken = items.filter(**{name: keep}).values("content_object")
                items.filter(**{name: other}, content_object__in=taken).delete()
                items.filter(**{name: other}).update(**{name: keep})
            other.delete()
            merged += 1
    return merged
