"""Which pages the public may see: the one place that decides it.

A page is publicly visible when all of this holds:

- It is live and its expiry, if any, has not passed (`publish_scheduled` may not have run yet).
- It is not an alias of a page that is not live or has expired: what is unpublished, or approved for
  a later day, is not shown through its stand-in in the other language either.
- No view restriction covers it.

A view restriction covers the page it is set on and all pages below, and besides:

- every alias of a covered page, wherever the alias stands in the tree;
- every translation of a covered page of the default language, and what is below the translation.
  A restriction on a translation does not cover the original: closing the English home page must
  not close the Japanese site.

As everywhere in Wagtail, an alias has no restrictions of its own.

Lists, feeds, exports, the API, the sitemap and the search read pages through this module;
`tests/architecture/test_visibility.py` forbids `.live()` and `.public()` elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func, Prefetch, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction

__all__ = [
    "PUBLICLY_VISIBLE_SQL",
    "is_released",
    "prefetch_visible",
    "publicly_visible",
    "publicly_visible_pages",
    "publicly_visible_q",
    "restrictions_covering",
]

AnyQuerySet = TypeVar("AnyQuerySet", bound="QuerySet")
AnyPage = TypeVar("AnyPage", bound=Page)

_DEFAULT_LOCALE = (
    f"SELECT id FROM wagtailcore_locale WHERE language_code = '{settings.LANGUAGE_CODE}'"  # noqa: S608
)

# The paths below which nothing is public, with the restriction that says so. Few rows, mostly none.
# LEFT JOIN and CROSS JOIN, here and below, keep SQLite's planner from reading all pages before
# these few: that took 300 ms among 200,000 pages.
_CLOSED_PATHS = f"""
    restricted (id, path, translation_key, locale_id, restriction_id) AS (
        SELECT page.id, page.path, page.translation_key, page.locale_id, restriction.id
        FROM wagtailcore_pageviewrestriction AS restriction
        LEFT JOIN wagtailcore_page AS page ON page.id = restriction.page_id
        WHERE page.alias_of_id IS NULL
    ),
    closed (path, restriction_id) AS (
        SELECT path, restriction_id FROM restricted
        UNION
        SELECT alias.path, restriction_id FROM restricted CROSS JOIN wagtailcore_page AS alias
        WHERE alias.alias_of_id = restricted.id
        UNION
        SELECT version.path, restriction_id FROM restricted CROSS JOIN wagtailcore_page AS version
        WHERE version.translation_key = restricted.translation_key
        AND restricted.locale_id IN ({_DEFAULT_LOCALE})
    )
"""  # noqa: S608

# `path` starts with `closed.path`, written so that the index on paths serves. Steps of a path are
# four signs long and Z is the last of their letters, so no path below comes after five of them.
_IS_BELOW = "{page}.path >= closed.path AND {page}.path <= closed.path || 'ZZZZZ'"

# Aliases of aliases count too: a copy of a page as an alias has a stand-in in the other language.
_COVERED_PAGES = f"""
    WITH {_CLOSED_PATHS},
    below (id, translation_key, locale_id) AS (
        SELECT page.id, page.translation_key, page.locale_id
        FROM closed CROSS JOIN wagtailcore_page AS page
        WHERE {_IS_BELOW.format(page="page")}
    )
    SELECT id FROM below
    UNION
    SELECT alias.id FROM below CROSS JOIN wagtailcore_page AS alias
    WHERE alias.alias_of_id = below.id
    UNION
    SELECT second.id FROM below
    CROSS JOIN wagtailcore_page AS alias CROSS JOIN wagtailcore_page AS second
    WHERE alias.alias_of_id = below.id AND second.alias_of_id = alias.id
    UNION
    SELECT version.id FROM below CROSS JOIN wagtailcore_page AS version
    WHERE version.translation_key = below.translation_key
    AND below.locale_id IN ({_DEFAULT_LOCALE})
