"""One address whose view fails, for tests of the page for errors."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

handler500 = "nanif.outages.server_error"


def broken(request: HttpRequest) -> HttpResponse:
    """Fail."""
    raise RuntimeError("broken")


urlpatterns = [path("broken", broken)]
