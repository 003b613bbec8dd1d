"""Messages in the admin: the list, one message with what is done about it, and the dashboard."""

from __future__ import annotations

from typing import Any

import django_filters
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.viewsets.base import ViewSet

from contact.models import Message
from contact.selectors import may_see_messages, messages_of_user
from contact.services import mark_done, reopen
from core.menus import menu_item_for
from core.visibility import publicly_visible_pages

__all__ = ["MessageQueue", "NewMessagesPanel"]


class _QueueMixin:
    """Closes every view of messages to people who look after none."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse strangers."""
        if not may_see_messages(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def message(self, pk: int) -> Message:
        """The message; 404 when it is another region's, as if it did not exist."""
        return get_object_or_404(messages_of_user(self.request.user), pk=pk)


class _MessageFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=Message.State.choices,
        empty_label=gettext_lazy("All"),
    )
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("Subject"),
        choices=Message.Kind.choices,
        empty_label=gettext_lazy("All"),
    )
    locale = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"),
        choices=settings.LANGUAGES,
        empty_label=gettext_lazy("All"),
    )
    page = django_filters.BooleanFilter(
        label=gettext_lazy("About a page"), field_name="page", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Message
        fields = ["state", "kind", "locale", "page"]


class QueueView(_QueueMixin, IndexView):
    """All messages, the newest first."""

    model = Message
    any_permission_required = None
    page_title = gettext_lazy("Messages from visitors")
    header_icon = "comment"
    index_url_name = "message_queue:index"
    index_results_url_name = "message_queue:index_results"
    default_ordering = "-sent_at"
    filterset_class = _MessageFilters
    paginate_by = 30
    show_export_buttons = False
    columns = [
        TitleColumn(
            "kind",
            label=gettext_lazy("Subject"),
            accessor="get_kind_display",
            get_url=lambda message: reverse("message_queue:message", args=[message.pk]),
        ),
        Column("title", label=gettext_lazy("Page"), sort_key="title"),
        Column(
            "state",
            label=gettext_lazy("Status"),
            accessor="get_state_display",
            sort_key="state",
            classname="w-whitespace-nowrap",
        ),
        Column("locale", label=gettext_lazy("Language"), accessor="get_locale_display"),
        DateColumn("sent_at", label=gettext_lazy("Sent"), sort_key="sent_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Message]:
        """Those that this person looks after."""
        return messages_of_user(self.request.user)


class MessageView(_QueueMixin, WagtailAdminTemplateMixin, View):
    """One message, and what was done about it."""

    template_name = "contact/admin/message.html"
    header_icon = "comment"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        self.shown = self.message(pk)
        return self.render_to_response(self.get_context_data())

    def get_page_title(self) -> str:
        """What it is about."""
        return self.shown.title or str(self.shown.get_kind_display())

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The list above it."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("message_queue:index"), "label": _("Messages from visitors")},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The page that it is about, where there still is one, and what may be done with it."""
        page = self.shown.page
        may_edit = bool(page and page.permissions_for_user(self.request.user).can_edit())
        is_public = bool(page and publicly_visible_pages([page]))
        return super().get_context_data(
            message=self.shown,
            page_on_site=self.shown.path if is_public or (self.shown.path and not page) else "",
            edit_url=reverse("wagtailadmin_pages:edit", args=[page.pk])
            if page and may_edit
            else "",
            **kwargs,
        )


class MarkView(_QueueMixin, View):
    """Mark a message as done with a note, or take that back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it, and go back to the list; after taking it back, to the message."""
        message = self.message(pk)
        if request.POST.get("state") == Message.State.NEW:
            reopen(message=message, user=request.user)  # type: ignore[arg-type]
            messages.success(request, _("The message is to do again."))
            return redirect("message_queue:message", pk)
        note = request.POST.get("note", "")[:2000]
        mark_done(message=message, user=request.user, note=note)  # type: ignore[arg-type]
        messages.success(request, _("The message is marked as done."))
        return redirect("message_queue:index")


class NewMessagesPanel(Component):
    """On the dashboard: how many messages wait."""

    name = "new_messages"
    template_name = "contact/admin/panel.html"
    order = 155

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The number of those that wait, and the five oldest."""
        user = parent_context["request"].user
        waiting = messages_of_user(user).filter(state=Message.State.NEW)
        return {"total": waiting.count(), "waiting": waiting.order_by("sent_at")[:5]}


class MessageQueue(ViewSet):
    """The list of messages with its views."""

    name = "message_queue"
    url_prefix = "messages"
    icon = "comment"
    menu_label = gettext_lazy("Messages from visitors")
    menu_name = "visitor-messages"
    menu_order = 165
    add_to_admin_menu = True

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """Shown to users who look after messages."""
        return menu_item_for(may_see_messages)

    def get_urlpatterns(self) -> list[Any]:
        """List, one message, and what was done about it."""
        return [
            path("", QueueView.as_view(), name="index"),
            path("results/", QueueView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", MessageView.as_view(), name="message"),
            path("<int:pk>/mark/", MarkView.as_view(), name="mark"),
        ]
