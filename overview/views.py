"""Regions at a glance, and each region's own board."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from overview import board, coming
from overview.exports import asked_format, table_file
from overview.forms import DatesForm, RegionsForm, chosen_values
from overview.regions_table import COLUMNS, FILE_COLUMNS, cells_of, chosen, rows_for
from overview.territory import NETWORK, Territory
from reviews.reminding import remind_reviewers
from upkeep.asking import ask_now

__all__ = ["AskRegionsView", "AskView", "BoardView", "DatesView", "RegionsView"]

# A board shows the beginning of each list; a list alone has pages of so many.
_SHOWN = 10
_ON_A_PAGE = 50
_IN_A_FILE_AT_ONCE = 500


class OverviewView(WagtailAdminTemplateMixin, TemplateView):
    """A view for curators, and for people of regions where it is about their own."""

    header_icon = "globe"

    @cached_property
    def territory(self) -> Territory:
        """The regions that the reader sees."""
        return Territory.of(self.request.user)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse those who look after no region."""
        self.request = request
        if not self.territory.codes:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """This page below the home."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.get_page_title())}]

    def address(self, **changed: str) -> str:
        """This address with other values; empty ones are left out."""
        values = self.request.GET.copy()
        for name, value in changed.items():
            values[name] = value
        for name in [name for name, value in values.items() if not value]:
            del values[name]
        return f"?{values.urlencode()}"

    def name_of(self, code: str) -> str:
        """Of a region that the reader sees, or of the whole network."""
        area = self.territory.areas.get(code)
        return area.label if area else _("Whole network")

    def files(self) -> list[tuple[str, str]]:
        """Names and addresses of the files of what is shown."""
        return [("CSV", self.address(export="csv", p="")),
                ("Excel", self.address(export="xlsx", p=""))]  # fmt: skip


class RegionsView(OverviewView):
    """All regions in one table, with filters, and as a file."""

    template_name = "overview/admin/regions.html"
    page_title = gettext_lazy("Regions at a glance")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The table, or its file."""
        self.form = RegionsForm(request.GET)
        self.sort = request.GET.get("sort", "")
        self.all_rows = rows_for(self.territory)
        self.rows = chosen(self.all_rows, sort=self.sort, **chosen_values(self.form))
        if file_format := asked_format(request):
            cells = map(cells_of, self.rows)
            title = _("Regions")
            return table_file(file_format, FILE_COLUMNS, cells, name="regions", title=title)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, their sums, and the heads by which they are sorted."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        places = [row for row in self.all_rows if not row.is_network]
        return context | {
            "form": self.form,
            "rows": self.rows,
            "heads": [self._head(column) for column in COLUMNS],
            "files": self.files(),
            "total": len(places),
            "with_platform": sum(1 for row in places if row.platforms),
            "on_board": sum(1 for row in places if row.is_on_board),
            "may_ask": any(
                self.territory.may_ask(code, self.request.user) for code in self.territory.codes
            ),
        }

    def _head(self, column: Any) -> dict[str, Any]:
        """A head of the table: pressed once, the largest come first; numbers are more urgent so."""
        first = f"-{column.name}" if column.is_number else column.name
        second = column.name if column.is_number else f"-{column.name}"
        wanted = second if self.sort == first else first
        direction = ""
        if self.sort.removeprefix("-") == column.name:
            direction = "descending" if self.sort.startswith("-") else "ascending"
        return {
            "label": column.label,
            "url": self.address(sort=wanted, export=""),
            "direction": direction,
        }


class AskView(OverviewView):
    """The buttons of a board: ask bodies to confirm pages, or remind those who can decide."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, code: str) -> HttpResponse:
        """Ask about the ticked pages of a list, or all of it; say what came of it; go back."""
        if code not in self.territory.codes:
            raise Http404
        if not self.territory.may_ask(code, request.user):
            raise PermissionDenied
        name = request.POST.get("list", "")
        section = board.SECTIONS.get(name)
        if section is None or not section.asks:
            raise Http404
        ticked, is_all = set(request.POST.getlist("page")), bool(request.POST.get("all"))
        pages = board.pages_of(section, self.territory, code).values_list("pk", flat=True)
        numbers = [number for number in pages if is_all or str(number) in ticked]
        act = remind_reviewers if section.asks == "remind" else ask_now
        lines = act(numbers, cast(AbstractUser, request.user)).lines() if numbers else []
        for line in lines:
            messages.info(request, line)
        if not lines:
            messages.warning(request, _("Nothing was sent: tick the pages first."))
        back = reverse("overview:region", args=[code])
        return redirect(back + (f"?list={name}" if request.POST.get("alone") else f"#list-{name}"))


class AskRegionsView(OverviewView):
    """Ask about all that is to be confirmed in ticked regions, after a look at what that means."""

    http_method_names = ["post"]
    template_name = "overview/admin/ask.html"
    page_title = gettext_lazy("Ask to confirm")
    header_icon = "mail"

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tell what would be sent; send it once that is confirmed."""
        allowed = [
            code for code in self.territory.codes if self.territory.may_ask(code, request.user)
        ]
        if not allowed:
            raise PermissionDenied
        ticked = set(request.POST.getlist("region"))
        self.codes = [code for code in allowed if code in ticked]
        if not self.codes:
            messages.warning(request, _("Nothing was sent: tick regions first."))
            return redirect("overview:regions")
        numbers = list(board.to_confirm_in(self.territory, self.codes))
        is_sure = bool(request.POST.get("sure"))
        self.asked = ask_now(numbers, request.user, dry_run=not is_sure)
        if not is_sure:
            return self.render_to_response(self.get_context_data())
        for line in self.asked.lines():
            messages.info(request, line)
        return redirect("overview:regions")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The regions by name, and what would be sent and left out."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        names = {NETWORK: _("Pages of no region")}
        return context | {
            "regions": [(code, names.get(code) or self.name_of(code)) for code in self.codes],
            "asked": self.asked,
        }


