"""Choosers of pages that call what is published as readers know it, not as somebody's draft does.

Everybody links to pages of all regions, so choosers and forms name pages in which the person who
looks has no part. Wagtail shows them by the title of their newest draft.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.telepath import register
from wagtail.admin.views import chooser
from wagtail.admin.widgets import AdminPageChooser
from wagtail.admin.widgets.chooser import PageChooserAdapter
from wagtail.models import Page
from wagtail.permissions import policy_registry

from core.pickers.pages import choosable, title_for

__all__ = [
    "ReadersPageChooser",
    "browse",
    "chosen_multiple",
    "find",
    "with_published_title",
]


def with_published_title(page: Any) -> Any:
    """Give a page its published title in place of the title of its draft."""
    if page is not None and page.live:
        page.draft_title = page.title
    return page


class _TitleColumn(chooser.PageTitleColumn):
    def get_value(self, instance: Page) -> Any:
        return super().get_value(with_published_title(instance))


class _ParentColumn(chooser.ParentPageColumn):
    def get_value(self, instance: Page) -> Any:
        return with_published_title(super().get_value(instance))


class _ReadersTitles:
    """Views whose columns name pages."""

    is_multiple_choice: Any

    @property
    def columns(self) -> list[Any]:
        """Wagtail's columns, those of titles replaced."""
        replaced = []
        for column in super().columns:  # type: ignore[misc]
            if isinstance(column, chooser.PageTitleColumn):
                column = _TitleColumn(
                    column.name, label=column.label, is_multiple_choice=self.is_multiple_choice
                )
            elif isinstance(column, chooser.ParentPageColumn):
                column = _ParentColumn(column.name, label=column.label)
            replaced.append(column)
        return replaced


class _BrowseView(_ReadersTitles, chooser.BrowseView):
    def filter_object_list(self, pages: Any) -> Any:
        """Runs after the parent page is resolved; the template needs its ancestors."""
        self.parent_page.trail = _trail(self.parent_page, self.request)
        return super().filter_object_list(pages)


def _trail(page: Page, request: HttpRequest) -> list[dict[str, str]]:
    """Breadcrumbs as Wagtail makes them, from where the person's own part of the site begins."""
    top = policy_registry.get_by_type(Page).explorable_root_instance(request.user)
    above = page.get_ancestors().descendant_of(top, inclusive=True) if top else Page.objects.none()
    parameters = request.GET.copy()
    parameters.pop("p", None)
    return [
        {
            "url": f"{reverse('wagtailadmin_choose_page_child', args=[one.pk])}"
            f"?{parameters.urlencode()}",
            "label": with_published_title(one).get_admin_display_title(),
        }
        for one in above.specific(defer=True)
    ]


class _SearchView(_ReadersTitles, chooser.SearchView):
    pass


class _ChosenMultipleView(chooser.ChosenMultipleView):
    """Answers only for pages that can be chosen at all."""

    def get(self, request: HttpRequest) -> HttpResponse:
        numbers = [number for number in request.GET.getlist("id") if number.isdigit()]
        pages = Page.objects.filter(choosable(request.user), pk__in=numbers).specific()
        response: HttpResponse = self.render_chosen_response(
            [
                {
                    "id": page.pk,
                    "parentId": page.get_parent().pk,
                    "adminTitle": with_published_title(page).get_admin_display_title(),
                    "editUrl": reverse("wagtailadmin_pages:edit", args=(page.pk,)),
                    "url": page.url,
                }
                for page in pages
            ]
        )
        return response


browse = require_admin_access(_BrowseView.as_view())
find = require_admin_access(_SearchView.as_view())
chosen_multiple = require_admin_access(_ChosenMultipleView.as_view())


class ReadersPageChooser(AdminPageChooser):
    """The field of a form that names the page that was chosen before."""

    reader: Any = None
    """The user who looks at the form; see `core.pickers.fields.set_reader`."""

    def get_display_title(self, instance: Page) -> str:
        """The title that is published, and that of a draft to those alone who may edit it."""
        return title_for(instance, self.reader)


register(PageChooserAdapter(), ReadersPageChooser)
register_form_field_override(
    models.ForeignKey,
    to=Page,
    override=lambda field: {"widget": ReadersPageChooser(target_models=[field.remote_field.model])},
)
