"""Conditional answers: an ETag from the content, and 304 for who has it already."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

__all__ = ["conditional"]


def conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Set the ETag of a complete answer; answer 304 where the request names it."""
    digest = hashlib.blake2b(response.content, digest_size=12).hexdigest()
    response["ETag"] = f'"{digest}"'
    answer: HttpResponse | None = get_conditional_response(
        request, response["ETag"], None, response
    )
    return answer or response
