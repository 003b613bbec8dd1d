"""Sections that one app contributes to another app's page, without the two knowing each other.

A page that shows a dossier calls `sections(HOOK, …)`; an app that has something to show registers
a function for that hook in its `wagtail_hooks.py`, which returns a `Section` or None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from wagtail import hooks

REGION_HOOK = "nanif_region_sections"
ORGANISATION_HOOK = "nanif_organisation_sections"


@dataclass(frozen=True)
class Section:
    """One section of a dossier: where it stands, its heading, and the template that shows it."""

    name: str
    title: str
    template: str
    order: int = 100
    context: dict[str, Any] = field(default_factory=dict)


def sections(hook: str, *args: Any, **kwargs: Any) -> list[Section]:
    """All sections registered for the hook that have something to show, in their order."""
    found = [function(*args, **kwargs) for function in hooks.get_hooks(hook)]
    return sorted((section for section in found if section), key=lambda section: section.order)
