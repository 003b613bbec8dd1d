"""Form widgets that show the chosen records as chips, with a box to find others.

The HTML is a `<select>` that holds only what is chosen; `static/js/picker.js` adds the rest. So
forms post and come back with errors as with any other select, also in rows that scripts add.
"""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.forms import Script
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.pickers.registry import Picker

__all__ = ["PickerSelect", "PickerSelectMultiple"]


class _PickerWidget(forms.Select):
    """What the widgets for one and for several records share."""

    reader: Any = None
    """The user who looks at the form; see `core.pickers.fields.set_reader`."""

    def __init__(self, picker: Picker, attrs: dict[str, Any] | None = None) -> None:
        self.picker = picker
        super().__init__(attrs)

    @property
    def media(self) -> forms.Media:
        """The script and its style sheet."""
        script: Any = Script("js/picker.js", type="module")
        return forms.Media(css={"all": ["css/picker.css"]}, js=[script])

    def optgroups(
        self, name: str, value: list[str], attrs: dict[str, Any] | None = None
    ) -> list[Any]:
        """Only the chosen records, in the order in which they were chosen."""
        options: list[Any] = []
        if not self.allow_multiple_selected and not self.is_required:
            options.append(self.create_option(name, "", "", False, 0))
        for chosen in self.picker.describe([one for one in value if one], self.reader):
            option = self.create_option(name, chosen.value, chosen.label, True, len(options))
            option["attrs"]["data-note"] = chosen.note
            options.append(option)
        return [(None, options, 0)]

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The select inside of the custom element that the script enhances."""
        select = super().render(name, value, attrs, renderer)
        return render_to_string(
            "components/picker.html",
            {
                "select": select,
                "url": reverse("picker_options", args=[self.picker.name]),
                "texts": json.dumps(self._texts(), ensure_ascii=False),
            },
        )

    def _texts(self) -> dict[str, str]:
        return {
            "placeholder": str(self.picker.placeholder),
            "ended": str(self.picker.ended_label),
            "remove": _("Remove: {name}"),
            "added": _("Added: {name}"),
            "removed": _("Removed: {name}"),
            "chosen": _("Chosen: {name}"),
            "found": _("{count} found. Choose with the arrow keys and Enter."),
            "more": _("There are more than {count}. Type more to narrow them down."),
            "none": _("Nothing found."),
            "failed": _("The list cannot be loaded just now. Please try again."),
        }


class PickerSelect(_PickerWidget):
    """Chooses one record."""


class PickerSelectMultiple(_PickerWidget, forms.SelectMultiple):
    """Chooses several records."""
