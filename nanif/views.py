"""The page that explains the API, made from its OpenAPI document; refusals of forged forms."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from nanif.api import described
from opendata.rates import Rate
from page_cache.control import cached_page

__all__ = ["api_guide", "csrf_failure"]


@cached_page
@require_safe
def api_guide(request: HttpRequest) -> HttpResponse:
    """Every address of the API with its parameters, the parts of its answer, and an example."""
    locale = (get_language() or "ja").split("-")[0]
    document = described(locale)
    schemas = document["components"]["schemas"]
    return render(
        request,
        "api_guide.html",
        {
            "info": document["info"],
            "document_url": f"{reverse('api:document')}?locale={locale}",
            "operations": [
                _operation(path, operations["get"], schemas, locale)
                for path, operations in document["paths"].items()
            ],
            "problems": [
                {"status": status, "description": response["description"]}
                for status, response in _first(document)["responses"].items()
                if int(status) >= 300
            ],
            "rate": _rate(),
        },
    )


def _rate() -> str:
    """The limit in words."""
    rate = Rate.parse(settings.RATES["api"])
    if not rate.limit:
        return _("none")
    words = {60: _("%(count)d requests per minute"), 3600: _("%(count)d requests per hour")}
    return words.get(rate.seconds, _("%(count)d requests per day")) % {"count": rate.limit}


def _first(document: dict[str, Any]) -> dict[str, Any]:
    """What problems look like is the same at every address."""
    operation: dict[str, Any] = next(iter(document["paths"].values()))["get"]
    return operation


# Addresses with something in braces need something that exists.
_EXAMPLES = {
    "/api/v1/search": "?q=防災&region=23",
    "/api/v1/cases": "?region=23&per_page=5",
    "/api/v1/organisations": "?actor=npo",
    "/api/v1/regions": "?kind=prefecture",
    "/api/v1/regions/{code}": "221309",
    "/api/v1/vocabularies/{name}": "themes",
}


def _operation(
    path: str, operation: dict[str, Any], schemas: dict[str, Any], locale: str
) -> dict[str, Any]:
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    example = _EXAMPLES.get(path, "")
    address = path.partition("{")[0] + example if "{" in path else path + example
    language = "" if locale == "ja" else f"{'&' if '?' in address else '?'}locale={locale}"
    return {
        "id": operation["operationId"],
        "path": path,
        "method": "GET",
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "parameters": [_parameter(parameter) for parameter in operation["parameters"]],
        "fields": _fields(answer, schemas),
        "example": address + language if example or "{" not in path else "",
    }


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    schema = parameter["schema"]
    values = schema.get("enum", [])
    return {
        "name": parameter["name"],
        "is_required": parameter.get("required", False),
        "is_list": schema.get("type") == "array",
        "description": schema.get("description", ""),
        "values": ", ".join(values),
        "default": schema.get("default") or "",
        "least": schema.get("minimum"),
        "most": schema.get("maximum"),
    }


def _fields(answer: dict[str, Any], schemas: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts of an answer, and of what it lists, in the order of the document."""
    schema = schemas[answer["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "type": _type(part),
            "description": part.get("description", ""),
            "parts": ", ".join(_parts(part, schemas)),
        }
        for name, part in schema["properties"].items()
    ]


def _type(part: dict[str, Any]) -> str:
    if "anyOf" in part:
        return " | ".join(_type(option) for option in part["anyOf"])
    if part.get("type") == "array":
        return f"[{_type(part['items'])}]"
    if "$ref" in part or "allOf" in part:
        return "object"
    return str(part.get("format") or part.get("type") or "object")


def _parts(part: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """Names of the parts of an object, or of the objects of a list."""
    inner = part.get("items", part)
    options = [inner, *inner.get("anyOf", []), *inner.get("allOf", [])]
    names = [option["$ref"].rpartition("/")[2] for option in options if "$ref" in option]
    return [name for found in names for name in schemas[found].get("properties", {})]


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form came without the mark of this site: its session has ended."""
    is_admin = request.path_info.startswith("/admin/")
    context = {"address": request.get_full_path(), "is_admin": is_admin}
    return render(request, "csrf_failure.html", context, status=403)
