"""Writes to the register of plans."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal

from wagtail.models import ModelLogEntry

from places.models import LocalPlan, NationalFigure
from regions.models import Area

__all__ = ["sync_national_figure", "sync_plan"]


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