"""  # noqa: S608

# The restrictions that cover one page; takes its id four times.
_COVERING_RESTRICTIONS = f"""
    WITH {_CLOSED_PATHS}
    SELECT closed.restriction_id FROM closed CROSS JOIN wagtailcore_page AS governing
    WHERE {_IS_BELOW.format(page="governing")} AND governing.id IN (
        SELECT id FROM wagtailcore_page WHERE id = %s
        UNION
        SELECT alias_of_id FROM wagtailcore_page WHERE id = %s
        UNION
        SELECT source.alias_of_id FROM wagtailcore_page AS alias
        JOIN wagtailcore_page AS source ON source.id = alias.alias_of_id WHERE alias.id = %s
        UNION
        SELECT original.id FROM wagtailcore_page AS version
        JOIN wagtailcore_page AS original ON original.translation_key = version.translation_key
        WHERE version.id = %s AND original.locale_id IN ({_DEFAULT_LOCALE})
    )
"""  # noqa: S608

# Takes the four columns of a page that the decision needs.
_IS_PUBLICLY_VISIBLE = f"""(
    {{live}}
    AND ({{expire_at}} IS NULL OR {{expire_at}} > CURRENT_TIMESTAMP)
    AND NOT EXISTS (
        SELECT 1 FROM wagtailcore_page AS source
        WHERE source.id = {{alias_of_id}}
        AND (NOT source.live OR source.expire_at <= CURRENT_TIMESTAMP))
    AND {{id}} NOT IN ({_COVERED_PAGES})
)"""  # noqa: S608

_COLUMNS = ("live", "expire_at", "alias_of_id", "id")

#: The same as `publicly_visible` as a condition on a table `wagtailcore_page AS page`, for raw SQL.
PUBLICLY_VISIBLE_SQL = _IS_PUBLICLY_VISIBLE.format(**{name: f"page.{name}" for name in _COLUMNS})


class _IsPubliclyVisible(Func):
    """The condition on the columns of a page, in one piece.

    As a `Q` with look-ups it took Django 3 ms to put together, which every page of the site paid.
    """

    output_field = BooleanField()
    conditional = True

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_options: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        columns = [compiler.compile(column)[0] for column in self.get_source_expressions()]
        return _IS_PUBLICLY_VISIBLE.format(**dict(zip(_COLUMNS, columns, strict=True))), ()


def publicly_visible_q(relation: str = "") -> Q:
    """Condition that a page is publicly visible.

    Visible: live, not expired, its alias's source too, and under no view restriction, of its
    original in the default language either.

    Args:
        relation: the path of lookups to the page, for records that hang on one (`"page"`,
            `"wave__page"`); without it the condition is on pages themselves. Records without a
            page do not fit.
    """
    columns = ("live", "expire_at", "alias_of", "pk")
    return Q(_IsPubliclyVisible(*(f"{relation}__{name}" if relation else name for name in columns)))


def publicly_visible(pages: AnyQuerySet) -> AnyQuerySet:
    """Those of the pages that the public may see. Adds no query of its own."""
    return pages.filter(publicly_visible_q())


def prefetch_visible(lookup: str, model: type[Page]) -> Prefetch:
    """Prefetch a foreign key to a page of that model, which reads as None where it is withheld.

    For records that name a page: a case's actors and their organisations, for instance. What is
    fetched by `select_related` already stays as it is, so the key must not be named there.
    """
    return Prefetch(lookup, queryset=publicly_visible(model._default_manager.all()))


def publicly_visible_pages(pages: Iterable[AnyPage]) -> list[AnyPage]:
    """Those of the pages, already read, that the public may see, in their order. One query."""
    found = list(pages)
    if not found:
        return []
    candidates = Page.objects.filter(pk__in=[page.pk for page in found])
    visible = set(publicly_visible(candidates).order_by().values_list("pk", flat=True))
    return [page for page in found if page.pk in visible]


def restrictions_covering(page: Page) -> QuerySet[PageViewRestriction]:
    """The view restrictions that a visitor of the page has to fulfil."""
    restrictions: QuerySet[PageViewRestriction] = PageViewRestriction.objects.filter(
        pk__in=RawSQL(_COVERING_RESTRICTIONS, [page.pk] * 4)  # noqa: S611
    )
    return restrictions


def is_released(page: Page) -> bool:
    """Whether the page is live, not expired, and no alias of a page that is not.

    Says nothing of view restrictions: those ask a visitor to sign in.
    """
    shown: Page | None = page
    while shown is not None:
        if not shown.live or (shown.expire_at and shown.expire_at <= timezone.now()):
            return False
        shown = shown.alias_of
    return True
