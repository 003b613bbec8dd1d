"""Importing the lexicon: choose a file, look at what it would change, store it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from search.admin.lexicon_csv import COLUMNS, Table, UnreadableFile, decode, read, store
from search.models import LexiconEntry

__all__ = ["LexiconImportView"]

_SHOWN = 50


class FileForm(forms.Form):
    """The first step: a file. In the second the text that was read from it comes back."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Read the file, or the text, into a table."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            if data.get("file"):
                data["text"] = decode(data["file"].read())
            elif not data.get("text"):
                raise UnreadableFile(_("Choose a file."))
            data["table"] = read(data["text"])
        except UnreadableFile as error:
            self.add_error("file", str(error))
        return data


class LexiconImportView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """A dry run first; then all rows, or none."""

    model = LexiconEntry
    form_class = FileForm
    template_name = "search/admin/lexicon_import.html"
    page_title = gettext_lazy("Import the lexicon")
    header_icon = "upload"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Only for those who may add and change entries."""
        if not (self.user_has_permission("add") and self.user_has_permission("change")):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """The list of entries above this page."""
        return [
            *self.breadcrumbs_items,
            {
                "url": reverse("lexicon:index"),
                "label": capfirst(str(LexiconEntry._meta.verbose_name_plural)),
            },
            {"url": "", "label": str(self.page_title)},
        ]

    def form_valid(self, form: FileForm) -> HttpResponse:
        """Show what would change; store it when that was seen and confirmed."""
        table: Table = form.cleaned_data["table"]
        is_confirmed = "confirmed" in self.request.POST
        if not is_confirmed or table.problems or not table.changes:
            return self.render_to_response(self.get_context_data(form=form, table=table))
        store(table, self.request.user)
        messages.success(
            self.request,
            _("The lexicon was imported: %(created)d new, %(updated)d changed.")
            % {"created": table.created, "updated": table.updated},
        )
        return redirect("lexicon:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The columns, and of a table what fits on a page."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["columns"] = [(name, capfirst(str(label))) for name, label in COLUMNS]
        if table := context.get("table"):
            context["text"] = context["form"].cleaned_data["text"]
            context["shown_changes"] = table.changes[:_SHOWN]
            context["more_changes"] = max(0, len(table.changes) - _SHOWN)
        return context
