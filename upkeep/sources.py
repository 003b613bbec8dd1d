"""Addresses that pages name as sources, and the pages that name them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import Model

from casestudies.models import CaseAdoption, CaseOrigin, CaseSource, CaseStudyPage
from events.models import EventMaterial, EventPage, EventSource, EventSpeaker
from organisations.models import OrganisationPage, OrganisationSource
from press.models import CoveragePage, CoverageQuote, CoverageSource
from regions.models import PlatformSource, RegionalPlatformPage

__all__ = ["FIELDS", "ROWS", "addresses_of", "named_links"]

# Rows of pages, and fields of pages: model, field with the address.
ROWS: list[tuple[type[Model], str]] = [
    (CaseSource, "url"),
    (OrganisationSource, "url"),
    (PlatformSource, "url"),
    (CaseOrigin, "source_url"),
    (CaseAdoption, "source_url"),
    (EventSource, "url"),
    (EventSpeaker, "source_url"),
    (EventMaterial, "url"),
    (CoverageSource, "url"),
    (CoverageQuote, "source_url"),
]
FIELDS: list[tuple[type[Model], str]] = [
    (CaseStudyPage, "legal_basis_url"),
    (CaseStudyPage, "cost_source"),
    (CaseStudyPage, "staffing_source"),
    (CaseStudyPage, "reached_source"),
    (CaseStudyPage, "contact_url"),
    (OrganisationPage, "website"),
    (RegionalPlatformPage, "contact_url"),
    (EventPage, "join_url"),
    (EventPage, "contact_url"),
    (CoveragePage, "original_url"),
]


def named_links(*models: type[Model]) -> dict[str, list[int]]:
    """Ids of the live pages, no aliases, that name each address. One query for each kind of row.

    Args:
        models: kinds of pages; all where none is named.
    """
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for model, name in ROWS:
        if models and model._meta.get_field("page").related_model not in models:
            continue
        rows: Any = model._default_manager.filter(page__live=True, page__alias_of=None)
        for url, page_id in rows.exclude(**{name: ""}).values_list(name, "page"):
            found[url].setdefault(page_id)
    for model, name in FIELDS:
        if models and model not in models:
            continue
        pages: Any = model._default_manager.filter(live=True, alias_of=None)
        for url, page_id in pages.exclude(**{name: ""}).values_list(name, "pk"):
            found[url].setdefault(page_id)
    return {url: list(ids) for url, ids in found.items()}


def addresses_of(page: Any) -> list[tuple[str, str]]:
    """The addresses that one page names, each with its field: of a row `sources.url`."""
    found = [
        (name, getattr(page, name)) for model, name in FIELDS if isinstance(page, model)
    ]  # fmt: skip
    for model, name in ROWS:
        relation: Any = model._meta.get_field("page").remote_field
        if isinstance(page, relation.model):
            rows = getattr(page, relation.related_name).all()
            found += [(f"{relation.related_name}.{name}", getattr(row, name)) for row in rows]
    return [(name, address) for name, address in found if address]
