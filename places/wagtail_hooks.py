"""Places like a place and plans on the pages of places; the register of plans in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.permissions import register_permission_policy

from casestudies.selectors import LIKE_HOOK
from core.dossier import REGION_HOOK, Section
from places.likeness import current_peers
from places.models import LocalPlan
from places.peer_cases import places_like
from places.plan_admin import PlanGroup, PlanPermissionPolicy
from places.plans import plans_for_areas
from regions.models import Area

register_permission_policy(LocalPlan, PlanPermissionPolicy(LocalPlan))


@hooks.register("register_admin_viewset")
def register_plans() -> PlanGroup:
    """Put the register of plans into the admin's menu."""
    return PlanGroup()


@hooks.register(REGION_HOOK)
def peers_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """Places like this one, and what they have done; None for several areas together."""
    found = places_like(areas[0], get_language() or "ja") if len(areas) == 1 else None
    if found is None:
        return None
    return Section(
        name="peers",
        title=_("Places like this one"),
        template="places/peers_section.html",
        order=5,
        context={"like": found},
    )


@hooks.register(REGION_HOOK)
def plan_section(areas: Sequence[Area], request: HttpRequest) -> Section | None:
    """What is known of the plans of these areas, and whom they may ask; None outside Japan."""
    plans = plans_for_areas(areas)
    if plans is None:
        return None
    return Section(
        name="plan",
        title=_("Plan for multicultural coexistence"),
        template="places/plan_section.html",
        order=22,
        context={"plans": plans},
    )


@hooks.register(LIKE_HOOK)
def places_like_one(code: str) -> Sequence[str]:
    """Codes of the places like one; none for a place without peers. One query."""
    return [peer.code for peer in current_peers().table.of(code) or ()]
