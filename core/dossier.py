"""Sections that one app contributes to another app's page, without the two knowing each other.

A page that shows a dossier calls `sections(HOOK, …)`; an app that has something to show registers
a function for that hook in its `wagtail_hooks.py`, which returns a `Section` or None.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from wagtail import hooks

REGION_HOOK = "nanif_region_sections"
ORGANISATION_HOOK = "nanif_organisation_sections"
ORGANISATION_LINKS_HOOK = "nanif_organisation_links"
THEME_HOOK = "nanif_theme_links"
PROGRAMME_HOOK = "nanif_programme_sections"
CASES_HOOK = "nanif_cases_sections"


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


@dataclass(frozen=True)
class Link:
    """A page for a short list beside something else; language is that of its title."""

    title: str
    url: str
    language: str
    note: str = ""


def links_by_theme(themes: Sequence[str], request: HttpRequest) -> dict[str, list[Link]]:
    """By theme code, the pages that other apps offer; each app is asked once for all themes."""
    found: dict[str, list[Link]] = {code: [] for code in themes}
    for function in hooks.get_hooks(THEME_HOOK) if themes else []:
        offered: Mapping[str, Sequence[Link]] = function(themes=themes, request=request)
        for code, links in offered.items():
            found.setdefault(code, []).extend(links)
    return found


def links_by_organisation(organisations: Sequence[UUID], language: str) -> dict[UUID, list[Link]]:
    """By translation key, the pages that name the organisations; each app is asked once for all."""
    found: dict[UUID, list[Link]] = {key: [] for key in organisations}
    for function in hooks.get_hooks(ORGANISATION_LINKS_HOOK) if organisations else []:
        offered: Mapping[UUID, Sequence[Link]] = function(
            organisations=organisations, language=language
        )
        for key, links in offered.items():
            found.setdefault(key, []).extend(links)
    return found
