"""The catalogue of what the site gives out: for people, for data portals, for tools."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.etags import conditional
from core.selectors import page_at
from core.structured_data import json_ld
from opendata.catalogue import DataFile, Dataset, published
from opendata.descriptions import data_package, dcat_catalogue, schema_catalogue
from opendata.rates import rate_limited
from opendata.schemas import LICENCE
from page_cache.control import cached_page

__all__ = ["catalogue", "portals", "tables"]


@cached_page
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Every file with its columns. The words around it are the page of the tree at this address."""
    language = _language()
    context = {
        "page": page_at(request, "open-data/"),
        "heading": _("Open data"),
        "datasets": [_entry(*found, language) for found in published()],
        "licence": LICENCE,
        "structured_data": json_ld(schema_catalogue(language)),
    }
    return render(request, "opendata/catalogue.html", context)


def _entry(dataset: Dataset, found: list[DataFile], language: str) -> dict[str, Any]:
    """What the page says of a dataset."""
    files = [_file(file, language) for file in found]
    return {
        "code": dataset.code,
        "title": dataset.title,
        "about": dataset.about,
        "page_url": dataset.page_url(language),
        "files": files,
        "columns": next((file["columns"] for file in files if file["columns"]), ()),
        "modified": dataset.modified(),
        "months": dataset.months(),
        "rows": dataset.rows() if dataset.rows else None,
        "sources": dataset.sources,
    }


def _file(file: DataFile, language: str) -> dict[str, Any]:
    own = language if language in file.languages else file.languages[0]
    return {
        "label": file.kind.label,
        "media_type": file.kind.media_type,
        "title": file.title,
        "url": file.url(own),
        "address": file.pattern(own) if file.stands_for else file.url(own),
        "is_example": bool(file.stands_for),
        "language": own,
        "is_foreign": own != language,
        "columns": file.table,
    }


@require_safe
@rate_limited("api")
def portals(request: HttpRequest) -> HttpResponse:
    """The catalogue in DCAT-AP, for data portals: both languages at one address."""
    return _readable(request, dcat_catalogue(), "application/ld+json")


@require_safe
@rate_limited("api")
def tables(request: HttpRequest) -> HttpResponse:
    """All tables with the types of their columns, as a Data Package."""
    return _readable(request, data_package(_language()), "application/json")


def _readable(request: HttpRequest, content: dict[str, Any], content_type: str) -> HttpResponse:
    """JSON that any site may read, or 304 for who has it already."""
    response = JsonResponse(
        content,
        content_type=content_type,
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return conditional(request, response)


def _language() -> str:
    return (get_language() or "ja").split("-")[0]
