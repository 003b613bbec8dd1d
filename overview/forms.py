"""What somebody chooses of the tables."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from overview.coming import Kind
from overview.regions_table import SHOWN

__all__ = ["DatesForm", "RegionsForm", "chosen_values"]


class RegionsForm(forms.Form):
    """Which regions."""

    text = forms.CharField(label=_("Name of a region or platform"), required=False, max_length=100)
    shown = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("", _("All regions")),
            *((name, label) for name, (label, _fits) in SHOWN.items()),
        ],
    )


class DatesForm(forms.Form):
    """Which of what is coming."""

    kind = forms.ChoiceField(
        label=_("What happens"), required=False, choices=[("", _("Everything")), *Kind.choices]
    )
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, regions: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["region"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", _("All regions")), *regions]


def chosen_values(form: forms.Form) -> dict[str, Any]:
    """What was chosen; a value that the form refuses chooses nothing, and the form says why."""
    form.is_valid()
    return {name: form.cleaned_data.get(name) or "" for name in form.fields}
