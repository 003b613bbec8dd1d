"""An id for each request, in the answer and in all log lines that it causes."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

__all__ = ["AddRequestId", "RequestIdMiddleware"]

_HEADER = "X-Request-ID"
_current: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """Takes the id that a trusted proxy gave, or makes one, and tells it in the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request while it is answered."""
        given = request.headers.get(_HEADER, "") if settings.TRUSTED_PROXIES else ""
        name = given if re.fullmatch(r"[A-Za-z0-9-]{8,64}", given) else uuid.uuid4().hex
        token = _current.set(name)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[_HEADER] = name
        return response


class AddRequestId(logging.Filter):
    """For handlers: gives each record the id of the request it belongs to, or an empty one."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add the id, and take out what would hold personal data: the request itself."""
        record.request_id = _current.get()
        record.__dict__.pop("request", None)
        return True
