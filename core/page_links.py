"""How links to pages in running text are written for readers."""

from __future__ import annotations

from django.utils.html import escape
from wagtail.models import Page
from wagtail.rich_text.pages import PageLinkHandler

from core.visibility import publicly_visible_pages

__all__ = ["VisiblePageLinkHandler"]


class VisiblePageLinkHandler(PageLinkHandler):
    """Leave out the address of a linked page that the public may not see.

    The address of a draft or of a withdrawn page tells its title, since it is made from it. The
    words of the link stay; it leads there again once the page is public.
    """

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict[str, str]]) -> list[str]:
        """Opening tags of links, one for each of the attributes."""
        linked: list[Page | None] = [
            page.localized if page else None for page in cls.get_many(attrs_list)
        ]
        visible = {page.pk for page in publicly_visible_pages(filter(None, linked))}
        return [
            f'<a href="{escape(page.url)}">' if page and page.pk in visible else "<a>"
            for page in linked
        ]
