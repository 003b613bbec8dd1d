"""Reads about people: which pages name them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import ForeignObjectRel, Model
from modelcluster.fields import ParentalKey
from wagtail.models import Page, Revision

from people.models import Person, folded_name

_ESCAPED = re.compile(r"\\+u([0-9a-f]{4})")


def _letter(match: re.Match[str]) -> str:
    return chr(int(match[1], 16))


@dataclass(frozen=True)
class PersonRows:
    """One kind of rows that name people: their model's field, and the page they hang on.

    Attributes:
        model: the model of the rows.
        field: the foreign key to the person.
        parent: the key to the page or other cluster that the rows belong to; None for rows that
            stand alone.
        relation: the name of the rows on that parent, as in its revisions.
        owner: the model of that parent.
    """

    model: type[Model]
    field: str
    parent: str | None = None
    relation: str | None = None
    owner: type[Model] | None = None


def rows_about_people() -> Iterator[PersonRows]:
    """Every kind of rows in the project that name people, found by their foreign keys.

    Also those that people have no name for (`related_name="+"`).
    """
    for related in Person._meta.get_fields(include_hidden=True):
        if not isinstance(related, ForeignObjectRel):
            continue
        model, field = related.related_model, related.field.name
        keys = [key for key in model._meta.get_fields() if isinstance(key, ParentalKey)]
        if keys:
            key = keys[0]
            relation = key.remote_field.get_accessor_name()
            yield PersonRows(model, field, key.name, relation, key.related_model)
        else:
            yield PersonRows(model, field)


def pages_naming(person: Person) -> list[Page]:
    """Pages with rows about the person, live or not, in the order of their titles."""
    ids: set[int] = set()
    for rows in rows_about_people():
        if rows.owner is not None and issubclass(rows.owner, Page):
            found = rows.model._default_manager.filter(**{rows.field: person})
            ids |= set(found.values_list(f"{rows.parent}_id", flat=True))
    return list(Page.objects.filter(pk__in=ids).select_related("locale").order_by("title"))


def pages_mentioning(person: Person) -> list[Page]:
    """Pages in whose latest text the person's name stands as plain words. Slow: reads all pages."""
    names = {folded_name(name) for name in (person.name_ja, person.name_en) if name}
    found: list[int] = []
    latest = Revision.page_revisions.filter(
        pk__in=Page.objects.filter(latest_revision__isnull=False).values("latest_revision")
    )
    for revision in latest.iterator(chunk_size=100):
        # Streams stand as JSON inside the JSON, with their letters escaped once more.
        text = folded_name(_ESCAPED.sub(_letter, json.dumps(revision.content)))
        if any(name in text for name in names):
            found.append(int(revision.object_id))
    return list(Page.objects.filter(pk__in=found).select_related("locale").order_by("title"))
