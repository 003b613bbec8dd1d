"""Errors of the server: a plain page, with 503 while the database is away."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.views.decorators.cache import never_cache

__all__ = ["server_error"]

# Seconds after which visitors and machines should come again.
_RETRY_AFTER = "30"


@never_cache
def server_error(request: HttpRequest) -> HttpResponse:
    """The page for errors (`handler500`), made without the database and the frame of the site.

    Without its database the site is unavailable for a while and not broken: proxies, search
    engines and monitoring treat the two differently.
    """
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
        response["Retry-After"] = _RETRY_AFTER
        return response
    return HttpResponse(loader.get_template("500.html").render(), status=500)
