"""Where the value of a column stands in the content of a revision, and how it is put there."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from django.db import models
from django.utils.translation import override
from wagtail.fields import StreamField

from core.models import PartialDateField
from sheets.columns import Column
from sheets.dates import WrongValue
from sheets.kinds import (
    Choice,
    Date,
    Day,
    Flag,
    Kind,
    Mail,
    Number,
    Option,
    Prose,
    Rows,
    Text,
    WebAddress,
    Year,
)
from sheets.prose import LostPicture, prose_blocks, prose_text

__all__ = [
    "Binding",
    "Content",
    "Link",
    "Links",
    "Plain",
    "ProseField",
    "RowsField",
    "Stream",
    "Tags",
    "column_of",
    "kind_of",
    "options_of",
]

Content = dict[str, Any]


def column_of(model: type[Any], name: str, kind: Kind | None = None, **more: Any) -> Column:
    """A column for a model's field: its heading is the field's name, its note the help text."""
    model_field = model._meta.get_field(name)
    if kind is None:
        kind = Kind(longest=getattr(model_field, "max_length", None))
    more.setdefault("note", getattr(model_field, "help_text", ""))
    more.setdefault("blank_means_unchanged", model_field.has_default() and not model_field.blank)
    more.setdefault("label", getattr(model_field, "verbose_name", name))
    return Column(name=name, kind=kind, **more)


def kind_of(field: Any) -> Kind | None:
    """The kind of cells for a model's field with one value; None for links to other records.

    Texts of several lines without a limit of their own hold up to 10,000 characters, whole numbers
    without one up to a thousand million: what is longer or larger was put in the wrong column.
    """
    if field.is_relation:
        return None
    if field.choices:
        return Choice(source=partial(options_of, field.flatchoices))
    by_class: list[tuple[type[Any], Callable[[], Kind]]] = [
        (PartialDateField, Date),
        (models.BooleanField, Flag),
        (models.DateField, Day),
        (models.IntegerField, partial(Number, largest=10**9)),
        (models.EmailField, partial(Mail, longest=field.max_length)),
        (models.URLField, partial(WebAddress, longest=field.max_length)),
        (models.TextField, partial(Text, longest=field.max_length or 10_000, lines=True)),
        (StreamField, Prose),
    ]
    for field_class, make in by_class:
        if isinstance(field, field_class):
            return make()
    return Kind(longest=field.max_length)


def options_of(choices: Collection[tuple[Any, Any]]) -> list[Option]:
    """Fixed choices, (value, label), with their labels in both languages; without the empty one."""
    labels = {}
    for language in ("ja", "en"):
        with override(language):
            labels[language] = {value: str(label) for value, label in choices if value}
    return [Option(value, labels["ja"][value], labels["en"][value]) for value in labels["ja"]]


@dataclass(frozen=True)
class Link:
    """How a key that is stored and a code that stands in sheets belong together."""

    to_code: Callable[[Any], str] = lambda key: "" if key is None else str(key)
    to_key: Callable[[str, str], Any] = lambda code, language: code or None


_SAME = Link()


@dataclass(frozen=True)
class Binding:
    """A column, and where its value stands in the content of a revision."""

    column: Column

    def read(self, content: Content) -> str:
        """What is stored, as text."""
        raise NotImplementedError

    def write(self, content: Content, text: str, language: str) -> None:
        """Put a canonical text into the content."""
        raise NotImplementedError


@dataclass(frozen=True)
class Plain(Binding):
    """A field with one value.

    Attributes:
        is_null: whether an empty cell is stored as nothing rather than as an empty text.
    """

    is_null: bool = False
    link: Link = _SAME

    def read(self, content: Content) -> str:
        """What is stored, as text."""
        value = content.get(self.column.name)
        if isinstance(self.column.kind, Flag):
            return "yes" if value else "no"
        if isinstance(self.column.kind, Choice):
            return self.link.to_code(value)
        return "" if value is None else str(value)

    def write(self, content: Content, text: str, language: str) -> None:
        """Put the value into its field, in the form that its kind has."""
        value: Any = text
        kind = self.column.kind
        if isinstance(kind, Flag):
            value = text == "yes"
        elif not text:
            value = None if self.is_null else ""
        elif isinstance(kind, Number | Year):
            value = int(text)
        elif isinstance(kind, Choice):
            value = self.link.to_key(text, language)
        content[self.column.name] = value


@dataclass(frozen=True)
class Links(Binding):
    """A field with several values of a list."""

    link: Link = _SAME

    def read(self, content: Content) -> str:
        """The codes."""
        codes = (self.link.to_code(key) for key in content.get(self.column.name) or [])
        return "; ".join(code for code in codes if code)

    def write(self, content: Content, text: str, language: str) -> None:
        """The keys of the codes."""
        codes = text.split("; ") if text else []
        content[self.column.name] = [self.link.to_key(code, language) for code in codes]


@dataclass(frozen=True)
class RowsField(Binding):
    """Inline rows, as lines inside a cell. Parts are named as the fields of the row's model."""

    links: Mapping[str, Link] = field(default_factory=dict)
    nullable: frozenset[str] = frozenset()

    @property
    def _kind(self) -> Rows:
        return cast(Rows, self.column.kind)

    def read(self, content: Content) -> str:
        """A line for each row, in order."""
        rows = sorted(
            content.get(self.column.name) or [], key=lambda row: row.get("sort_order") or 0
        )
        return "\n".join(
            Rows.write([self._text(row.get(part.name), part.name) for part in self._kind.parts])
            for row in rows
        )

    def write(self, content: Content, text: str, language: str) -> None:
        """Rows from lines. A row that is still there keeps its identity."""
        stored = sorted(
            content.get(self.column.name) or [], key=lambda row: row.get("sort_order") or 0
        )
        rows = []
        for order, texts in enumerate(self._kind.rows(text)):
            values = {
                part.name: self._key(texts[index], part.name, language)
                for index, part in enumerate(self._kind.parts)
            }
            same = next(
                (row for row in stored if all(row.get(n) == v for n, v in values.items())), None
            )
            if same is not None:
                stored.remove(same)
            rows.append({**(same or {"pk": None}), **values, "sort_order": order})
        content[self.column.name] = rows

    def _text(self, value: Any, name: str) -> str:
        if name in self.links:
            return self.links[name].to_code(value)
        return "" if value is None else str(value)

    def _key(self, text: str, name: str, language: str) -> Any:
        if not text and name in self.nullable:
            return None
        return self.links[name].to_key(text, language) if name in self.links else text


