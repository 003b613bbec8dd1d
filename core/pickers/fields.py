"""Which widget an admin form uses for a field that names other records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from wagtail.admin.forms.models import register_form_field_override
from wagtail.models import Page

from core.pickers.pages import choosable
from core.pickers.registry import Picker, picker_for
from core.pickers.registry import register_picker as _register
from core.pickers.widgets import PickerSelect, PickerSelectMultiple

__all__ = ["register_picker", "set_reader"]


def register_picker(picker: Picker) -> None:
    """Use a picker in all admin forms for its model. Call it from the app's `wagtail_hooks`."""
    _register(picker)
    register_form_field_override(
        models.ForeignKey, to=picker.model, override=lambda field: {"widget": PickerSelect(picker)}
    )


def _widget_for_several(field: Any) -> dict[str, Any]:
    """A picker where the model has one, else check boxes: neither loses a choice with one click."""
    picker = picker_for(field.remote_field.model)
    widget = PickerSelectMultiple(picker) if picker else forms.CheckboxSelectMultiple()
    return {"widget": widget}


register_form_field_override(models.ManyToManyField, override=_widget_for_several)


def set_reader(form: Any, user: Any) -> None:
    """Tell the fields of a form, and of its rows, who looks at it.

    They then name no drafts of others, and accept none that was not chosen before.
    """
    rows = [row for formset in getattr(form, "formsets", {}).values() for row in formset.forms]
    for part in [form, *rows]:
        for name, field in part.fields.items():
            if hasattr(field.widget, "reader"):
                field.widget.reader = user
            if isinstance(field, forms.ModelChoiceField):
                _narrow(field, user, kept=part.initial.get(name))


def _narrow(field: Any, user: Any, *, kept: Any) -> None:
    """Accept what the user may choose, and what the record holds already."""
    model = field.queryset.model
    picker = picker_for(model)
    if picker is None and not issubclass(model, Page):
        return
    if picker is not None:
        allowed = picker.allowed(field.queryset, user)
    else:
        allowed = field.queryset.filter(choosable(user))
    several = isinstance(field, forms.ModelMultipleChoiceField)
    chosen = list(kept or ()) if several else [kept]
    keys = [getattr(one, "pk", one) for one in chosen if one is not None]
    if allowed is not field.queryset:
        either = Q(pk__in=allowed.order_by().values("pk")) | Q(pk__in=keys)
        field.queryset = field.queryset.filter(either)
