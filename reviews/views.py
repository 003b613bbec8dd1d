"""Ways into the work: what waits for a review, and the page of one's own region."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from core.kept_text import confirm_stored
from regions.selectors import regions_of_user
from reviews.begin import begin_case, lists_of, only_sender
from reviews.created_once import created_page, remember_created_page
from reviews.dashboard import WaitingPanel
from reviews.forms import BeginCaseForm
from reviews.selectors import waiting_for

__all__ = ["BeginCaseView", "RegionalPageView", "WaitingView"]


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


class BeginCaseView(WagtailAdminTemplateMixin, FormView):
    """The first words of a case on one screen; they become a draft, and its form goes on.

    For those who may write below the list of cases of a region.
    """

    template_name = "reviews/admin/begin.html"
    form_class = BeginCaseForm
    page_title = gettext_lazy("Write a case study")
    header_icon = "edit"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse where somebody may write no cases at all."""
        if not lists_of(cast(AbstractUser, request.user)):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, str]]:
        """This page below the home."""
        return [*self.breadcrumbs_items, {"url": "", "label": str(self.page_title)}]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form who writes."""
        return {**super().get_form_kwargs(), "for_user": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, with a token of its own: sent twice, it makes one case."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["token"] = self.request.POST.get("kept-text", "") or uuid.uuid4().hex
        context["media"] = context["form"].media
        return context

    def form_valid(self, form: BeginCaseForm) -> HttpResponse:
        """Make the draft and lead to its form; a form that was sent before leads to its draft."""
        user = cast(AbstractUser, self.request.user)
        try:
            with transaction.atomic():
                only_sender(user)
                page = created_page(self.request)
                is_new = page is None
                if page is None:
                    page = begin_case(parent=form.parent, user=user, data=form.cleaned_data)
                    remember_created_page(self.request, page)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        confirm_stored(self.request)
        if is_new:
            messages.success(
                self.request,
                _("“%(title)s” is saved as a draft. What is still missing stands at the top.")
                % {"title": page.title},
            )
        return redirect("wagtailadmin_pages:edit", page.pk)