@dataclass(frozen=True)
class ProseField(Binding):
    """Running text."""

    def read(self, content: Content) -> str:
        """The blocks as text."""
        return prose_text(_stream(content, self.column.name))

    def write(self, content: Content, text: str, language: str) -> None:
        """The text as blocks; what stays as it was keeps its blocks.

        Raises:
            WrongValue: a picture is named that does not stand in the stored text.
        """
        stored = _stream(content, self.column.name)
        try:
            blocks = prose_blocks(text, stored)
        except LostPicture as error:
            raise WrongValue(str(error)) from error
        content[self.column.name] = json.dumps(blocks, ensure_ascii=False)


@dataclass(frozen=True)
class Stream(Binding):
    """A field of equal blocks with parts, as lines inside a cell."""

    block: str = ""

    def read(self, content: Content) -> str:
        """A line for each block."""
        kind = cast(Rows, self.column.kind)
        return "\n".join(
            Rows.write([str(block["value"].get(part.name) or "") for part in kind.parts])
            for block in _stream(content, self.column.name)
        )

    def write(self, content: Content, text: str, language: str) -> None:
        """Blocks from lines; a block that is still there keeps its identity."""
        kind = cast(Rows, self.column.kind)
        stored = _stream(content, self.column.name)
        blocks = []
        for texts in kind.rows(text):
            value = dict(zip((part.name for part in kind.parts), texts, strict=True))
            same = next(
                (
                    block
                    for block in stored
                    if all((block["value"].get(n) or "") == v for n, v in value.items())
                ),
                None,
            )
            if same is not None:
                stored.remove(same)
            blocks.append(same or {"type": self.block, "value": value})
        content[self.column.name] = json.dumps(blocks, ensure_ascii=False)


def _stream(content: Content, name: str) -> list[dict[str, Any]]:
    value = content.get(name) or []
    blocks: list[dict[str, Any]] = json.loads(value) if isinstance(value, str) else list(value)
    return blocks


@dataclass(frozen=True)
class Tags(Binding):
    """Free keywords; they are set on the page, not in the content.

    Attributes:
        relation: the rows by which the page holds its keywords.
        names: keywords by key.
    """

    relation: str = ""
    names: Callable[[], Mapping[int, str]] = dict

    def read(self, content: Content) -> str:
        """The words."""
        names = self.names()
        return "; ".join(
            names[row["tag"]] for row in content.get(self.relation) or [] if row["tag"] in names
        )

    def write(self, content: Content, text: str, language: str) -> None:
        """Nothing: see `PageImporter`."""
