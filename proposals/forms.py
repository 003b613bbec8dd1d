"""The form with which a case study is proposed: the short form of the template, in plain words.

What publishing needs is asked (casestudies.forms), but only what nobody else can know must be
given: the rest is asked by the region, or judged by the curators (evidence grade).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from casestudies.fields import MAX_THEMES
from opendata.forms import PublicForm
from proposals.models import MAX_FILES, Proposal
from proposals.uploads import MAX_BYTES
from regions.models import Area
from regions.selectors import areas_named
from taxonomy.models import Theme
from taxonomy.selectors import theme_tree

__all__ = ["SECTIONS", "ProposalForm"]

# Sections of the form in the order in which people tell a story: heading, what it asks, fields.
SECTIONS: list[tuple[str, Any, Any, list[str]]] = [
    ("about", _("The practice"), "", ["title", "summary", "overview"]),
    (
        "who",
        _("Place and organisation"),
        "",
        ["prefecture", "municipality", "organisation", "actor_type", "bridging"],
    ),
    (
        "what",
        _("Theme and period"),
        "",
        [
            *(f"theme_{number}" for number in range(1, MAX_THEMES + 1)),
            *("target_groups", "started", "status"),
        ],
    ),
    (
        "story",
        _("The story"),
        _("Please do not name private individuals or write anything that could identify them."),
        ["context", "goal", "actions", "outcomes", "participation_level"],
    ),
    (
        "reach",
        _("Contact details and source"),
        _("This will be published. Please give an office, not a person."),
        [
            *("contact_name", "contact_phone", "contact_email", "contact_url"),
            *("source_title", "source_url"),
        ],
    ),
    ("files", _("Pictures and files"), "", ["uploads", "people_consented"]),
    (
        "you",
        _("About you"),
        _("We only use this to ask about your proposal. It is never published."),
        ["proposer_name", "proposer_mail", "consent"],
    ),
]

_LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


class ManyFilesInput(forms.FileInput):
    """A field for several files at once."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All files of that name."""
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class ProposalForm(PublicForm, forms.ModelForm):
    """A proposal as it is sent or amended. Files are checked by the service, not here.

    Args:
        kept: how many files are here already; pictures among them need the consent as well.
    """

    prefecture = forms.ModelChoiceField(
        label=_("Prefecture"),
        queryset=Area.objects.none(),
        empty_label=_("Please choose"),
        error_messages={"required": _("Please choose a prefecture.")},
    )
    municipality = forms.CharField(
        label=_("Municipality"),
        required=False,
        max_length=100,
        help_text=_("City, ward, town or village. Leave empty for the whole prefecture."),
    )
    uploads = forms.Field(
        label=_("Pictures or PDF files"),
        required=False,
        widget=ManyFilesInput(
            attrs={
                "multiple": True,
                "accept": "image/jpeg,image/png,image/webp,image/heic,image/heif,application/pdf",
            }
        ),
    )
    people_consented = forms.BooleanField(
        label=_("You may publish these files. Everyone recognisable in the pictures has agreed."),
        required=False,
    )
    consent = forms.BooleanField(
        label=_(
            "We agree to publish this text under CC BY 4.0: anyone may use it if they name the "
            "source."
        ),
        error_messages={"required": _("We need this consent to publish the case study.")},
    )

    class Meta:
        model = Proposal
        fields = [
            *("title", "summary", "overview", "organisation", "actor_type", "bridging"),
            *("target_groups", "started", "status", "context", "goal", "actions", "outcomes"),
            *("participation_level", "contact_name", "contact_phone", "contact_email"),
            *("contact_url", "source_title", "source_url", "proposer_name", "proposer_mail"),
            "people_consented",
        ]
        widgets = {
            "target_groups": forms.CheckboxSelectMultiple,
            "status": forms.RadioSelect,
            "participation_level": forms.RadioSelect,
            "overview": forms.Textarea(attrs={"rows": 5}),
            "bridging": forms.Textarea(attrs={"rows": 4}),
            "context": forms.Textarea(attrs={"rows": 4}),
            "goal": forms.Textarea(attrs={"rows": 3}),
            "actions": forms.Textarea(attrs={"rows": 7}),
            "outcomes": forms.Textarea(attrs={"rows": 4}),
            "contact_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "contact_email": forms.EmailInput(attrs={"autocomplete": "off"}),
            "proposer_name": forms.TextInput(attrs={"autocomplete": "name"}),
            "proposer_mail": forms.EmailInput(attrs={"autocomplete": "email"}),
        }
        help_texts = {
            "title": _("Where it is and what it does, in up to 60 characters."),
            "summary": _("Where it is and what it does, in one sentence."),
            "overview": _(
                "Three to five sentences: who it is for, who runs it, what they do, since when."
            ),
            "organisation": _("Full name of the lead organisation."),
            "started": _("Year, month or day, for example 2024, 2024-05 or 2024-05-31."),
            "bridging": _("Who brought foreign and Japanese residents together, and how?"),
            "context": _("Why was it needed?"),
            "actions": _("Step by step, so that others can do the same."),
            "outcomes": _("What has changed? Figures are welcome; please say when they are from."),
            "contact_name": _(
                "Organisation and section. One of contact, telephone, email or web page is enough."
            ),
            "contact_email": _("An office address, not a personal one."),
            "source_title": _("Name of a web page, report or newspaper article about it."),
            "source_url": _("Its web address, if there is one."),
        }
        error_messages = {
            "title": {
                "required": _("Please write a title."),
                "max_length": _("Please use at most %(limit_value)d characters."),
            },
            "overview": {"required": _("Please describe the practice in a few sentences.")},
            "organisation": {"required": _("Please name the lead organisation.")},
            "actor_type": {"required": _("Please choose the type of organisation.")},
            "status": {"required": _("Please choose the status.")},
            "actions": {"required": _("Please write what was done.")},
            "proposer_mail": {
                "required": _("Please enter your email address."),
                "invalid": _("Please enter a valid email address, such as name@example.org."),
            },
        }

    def __init__(self, *args: Any, kept: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        self._theme_fields()
        self._model_choice("prefecture").queryset = Area.objects.filter(kind=Area.Kind.PREFECTURE)
        self._model_choice("actor_type").empty_label = _("Please choose")
        for name in ["actor_type", "target_groups", "status", "participation_level"]:
            choice = self._model_choice(name)
            choice.queryset = choice.queryset.filter(is_active=True)  # type: ignore[union-attr]
        for name in ["status", "participation_level"]:
            choice = self._model_choice(name)
            choice.empty_label = None
            choice.widget.choices = choice.choices
        self.fields["proposer_mail"].required = True
        self.say_how_long()
        self._start_from_the_proposal()
        self.fields["uploads"].help_text = _(
            "Up to %(number)d files of %(size)d MB each: JPEG, PNG, WebP, HEIC or PDF. We remove "
            "location data from pictures."
        ) % {"number": MAX_FILES, "size": MAX_BYTES // 1024 // 1024}

    def clean_title(self) -> str:
        """A title is words: it stands in the mail that is sent to the address given."""
        title: str = self.cleaned_data["title"]
        if _LINK.search(title):
            raise ValidationError(_("Please leave web addresses out of the title."))
        return title

    def clean_started(self) -> str:
        """A start that has come already."""
        started: str = self.cleaned_data["started"]
        if started and started > timezone.localdate().isoformat():
            raise ValidationError(_("This date is in the future. Please write when it started."))
        return started

    def clean(self) -> dict[str, Any]:
        """Check what belongs together, and find the place that is meant."""
        cleaned: dict[str, Any] = super().clean() or {}
        parts = [f"contact_{part}" for part in ("name", "phone", "email", "url")]
        if not any(cleaned.get(part) or part in self.errors for part in parts):
            self.add_error("contact_name", _("Please give at least one way to contact an office."))
        if (cleaned.get("uploads") or self.kept) and not cleaned.get("people_consented"):
            self.add_error(
                "people_consented",
                _("To send files we need this consent. Otherwise, please remove the files."),
            )
        return cleaned

    def place(self) -> tuple[Area, str]:
        """The area that is meant, and what was written about it where that is no area.

        Call it for a valid form.
        """
        prefecture: Area = self.cleaned_data["prefecture"]
        written = self.cleaned_data["municipality"].strip()
        if not written:
            return prefecture, ""
        matches = [
            area
            for area in areas_named(written, prefecture=prefecture.code, is_whole=True)
            if len(area.code) == 6 and area.valid_to is None
        ]
        return (matches[0], "") if len(matches) == 1 else (prefecture, written)

    def chosen_themes(self) -> list[Theme]:
        """The themes, each once. Call it for a valid form."""
        names = [f"theme_{number}" for number in range(1, MAX_THEMES + 1)]
        codes = [self.cleaned_data[name] for name in names if self.cleaned_data.get(name)]
        return list(Theme.objects.filter(pk__in=codes))

    def names_in_order(self) -> Iterable[str]:
        """The fields of all sections."""
        return [name for _name, _heading, _hint, fields in SECTIONS for name in fields]

    def sections(self) -> Iterable[dict[str, Any]]:
        """The form's sections, each with its fields."""
        for name, heading, hint, fields in SECTIONS:
            yield {
                "name": name,
                "heading": heading,
                "hint": hint,
                "fields": [self[field] for field in fields],
            }

    def _model_choice(self, name: str) -> forms.ModelChoiceField[Any]:
        field = self.fields[name]
        if not isinstance(field, forms.ModelChoiceField):
            raise TypeError(name)
        return field

    def _theme_fields(self) -> None:
        labels = [_("Theme"), _("Second theme"), _("Third theme")]
        groups: list[tuple[Any, Any]] = [
            (
                theme.label,
                [(part.code, part.label) for part in theme.children] or [(theme.code, theme.label)],
            )
            for theme in theme_tree()
        ]
        for number in range(1, MAX_THEMES + 1):
            self.fields[f"theme_{number}"] = forms.ChoiceField(
                label=labels[number - 1],
                required=number == 1,
                choices=[
                    ("", _("Please choose") if number == 1 else _("no other theme")),
                    *groups,
                ],
                error_messages={"required": _("Please choose a theme.")},
            )

    def _start_from_the_proposal(self) -> None:
        """Show what was sent where the proposal keeps it in another form."""
        proposal = self.instance
        if proposal.pk is None:
            return
        area = proposal.area
        self.initial.setdefault("prefecture", area.prefecture_code)
        is_prefecture = area.code == area.prefecture_code
        self.initial.setdefault(
            "municipality", proposal.place_note if is_prefecture else area.label
        )
        for number, theme in enumerate(proposal.themes.all(), start=1):
            self.initial.setdefault(f"theme_{number}", theme.pk)
        self.initial.setdefault("consent", True)
