"""What a reviewer writes when approving a page or sending it back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.pickers.fields import set_reader
from core.pickers.registry import picker_for
from core.pickers.widgets import PickerSelect
from images.forms import PictureField
from images.models import People
from organisations.models import OrganisationPage
from regions.models import Area
from regions.selectors import regions_of_user
from reviews.begin import list_for, lists_of
from reviews.models import Criterion
from taxonomy.models import ActorType

__all__ = ["ApproveForm", "BeginCaseForm", "ChecklistForm", "SendBackForm"]

_ROWS = {"rows": 3}
_SENTENCE = {"rows": 2}
_LONGEST_SENTENCE = 300


class ApproveForm(forms.Form):
    """Approving needs no words."""

    comment = forms.CharField(
        label=_("Note (kept with the decision)"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(_ROWS),
    )


class ChecklistForm(ApproveForm):
    """Approving a case study: which of the published criteria it meets, and why not all."""

    criteria = forms.MultipleChoiceField(
        label=_("Which criteria does it meet?"),
        choices=Criterion.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They are explained on the page “Criteria for case studies”."),
    )
    field_order = ["criteria", "comment"]

    def clean(self) -> dict[str, Any]:
        """A criterion that is not met needs a reason, as the published criteria promise."""
        cleaned: dict[str, Any] = super().clean() or {}
        left_open = len(Criterion) - len(cleaned.get("criteria", []))
        if left_open and "criteria" in cleaned and not cleaned.get("comment", "").strip():
            self.add_error(
                "comment",
                _("Say why it may be published although not all criteria are met."),
            )
        return cleaned


class SendBackForm(forms.Form):
    """Sending back needs a reason."""

    comment = forms.CharField(
        label=_("What is to be mended?"),
        max_length=2000,
        widget=forms.Textarea(_ROWS),
        help_text=_("The writer reads this in a mail. Add comments to single fields in the form."),
        error_messages={"required": _("Write what is to be mended.")},
    )


class BeginCaseForm(forms.Form):
    """The first words of a case study. A title and a place are enough.

    Attributes:
        parent: after the check, the list of cases below which the draft belongs.
    """

    place = forms.ModelChoiceField(Area.objects.all(), label=_("Where is it?"))
    title = forms.CharField(
        label=_("Title"),
        max_length=255,
        help_text=_("Where it is and what it does, in up to 60 characters."),
    )
    organisation: Any = forms.ModelChoiceField(
        OrganisationPage.objects.filter(alias_of=None),
        label=_("Who leads it?"),
        required=False,
        help_text=_("Where the directory does not have it, write its name below."),
    )
    name = forms.CharField(label=_("Its name"), max_length=200, required=False)
    actor_type = forms.ModelChoiceField(
        ActorType.objects.all(),
        label=_("What kind of body is it?"),
        required=False,
        help_text=_("Not needed where the directory says it."),
    )
    why = forms.CharField(
        label=_("What was difficult? (one sentence)"),
        max_length=_LONGEST_SENTENCE,
        required=False,
        widget=forms.Textarea(_SENTENCE),
    )
    done = forms.CharField(
        label=_("What do you do about it? (one sentence)"),
        max_length=_LONGEST_SENTENCE,
        required=False,
        widget=forms.Textarea(_SENTENCE),
    )
    changed = forms.CharField(
        label=_("What has changed? (one sentence)"),
        max_length=_LONGEST_SENTENCE,
        required=False,
        widget=forms.Textarea(_SENTENCE),
    )
    photo = PictureField(
        label=_("One photo"),
        required=False,
        widget=forms.FileInput({"accept": "image/*"}),
    )
    photo_words = forms.CharField(
        label=_("What the photo shows"),
        max_length=255,
        required=False,
        help_text=_("For people who cannot see it."),
    )
    people = forms.ChoiceField(
        label=_("People in the photo"),
        choices=[(code, label) for code, label in People.choices if code != People.UNASKED],
        initial=People.UNKNOWN,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, for_user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent: Any = None
        self.lists = lists_of(for_user)
        for name, model in (("place", Area), ("organisation", OrganisationPage)):
            if picker := picker_for(model):
                widget = PickerSelect(picker)
                widget.is_required = self.fields[name].required
                self.fields[name].widget = widget
        own = list(regions_of_user(for_user).values_list("area", flat=True))
        if len(own) == 1:
            self.initial.setdefault("place", own[0])
        set_reader(self, for_user)

    def clean_place(self) -> Area:
        """A place in an area whose list of cases somebody may write for."""
        place: Area = self.cleaned_data["place"]
        self.parent = list_for(place, self.lists)
        if self.parent is None:
            areas = [page.area.label for page in self.lists.values() if page.area]
            raise forms.ValidationError(
                _("You cannot write cases of %(place)s. Choose a place in: %(areas)s.")
                % {"place": place.label, "areas": ", ".join(areas)}
            )
        return place

    def clean_name(self) -> str:
        """One of both says who leads it."""
        name: str = self.cleaned_data["name"]
        if name and self.cleaned_data.get("organisation"):
            raise forms.ValidationError(_("Choose an organisation or write its name, not both."))
        return name

    def clean(self) -> dict[str, Any]:
        """A photo says what it shows; where something is wrong, it must be chosen once more."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("photo") and not cleaned.get("photo_words"):
            self.add_error("photo_words", _("Write what the photo shows."))
        if self.errors and cleaned.get("photo"):
            self.add_error("photo", _("Please choose the photo once more."))
        return cleaned
