"""Form fields that read dates, times and numbers as people type them, or say what is wrong.

Importing this module puts them into every form that Wagtail makes of a model, and into filters of
lists; other forms name them in `Meta.field_classes`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeVar

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django_filters.fields import DateRangeField
from wagtail.admin.forms.models import register_form_field_override, registry

from core.dates import read_day, read_moment, read_partial_date, read_time
from core.numbers import UNITS, read_decimal, read_integer
from core.values import WrongValue

__all__ = [
    "DayField",
    "DayRangeField",
    "DecimalNumberField",
    "FloatNumberField",
    "MomentField",
    "PartialDateFormField",
    "TimeOfDayField",
    "WholeNumberField",
]

Value = TypeVar("Value")


def _read(read: Callable[[str], Value], text: str) -> Value:
    """Read a typed text; what is wrong with it is told at the field."""
    try:
        return read(text)
    except WrongValue as error:
        raise ValidationError(str(error), code="invalid") from error


def _is_typed(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


# --- Dates and times --------------------------------------------------------------------------


class PartialDateFormField(forms.CharField):
    """A year, a month or a day, as canonical text."""

    def to_python(self, value: Any) -> str:
        """The ISO text; what is stored already stays as it is, and the model checks it."""
        text = super().to_python(value)
        return str(_read(read_partial_date, text)) if text else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether something else is meant: 令和8年 is no change of 2026."""
        try:
            return str(initial or "") != self.to_python(data)
        except ValidationError:
            return True


class DayField(forms.DateField):
    """A day."""

    def to_python(self, value: Any) -> datetime.date | None:
        """The day that was typed."""
        return _read(read_day, value) if _is_typed(value) else super().to_python(value)


class TimeOfDayField(forms.TimeField):
    """A time of day."""

    def to_python(self, value: Any) -> datetime.time | None:
        """The time that was typed."""
        return _read(read_time, value) if _is_typed(value) else super().to_python(value)


def _zone_note() -> str:
    name = timezone.get_current_timezone_name()
    place = str(timezone.get_current_timezone())
    if place == "Asia/Tokyo":
        return _("Japanese time (Asia/Tokyo). For example: 2026-12-10 09:00")
    return _("Time zone: %(zone)s (%(name)s). For example: 2026-12-10 09:00") % {
        "zone": place,
        "name": name,
    }


class MomentField(forms.DateTimeField):
    """A day with a time, in the time zone of who types it, which stands beside the field."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["help_text"] = kwargs.get("help_text") or lazy(_zone_note, str)()
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> datetime.datetime | None:
        """The moment that was typed."""
        if not _is_typed(value):
            return super().to_python(value)
        moment = _read(read_moment, value)
        return from_current_timezone(moment) if moment.tzinfo is None else moment


class _DayBeginField(forms.DateTimeField):
    """A day that stands for its first moment: filters such as "published before"."""

    def to_python(self, value: Any) -> datetime.datetime | None:
        """The beginning of the day that was typed."""
        if not _is_typed(value):
            return super().to_python(value)
        day = _read(read_day, value)
        return from_current_timezone(datetime.datetime.combine(day, datetime.time()))


class DayRangeField(DateRangeField):
    """Two days between which something lies."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The class above makes its own two fields and takes no others.
        super().__init__(*args, **kwargs)
        self.fields = (DayField(required=False), DayField(required=False))


# --- Numbers ----------------------------------------------------------------------------------


class _TypedNumber:
    """A text input: a number input of browsers throws away what it cannot read, and says nothing.

    Attributes:
        keyboard: which keys telephones offer.
        units: what may stand behind the number.
    """

    widget = forms.TextInput
    keyboard = "decimal"
    units: tuple[str, ...] = UNITS

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Add the keyboard that telephones offer, to text inputs that name none."""
        attrs: dict[str, Any] = super().widget_attrs(widget)  # type: ignore[misc]
        if isinstance(widget, forms.TextInput):
            attrs.setdefault("inputmode", self.keyboard)
        return attrs


class WholeNumberField(_TypedNumber, forms.IntegerField):
    """A whole number: 1200000, 120万円, △5."""

    keyboard = "numeric"

    def to_python(self, value: Any) -> int | None:
        """The number that was typed."""
        if _is_typed(value):
            value = _read(lambda text: read_integer(text, units=self.units), value)
        return super().to_python(value)


class DecimalNumberField(_TypedNumber, forms.DecimalField):
    """A number with decimals; the model says how many."""

    units = (*UNITS, "%")

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number that was typed."""
        if _is_typed(value):
            value = _read(lambda text: read_decimal(text, units=self.units), value)
        return super().to_python(value)


class FloatNumberField(_TypedNumber, forms.FloatField):
    """A measure such as a latitude."""

    units = ()

    def to_python(self, value: Any) -> float | None:  # type: ignore[override]
        """The number that was typed."""
        if _is_typed(value):
            value = str(_read(lambda text: read_decimal(text, units=self.units), value))
        return super().to_python(value)


_OF_MODEL_FIELD: dict[type[models.Field], type[forms.Field]] = {
    models.DateField: DayField,
    models.TimeField: TimeOfDayField,
    models.DateTimeField: MomentField,
    models.IntegerField: WholeNumberField,
    models.DecimalField: DecimalNumberField,
    models.FloatField: FloatNumberField,
}

# As Wagtail registers its own, on import: forms made before would keep the usual fields. The
# models of every section import this module.
for _model_field, _form_field in _OF_MODEL_FIELD.items():
    # Wagtail's own override for the class, the picker, stays.
    _usual = registry.values_by_class.get(_model_field, {})
    register_form_field_override(_model_field, override={**_usual, "form_class": _form_field})
django_filters.DateFilter.field_class = DayField
django_filters.TimeFilter.field_class = TimeOfDayField
django_filters.DateTimeFilter.field_class = _DayBeginField
django_filters.DateFromToRangeFilter.field_class = DayRangeField
