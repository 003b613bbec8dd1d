"""Pictures in use whose permission ends, or of which nobody has said whether people agreed."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn

from images.models import CustomImage
from upkeep.reports.listing import PageFilterSet, PagesReport, ReportViewSet
from upkeep.selectors import pictures_to_look_after

__all__ = ["PicturesViewSet"]


def _edit_address(picture: CustomImage) -> str:
    return reverse("wagtailimages:edit", args=[picture.pk])


class PicturesView(PagesReport):
    """Pictures to look after."""

    page_title = gettext_lazy("Pictures to look after")
    filterset_class = PageFilterSet
    explanation = gettext_lazy(
        "Pictures in use whose permission ends within 30 days or has ended, and pictures of which "
        "nobody has said whether people can be recognised and have agreed. What may not be shown "
        "disappears from all pages by itself."
    )
    columns = [
        TitleColumn("title", label=gettext_lazy("Picture"), get_url=_edit_address, width="40%"),
        Column("problem_label", label=gettext_lazy("Problem")),
        DateColumn("permission_until", label=gettext_lazy("permission until")),
        Column("collection", label=gettext_lazy("Collection")),
    ]
    list_export = ["title", "problem_label", "permission_until"]
    export_headings = {
        "title": gettext_lazy("Picture"),
        "problem_label": gettext_lazy("Problem"),
        "permission_until": gettext_lazy("permission until"),
    }

    def rows(self, chosen: dict[str, str]) -> list[Any]:
        """Pictures that one may change, those that expire first."""
        return list(pictures_to_look_after(self.request.user))


class PicturesViewSet(ReportViewSet):
    """The report in the menu."""

    name = "pictures_to_look_after"
    url_prefix = "upkeep/pictures"
    icon = "image"
    menu_label = gettext_lazy("Pictures to look after")
    menu_name = "pictures-to-look-after"
    view_class = PicturesView
