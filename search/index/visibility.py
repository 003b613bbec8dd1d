"""Which pages and records the public may see, asked for few at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.http import HttpRequest
from wagtail.models import Locale, Page, get_page_models

from core.models import PlainJapaneseMixin
from core.readings import is_plain
from core.visibility import PUBLICLY_VISIBLE_SQL
from page_cache.kept import kept
from search.index.document import Item
from search.index.projection import public_records
from search.records import RecordKind, ShownRecord

__all__ = ["PublicRecord", "public_addresses", "public_pages", "records_to_show"]

# Asked at each search, and some at each letter that somebody types: building such queries took
# longer than they run.
_ADDRESSES = """
    SELECT page.id, alias_of_id, language_code, url_path
    FROM wagtailcore_page AS page JOIN wagtailcore_locale AS locale ON locale.id = locale_id
    WHERE (page.id IN ({ids}) OR alias_of_id IN ({ids})) AND {visible}
"""
_PAGES = """
    SELECT page.* {more} FROM wagtailcore_page AS page {tables}
    WHERE {visible} AND translation_key IN (
        SELECT translation_key FROM wagtailcore_page WHERE id IN ({ids}))
"""


@dataclass(frozen=True)
class PublicRecord:
    """A record that the public may see: where it stands, and what a list shows of it."""

    url: str
    shown: ShownRecord


def records_to_show(items: Iterable[Item]) -> dict[Item, PublicRecord]:
    """Those of the records that the public may see, as they are shown in the active language.

    Pages are passed over. A few queries for each kind of record.
    """
    return {
        Item(kind.name, record.pk): PublicRecord(url, kind.show(record))
        for kind, records in _by_kind(items)
        for record, url in zip(records, kind.addresses(records), strict=True)
    }


def _by_kind(items: Iterable[Item]) -> Iterable[tuple[RecordKind, list[Any]]]:
    found: dict[str, tuple[RecordKind, list[Any]]] = {}
    for kind, record in public_records(item for item in items if not item.is_page):
        found.setdefault(kind.name, (kind, []))[1].append(record)
    return found.values()


def public_addresses(
    items: Collection[Item], locale: str, request: HttpRequest | None = None
) -> dict[Item, str]:
    """Where the public reads each page, as `public_pages` says, and finds each record.

    Reads no more of a page than its address: asked for every letter that somebody types.
    """
    pages = _page_addresses([item.pk for item in items if item.is_page], locale, request)
    return {Item.page(pk): url for pk, url in pages.items()} | {
        Item(kind.name, record.pk): url
        for kind, records in _by_kind(items)
        for record, url in zip(records, kind.addresses(records), strict=True)
    }


def _page_addresses(
    page_ids: Collection[int], locale: str, request: HttpRequest | None
) -> dict[int, str]:
    if not page_ids:
        return {}
    places = ", ".join(["%s"] * len(page_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            _ADDRESSES.format(ids=places, visible=PUBLICLY_VISIBLE_SQL), [*page_ids, *page_ids]
        )
        public = cursor.fetchall()
    paths = {page_id: url_path for page_id, _of, _language, url_path in public}
    aliases = {of: url_path for _id, of, language, url_path in public if language == locale}
    # One for all: the address depends on where a page is, and making pages took longer than that.
    page = Page()
    addresses = {}
    for page_id in paths.keys() & set(page_ids):
        page.url_path = aliases.get(page_id, paths[page_id])
        addresses[page_id] = page.get_url(request) or ""
    return addresses


def _plain_titles() -> tuple[str, str]:
    """A column more of pages, the title in plain Japanese, and the tables that have it."""
    kinds = [model._meta for model in get_page_models() if issubclass(model, PlainJapaneseMixin)]
    tables = [connection.ops.quote_name(kind.db_table) for kind in kinds]
    titles = ", ".join(f"{table}.easy_title" for table in tables)
    joins = " ".join(
        f"LEFT JOIN {table} ON {table}.{connection.ops.quote_name(kind.pk.column)} = page.id"
        for table, kind in zip(tables, kinds, strict=True)
    )
    return f", COALESCE({titles}) AS easy_title", joins


@kept
def _locales() -> dict[int, Locale]:
    return Locale.objects.in_bulk()


def public_pages(
    page_ids: Iterable[int], locale: str, translated: Collection[int] = ()
) -> dict[int, Page]:
    """By id of the page asked for, the live and public page that stands for it in a language.

    That is the page itself, or the alias through which another language's tree shows it; for pages
    that are also in `translated`, a translation too. In plain Japanese a page has its `easy_title`,
    if it is of a kind that may have one. One query, however many pages.
    """
    wanted = list(page_ids)
    if not wanted:
        return {}
    places = ", ".join(["%s"] * len(wanted))
    more, tables = _plain_titles() if is_plain() else ("", "")
    query = _PAGES.format(ids=places, visible=PUBLICLY_VISIBLE_SQL, more=more, tables=tables)
    public = list(Page.objects.raw(query, wanted))
    by_id = {page.pk: page for page in public}
    locales = _locales()
    for page in public:
        page.locale = locales[page.locale_id]
        page.content_type = ContentType.objects.get_for_id(page.content_type_id)
        if page.alias_of_id in by_id:
            page.alias_of = by_id[page.alias_of_id]
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
