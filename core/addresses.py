"""Absolute addresses under SITE_URL, for mails and for whatever leaves the site.

Wagtail's `full_url` takes the host from the Site record in the database, which is `localhost` until
somebody changes it, and a request has whatever host it was sent to. Mails must use neither.
"""

from __future__ import annotations

from django.conf import settings
from wagtail.models import Page

__all__ = ["absolute_page_url", "absolute_url"]


def absolute_url(path: str) -> str:
    """The address of a path of this site, such as what `reverse` returns."""
    return f"{settings.SITE_URL}{path}"


def absolute_page_url(page: Page) -> str:
    """The public address of a page; empty for a page outside the site's tree."""
    parts = page.get_url_parts()
    return absolute_url(parts[2]) if parts and parts[2] else ""
