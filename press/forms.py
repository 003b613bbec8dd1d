"""The admin's form of media coverage."""

from __future__ import annotations

from django.utils.translation import gettext as _

from core.forms import PageForm


class CoveragePageForm(PageForm):
    """Publishing needs a summary, and somewhere to read on; drafts may wait."""

    def is_valid(self) -> bool:
        """Also ask for the summary, and for the original's address or a source."""
        valid: bool = super().is_valid()
        if not valid or self.is_deferred_validation:
            return valid
        if not self.cleaned_data.get("summary"):
            self.add_error("summary", _("Say in one sentence of your own what the item says."))
        sources = [
            form.cleaned_data
            for form in self.formsets["sources"].forms
            if form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        if not sources and not self.cleaned_data.get("original_url"):
            self.add_error(
                "original_url", _("Give the address of the original, or a source below.")
            )
        return not self.errors
