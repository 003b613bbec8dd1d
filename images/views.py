"""Serves stored pictures, each after a look at who may see it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from wagtail.utils.sendfile import sendfile
from wagtail.utils.sendfile_streaming_backend import sendfile as send_here

from images.selectors import is_public, may_see, stored_picture

__all__ = ["picture_file"]

# Seconds for which browsers and caches keep a public picture: so long it may be seen after its
# last day.
_KEPT_FOR = 3600


@require_safe
def picture_file(request: HttpRequest, name: str) -> HttpResponse:
    """A picture's file by its name in the storage. What somebody may not see does not exist."""
    found = stored_picture(name)
    if found is None:
        raise Http404("There is no such picture.")
    file, picture, original = found
    is_open = not original and is_public(picture)
    if not is_open and not may_see(request, picture, original=original):
        raise Http404("There is no such picture.")
    backend = None if hasattr(settings, "SENDFILE_BACKEND") else send_here
    response: HttpResponse = sendfile(request, file.path, backend=backend)
    del response["Content-Encoding"]
    if is_open:
        patch_cache_control(response, public=True, max_age=_KEPT_FOR)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response
