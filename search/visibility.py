"""Which pages the public may see, asked for few pages at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from django.http import HttpRequest
from wagtail.models import Page, PageViewRestriction

__all__ = ["public_addresses", "public_pages", "without_private"]

_PUBLIC = """
    SELECT page.id, path, url_path, alias_of_id, locale_id, language_code
    FROM wagtailcore_page AS page JOIN wagtailcore_locale AS locale ON locale.id = locale_id
    WHERE live AND (page.id IN ({0}) OR alias_of_id IN ({0})) AND NOT EXISTS (
        SELECT 1 FROM wagtailcore_pageviewrestriction AS closed
        JOIN wagtailcore_page AS above ON above.id = closed.page_id
        WHERE SUBSTR(page.path, 1, LENGTH(above.path)) = above.path)
"""


def without_private(pages: Sequence[Page]) -> list[Page]:
    """Those of the pages that are not restricted, themselves or by a page above. One query."""
    if not pages:
        return []
    # There are few; naming the pages above each page takes longer than reading all of them.
    closed = tuple(PageViewRestriction.objects.values_list("page__path", flat=True))
    return [page for page in pages if not (closed and page.path.startswith(closed))]


def public_addresses(
    page_ids: Collection[int], locale: str, request: HttpRequest | None = None
) -> dict[int, str]:
    """By id of the page asked for, where the public reads it in a language, as `public_pages` says.

    Reads no more of a page than its address: asked for every letter that somebody types.
    """
    if not page_ids:
        return {}
    wanted = ", ".join(["%s"] * len(page_ids))
    # Building the query took longer than it runs.
    public = list(Page.objects.raw(_PUBLIC.format(wanted), [*page_ids, *page_ids]))
    aliases = {page.alias_of_id: page for page in public if page.language_code == locale}
    return {
        page.pk: aliases.get(page.pk, page).get_url(request) or ""
        for page in public
        if page.pk in page_ids
    }


def public_pages(
    page_ids: Iterable[int], locale: str, translated: Collection[int] = ()
) -> dict[int, Page]:
    """By id of the page asked for, the live and public page that stands for it in a language.

    That is the page itself, or the alias through which another language's tree shows it; for pages
    that are also in `translated`, a translation too. Two queries, however many pages.
    """
    wanted = list(page_ids)
    if not wanted:
        return {}
    keys = Page.objects.filter(pk__in=wanted).values("translation_key")
    public = without_private(
        list(
            Page.objects.live()
            .filter(translation_key__in=keys)
            .select_related("locale", "content_type", "alias_of__locale")
        )
    )
    by_id = {page.pk: page for page in public}
    aliases = {
        page.alias_of_id: page
        for page in public
        if page.alias_of_id and page.locale.language_code == locale
    }
    found = {
        page_id: aliases.get(page_id, by_id[page_id]) for page_id in wanted if page_id in by_id
    }
    in_language = {
        page.translation_key: page for page in public if page.locale.language_code == locale
    }
    for page_id in translated:
        if page_id in found:
            own = found[page_id]
            found[page_id] = in_language.get(own.translation_key, own)
    return found
