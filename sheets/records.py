"""Importers of records that are no pages: rows of one model, found by the fields that name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from sheets.bindings import Binding, Link, Links, Plain, Tags
from sheets.dates import WrongValue
from sheets.registry import Change, Importer, Options, Problem, Record, Stored

__all__ = ["Link", "Links", "ModelImporter", "Plain"]


class ModelImporter(Importer):
    """Base of importers of one model.

    Set `model`, `permission` (as `app.change_model`) and `key` (names of the columns that name a
    record); write `bindings`. A binding's column is named as the model's field; a foreign key holds
    the key of what it points to, several values the keys.
    """

    model: type[models.Model]
    permission: str
    key: tuple[str, ...]

    def bindings(self) -> Sequence[Binding]:
        """The columns with the fields where their values stand."""
        raise NotImplementedError

    def columns(self) -> Sequence[Any]:
        """The bound columns."""
        return [binding.column for binding in self._bindings]

    @cached_property
    def _bindings(self) -> Sequence[Binding]:
        return self.bindings()

    def is_allowed(self) -> bool:
        """Whether the person has the permission."""
        return bool(self.user.has_perm(self.permission))

    def stored(self) -> models.QuerySet[Any]:
        """All records that the person may see; a narrower set keeps others out of reach."""
        return self.model._default_manager.all()

    def may_write(self, values: Mapping[str, str], stored: Any | None) -> str:
        """Why a row may not be stored: a sentence, or an empty text where it may."""
        return ""

    def export(self) -> Iterable[Mapping[str, str]]:
        """Every record, in the order of its model."""
        return [self._values(each) for each in self._loaded]

    @cached_property
    def _loaded(self) -> list[Any]:
        several = [b.column.name for b in self._bindings if isinstance(b, Links)]
        return list(self.stored().prefetch_related(*several))

    def _values(self, record: Any) -> dict[str, str]:
        values = {}
        for binding in self._bindings:
            text = binding.read(self._content(record, binding))
            with suppress(WrongValue):
                text = binding.column.kind.read(text).text
            values[binding.column.name] = text
        return values

    def _content(self, record: Any, binding: Binding) -> dict[str, Any]:
        name = binding.column.name
        if isinstance(binding, Links):
            return {name: [each.pk for each in getattr(record, name).all()]}
        return {name: getattr(record, self._attribute(name))}

    def _attribute(self, name: str) -> str:
        """Where a record holds the field's bare value: a foreign key its key."""
        model_field: Any = self.model._meta.get_field(name)
        return str(model_field.attname)

    def _name(self, values: Mapping[str, str]) -> str:
        return " ".join(values.get(name, "") for name in self.key)

    @cached_property
    def _by_name(self) -> dict[str, tuple[Any, dict[str, str]]]:
        found = {}
        for record in self._loaded:
            values = self._values(record)
            found[self._name(values)] = (record, values)
        return found

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The record that each row names."""
        return [self._found(record, problems) for record in records]

    def _found(self, record: Record, problems: list[Problem]) -> Stored | None:
        if record.wrong & set(self.key):
            return None
        empty = [name for name in self.key if not record.get(name)]
        for name in empty:
            label = next(c.label for c in self.all_columns if c.name == name)
            problems.append(
                self.problem(
                    record,
                    _("“%(label)s” is empty. It must be filled in.") % {"label": label},
                    name,
                )
            )
        if empty:
            return None
        name = self._name(record.values)
        stored, values = self._by_name.get(name, (None, None))
        if refused := self.may_write(record.values, stored):
            problems.append(self.problem(record, refused))
            return None
        return Stored(name, self._title(record), values, stored)

    def _title(self, record: Record) -> str:
        kinds = {column.name: column.kind for column in self.all_columns}
        return " ".join(kinds[name].show(record.get(name)) for name in self.key)

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Each record by the rules of its model."""
        known = {column.name for column in self.all_columns}
        for change in changes:
            try:
                record = self._record(change)
                record.clean_fields(exclude=self._unchecked)
                record.clean()
            except ValidationError as error:
                for name, messages in self._messages(error).items():
                    for message in messages:
                        place = name if name in known else ""
                        problems.append(self.problem(change.record, message, place))

    @staticmethod
    def _messages(error: ValidationError) -> Mapping[str, Sequence[str]]:
        return error.message_dict if hasattr(error, "error_dict") else {"": error.messages}

    @cached_property
    def _unchecked(self) -> set[str]:
        mine = {binding.column.name for binding in self._bindings}
        fields = self.model._meta.fields
        return {each.name for each in fields if each.name not in mine or each.is_relation}

    def new_record(self, values: Mapping[str, str]) -> Any:
        """A record that is not stored yet; set here what no column says."""
        return self.model()

    def _record(self, change: Change) -> Any:
        stored = change.stored.target
        record = self.new_record(change.record.values) if stored is None else stored
        wanted = (
            change.record.values
            if stored is None
            else {each.column.name: each.new for each in change.fields}
        )
        for binding in self._bindings:
            name = binding.column.name
            if name not in wanted or (binding.column.is_never_empty and not wanted[name]):
                continue
            if not isinstance(binding, Links | Tags):
                content: dict[str, Any] = {}
                binding.write(content, wanted[name], "ja")
                setattr(record, self._attribute(name), content[name])
        return record

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store every record."""
        for change in changes:
            record = self._record(change)
            record.save()
            for binding in self._bindings:
                name = binding.column.name
                if isinstance(binding, Links) and name in change.record.values:
                    content: dict[str, Any] = {}
                    binding.write(content, change.record.values[name], "ja")
                    getattr(record, name).set(content[name])
            options.on_record()
        return []
