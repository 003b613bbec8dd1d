"""The two forms by which visitors write: to whoever runs the site, and about an error on a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contact.models import MAX_TEXT, Message
from contact.subjects import MAX_PATH, Subject, subject_at
from opendata.forms import PublicForm

__all__ = ["MessageForm", "QuestionForm", "ReportForm"]

Kind = Message.Kind
REPORTED = (Kind.ERROR, Kind.WITHHOLD)


class MessageForm(PublicForm, forms.Form):
    """What both forms ask for."""

    kind = forms.ChoiceField(
        label=_("Subject"),
        choices=Kind.choices,
        error_messages={
            "required": _("Please choose what it is about."),
            "invalid_choice": _("Please choose what it is about."),
        },
    )
    text = forms.CharField(
        label=_("Message"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Please write your message.")},
    )
    address = forms.EmailField(
        label=_("Your email address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={
            "required": _("Please enter your email address so that we can answer."),
            "invalid": _("Please enter a valid email address, such as name@example.org."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_how_long()

    @property
    def values(self) -> dict[str, str]:
        """What is stored of it. Call it for a valid form."""
        names = ["kind", "text", "address", "name"]
        return {name: self.cleaned_data.get(name, "") for name in names}


class QuestionForm(MessageForm):
    """A message to whoever runs the site."""

    name = forms.CharField(
        label=_("Your name or organisation"),
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["kind", "text", "name", "address"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", _("Please choose")),
            *Kind.choices,
        ]
        self.fields["text"].help_text = _("At most %(number)d characters.") % {"number": MAX_TEXT}


class ReportForm(MessageForm):
    """What is wrong on a page. The address to answer to may be left out.

    Attributes:
        subject: the page; None where its address is not known yet, and is asked for.
    """

    at = forms.CharField(
        label=_("Address of the page"),
        max_length=MAX_PATH,
        help_text=_("As it stands in the browser’s address bar."),
        error_messages={"required": _("Please write the address of the page.")},
    )
    kind = forms.ChoiceField(
        label=_("Subject"),
        choices=[(kind.value, kind.label) for kind in REPORTED],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what it is about.")},
    )
    field_order = ["at", "kind", "text", "address"]

    def __init__(self, request: HttpRequest, written: str, data: Any = None) -> None:
        """Look for the page.

        Args:
            written: address of the page, as a link or somebody gave it.
        """
        super().__init__(data, initial={"at": written[:MAX_PATH], "kind": Kind.ERROR})
        self.subject: Subject | None = subject_at(request, written)
        text, address = self.fields["text"], self.fields["address"]
        text.label = _("What is wrong, and what is right?")
        text.help_text = _(
            "Where can it be checked? If you write for the lead organisation, please name it. Up "
            "to %(number)d characters."
        ) % {"number": MAX_TEXT}
        address.required = False
        address.help_text = _("Only if you want an answer. It is never published.")

    def clean_at(self) -> str:
        """Only pages that the public may see can be reported."""
        if self.subject is None:
            raise forms.ValidationError(
                _("There is no public page at this address. Please copy the whole address of it.")
            )
        return self.subject.path
