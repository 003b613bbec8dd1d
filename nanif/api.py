"""The JSON API: the routers of all apps, and what every one of their answers gets.

An answer may be asked for from any site (CORS), says when it has not changed (ETag), counts against
the rate `api`, and says what is wrong in the form of RFC 9457.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from casestudies.api import router as cases
from core.etags import conditional
from opendata.problems import (
    Problem,
    ProblemDetails,
    problem_response,
    problems_of_validation,
    unknown_parameters,
)
from opendata.rates import client_of, count, refusal
from opendata.schemas import LICENCE
from organisations.api import router as organisations
from places.api import router as places
from regions.api import router as regions
from search.web.api import router as search
from taxonomy.api import router as vocabularies

__all__ = ["api", "api_urls", "described"]

_READ = ("GET", "HEAD", "OPTIONS")
_HEADERS = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, Content-Language"
_PROBLEMS = {
    400: gettext_noop("Unknown parameter or invalid value."),
    404: gettext_noop("No such code, or no such page of the list."),
    405: gettext_noop("This address is read-only."),
    429: gettext_noop("Too many requests. The Retry-After header says how many seconds to wait."),
}


class ReadableJSON(JSONRenderer):
    """JSON in which Japanese can be read as it is."""

    json_dumps_params = {"ensure_ascii": False}


class PublicAPI(NinjaAPI):
    """An API for everybody; its document also says what all addresses have in common."""

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """The OpenAPI document, with problems and headers of every answer."""
        document = super().get_openapi_schema(**kwargs)
        schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas = document["components"]["schemas"]
        schemas |= schema.pop("$defs", {})
        schemas["ProblemDetails"] = schema
        problem = {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
        }
        for operations in document["paths"].values():
            for operation in operations.values():
                responses = operation["responses"]
                responses[304] = {"description": gettext_noop("Not changed since that ETag.")}
                for status, description in _PROBLEMS.items():
                    responses[status] = {"description": description, "content": problem}
        return document


api = PublicAPI(
    title=gettext_noop("NANIF open data"),
    version="1",
    description=gettext_noop(
        "Case studies, organisations, places and vocabularies as JSON. No API key is needed. "
        "Codes never change, and labels are in Japanese and English."
    ),
    openapi_url=None,
    renderer=ReadableJSON(),
    docs_url=None,
    urls_namespace="api",
    servers=[{"url": settings.SITE_URL}],
    openapi_extra={"info": {"license": {"name": LICENCE.name, "url": LICENCE.url}}},
)
for router in (search, cases, organisations, regions, places, vocabularies):
    api.add_router("", router)


@api.exception_handler(Problem)
def _on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    return problem_response(problem.status, problem.detail, problem.errors)


@api.exception_handler(ValidationError)
def _on_wrong_parameter(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return _on_problem(request, problems_of_validation(error.errors))


@api.exception_handler(Http404)
def _on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem_response(404, _("Nothing here. See /api/ for the available endpoints."))


@api.exception_handler(HttpError)
def _on_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, error.message)


@cache
def _parameters() -> dict[str, frozenset[str]]:
    """Names of the parameters of each address, by its route."""
    paths = api.get_openapi_schema()["paths"]
    return {
        route: frozenset(p["name"] for p in operations["get"]["parameters"] if p["in"] == "query")
        for route, operations in paths.items()
    }


def _answer(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view of the API with what every answer gets."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        locale = "en" if request.GET.get("locale") == "en" else "ja"
        with override(locale):
            response = _checked(view, request, *args, **kwargs)
        response["Content-Language"] = locale
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _HEADERS
        return response

    return answer


def _checked(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(_READ)
        response["Access-Control-Allow-Headers"] = "If-None-Match"
        response["Access-Control-Max-Age"] = "86400"
        return response
    usage = count("api", client_of(request))
    if usage.is_over:
        response = problem_response(429, refusal(usage))
    elif request.method not in _READ:
        response = problem_response(405, _("This address is read-only. Use GET."))
        response["Allow"] = ", ".join(_READ)
    elif unknown := _unknown(request):
        response = _on_problem(request, unknown)
    else:
        response = _conditional(request, view, *args, **kwargs)
    usage.write_headers(response)
    return response


def _unknown(request: HttpRequest) -> Problem | None:
    """Parameters that the address does not have. The document itself takes a language only."""
    route = f"/{request.resolver_match.route}" if request.resolver_match else ""
    known = _parameters().get(route.replace("<", "{").replace(">", "}"), frozenset({"locale"}))
    names = [name for name in request.GET if name not in known]
    return unknown_parameters(names, known) if names else None


def _conditional(
    request: HttpRequest, view: Callable[..., HttpResponse], *args: Any, **kwargs: Any
) -> HttpResponse:
    """The answer with its ETag, or 304 for somebody who has it already."""
    method, request.method = request.method, "GET"  # HEAD is answered as GET, without the body
    response = view(request, *args, **kwargs)
    request.method = method
    if response.status_code != 200:
        return response
    response["Cache-Control"] = "public, max-age=0, must-revalidate"
    return conditional(request, response)


def described(locale: str) -> dict[str, Any]:
    """The OpenAPI document with its descriptions in a language."""
    with override(locale):
        found: dict[str, Any] = _translated(dict(api.get_openapi_schema()))
    return found


def _translated(part: Any, key: str = "") -> Any:
    if isinstance(part, dict):
        return {name: _translated(value, name) for name, value in part.items()}
    if isinstance(part, list):
        return [_translated(value) for value in part]
    if key in {"description", "summary", "title"} and isinstance(part, str) and part:
        return _(part)
    return part


def _document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(
        described(get_language() or "ja"), json_dumps_params={"ensure_ascii": False}
    )


def _nothing(request: HttpRequest) -> HttpResponse:
    return _on_not_found(request, Http404())


def _own_urls() -> tuple[list[URLPattern], str, str]:
    """Ninja's addresses with our document as their root, and 404 as a problem for all others.

    Each passes through `_answer` and needs no CSRF token.
    """
    found, app_name, namespace = api.urls
    patterns = [p for p in found if isinstance(p, URLPattern) and p.name != "api-root"]
    patterns.append(path("", _document, name="api-root"))
    patterns.append(path("openapi.json", _document, name="document"))
    patterns.append(re_path("", _nothing, name="nothing"))
    for pattern in patterns:
        pattern.callback = csrf_exempt(_answer(pattern.callback))
    return patterns, app_name, namespace


api_urls = _own_urls()
