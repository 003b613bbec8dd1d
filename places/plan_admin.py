"""The register of plans in the admin: a region's people keep those of their region, keepers all."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy

from core.forms import FixedCodeForm
from places.models import LocalPlan, NationalFigure
from places.plans import editable_plans, keeps_all_plans
from regions.models import Area
from regions.selectors import areas_inside, areas_kept_by

__all__ = ["PlanGroup", "PlanPermissionPolicy"]


class PlanPermissionPolicy(ModelPermissionPolicy):
    """Who may edit which plan: see `editable_plans`.

    Nobody deletes one: what turned out wrong is set to “not known”, so that a load of the content
    files does not bring it back.
    """

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether somebody may do this with some plan."""
        if action == "delete":
            return False
        return keeps_all_plans(user) or areas_kept_by(user).exists()

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Whether somebody may do this with this plan."""
        return action != "delete" and editable_plans(user).filter(pk=instance.pk).exists()


class PlanForm(WagtailAdminModelForm):
    """A plan; people of a region name places of their region alone."""

    def clean_area(self) -> Area:
        """Refuse places that somebody else keeps up."""
        area: Area = self.cleaned_data["area"]
        if keeps_all_plans(self.for_user):
            return area
        if not areas_inside(areas_kept_by(self.for_user)).filter(pk=area.pk).exists():
            raise ValidationError(
                gettext("%(places)s: not in your region. Choose places of your region alone.")
                % {"places": area.label}
            )
        return area


class PlanIndexView(generic.IndexView):
    """The plans that somebody may edit."""

    def get_base_queryset(self) -> QuerySet[LocalPlan]:
        """With what the columns show."""
        return editable_plans(self.request.user).select_related("area__parent")


class PlanEditView(generic.EditView):
    """The form of a plan, for those who may edit this one."""

    def get_object(self, queryset: Any = None) -> Any:
        """Refuse a plan of somebody else's region."""
        plan = super().get_object(queryset)
        if not self.user_has_permission_for_instance("change", plan):
            raise PermissionDenied
        return plan


class PlanViewSet(ModelViewSet):
    """Plans of local governments."""

    model = LocalPlan
    icon = "clipboard-list"
    name = "plans"
    menu_label = _("Plans of local governments")
    copy_view_enabled = False
    index_view_class = PlanIndexView
    edit_view_class = PlanEditView
    list_display = [
        Column("area", label=_("Local government"), accessor=lambda plan: str(plan.area)),
        Column("status", label=_("Plan"), accessor=lambda plan: plan.get_status_display()),
        "title_ja",
        Column("ends", label=_("Plan ends")),
        Column("accessed", label=_("accessed on")),
    ]
    list_filter = ["status"]
    search_fields = ["area__name_ja", "area__name_en", "area__code", "title_ja", "title_en"]
    edit_handler = ObjectList(
        [
            FieldPanel("area"),
            FieldPanel("status"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("title_ja"), FieldPanel("title_en")]),
                    FieldRowPanel([FieldPanel("starts"), FieldPanel("ends")]),
                    FieldPanel("url"),
                ],
                heading=_("The plan"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("sources"),
                    FieldRowPanel([FieldPanel("as_of"), FieldPanel("accessed")]),
                ],
                heading=_("Sources"),
            ),
            FieldPanel("internal_note"),
        ],
        base_form_class=PlanForm,
    )


class NationalFigureViewSet(ModelViewSet):
    """Numbers for all of Japan beside the list of plans."""

    model = NationalFigure
    icon = "globe"
    name = "national_figures"
    menu_label = _("National figures")
    copy_view_enabled = False
    list_display = ["label_ja", "value", "as_of", "topic"]
    list_filter = ["topic"]
    edit_handler = ObjectList(
        [
            FieldPanel("code"),
            FieldRowPanel([FieldPanel("topic"), FieldPanel("order")]),
            FieldRowPanel([FieldPanel("label_ja"), FieldPanel("label_en")]),
            FieldRowPanel([FieldPanel("value"), FieldPanel("as_of")]),
            FieldRowPanel([FieldPanel("note_ja"), FieldPanel("note_en")]),
            FieldPanel("url"),
            MultiFieldPanel([FieldPanel("sources"), FieldPanel("accessed")], heading=_("Sources")),
        ],
        base_form_class=FixedCodeForm,
    )


class PlanGroup(ViewSetGroup):
    """The register and the figures beside it."""

    menu_label = _("Plans")
    menu_name = "plans"
    menu_icon = "clipboard-list"
    menu_order = 613
    items = (PlanViewSet, NationalFigureViewSet)
