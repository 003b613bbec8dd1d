"""What every Atom feed of pages has: an author, and ids of entries that never change."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from wagtail.models import Page

__all__ = ["AUTHOR", "PageFeed", "entry_id", "tag_uri"]

AUTHOR = "NANIF"
# Part of every identifier, see RFC 4151: whoever had the host on that day made it.
_SINCE = "2026"


def tag_uri(name: str) -> str:
    """A name of this site's own as an identifier."""
    return f"tag:{urlsplit(settings.SITE_URL).hostname},{_SINCE}:{name}"


def entry_id(translation_key: object, language: str) -> str:
    """The id of a page in all feeds: it stays when slug or place change; each language has one."""
    return tag_uri(f"page:{translation_key}:{language}")


class PageFeed(Feed):
    """A valid Atom feed (RFC 4287) of pages; subclasses say which pages and what of them."""

    feed_type = Atom1Feed

    def author_name(self) -> str:
        """Who publishes the feed; the standard wants an author."""
        return AUTHOR

    def item_guid(self, item: Page) -> str:
        """The id of an entry; a feed has pages of the active language alone."""
        return entry_id(item.translation_key, get_language() or settings.LANGUAGE_CODE)