class BoardView(OverviewView):
    """One region: what waits, is begun, was sent back, is to be confirmed; one list, or all."""

    template_name = "overview/admin/board.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The board, or a file of its lists."""
        code = kwargs["code"]
        if code not in self.territory.codes:
            raise Http404
        self.code = code
        self.row = next(row for row in rows_for(self.territory) if row.code == code)
        asked = request.GET.get("list", "")
        self.only = asked if asked in board.SECTIONS else ""
        if file_format := asked_format(request):
            names = [self.only] if self.only else list(board.SECTIONS)
            lines = [
                board.cells_of(board.SECTIONS[name], item)
                for name in names
                for part in Paginator(self._pages(name), _IN_A_FILE_AT_ONCE)
                for item in board.items_of(board.SECTIONS[name], part.object_list)
            ]
            return table_file(
                file_format, board.COLUMNS, lines, name=f"region-{code}", title=_("Pages")
            )
        return super().get(request, **kwargs)

    def get_page_title(self) -> str:
        """The name of the region."""
        return self.row.name

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """Below the table of all regions."""
        table = {"url": reverse("overview:regions"), "label": _("Regions at a glance")}
        return [*self.breadcrumbs_items, table, {"url": "", "label": self.row.name}]

    def _pages(self, name: str) -> Any:
        return board.pages_of(board.SECTIONS[name], self.territory, self.code)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The sections, each with the beginning of its list, or one list by pages."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        names = [self.only] if self.only else list(board.SECTIONS)
        return context | {
            "row": self.row,
            "code": self.code,
            "only": self.only,
            "sections": [self._section(name) for name in names],
            "files": self.files(),
            "may_ask": self.territory.may_ask(self.code, self.request.user),
        }

    def _section(self, name: str) -> dict[str, Any]:
        section = board.SECTIONS[name]
        total = getattr(self.row, name)
        pages = self._pages(name)
        shown: dict[str, Any] = {"section": section, "total": total}
        if self.only:
            page = Paginator(pages, _ON_A_PAGE).get_page(self.request.GET.get("p"))
            shown |= {"page": page, "items": board.items_of(section, page.object_list)}
            if page.has_previous():
                shown["previous"] = self.address(p=str(page.previous_page_number()))
            if page.has_next():
                shown["next"] = self.address(p=str(page.next_page_number()))
        else:
            shown["items"] = board.items_of(section, pages[:_SHOWN]) if total else []
            shown["all"] = self.address(list=name) if total > _SHOWN else ""
        return shown


class DatesView(OverviewView):
    """What is coming, by month."""

    template_name = "overview/admin/dates.html"
    page_title = gettext_lazy("What is coming")
    header_icon = "calendar-alt"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list, or its file."""
        regions = [(code, self.name_of(code)) for code in self.territory.areas]
        self.form = DatesForm(request.GET, regions=[*regions, (NETWORK, self.name_of(NETWORK))])
        values = chosen_values(self.form)
        self.found = coming.dates_for(self.territory, kind=values["kind"], code=values["region"])
        if file_format := asked_format(request):
            cells = [coming.cells_of(item, self._names(item)) for item in self.found]
            title = _("What is coming")
            return table_file(file_format, coming.COLUMNS, cells, name="dates", title=title)
        return super().get(request, *args, **kwargs)

    def _names(self, item: coming.Coming) -> list[str]:
        return [self.name_of(code) for code in item.codes]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One page of the list, each line with the names of its regions."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        page = Paginator(self.found, _ON_A_PAGE).get_page(self.request.GET.get("p"))
        pages: dict[str, Any] = {"page": page}
        if page.has_previous():
            pages["previous"] = self.address(p=str(page.previous_page_number()))
        if page.has_next():
            pages["next"] = self.address(p=str(page.next_page_number()))
        return context | {
            "form": self.form,
            "shown": pages,
            "lines": [
                {"item": item, "month": item.month, "regions": self._names(item)} for item in page
            ],
            "files": self.files(),
        }
