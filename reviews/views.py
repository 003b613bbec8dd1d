"""Ways into the work: what waits for a review, and the page of one's own region."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import TemplateView
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from regions.selectors import regions_of_user
from reviews.dashboard import WaitingPanel
from reviews.selectors import waiting_for

__all__ = ["RegionalPageView", "WaitingView"]


class WaitingView(WagtailAdminTemplateMixin, TemplateView):
    """Everything that waits for the reader's decision."""

    template_name = "reviews/admin/waiting.html"
    page_title = gettext_lazy("Waiting for review")
    header_icon = "clipboard-list"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """For those who work on pages."""
        if not user_has_any_page_permission(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """This page below the home."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The panel of the home page, alone."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["panel"] = WaitingPanel()
        context["is_waiting"] = bool(waiting_for(cast(AbstractUser, self.request.user)))
        return context


class RegionalPageView(View):
    """To the page of one's region; to the list of them for those with none or several."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect."""
        own = {
            region.platform_id
            for region in regions_of_user(request.user)
            if region.platform_id is not None
        }
        if len(own) == 1:
            return redirect("wagtailadmin_pages:edit", own.pop())
        return redirect("regional_pages:index")
