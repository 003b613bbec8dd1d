"""Searches that a site could have instead: Wagtail's own, and SQLite's trigrams.

They get the same words of the same case studies and are asked the same texts, for the first ten
hits and their number. They give no counts of facets and no marked passages, so they do less.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.db import OperationalError, connection
from wagtail.models import Locale, Page
from wagtail.search import index
from wagtail.search.backends import get_search_backend

from benchmarks.clock import Times
from benchmarks.queries import Asked
from benchmarks.rows import Text
from casestudies.models import CaseStudyPage

if TYPE_CHECKING:
    from tests.elasticsearch.cluster import Cluster

__all__ = ["ASKING", "FIRST", "LONGEST_QUERY", "Found", "Other", "TextStore", "Trigrams",
           "WagtailSearch", "ask_all", "wagtail_fulltext", "wagtail_on_elasticsearch",
           "wagtail_substring"]  # fmt: skip

# Nobody waits longer for an answer, in seconds; and for all answers together.
LONGEST_QUERY = 5.0
ASKING = 60.0
FIRST = 10
_BATCH = 500


@dataclass(frozen=True)
class Found:
    """An answer: how many there are, and the first ten pages by id."""

    total: int
    page_ids: tuple[int, ...]


class Other(Protocol):
    """Another search."""

    name: str

    def build(self) -> None:
        """Index all live case studies anew."""

    def index_mb(self) -> float:
        """Size of the index; 0 where it has none of its own."""

    def ask(self, text: str, locale: str) -> Found | None:
        """Answer within the patience; None when it was given up."""


class TextStore:
    """The words of pages in a database of their own, for searches that do not project pages.

    Wagtail reads from it what it indexes, so its time is not lengthened by making it.
    """

    def __init__(self, path: Path) -> None:
        """`path` is made when it is not there."""
        self.path = path
        self.database = sqlite3.connect(path)
        self.database.execute("PRAGMA synchronous = OFF")
        self.database.execute(
            "CREATE TABLE IF NOT EXISTS texts "
            "(page_id INTEGER PRIMARY KEY, locale TEXT, title TEXT, text TEXT)"
        )

    def add(self, texts: Iterable[Text]) -> None:
        """Keep texts."""
        rows = iter((t.page_id, t.locale, t.title, t.text) for t in texts)
        while some := list(islice(rows, _BATCH)):
            self.database.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", some)
            self.database.commit()

    def of(self, page_ids: Sequence[int]) -> dict[int, str]:
        """Texts by page."""
        places = ", ".join("?" * len(page_ids))
        return dict(
            self.database.execute(
                f"SELECT page_id, text FROM texts WHERE page_id IN ({places})",  # noqa: S608
                page_ids,
            )
        )


class Trigrams:
    """SQLite's FTS5 over all sequences of three letters; words are ANDed, the best come first."""

    name = "trigrams"

    def __init__(self, texts: TextStore) -> None:
        """`texts` are in the same file as the index."""
        self._texts = texts

    def build(self) -> None:
        """Index all texts."""
        database = self._texts.database
        database.execute("DROP TABLE IF EXISTS trigrams")
        database.execute(
            "CREATE VIRTUAL TABLE trigrams USING fts5("
            "title, text, tokenize='trigram', content='texts', content_rowid='page_id')"
        )
        database.execute("INSERT INTO trigrams(trigrams) VALUES ('rebuild')")
        database.commit()

    def index_mb(self) -> float:
        """The tables of the index, the texts not counted."""
        pages = self._texts.database.execute(
            "SELECT SUM(LENGTH(block)) FROM trigrams_data"
        ).fetchone()
        return float(pages[0] or 0) / 1e6

    def ask(self, text: str, locale: str) -> Found | None:
        """Pages in the reader's language with all the words."""
        words = [word.replace('"', "") for word in text.split()]
        match = " ".join(f'"{word}"' for word in words if word)
        if not match:
            return Found(0, ())
        database = self._texts.database
        where = "trigrams MATCH ? AND texts.locale = ?"
        joined = "trigrams JOIN texts ON texts.page_id = trigrams.rowid"
        try:
            with _patience(database):
                (total,) = database.execute(
                    f"SELECT COUNT(*) FROM {joined} WHERE {where}",  # noqa: S608
                    (match, locale),
                ).fetchone()
                rows = database.execute(
                    f"SELECT trigrams.rowid FROM {joined} WHERE {where} "  # noqa: S608
                    f"ORDER BY bm25(trigrams, 4.0, 1.0) LIMIT {FIRST}",
                    (match, locale),
                ).fetchall()
        except sqlite3.OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return None
        return Found(int(total), tuple(row[0] for row in rows))


