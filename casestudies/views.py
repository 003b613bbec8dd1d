"""Where the persistent identifier of a case leads, and cases for harvesters of libraries."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import activate, get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from casestudies.identifiers import case_of
from casestudies.models import CaseIdentifier
from casestudies.oai.answers import answer, error_answer
from casestudies.oai.arguments import OaiError, read_arguments
from opendata.rates import rate_limited

__all__ = ["case_identifier", "oai"]


@require_safe
def case_identifier(request: HttpRequest, case: str) -> HttpResponse:
    """Lead to the page of the case in the reader's language.

    A case that was public and is no longer answers with 410. What never was public answers as what
    never existed: with 404.
    """
    language = get_language_from_request(request)
    activate(language)
    request.LANGUAGE_CODE = language
    identifier = CaseIdentifier.objects.filter(code=case.lower()).first()
    if identifier is None:
        raise Http404("identifier")
    page = case_of(identifier, language)
    if page is None:
        context = {"code": identifier.code}
        response = render(request, "casestudies/withdrawn.html", context, status=410)
    else:
        response = HttpResponse(status=303, headers={"Location": page.get_url(request)})
        response["Access-Control-Allow-Origin"] = "*"
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["Cache-Control"] = "no-cache"
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limited("api")
def oai(request: HttpRequest) -> HttpResponse:
    """OAI-PMH 2.0: what is wrong with a request is said in the answer, with status 200."""
    sent = request.POST if request.method == "POST" else request.GET
    try:
        content = answer(read_arguments(sent))
    except OaiError as error:
        content = error_answer(error, {name: values[-1] for name, values in sent.lists()})
    response = HttpResponse(content, content_type="text/xml; charset=utf-8")
    response["Access-Control-Allow-Origin"] = "*"
    return response
