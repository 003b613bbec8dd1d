"""Synthetic events in the database, as whole pages, written in bulk."""

from __future__ import annotations

import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import F, Model
from django.utils import timezone
from wagtail.models import Page

from benchmarks.rows import Table
from events.models import EventIndexPage, EventOrganiser, EventPage, EventVersion
from organisations.models import OrganisationPage
from taxonomy.models import Theme

__all__ = ["bring_events_to"]

# Beyond every page that is there, the synthetic cases included.
_FIRST_ID = 20_000_000
_FIRST_CHILD = 10_000
_AREAS = ("24", "242071")
_THEMES = ("5-2", "2-1")
_ORGANISER = "aidensha"


@transaction.atomic
def bring_events_to(number: int) -> None:
    """So many more events in one place, half of them to come, in place of those of before."""
    index = EventIndexPage.objects.get(locale__language_code="ja")
    _remove(index)
    themes = EventPage.themes.through
    areas = EventPage.areas.through
    organiser = OrganisationPage.objects.get(slug=_ORGANISER, locale=index.locale_id)
    tables: dict[type[Model], Table] = {Page: Table(Page, "id")}
    tables |= {model: Table(model) for model in (EventPage, EventVersion, EventOrganiser)}
    tables |= {model: Table(model) for model in (areas, themes)}
    now = timezone.now()
    written = connection.ops.adapt_datetimefield_value(now)
    content_type = ContentType.objects.get_for_model(EventPage).pk
    codes = list(Theme.objects.filter(code__in=_THEMES).values_list("code", flat=True))
    for at in range(number):
        pk, slug = _FIRST_ID + at, f"many-{at}"
        tables[Page].put(
            id=pk,
            path=Page._get_path(index.path, index.depth + 1, _FIRST_CHILD + at),
            depth=index.depth + 1,
            title=f"町の対話 第{at + 1}回",
            draft_title=f"町の対話 第{at + 1}回",
            slug=slug,
            url_path=f"{index.url_path}{slug}/",
            locale_id=index.locale_id,
            translation_key=f"{pk:032x}",
            content_type_id=content_type,
            first_published_at=written,
            last_published_at=written,
        )
        days = datetime.timedelta(days=1 + at // 2)
        begins = now + days if at % 2 else now - days
        tables[EventPage].put(
            page_ptr_id=pk,
            summary="外国人住民と町の人が、暮らしの中で困ったことと助かったことを語り合います。",
            starts_on=f"{timezone.localtime(begins):%Y-%m-%d}",
            begins_at=connection.ops.adapt_datetimefield_value(begins),
            ends_at=connection.ops.adapt_datetimefield_value(begins + datetime.timedelta(hours=1)),
        )
        tables[EventVersion].put(page_id=pk, digest="", changed_at=written)
        tables[EventOrganiser].put(page_id=pk, sort_order=0, organisation_id=organiser.pk)
        for code in _AREAS:
            tables[areas].put(eventpage_id=pk, area_id=code)
        for code in codes:
            tables[themes].put(eventpage_id=pk, theme_id=code)
    for table in tables.values():
        table.flush()
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") + number)


def _remove(index: EventIndexPage) -> None:
    """Take the synthetic events away, without signals: nothing but this module knows of them."""
    many = EventPage.objects.filter(pk__gte=_FIRST_ID).count()
    if not many:
        return
    rows: list[tuple[type[Model], str]] = [
        (EventPage.themes.through, "eventpage_id"),
        (EventPage.areas.through, "eventpage_id"),
        (EventOrganiser, "page_id"),
        (EventVersion, "page_id"),
        (EventPage, "page_ptr_id"),
        (Page, "id"),
    ]
    with connection.cursor() as cursor:
        for model, column in rows:
            table = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"DELETE FROM {table} WHERE {column} >= %s", [_FIRST_ID])  # noqa: S608
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") - many)
