"""Serves stored pictures, each after a look at who may see it."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_safe
from wagtail.models import Page
from wagtail.utils.sendfile import sendfile
from wagtail.utils.sendfile_streaming_backend import sendfile as send_here

from core.etags import conditional
from core.visibility import publicly_visible
from images.selectors import is_public, may_see, stored_picture
from images.share_cards import ShareCard, card_of
from images.share_pictures import share_picture

__all__ = ["drawn_card", "picture_file", "share_picture_file"]

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


@require_safe
def share_picture_file(request: HttpRequest, page: int) -> HttpResponse:
    """The picture that stands beside the link of a public page on other sites, in its language."""
    found = publicly_visible(Page.objects.all()).select_related("locale").filter(pk=page).first()
    if found is None:
        raise Http404("There is no such page.")
    with override(found.locale.language_code):
        card = card_of(found.specific)
        if card is None:
            raise Http404("This page has no picture of its own.")
        return drawn_card(request, card)


def drawn_card(request: HttpRequest, card: ShareCard) -> HttpResponse:
    """Answer with the picture of a card; other sites may show it."""
    response = HttpResponse(share_picture(card), content_type="image/png")
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    patch_cache_control(response, public=True, max_age=_KEPT_FOR)
    return conditional(request, response)