class WagtailSearch:
    """One of Wagtail's backends over the case studies."""

    def __init__(self, name: str, backend: Any, fields: Sequence[Any], texts: TextStore) -> None:
        """`fields` are what Wagtail is told to search besides the title."""
        self.name = name
        self._backend = backend
        self._fields = [*Page.search_fields, *fields]
        self._texts = texts
        self._locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self._size = 0.0

    def build(self) -> None:
        """Index all live case studies, aliases in the English tree too."""
        with self._searchable():
            before = _database_mb()
            search_index = self._backend.get_index_for_model(CaseStudyPage)
            self._start(search_index)
            pages = CaseStudyPage.objects.live()
            ids = list(pages.order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(ids), _BATCH):
                some = list(pages.filter(pk__in=ids[start : start + _BATCH]))
                originals = {page.pk: page.alias_of_id or page.pk for page in some}
                texts = self._texts.of(sorted(set(originals.values())))
                for page in some:
                    page.findable_text = texts.get(originals[page.pk], "")
                search_index.add_items(CaseStudyPage, some)
            if hasattr(search_index, "refresh"):
                search_index.refresh()
            self._size = _database_mb() - before

    def _start(self, search_index: Any) -> None:
        """Make the index empty."""
        search_index.reset()

    def index_mb(self) -> float:
        """How much the database grew."""
        return max(0.0, self._size)

    def ask(self, text: str, locale: str) -> Found | None:
        """What a site's search view asks: live pages of the reader's tree, ten of them."""
        pages = CaseStudyPage.objects.live().filter(locale=self._locales[locale])
        connection.ensure_connection()
        try:
            with self._searchable(), _patience(connection.connection):
                results = self._backend.search(text, pages)
                first = list(results[:FIRST])
                total = results.count()
        except OperationalError as error:
            if "interrupted" not in str(error):
                raise
            return None
        return Found(int(total), tuple(page.alias_of_id or page.pk for page in first))

    @contextmanager
    def _searchable(self) -> Iterator[None]:
        before = CaseStudyPage.search_fields
        CaseStudyPage.search_fields = self._fields
        # Wagtail looks for the class that a field belongs to.
        CaseStudyPage.findable_text = ""
        try:
            yield
        finally:
            CaseStudyPage.search_fields = before
            del CaseStudyPage.findable_text


class _WagtailSubstring(WagtailSearch):
    def build(self) -> None:
        """It has no index."""


class _WagtailOnElasticsearch(WagtailSearch):
    def _start(self, search_index: Any) -> None:
        search_index.delete()
        search_index.put()
        search_index.add_model(Page)
        search_index.add_model(CaseStudyPage)

    def index_mb(self) -> float:
        name = self._backend.get_index_for_model(CaseStudyPage).name
        answer = self._backend.es.indices.stats(index=name, metric="store")
        return float(answer["_all"]["total"]["store"]["size_in_bytes"]) / 1e6

    def ask(self, text: str, locale: str) -> Found | None:
        from elasticsearch import ConnectionTimeout

        try:
            return super().ask(text, locale)
        except ConnectionTimeout:
            return None


def wagtail_fulltext(texts: TextStore) -> WagtailSearch:
    """Wagtail's default: FTS5 with words parted by spaces and signs."""
    backend = get_search_backend("wagtail.search.backends.database")
    return WagtailSearch("wagtail-fulltext", backend, [index.SearchField("findable_text")], texts)


def wagtail_substring(texts: TextStore) -> WagtailSearch:
    """Wagtail's fallback: LIKE over columns.

    Prose in StreamFields is out of its reach: the database keeps its Japanese as `\\u` codes.
    """
    fields = ["summary", "overview", "bridging", "participation_note", "receiving_community"]
    return _WagtailSubstring(
        "wagtail-substring",
        get_search_backend("wagtail.search.backends.database.fallback"),
        [index.SearchField(name) for name in fields],
        texts,
    )


def wagtail_on_elasticsearch(texts: TextStore, cluster: Cluster) -> WagtailSearch:
    """Wagtail's Elasticsearch backend on a node that has no modules.

    Its analysers for autocompletion need n-grams, which are in a module; they are left out. Full
    searches use Elasticsearch's standard analyser, as always with this backend.
    """
    backend = get_search_backend(
        "wagtail.search.backends.elasticsearch8",
        URLS=[f"http://{cluster.nodes[0].http}"],
        INDEX_PREFIX="wagtail-",
        TIMEOUT=LONGEST_QUERY,
        OPTIONS={"max_retries": 0, "retry_on_timeout": False},
    )
    backend.settings = {"settings": {"analysis": {"analyzer": {
        "edgengram_analyzer": {"type": "standard"}}}}}  # fmt: skip
    return _WagtailOnElasticsearch(
        "wagtail-elasticsearch", backend, [index.SearchField("findable_text")], texts
    )


def ask_all(other: Other, asked: Sequence[Asked]) -> tuple[Times, dict[str, float]]:
    """Ask every query once to warm up the caches and once more, as long as the patience lasts.

    A query that is given up counts with the time it was given. Filters are left aside.
    """
    times = Times()
    counts = {"asked": 0.0, "given_up": 0.0}
    deadline = time.perf_counter() + ASKING
    for one in asked:
        if time.perf_counter() > deadline:
            break
        found = other.ask(one.text, one.query.locale)
        start = time.perf_counter()
        # What was not answered once would not be the second time.
        found = found and other.ask(one.text, one.query.locale)
        took = time.perf_counter() - start
        times.seconds.append(took if found else LONGEST_QUERY)
        counts["asked"] += 1
        counts["given_up"] += found is None
    return times, counts


@contextmanager
def _patience(database: sqlite3.Connection) -> Iterator[None]:
    """Let SQLite give up what takes too long."""
    until = time.perf_counter() + LONGEST_QUERY
    database.set_progress_handler(lambda: time.perf_counter() > until, 100_000)
    try:
        yield
    finally:
        database.set_progress_handler(None, 0)


def _database_mb() -> float:
    with connection.cursor() as cursor:
        values = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        ]
    return (values[0] - values[1]) * values[2] / 1e6
