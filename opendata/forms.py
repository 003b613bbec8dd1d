"""What forms share that anybody may send: mistakes from top to bottom, and no words cut."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

__all__ = ["PublicForm"]


class PublicForm(forms.BaseForm):
    """Base of a form for everybody, to stand before Django's own class among the bases.

    The first mistake has the focus when the form comes back; this needs no script.
    """

    def add_error(self, field: str | None, error: Any) -> None:
        """Note a mistake, and put the focus on the first field that has one."""
        super().add_error(field, error)
        is_first = True
        for name in self.names_in_order():
            has_focus = is_first and name in self.errors and not self[name].use_fieldset
            self.fields[name].widget.attrs.pop("autofocus", None)
            if has_focus:
                self.fields[name].widget.attrs["autofocus"] = is_first
                is_first = False

    def names_in_order(self) -> Iterable[str]:
        """Names of the fields from top to bottom, as the page shows them."""
        return list(self.fields)

    @property
    def errors_in_order(self) -> list[tuple[str, str, str]]:
        """Every mistake as (id of the element, label, message), from top to bottom."""
        found: list[tuple[str, str, str]] = [
            ("", "", str(message)) for message in self.non_field_errors()
        ]
        for name in self.names_in_order():
            bound = self[name]
            first = f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id
            found += [(first, str(bound.label), str(message)) for message in bound.errors]
        return found

    def say_how_long(self) -> None:
        """Let long texts be sent and say how long they may be.

        With `maxlength` the browser would cut what is pasted without a word.
        """
        for field in self.fields.values():
            for validator in field.validators:
                if isinstance(validator, MaxLengthValidator):
                    validator.message = _("Please use at most %(limit_value)d characters.")
            field.widget.attrs.pop("maxlength", None)
