"""What somebody chooses of a widget."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from places.embed.choice import MOST, PARTS, Choice

__all__ = ["EmbedForm"]

_LABELS = {
    "cases": _("The newest case studies"),
    "events": _("Events to come"),
    "desks": _("Consultation desks"),
}
READINGS = {
    "ja": "日本語",
    "easy": "やさしい日本語",
    "en": "English",
}


class EmbedForm(forms.Form):
    """Which place, which parts, how many, in which reading. It is sent by GET, without a cookie."""

    place = forms.ChoiceField(label=_("Place"))
    show = forms.MultipleChoiceField(
        label=_("What is shown"),
        choices=[(part, _LABELS[part]) for part in PARTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    number = forms.TypedChoiceField(
        label=_("How many of each"),
        choices=[(number, number) for number in range(1, MOST + 1)],
        coerce=int,
    )
    # `reading` in an address would choose the reading of the site.
    language = forms.ChoiceField(
        label=_("Language"), choices=list(READINGS.items()), widget=forms.RadioSelect
    )

    def __init__(self, places: Any, data: Any, language: str) -> None:
        """Begin with what is usual, also where an address names the place alone.

        Args:
            places: the groups of choices of the first field.
            data: parameters of the address; None where nothing was chosen yet.
        """
        usual = {
            "show": list(PARTS),
            "number": Choice().number,
            "language": "en" if language == "en" else "ja",
        }
        if data is not None and "number" not in data:
            data = {**usual, "place": data.get("place", "")}
        super().__init__(data, initial=usual)
        choices = [("", _("Choose a place")), *places]
        self.fields["place"].choices = choices  # type: ignore[attr-defined]

    @property
    def choice(self) -> Choice:
        """What was chosen, as the address of the widget has it."""
        shown = self.cleaned_data["show"]
        return Choice(tuple(part for part in PARTS if part in shown), self.cleaned_data["number"])
