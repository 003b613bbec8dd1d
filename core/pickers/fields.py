"""Which widget an admin form uses for a field that names other records."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models
from wagtail.admin.forms.models import register_form_field_override

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
    """Tell the pickers of a form, and of its rows, who looks at it: they name no others' drafts."""
    rows = [row for formset in getattr(form, "formsets", {}).values() for row in formset.forms]
    for part in [form, *rows]:
        for field in part.fields.values():
            if isinstance(field.widget, PickerSelect | PickerSelectMultiple):
                field.widget.reader = user
