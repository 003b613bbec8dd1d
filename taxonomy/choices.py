"""Terms that were chosen for a page, read for all its vocabularies at once."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import connection
from wagtail.models import Page

from page_cache.kept import kept
from taxonomy.models import Term

__all__ = ["read_choices"]


def read_choices(page: Page, *names: str) -> None:
    """Read what was chosen in these fields, so that they ask no more: one query.

    Args:
        names: fields of the page that name several terms of a vocabulary.
    """
    if not page.pk:
        return
    fields = [page._meta.get_field(name) for name in names]
    chosen: dict[str, set[Any]] = {name: set() for name in names}
    with connection.cursor() as cursor:
        # As queries of Django these took longer to put together than to run.
        cursor.execute(" UNION ALL ".join(map(_select, fields)), [page.pk] * len(fields))
        for name, code in cursor.fetchall():
            chosen[name].add(code)
    known = page.__dict__.setdefault("_prefetched_objects_cache", {})
    for field in fields:
        terms = _terms(field.related_model._meta.label)
        found = field.related_model._default_manager.all()
        found._result_cache = [term for term in terms if term.pk in chosen[field.name]]
        found._prefetch_done = True
        known[field.name] = found


def _select(field: Any) -> str:
    quote = connection.ops.quote_name
    return (
        f"SELECT '{field.name}', {quote(field.m2m_reverse_name())} "  # noqa: S608
        f"FROM {quote(field.m2m_db_table())} WHERE {quote(field.m2m_column_name())} = %s"
    )


@kept
def _terms(model: str) -> list[Term]:
    """A vocabulary in its order."""
    return list(apps.get_model(model)._default_manager.all())
