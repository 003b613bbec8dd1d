"""Which fields of a page are facts, which every language shares, and which are words.

The type of a field tells: prose and plain text are words; all else (dates, numbers, switches,
choices, relations, addresses of pages and mails) is a fact. Models name the exceptions:

    shared_texts        texts that are facts: codes, telephone numbers, internal notes
    own_in_each_language  facts that each language has for itself
    rows_of_each_language relations whose rows each language has for itself

Rows of a page (its places, actors, sources) are shared as such; of their fields the facts are, and
the words are not.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import get_all_child_relations
from taggit.managers import TaggableManager
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page
from wagtail_localize.fields import BaseTranslatableField, SynchronizedField


def shared_fields(model: type[models.Model]) -> list[str]:
    """Names of the fields of a page, or of a row of a page, that every language shares."""
    of_page = {field.name for field in Page._meta.get_fields()}
    return [
        field.name
        for field in model._meta.get_fields()
        if field.concrete
        and not (issubclass(model, Page) and field.name in of_page)
        and _is_fact(model, field)
    ]


def shared_rows(model: type[Page]) -> dict[str, list[str]]:
    """The relations whose rows every language shares, with the facts of such a row."""
    return {
        name: shared_fields(relation.related_model)
        for relation in get_all_child_relations(model)
        if (name := relation.get_accessor_name()) != COMMENTS_RELATION_NAME
        and name not in _declared(model, "rows_of_each_language")
    }


def overridable_fields(model: type[Page]) -> set[str]:
    """Facts for which a translator may choose a value of their own: an English address or picture.

    They follow the original as long as nobody has done so in wagtail-localize.
    """
    return {
        name
        for name in shared_fields(model)
        if name == "image" or isinstance(model._meta.get_field(name), models.URLField)
    }


def localize_fields(model: type[Page]) -> list[BaseTranslatableField]:
    """The same rule for wagtail-localize, whose own leaves out fields with several values."""
    overridable = overridable_fields(model)
    return [
        *(
            SynchronizedField(name, overridable=name in overridable)
            for name in shared_fields(model)
        ),
        SynchronizedField("slug"),
    ]


def _declared(model: type[models.Model], attribute: str) -> set[str]:
    """What a model and the abstract models that it is made of declare."""
    return {name for each in model.__mro__ for name in vars(each).get(attribute, ())}


def _is_fact(model: type[models.Model], field: Any) -> bool:
    if field.name in _declared(model, "shared_texts"):
        return True
    if (
        field.name in _declared(model, "own_in_each_language")
        or field.name == "sort_order"
        or field.primary_key
        or not field.editable
        or isinstance(field, TaggableManager | ParentalKey)
    ):
        return False
    if isinstance(field, models.URLField | models.EmailField) or field.choices:
        return True
    is_text = isinstance(field, StreamField | models.TextField | models.CharField)
    return not is_text or getattr(field, "is_fact", False)
