"""The queue in the admin: each region sees the proposals of its places, curators all of them."""

from __future__ import annotations

from typing import Any

import django_filters
from django.core.exceptions import FieldDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
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

from core.menus import menu_item_for
from proposals.forms import SECTIONS
from proposals.models import Attachment, Proposal
from proposals.selectors import (
    may_see_proposals,
    parent_for,
    proposals_of_user,
)
from proposals.services import AlreadyDecided, decline, take_up

__all__ = ["ProposalQueue", "WaitingProposalsPanel"]


class _QueueMixin:
    """Closes every view of the queue to people who have none."""

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Refuse strangers."""
        if not may_see_proposals(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def proposal(self, pk: int) -> Proposal:
        """The proposal; 404 when it is another region's, as if it did not exist."""
        return get_object_or_404(proposals_of_user(self.request.user), pk=pk)


class _ProposalFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Status"),
        choices=Proposal.State.choices,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Proposal
        fields = ["state"]


class QueueView(_QueueMixin, IndexView):
    """All proposals, the newest first."""

    model = Proposal
    any_permission_required = None
    page_title = gettext_lazy("Proposals from outside")
    header_icon = "mail"
    index_url_name = "proposal_queue:index"
    index_results_url_name = "proposal_queue:index_results"
    default_ordering = "-sent_at"
    filterset_class = _ProposalFilters
    paginate_by = 30
    show_export_buttons = False
    columns = [
        TitleColumn(
            "title",
            label=gettext_lazy("Title"),
            get_url=lambda proposal: reverse("proposal_queue:proposal", args=[proposal.pk]),
        ),
        Column("area", label=gettext_lazy("Place")),
        Column("organisation", label=gettext_lazy("Organisation"), sort_key="organisation"),
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

    def get_base_queryset(self) -> QuerySet[Proposal]:
        """Those that this person decides on."""
        return proposals_of_user(self.request.user)


class ProposalView(_QueueMixin, WagtailAdminTemplateMixin, View):
    """One proposal as it was sent, with what can be done."""

    template_name = "proposals/admin/proposal.html"
    header_icon = "mail"
    reason = ""
    status = 200

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show it."""
        self.shown = self.proposal(pk)
        return self.render_to_response(self.get_context_data(), status=self.status)

    def get_page_title(self) -> str:
        """The proposal's title."""
        return self.shown.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The queue above it."""
        return [
            *self.breadcrumbs_items,
            {"url": reverse("proposal_queue:index"), "label": _("Proposals from outside")},
            {"url": "", "label": self.shown.title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was sent, section by section, without what is empty."""
        parent = parent_for(self.shown)
        return super().get_context_data(
            proposal=self.shown,
            sections=[
                (heading, rows)
                for _name, heading, _hint, names in SECTIONS
                if (rows := _rows(self.shown, names))
            ],
            attachments=self.shown.attachments.all(),
            parent=parent,
            may_write=bool(
                parent and parent.permissions_for_user(self.request.user).can_add_subpage()
            ),
            reason=self.reason,
            **kwargs,
        )


class TakeUpView(_QueueMixin, View):
    """Make a draft of a proposal and open its editor."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it, or say why not."""
        proposal = self.proposal(pk)
        try:
            page = take_up(proposal=proposal, user=request.user)  # type: ignore[arg-type]
        except AlreadyDecided:
            messages.warning(request, _("Somebody has decided on this proposal already."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request,
                _("“%(title)s” is a draft now, and the proposer was told.") % {"title": page.title},
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
        return redirect("proposal_queue:proposal", pk)


class DeclineView(ProposalView):
    """Decline a proposal, with a reason for the proposer."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do it, or show the proposal again with what was written."""
        proposal = self.proposal(pk)
        self.reason = request.POST.get("reason", "")[:2000]
        try:
            decline(proposal=proposal, user=request.user, reason=self.reason)  # type: ignore[arg-type]
        except AlreadyDecided:
            messages.warning(request, _("Somebody has decided on this proposal already."))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            self.status = 400
            return self.get(request, pk)
        else:
            messages.success(request, _("The proposal is declined, and the proposer was told why."))
        return redirect("proposal_queue:proposal", pk)


class AttachmentView(_QueueMixin, View):
    """A file of a proposal, for those who decide on it alone."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, pk: int, number: int) -> FileResponse:
        """Send the file, so that nothing in it can run here."""
        attachment = get_object_or_404(Attachment, pk=number, proposal=self.proposal(pk))
        is_picture = attachment.kind == Attachment.Kind.IMAGE
        try:
            file = attachment.file.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        response = FileResponse(file, as_attachment=not is_picture, filename=attachment.name)
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, no-store"
        return response


def _rows(proposal: Proposal, names: list[str]) -> list[tuple[str, str]]:
    """Labels and values of a section's fields that were filled in."""
    rows = []
    if "prefecture" in names:
        place = f"{proposal.area} {proposal.place_note}".strip()
        rows.append((_("Place"), place))
    if "theme_1" in names:
        rows.append((_("Themes"), _listed(proposal.themes.all())))
    for name in names:
        try:
            field = Proposal._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if name == "people_consented":
            continue
        if field.many_to_many:
            value = _listed(getattr(proposal, name).all())
        else:
            value = str(getattr(proposal, name) or "")
        if value:
            rows.append((str(field.verbose_name), value))  # type: ignore[union-attr]
    return rows


def _listed(terms: QuerySet[Any]) -> str:
    return ", ".join(str(term) for term in terms)


class WaitingProposalsPanel(Component):
    """On the dashboard: how many proposals wait for a decision."""

    name = "waiting_proposals"
    template_name = "proposals/admin/panel.html"
    order = 150

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        """The number of those that wait, and the five oldest."""
        user = parent_context["request"].user
        waiting = proposals_of_user(user).filter(state=Proposal.State.WAITING)
        return {"total": waiting.count(), "proposals": waiting.order_by("sent_at")[:5]}


class ProposalQueue(ViewSet):
    """The queue with its views."""

    name = "proposal_queue"
    url_prefix = "proposals"
    icon = "mail"
    menu_label = gettext_lazy("Proposals from outside")
    menu_name = "proposals"
    menu_order = 160
    add_to_admin_menu = True

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        """Shown to users who may decide on proposals."""
        return menu_item_for(may_see_proposals)

    def get_urlpatterns(self) -> list[Any]:
        """List, one proposal, its files, and the two decisions."""
        return [
            path("", QueueView.as_view(), name="index"),
            path("results/", QueueView.as_view(results_only=True), name="index_results"),
            path("<int:pk>/", ProposalView.as_view(), name="proposal"),
            path("<int:pk>/files/<int:number>/", AttachmentView.as_view(), name="file"),
            path("<int:pk>/take-up/", TakeUpView.as_view(), name="take_up"),
            path("<int:pk>/decline/", DeclineView.as_view(), name="decline"),
        ]
