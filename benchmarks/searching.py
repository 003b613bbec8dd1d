"""The embedded engine at growing sizes, beside Wagtail's own database search on the same pages."""

from __future__ import annotations

import statistics
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from benchmarks.corpus import FIRST_ID
from casestudies.models import CasesFromPage, CaseStudyPage
from search.document import ContentDocument
from search.engines import current_engine
from search.indexing import entry_of
from search.query import SearchQuery
from search.selectors import search

# What people type: kanji, kana, half-width kana, a place, two words, English.
QUERIES = [
    ("防災", "ja"),
    ("浜松", "ja"),
    ("はままつ", "ja"),
    ("ﾌﾟﾚｽｸｰﾙ", "ja"),
    ("やさしいにほんご", "ja"),
    ("子ども 日本語教室", "ja"),
    ("災害時の多言語情報", "ja"),
    ("school", "en"),
    ("disaster preparedness", "en"),
    ("Nagoya consultation", "en"),
]
ROUNDS = 5
# Nobody waits longer for a number: what would take more seconds is left out and named.
PATIENCE = 300

WAGTAIL_BACKENDS = {
    "Wagtail, full text (its default)": "wagtail.search.backends.database",
    "Wagtail, substring (this site's admin)": "wagtail.search.backends.database.fallback",
}
LONGEST_QUERY = 20
_BATCH = 500


@dataclass
class SearchResult:
    """One search on so many cases: times in seconds, hits by query."""

    name: str
    cases: int
    build: float | None = None
    megabytes: float | None = None
    times: list[float] = field(default_factory=list)
    hits: dict[str, int | None] = field(default_factory=dict)
    given_up: int = 0

    @property
    def median_ms(self) -> float:
        """Half of the queries took no longer, in milliseconds."""
        return statistics.median(self.times) * 1000

    @property
    def slow_ms(self) -> float:
        """Nineteen of twenty queries took no longer, in milliseconds."""
        return statistics.quantiles(self.times, n=20)[-1] * 1000


def measure_embedded(
    documents: Iterable[ContentDocument], count: int, folder: Path
) -> SearchResult:
    """Index so many documents, and ask what people ask: hits, highlights and all facets."""
    result = SearchResult("Embedded engine", count)
    with override_settings(SEARCH_INDEX_DIR=folder):
        start = time.perf_counter()
        build = current_engine().start_build()
        build.add(entry_of(document) for document in documents)
        build.publish(list)
        result.build = time.perf_counter() - start
        size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        result.megabytes = size / 1e6

        def ask(text: str, language: str) -> int:
            return search(SearchQuery(text=text, locale=language)).total

        _ask_all(result, ask)
    return result


def measure_wagtail(name: str, count: int, previous: SearchResult | None) -> SearchResult | None:
    """Let Wagtail index the same pages, and ask the same: ten pages and their total.

    None where the last size tells that indexing would take too long.
    """
    if previous and previous.build and previous.build / previous.cases * count > PATIENCE:
        return None
    backend = get_search_backend(WAGTAIL_BACKENDS[name])
    pages = CaseStudyPage.objects.filter(pk__gte=FIRST_ID)
    result = SearchResult(name, count)
    start = time.perf_counter()
    backend_index = backend.get_index_for_model(CaseStudyPage)
    if name.startswith("Wagtail, full text"):
        backend_index.add_model(CaseStudyPage)
        ids = list(pages.order_by("pk").values_list("pk", flat=True))
        for some in _batches(ids):
            backend_index.add_items(CaseStudyPage, list(pages.filter(pk__in=some)))
        result.build = time.perf_counter() - start

    def ask(text: str, language: str) -> int:
        found = backend.search(text, pages)
        list(found[:10])
        return int(found.count())

    _ask_all(result, ask)
    return result


def _ask_all(result: SearchResult, ask: Callable[[str, str], int]) -> None:
    """Ask every query once to warm up and then a few times, within the patience.

    A query that the database cannot answer in time is given up: its hits are unknown, and it counts
    with the time it was given.
    """
    deadline = time.perf_counter() + PATIENCE
    for text, language in QUERIES:
        result.hits[text] = _ask(ask, text, language)
    for _ in range(ROUNDS):
        for text, language in QUERIES:
            if result.hits[text] is None:
                result.times.append(LONGEST_QUERY)
                continue
            start = time.perf_counter()
            _ask(ask, text, language)
            result.times.append(time.perf_counter() - start)
        if time.perf_counter() > deadline:
            break
    result.given_up = sum(hits is None for hits in result.hits.values())


def _ask(ask: Callable[[str, str], int], text: str, language: str) -> int | None:
    """Ask once; None when SQLite does not answer in time."""
    until = time.perf_counter() + LONGEST_QUERY
    connection.ensure_connection()
    connection.connection.set_progress_handler(lambda: time.perf_counter() > until, 100_000)
    try:
        return ask(text, language)
    except OperationalError as error:
        if "interrupted" not in str(error):
            raise
        return None
    finally:
        connection.connection.set_progress_handler(None, 0)


def let_wagtail_search_the_text() -> None:
    """Case pages tell Wagtail's search no more than their title: add the text, to be fair."""
    CaseStudyPage.search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("overview"),
    ]


def store_pages(documents: Iterable[ContentDocument], parent: CasesFromPage) -> None:
    """Put synthetic cases into the database as live pages below a page, in bulk."""
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    content_type = ContentType.objects.get_for_model(CaseStudyPage)
    iterator = iter(documents)
    while some := list(islice(iterator, _BATCH)):
        with transaction.atomic():
            Page.objects.bulk_create(
                Page(
                    pk=document.page_id,
                    path=Page._get_path(
                        parent.path, parent.depth + 1, document.page_id - FIRST_ID + 1000
                    ),
                    depth=parent.depth + 1,
                    title=document.title,
                    draft_title=document.title,
                    slug=f"synthetic-{document.page_id}",
                    url_path=f"{parent.url_path}synthetic-{document.page_id}/",
                    locale=locales[document.locale],
                    translation_key=uuid.uuid4(),
                    content_type=content_type,
                    live=True,
                )
                for document in some
            )
            # Django makes rows of a child table one by one only; this is what it does inside.
            CaseStudyPage._base_manager.all()._insert(
                [
                    CaseStudyPage(
                        page_ptr_id=document.page_id,
                        summary=document.summary[:300],
                        overview=f"{document.lead}\n{document.body}",
                    )
                    for document in some
                ],
                fields=CaseStudyPage._meta.local_concrete_fields,
                using="default",
            )


def _batches(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
