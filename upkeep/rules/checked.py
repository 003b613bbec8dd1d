"""A page as rules look at it: the original, its translation, and its texts in both languages."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.fields import StreamField
from wagtail.models import COMMENTS_RELATION_NAME, Page

from core.models import Source
from core.prose import plain_text
from core.shared_facts import shared_fields

__all__ = ["CheckedPage", "Text"]

_LINK = re.compile(r"<a\b[^<>]*>([^<>]*)</a>")
# Not words of the page's own: addresses, and what sources are called in their own language.
_NOT_OWN = {"slug", "url_path", "draft_title", "seo_title", "search_description", "source",
            "source_title"}  # fmt: skip


@dataclass(frozen=True)
class Text:
    """One text of a page in both languages.

    Attributes:
        name: of the field; that of a row with its relation in front (`results.unit`).
        other: in the translation; empty where there is none.
    """

    name: str
    original: str
    other: str


@dataclass(frozen=True)
class CheckedPage:
    """A page with its translation, which is None where nobody has written one.

    Attributes:
        today: the day from which one counts what is long ago.
    """

    page: Any
    translation: Any | None
    today: datetime.date

    @cached_property
    def texts(self) -> list[Text]:
        """The texts that a language has for itself, each with its counterpart."""
        return list(self._texts())

    @cached_property
    def words(self) -> str:
        """All words of the original and of its translation, names of organisations among them."""
        named = [
            row.organisation.title
            for row in (self.page.actors.all() if hasattr(self.page, "actors") else ())
            if row.organisation
        ]
        words = (part for text in self.texts for part in (text.original, text.other))
        return "\n".join([*words, *named])

    def _texts(self) -> Iterator[Text]:
        model: Any = type(self.page)
        for field in _text_fields(model):
            yield Text(field.name, _text(self.page, field), _text(self.translation, field))
        for relation in get_all_child_relations(model):
            name = relation.get_accessor_name()
            if name == COMMENTS_RELATION_NAME or issubclass(relation.related_model, Source):
                continue
            rows = list(getattr(self.page, name).all())
            others = list(getattr(self.translation, name).all()) if self.translation else []
            for number, row in enumerate(rows):
                other = others[number] if number < len(others) else None
                for field in _text_fields(relation.related_model):
                    yield Text(f"{name}.{field.name}", _text(row, field), _text(other, field))


@lru_cache(maxsize=64)
def _text_fields(model: type[models.Model]) -> list[Any]:
    """The fields that hold words of one language."""
    inherited = {field.name for field in Page._meta.get_fields()} - {"title"}
    left_out = _NOT_OWN | set(shared_fields(model)) | (
        inherited if issubclass(model, Page) else set()
    )  # fmt: skip
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField | StreamField)
        and not field.choices
        and field.name not in left_out
    ]


def _text(record: Any, field: Any) -> str:
    value: Any = getattr(record, field.name, "") if record is not None else ""
    if not isinstance(field, StreamField):
        return str(value or "")
    text = plain_text(value)
    # What a link names is called by others.
    for block in value or ():
        for name in _LINK.findall(getattr(block.value, "source", "")):
            text = text.replace(html.unescape(name), "")
    return text
