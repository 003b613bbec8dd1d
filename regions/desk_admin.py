"""Consultation desks in the admin: a region's people keep those of their region, keepers all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from core.forms import FixedCodeForm
from core.templatetags.facts import area_list
from regions.desks import editable_desks, keeps_all_desks
from regions.models import ConsultationDesk
from regions.selectors import areas_inside, areas_kept_by

__all__ = ["DeskPermissionPolicy", "DeskViewSet"]


class DeskPermissionPolicy(ModelPermissionPolicy):
    """Who may edit which desk: see `editable_desks`.

    Nobody deletes a desk: one that has closed is hidden, so that a load of the content files does
    not bring it back.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether somebody may do this with some desk."""
        if action == "delete":
            return False
        return keeps_all_desks(user) or areas_kept_by(user).exists()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether somebody may do this with this desk."""
        return action != "delete" and editable_desks(user).filter(pk=instance.pk).exists()


class DeskForm(FixedCodeForm):
    """A desk; people of a region name places of their region alone."""

    def clean_areas(self) -> Any:
        """Refuse places that somebody else keeps up, and, for a region, a desk of all Japan."""
        areas = self.cleaned_data["areas"]
        if keeps_all_desks(self.for_user):
            return areas
        kept = areas_inside(areas_kept_by(self.for_user))
        others = [area.label for area in areas if not kept.filter(pk=area.pk).exists()]
        if others:
            raise ValidationError(
                gettext("%(places)s: not in your region. Choose places of your region alone.")
                % {"places": gettext(", ").join(others)}
            )
        if not areas:
            raise ValidationError(
                gettext("Choose a place of your region: desks of all Japan are kept by curators.")
            )
        return areas


class DeskIndexView(generic.IndexView):
    """The desks that somebody may edit."""

    def get_base_queryset(self) -> QuerySet[ConsultationDesk]:
        """With what the columns show."""
        return editable_desks(self.request.user).prefetch_related("areas")


class DeskEditView(generic.EditView):
    """The form of a desk, for those who may edit this one."""

    def get_object(self, queryset: Any = None) -> Any:
        """Refuse a desk of somebody else's region."""
        desk = super().get_object(queryset)
        if not self.user_has_permission_for_instance("change", desk):
            raise PermissionDenied
        return desk


class DeskViewSet(ModelViewSet):
    """Consultation desks."""

    model = ConsultationDesk
    icon = "help"
    menu_order = 612
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = DeskIndexView
    edit_view_class = DeskEditView
    list_display = [
        "name_ja",
        Column(
            "areas",
            label=_("Places"),
            accessor=lambda desk: area_list(desk.areas.all()) or gettext("All of Japan"),
        ),
        Column("as_of", label=_("Date of the source"), sort_key="as_of"),
        DateColumn("last_confirmed_at", label=_("Last confirmed"), sort_key="last_confirmed_at"),
        BooleanColumn("needs_confirmation", label=_("To be confirmed")),
        BooleanColumn("is_public", label=_("Public")),
    ]
    list_filter = ["languages", "advice_fields", "needs_confirmation", "is_public"]
    search_fields = ["code", "name_ja", "name_en", "operator_ja", "operator_en"]
    edit_handler = ObjectList(
        [
            MultiFieldPanel(
                [
                    FieldPanel("code"),
                    FieldRowPanel([FieldPanel("name_ja"), FieldPanel("name_en")]),
                    FieldRowPanel([FieldPanel("operator_ja"), FieldPanel("operator_en")]),
                    FieldPanel("areas"),
                ],
                heading=_("Desk"),
            ),
            InlinePanel("phones", label=_("Telephone number"), heading=_("Telephone numbers")),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("hours_ja"), FieldPanel("hours_en")]),
                    FieldPanel("email"),
                    FieldPanel("url"),
                    FieldRowPanel([FieldPanel("address_ja"), FieldPanel("address_en")]),
                ],
                heading=_("Hours and other ways"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("languages"),
                    FieldRowPanel([FieldPanel("interpreting_ja"), FieldPanel("interpreting_en")]),
                    FieldPanel("advice_fields"),
                ],
                heading=_("Languages and fields of advice"),
            ),
            MultiFieldPanel(
                [FieldPanel("sources"), FieldPanel("as_of"), FieldPanel("accessed")],
                heading=_("Sources"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("needs_confirmation"),
                    FieldRowPanel(
                        [FieldPanel("last_confirmed_at"), FieldPanel("last_confirmed_by")]
                    ),
                ],
                heading=_("Last confirmed"),
            ),
            FieldPanel("is_public"),
            FieldPanel("internal_note"),
        ],
        base_form_class=DeskForm,
    )
