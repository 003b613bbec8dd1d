"""Writes to the register of plans, and what the search is told of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from django.db.models.signals import post_delete, post_save, pre_save
from wagtail.models import ModelLogEntry

from casestudies.municipalities import announce_cases_in
from places.models import LocalPlan, NationalFigure
from regions.models import Area

__all__ = ["announce_changes", "sync_national_figure", "sync_plan"]


def sync_plan(
    *, area: Area, fields: Mapping[str, Any], overwrite: bool = False
) -> Literal["changed", "unchanged", "kept"]:
    """Create or update the plan of a local government from a content file.

    A plan that somebody changed on the site since is `kept`, unless `overwrite` is asked for.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written.
    """
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    plan = LocalPlan.objects.filter(area=area).first() or LocalPlan(area=area)
    if plan.loaded_digest == digest:
        return "unchanged"
    by_people = ModelLogEntry.objects.for_instance(plan).filter(user__isnull=False)
    if plan.pk and not overwrite and (not plan.loaded_digest or by_people.exists()):
        return "kept"
    for name, value in fields.items():
        setattr(plan, name, value)
    plan.loaded_digest = digest
    plan.full_clean()
    plan.save()
    return "changed"


def sync_national_figure(*, code: str, fields: Mapping[str, Any]) -> bool:
    """Create or update a national figure. Returns whether anything changed.

    Raises:
        ValidationError: a value does not fit its field; nothing has been written.
    """
    figure = NationalFigure.objects.filter(code=code).first() or NationalFigure(code=code)
    if figure.pk and all(getattr(figure, name) == value for name, value in fields.items()):
        return False
    for name, value in fields.items():
        setattr(figure, name, value)
    figure.full_clean()
    figure.save()
    return True


def announce_changes() -> None:
    """Begin to tell the search of the cases of a municipality when its plan changes."""
    pre_save.connect(_note_former_area, sender=LocalPlan, dispatch_uid="plans")
    for signal in (post_save, post_delete):
        signal.connect(_on_plan, sender=LocalPlan, dispatch_uid="plans")


def _note_former_area(sender: Any, instance: LocalPlan, **kwargs: Any) -> None:
    stored = LocalPlan.objects.filter(pk=instance.pk).values_list("area", flat=True)
    instance.former_areas = list(stored)  # type: ignore[attr-defined]


def _on_plan(sender: Any, instance: LocalPlan, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        areas = {str(instance.area_id), *getattr(instance, "former_areas", [])}
        announce_cases_in(areas, "plan")
