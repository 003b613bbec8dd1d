"""One run of `make bench-search`: what is measured in which order, and what becomes of failures."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

from django.core.management import call_command
from tqdm import tqdm

from benchmarks.answers import answered, ask_site, judged
from benchmarks.clock import TookTooLong, at_most
from benchmarks.engines import (
    PUBLICATIONS,
    ROUNDS,
    SECONDS_EACH,
    WARM_SHARE,
    EngineInUse,
    Measure,
    embedded,
    measures,
    on_elasticsearch,
)
from benchmarks.others import (
    ASKING,
    FIRST,
    LONGEST_QUERY,
    Other,
    TextStore,
    Trigrams,
    ask_all,
    wagtail_fulltext,
    wagtail_on_elasticsearch,
    wagtail_substring,
)
from benchmarks.queries import EACH, Asked, beginnings, queries
from benchmarks.rows import store, synthetic_pages, text_of
from benchmarks.search_report import SYSTEMS, Results, report
from benchmarks.site import load, machine
from casestudies.models import CaseStudyPage
from search.index.document import ContentDocument
from search.index.rebuild import documents_of, findable_ids
from search.judgements import Question
from search.language import embeddings
from tests.elasticsearch.cluster import VERSION, Cluster

__all__ = ["SearchRun"]

# Patience in seconds.
STORING = 600
ANSWERING = 240
BUILDING = 240  # for others: an index that would take longer is not begun
ON_ELASTICSEARCH = {"elasticsearch", "wagtail-elasticsearch"}

Halves = dict[str, list[Question]]


class SearchRun:
    """One run: its results, its report, and what it measures on."""

    def __init__(
        self,
        folder: Path,
        only: Collection[str],
        path: Path,
        *,
        minutes: float = 40,
        command: str = "",
        parts: Collection[str] = (),
        judge: bool = True,
        each: int = EACH,
    ) -> None:
        """Django is set up already, on data that may be changed.

        Args:
            folder: for what the run keeps besides the site's data.
            only: systems to measure.
            path: where the report goes.
            minutes: nothing is begun after so many.
            command: how to do it again, for the report.
            parts: of what is measured of an engine, these alone.
            judge: whether to ask the judged queries.
            each: queries of each kind.
        """
        self.folder = folder
        self.only = only
        self.path = path
        self.results = Results(command=command, date=time.strftime("%Y-%m-%d"), machine=machine())
        self.texts = TextStore(folder / "texts.sqlite3")
        self._began = time.monotonic()
        self._minutes = minutes
        self._parts = parts
        self._judge = judge
        self._each = each
        self._engines: list[EngineInUse] = []
        self._others: list[Other] = []
        self.results.loads.append(("before", load()))

    def measure(self, sizes: Sequence[int]) -> None:
        """Measure everything, the important parts first at each size."""
        real = list(documents_of(findable_ids()))
        asked, typed = queries(real, self._each), beginnings(40 * WARM_SHARE * self._each)
        self.results.queries = dict(Counter(one.kind for one in asked))
        cases = set(CaseStudyPage.objects.live().values_list("pk", flat=True))
        self.texts.add(text_of(document) for document in real if document.page_id in cases)
        self.results.notes = self._notes(len(real), len(asked), len(typed))
        with self._systems():
            if self._judge:
                self._all_answers()
            documents = synthetic_pages(max(sizes))
            del real
            stored = 0
            for size in sizes:
                writing = partial(self._store, islice(documents, size - stored), size - stored)
                if not self._part(f"{size:,} cases: writing the pages", STORING, writing):
                    break
                stored = size
                for engine in self._engines:
                    self._measure(engine, size, asked, typed)
                for other in self._others:
                    comparing = partial(self._compare, other, size, asked)
                    patience = BUILDING + 60 + 2 * ASKING
                    self._part(f"{size:,} cases: {other.name}", patience, comparing)
                self.results.loads.append((f"{size:,} cases", load()))
        self.results.is_whole = True
        self._write()

    # What is measured

    def _all_answers(self) -> None:
        """Which judged queries each system answers, on the real content."""
        halves: dict[str, list[Question]] = {}
        self._part("judged queries", ANSWERING, lambda: halves.update(judged()))
        if not halves:
            return
        for engine in self._engines:
            asking = partial(self._engine_answers, engine, halves)
            self._part(f"judged queries, {engine.name}", ANSWERING, asking)
        for other in self._others:
            asking = partial(self._other_answers, other, halves)
            self._part(f"judged queries, {other.name}", ANSWERING, asking)

    def _engine_answers(self, engine: EngineInUse, halves: Halves) -> None:
        with engine.chosen():
            call_command("search_rebuild", verbosity=0)
            self._answers(engine.name, halves, ask_site)

    def _other_answers(self, other: Other, halves: Halves) -> None:
        other.build()

        def ask(text: str, locale: str) -> Sequence[int]:
            found = other.ask(text, locale)
            return found.page_ids if found else ()

        self._answers(other.name, halves, ask)

    def _answers(
        self, system: str, halves: Halves, ask: Callable[[str, str], Sequence[int]]
    ) -> None:
        for half, questions in halves.items():
            found = answered(questions, ask)
            self.results.answers.setdefault(half, {})[system] = found.kinds

    def _store(self, documents: Iterable[ContentDocument], count: int) -> None:
        with tqdm(total=count, unit="page", desc="Writing pages") as bar:
            self.texts.add(store(documents, bar.update))

    def _measure(
        self, engine: EngineInUse, size: int, asked: Sequence[Asked], typed: Sequence[str]
    ) -> None:
        """All that is measured of an engine; without an index of this size, nothing."""
        for name, (measure, patience) in measures().items():
            if self._parts and name not in self._parts:
                continue

            def do(measure: Measure = measure) -> None:
                with engine.chosen():
                    self.results.add(engine.name, size, measure(engine, asked, typed))

            is_done = self._part(f"{size:,} cases: {engine.name}, {name}", patience, do)
            if name == "rebuild" and not is_done:
                return

    def _compare(self, other: Other, size: int, asked: Sequence[Asked]) -> None:
        expected = self._expected_build(other.name, size)
        if expected > BUILDING:
            raise RuntimeError(f"its index would take about {expected:.0f} s: not begun")
        start = time.perf_counter()
        other.build()
        took = time.perf_counter() - start
        figures = {} if other.name == "wagtail-substring" else {"rebuild": took}
        if size_mb := other.index_mb():
            figures["index_mb"] = size_mb
        self.results.add(other.name, size, figures)
        times, counts = ask_all(other, asked)
        self.results.add(other.name, size, times.figures("search", 50, 95, 99) | counts)

    def _expected_build(self, name: str, size: int) -> float:
        """Seconds, judging by the size before."""
        before = [s for s in self.results.sizes if self.results.get(name, s, "rebuild")]
        if not before:
            return 0
        return (self.results.get(name, before[-1], "rebuild") or 0) * size / before[-1]

    # What it is measured on

    @contextmanager
    def _systems(self) -> Iterator[None]:
        """Start what the chosen systems need; one that cannot run is named in the report."""

        with ExitStack() as stack:
            clusters: list[Cluster] = []
            if ON_ELASTICSEARCH & set(self.only):
                self._part(
                    "the Elasticsearch node",
                    600,
                    lambda: clusters.append(stack.enter_context(self._cluster())),
                )
            for name in SYSTEMS:
                if name in self.only and (clusters or name not in ON_ELASTICSEARCH):
                    self._part(name, 60, partial(self._add_system, name, clusters))
            try:
                yield
            finally:
                self._engines.clear()
                self._others.clear()

    def _add_system(self, name: str, clusters: Sequence[Cluster]) -> None:
        match name:
            case "embedded":
                self._engines.append(embedded())
            case "elasticsearch":
                self._engines.append(on_elasticsearch(clusters[0]))
            case "wagtail-elasticsearch":
                self._others.append(wagtail_on_elasticsearch(self.texts, clusters[0]))
            case "wagtail-fulltext":
                self._others.append(wagtail_fulltext(self.texts))
            case "wagtail-substring":
                self._others.append(wagtail_substring(self.texts))
            case "trigrams":
                self._others.append(Trigrams(self.texts))

    @contextmanager
    def _cluster(self) -> Iterator[Cluster]:

        cluster = Cluster(self.folder / "elasticsearch", heap="1g", is_measured=True)
        with cluster:
            self.results.machine += f", Elasticsearch {VERSION} (one node, heap of 1 GB)"
            yield cluster
        shutil.rmtree(cluster.folder, ignore_errors=True)

    # How it goes on

    def _part(self, name: str, patience: float, do: Callable[[], object]) -> bool:
        """One part of the run: timed out, reported when it fails, and written down after it.

        Returns whether it was done.
        """
        minutes = (time.monotonic() - self._began) / 60
        if minutes > self._minutes:
            self.results.failures.append(f"{name}: the {self._minutes:.0f} minutes were over")
            self._write()
            return False
        print(f"[{minutes:4.1f} min] {name}", flush=True)
        is_done = False
        try:
            with at_most(patience, name):
                do()
            is_done = True
        except TookTooLong as error:
            self.results.failures.append(str(error))
        except Exception as error:  # noqa: BLE001 - whatever it is, the other parts go on
            first = (str(error).strip().splitlines() or [""])[0][:300]
            self.results.failures.append(f"{name}: {type(error).__name__}: {first}")
            print(f"  failed: {error}", file=sys.stderr, flush=True)
        gc.collect()
        self._write()
        return is_done

    def _write(self) -> None:
        """Write the report in one step, so that a kill leaves the one before."""
        self.results.minutes = (time.monotonic() - self._began) / 60
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.new")
        beside.write_text(report(self.results), encoding="utf-8")
        os.replace(beside, self.path)

    def _notes(self, real: int, asked: int, typed: int) -> list[str]:

        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.results.queries.items()))
        return [
            f"Pages: {real:,} real ones of all kinds in both languages, and synthetic case "
            "studies: sentences, places, actors and codes of the real ones, dealt out anew, four "
            "of five in Japanese, written to the database as whole pages.",
            f"Queries: {asked} different ones, drawn from the lexicon and the texts: {kinds}.",
            f"Search by meaning: {embeddings.status()}.",
            "Full search: hits, marked passages, counts of all facets, in one process; every "
            f"query once to warm up, then {ROUNDS} times.",
            "Page of results: the same and the whole HTML, through Django's test client; every "
            "query once to warm up, then once.",
            f"Suggestions: {typed // WARM_SHARE} beginnings of words and names, none asked for "
            f"twice, after {typed - typed // WARM_SHARE} others to warm up.",
            f"From publishing to found: {PUBLICATIONS} pages published by Wagtail one after the "
            "other, changes delivered by the same process, searched for every 10 ms until found.",
            f"Pages a second: two gunicorn workers on the same machine as the clients, "
            f"{SECONDS_EACH:.0f} s for each number of clients after every query was asked twice; a "
            "worker's memory is read after it.",
            "Index built anew: `manage.py search_rebuild`, which projects and analyses in as many "
            "processes as there are cores.",
            "Others: the words of all case studies (title and everything that this site's search "
            f"reads), asked for {FIRST} pages and their number, in the reader's language. A query "
            f"is given up after {LONGEST_QUERY:.0f} s and counts with that time; after "
            f"{ASKING:.0f} s no more are asked. An index that would take longer than "
            f"{BUILDING} s is not begun.",
            "Wagtail's fallback searches columns (title, summary, overview, bridging, "
            "participation): prose in StreamFields is out of its reach.",
            "Wagtail on Elasticsearch: its usual full search (standard analyser, any word). Its "
            "n-gram analysers, which serve autocompletion alone, are left out, since they need a "
            "module that is not published apart from the whole server.",
        ]
