"""Regions in the admin: who is on board, bringing a region on board, handing it over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.forms import Form, ModelChoiceField, Select
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.auth import permission_required
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from regions.models import Area, Region, RegionalPlatformPage
from regions.services import CannotProvision, deprovision_region, provision_region

__all__ = ["RegionViewSet"]

MAY_HAND_OVER = permission_required("regions.change_region")


class RegionForm(WagtailAdminModelForm):
    """Which area, and on which page its platform stands; everything else is made."""

    class Meta:
        model = Region
        fields = ["area", "platform"]
        # Of the 47 prefectures those that are not on board: a picker would offer all places.
        widgets = {"area": Select}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = self.instance._state.adding
        self.fields["area"].disabled = not is_new
        if is_new:
            self.fields["area"].queryset = Area.objects.filter(
                kind=Area.Kind.PREFECTURE, region=None
            )
        platform = self.fields["platform"]
        platform.queryset = RegionalPlatformPage.objects.filter(alias_of=None).order_by("title")
        platform.required = False
        platform.help_text = _(
            "Empty: the page of the platform that covers this area alone, or a new draft."
        )


class _Provision:
    """What creating and editing share: storing a region brings it on board, or puts it right."""

    form: RegionForm

    def save_instance(self) -> Region:
        """Provision the region instead of only storing it."""
        region = provision_region(
            area=self.form.cleaned_data["area"], platform=self.form.cleaned_data["platform"]
        )
        self.form.instance = region
        return region

    def form_valid(self, form: RegionForm) -> HttpResponse:
        """Say in the form why a region cannot be brought on board."""
        try:
            return super().form_valid(form)  # type: ignore[misc]
        except CannotProvision as error:
            form.add_error(None, ValidationError(str(error)))
            return self.form_invalid(form)  # type: ignore[attr-defined]


class RegionCreateView(_Provision, generic.CreateView):
    """Bring a region on board."""

    page_title = page_subtitle = _("Bring a region on board")
    submit_button_label = _("Bring on board")
    success_message = _("%(object)s is on board: pages, files, groups and rights are set up.")


class RegionEditView(_Provision, generic.EditView):
    """Put right what is missing, or give the region another platform page."""

    submit_button_label = _("Set up again")
    success_message = _("%(object)s is set up: what was missing has been made.")


class RegionDeleteView(generic.DeleteView):
    """A region is not deleted: it is handed over."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect to the form that hands it over, for those who may delete one."""
        return redirect("on_board:hand_over", self.get_object().pk)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The same: nothing is deleted."""
        return self.get(request, *args, **kwargs)


class RegionIndexView(generic.IndexView):
    """All regions, with how many people work for each."""

    page_title = _("Regions on board")
    add_item_label = _("Bring a region on board")

    def get_base_queryset(self) -> QuerySet[Region]:
        """With what the columns show."""
        return Region.objects.select_related("area", "platform", "looked_after_by__area").annotate(
            editor_count=Count("editors__user", distinct=True),
            publisher_count=Count("publishers__user", distinct=True),
        )

    def get_list_more_buttons(self, instance: Region) -> list[MenuItem]:
        """Handing over stands where others have deleting."""
        buttons = [
            button
            for button in super().get_list_more_buttons(instance)
            if button.url != self.get_delete_url(instance)
        ]
        if instance.is_active:
            url = reverse("on_board:hand_over", args=[instance.pk])
            buttons.append(MenuItem(_("Hand over"), url=url, icon_name="arrow-right", priority=40))
        return buttons


class RegionViewSet(ModelViewSet):
    """The regions that keep up their own part."""

    model = Region
    icon = "group"
    menu_label = _("Regions on board")
    menu_name = "regions-on-board"
    menu_order = 605
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = RegionIndexView
    add_view_class = RegionCreateView
    edit_view_class = RegionEditView
    delete_view_class = RegionDeleteView
    list_filter = ["is_active"]
    list_display = [
        "area",
        Column("platform", label=_("Platform")),
        Column("editor_count", label=_("Editors")),
        Column("publisher_count", label=_("Publishers")),
        BooleanColumn("is_active", label=_("On board")),
        Column("looked_after_by", label=_("Looked after by")),
    ]
    search_fields = ["area__name_ja", "area__kana", "area__name_en"]

    def get_form_class(self, for_update: bool = False) -> type[RegionForm]:
        """One form for both."""
        return RegionForm

    def get_urlpatterns(self) -> list[Any]:
        """Beside Wagtail's own: handing over."""
        return [
            *super().get_urlpatterns(),
            path("hand-over/<int:pk>/", MAY_HAND_OVER(hand_over), name="hand_over"),
        ]


class HandOverForm(Form):
    """To whom."""

    receiver = ModelChoiceField(
        label=_("Who looks after its pages from now on"),
        queryset=Region.objects.none(),
        required=False,
        empty_label=_("The curators of the network"),
    )


def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what happens, ask to whom, and hand the region over."""
    region = get_object_or_404(Region, pk=pk, is_active=True)
    form = HandOverForm(request.POST or None)
    receivers = Region.objects.filter(is_active=True).exclude(pk=pk).select_related("area")
    form.fields["receiver"].queryset = receivers  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        receiver = form.cleaned_data["receiver"]
        deprovision_region(region=region, receiver=receiver)
        messages.success(
            request,
            gettext("%(region)s has been handed over to %(receiver)s.")
            % {"region": region, "receiver": receiver or gettext("the curators")},
        )
        return redirect("on_board:index")
    return render(
        request,
        "regions/admin/hand_over.html",
        {
            "region": region,
            "form": form,
            "page_title": _("Hand over"),
            "page_subtitle": str(region),
            "header_icon": "group",
        },
    )
