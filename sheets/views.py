"""Spreadsheets in the admin: download, upload, look at what would change, confirm."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin, TemplateResponseMixin
from django.views.generic.edit import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.tabular import CONTENT_TYPES
from sheets.forms import ConfirmForm, FileForm
from sheets.models import SheetUpload
from sheets.reading import UnreadableFile
from sheets.registry import Importer, Options, importer, importers_for
from sheets.selectors import upload_of
from sheets.services import (
    ChangedMeanwhile,
    DeletionNotConfirmed,
    DoubtsNotAccepted,
    WrongRows,
    confirm,
    discard,
    keep,
    show,
)
from sheets.writing import file_name, write_csv, write_excel

__all__ = ["FileView", "IndexView", "PreviewView", "UploadView"]

_SHOWN = 50
_MOST_PROBLEMS = 500


class IndexView(WagtailAdminTemplateMixin, TemplateView):
    """What can be taken out and brought in as a spreadsheet."""

    template_name = "sheets/admin/index.html"
    page_title = gettext_lazy("Spreadsheets")
    header_icon = "table"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The importers of this person."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["importers"] = importers_for(self.request.user)
        return context

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """This page below the dashboard."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]


class _ImporterMixin:
    """Views of one importer; whoever may not use it finds nothing there."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def importer(self) -> Importer:
        """The importer that the address names."""
        found = importer(self.kwargs["name"], self.request.user)
        if found is None:
            raise Http404
        return found


class UploadView(_ImporterMixin, WagtailAdminTemplateMixin, FormView):
    """The files of one importer, and the form for a file that comes back."""

    form_class = FileForm
    template_name = "sheets/admin/upload.html"
    header_icon = "table"

    def get_page_title(self) -> str:
        """What the sheets hold."""
        return str(self.importer.label)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Below the list of all sheets."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("sheets:index"), "label": _("Spreadsheets")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The columns, for the table below the form."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["importer"] = self.importer
        return context

    def form_valid(self, form: FileForm) -> HttpResponse:
        """Keep the records, and go to the preview."""
        file = form.cleaned_data["file"]
        try:
            upload = keep(
                importer=self.importer,
                user=self.request.user,
                file_name=file.name,
                content=file.read(),
            )
        except UnreadableFile as error:
            form.add_error("file", str(error))
            return self.form_invalid(form)
        return redirect("sheets:preview", name=self.importer.name, key=upload.pk)


class FileView(_ImporterMixin, View):
    """A template or an export, as Excel or CSV."""

    def get(
        self, request: HttpRequest, *, name: str, purpose: str, extension: str
    ) -> HttpResponseBase:
        """The file."""
        records = self.importer.export() if purpose == "export" else None
        response: HttpResponseBase
        if extension == "csv":
            response = StreamingHttpResponse(list(write_csv(self.importer, records)))
        else:
            response = HttpResponse(write_excel(self.importer, records))
        response["Content-Type"] = CONTENT_TYPES[extension]
        saved_as = file_name(self.importer, purpose, extension)
        response["Content-Disposition"] = f'attachment; filename="{saved_as}"'
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "no-store"
        return response


class PreviewView(
    _ImporterMixin, WagtailAdminTemplateMixin, TemplateResponseMixin, ContextMixin, View
):
    """What a file would change; confirming stores exactly that."""

    template_name = "sheets/admin/preview.html"
    page_title = gettext_lazy("What the file would change")
    header_icon = "table"

    @cached_property
    def upload(self) -> SheetUpload | None:
        """The person's own upload, as long as it is there."""
        key: uuid.UUID = self.kwargs["key"]
        return upload_of(self.request.user, self.importer.name, key)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Below the sheets of this importer."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("sheets:index"), "label": _("Spreadsheets")},
            {"url": self._start, "label": str(self.importer.label)},
            {"url": "", "label": str(self.page_title)},
        ]

    @property
    def _start(self) -> str:
        return reverse("sheets:upload", kwargs={"name": self.importer.name})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the preview; without the upload go back to the form and say why."""
        if self.upload is None:
            return self._gone()
        return self.render_to_response(self.get_context_data(plan=show(self.importer, self.upload)))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Store what was shown, or forget it."""
        if self.upload is None:
            return self._gone()
        if "discard" in request.POST:
            discard(upload=self.upload)
            messages.success(request, _("The file was put away. Nothing was stored."))
            return redirect(self._start)
        form = ConfirmForm(request.POST)
        chosen = form.cleaned_data if form.is_valid() else {}
        try:
            plan, said = confirm(
                importer=self.importer,
                upload=self.upload,
                options=Options(
                    submit=bool(chosen.get("submit_to_review")) and self.importer.has_review,
                    remove=bool(chosen.get("remove")),
                    accept=bool(chosen.get("accept")),
                ),
            )
        except SheetUpload.DoesNotExist:
            return self._gone()
        except DeletionNotConfirmed as error:
            messages.error(
                request,
                _(
                    "Nothing was stored: %(count)d stored records are not in the file and would be "
                    "deleted. Tick the box if that is meant, or add them to the file."
                )
                % {"count": len(error.plan.removed)},
            )
            return redirect(request.path)
        except DoubtsNotAccepted as error:
            messages.error(
                request,
                _(
                    "Nothing was stored: %(count)d numbers are doubtful. Compare them with the "
                    "source, and tick the box if they are meant."
                )
                % {"count": len(error.plan.doubts)},
            )
            return redirect(request.path)
        except (ChangedMeanwhile, WrongRows):
            messages.warning(
                request,
                _("Something stored has changed meanwhile. Look at the changes again."),
            )
            return redirect(request.path)
        messages.success(
            request,
            " ".join(
                [
                    _("Stored: %(new)d new, %(changed)d changed.")
                    % {"new": len(plan.new), "changed": len(plan.changed)},
                    _("Deleted: %(count)d.") % {"count": len(plan.removed)} if plan.removed else "",
                    *said,
                ]
            ),
        )
        return redirect(self._start)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the changes, and all problems as far as a reader can use them."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        plan = context["plan"]
        context |= {
            "importer": self.importer,
            "upload": self.upload,
            "form": ConfirmForm(),
            "page": Paginator(plan.to_write, _SHOWN).get_page(self.request.GET.get("p")),
            "problems": plan.problems[:_MOST_PROBLEMS],
            "more_problems": max(0, len(plan.problems) - _MOST_PROBLEMS),
            "removed": plan.removed[:_MOST_PROBLEMS],
            "more_removed": max(0, len(plan.removed) - _MOST_PROBLEMS),
            "remarks": plan.remarks[:_MOST_PROBLEMS],
            "doubts": plan.doubts[:_MOST_PROBLEMS],
            "more_doubts": max(0, len(plan.doubts) - _MOST_PROBLEMS),
            "labels": {column.name: column.label for column in self.importer.all_columns},
        }
        return context

    def _gone(self) -> HttpResponse:
        messages.error(
            self.request,
            _(
                "This upload is no longer there: it was stored, put away, or is too old. "
                "Choose the file again."
            ),
        )
        return redirect(self._start)
