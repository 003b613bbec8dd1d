"""The register of plans in the admin, and its section on the page of a place."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from core.dossier import REGION_HOOK, Section
from places.models import LocalPlan
from places.plan_admin import PlanGroup, PlanPermissionPolicy
from places.plans import plans_for_areas
from regions.models import Area

register_permission_policy(LocalPlan, PlanPermissionPolicy(LocalPlan))


@hooks.register("register_admin_viewset")
def register_plans() -> PlanGroup:
    """Put the register of plans into the admin's menu."""
    return PlanGroup()


@hooks.register(REGION_HOOK)
def plan_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """What is known of the plans of these areas, and whom they may ask; None outside Japan."""
    plans = plans_for_areas(areas)
    if plans is None:
        return None
    return Section(
        name="plan",
        title=gettext("Plan for multicultural coexistence"),
        template="places/plan_section.html",
        order=22,
        context={"plans": plans},
    )
