"""What this site's search does on one of its engines: how fast, how large, how fresh."""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from benchmarks.clock import Times
from benchmarks.pages import measure, resident_mb, serving
from benchmarks.queries import Asked
from benchmarks.site import ROOT
from casestudies.models import CasesFromPage, CaseStudyPage
from search.engines import current_engine
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.suggestions import suggest

if TYPE_CHECKING:
    from tests.elasticsearch.cluster import Cluster

__all__ = ["PUBLICATIONS", "ROUNDS", "SECONDS_EACH", "WARM_SHARE", "EngineInUse", "Figures",
           "Measure", "embedded", "measures", "on_elasticsearch"]  # fmt: skip

Figures = dict[str, float]

ROUNDS = 3
PUBLICATIONS = 20
CLIENTS = (1, 2, 4, 8)
SECONDS_EACH = 5.0
WARM_UP = 20.0
_NEVER_FOUND = 30
# Of so many beginnings one is measured, the others only warm up: Java goes on compiling what
# suggestions need until about three thousand were asked.
WARM_SHARE = 12
# A browser, whose searches are counted as readers' are.
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@dataclass
class EngineInUse:
    """An engine that the search can be switched to."""

    name: str
    settings: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    index_mb: Callable[[], float] = lambda: 0.0
    node_mb: Callable[[], float] | None = None

    def chosen(self) -> AbstractContextManager[None]:
        """Let this process search on this engine.

        Raises:
            RuntimeError: this version of the site cannot.
        """
        return _chosen(self)


@contextmanager
def _chosen(engine: EngineInUse) -> Iterator[None]:
    with override_settings(**engine.settings):
        name = current_engine().name
        if name != engine.name:
            raise RuntimeError(f"The settings for {engine.name} choose {name}.")
        yield


def embedded() -> EngineInUse:
    """The engine in this process, with its index in the folder that the settings name."""

    def index_mb() -> float:
        folder = Path(current_engine().health().detail)
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6

    return EngineInUse("embedded", {"SEARCH_ENGINE": None}, {"SEARCH_URL": ""}, index_mb)


def on_elasticsearch(cluster: Cluster, prefix: str = "bench") -> EngineInUse:
    """The engine on the first node of a cluster."""
    (node, *_others) = cluster.nodes

    def index_mb() -> float:
        # The prefix is the alias of the index in use.
        answer = node.ask(f"/{prefix}/_stats/store")
        return float(answer["_all"]["total"]["store"]["size_in_bytes"]) / 1e6

    def node_mb() -> float:
        return resident_mb(node.process.pid) if node.process else 0.0

    return EngineInUse(
        "elasticsearch",
        {"SEARCH_ENGINE": cluster.search_engine(prefix)},
        {"SEARCH_URL": cluster.urls(prefix)},
        index_mb,
        node_mb,
    )


Measure = Callable[[EngineInUse, Sequence[Asked], Sequence[str]], Figures]


def measures() -> dict[str, tuple[Measure, int]]:
    """What can be measured of an engine in use, in this order: name, how, seconds of patience."""
    return {
        "rebuild": (rebuild, 900),
        "search": (searches, 240),
        "suggestions": (suggestions, 120),
        "freshness": (freshness, 120),
        "pages": (pages, 150),
        "throughput": (throughput, 150),
    }


def rebuild(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """A whole index of all pages, as an operator makes it, and its size."""
    # Nothing of a build that was given up is taken up.
    current_engine().start_build().abandon()
    start = time.perf_counter()
    call_command("search_rebuild", stdout=io.StringIO())
    took = time.perf_counter() - start
    documents = current_engine().health().documents
    return {"rebuild": took, "documents": documents, "index_mb": engine.index_mb()}


def searches(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """Hits, highlights and counts of all facets, in this process: all queries, and by kind.

    Every query is asked once before, since caches and files are warm on a site that is in use.
    """
    every, by_kind = Times(), defaultdict[str, Times](Times)
    for number in range(ROUNDS + 1):
        for one in asked:
            start = time.perf_counter()
            search(one.query)
            took = time.perf_counter() - start
            if number:
                every.seconds.append(took)
                by_kind[one.kind].seconds.append(took)
    figures = every.figures("search", 50, 95, 99)
    for kind, times in by_kind.items():
        figures |= times.figures(f"kind:{kind}", 50, 95)
    return figures


def pages(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """The whole page of results, with its templates, as the site's own code answers a request."""
    client = Client(SERVER_NAME="127.0.0.1", HTTP_USER_AGENT=_BROWSER)
    paths = addresses(asked)
    times = Times()
    for number in range(2):
        for path in paths:
            start = time.perf_counter()
            response = client.get(path)
            took = time.perf_counter() - start
            if response.status_code != 200:
                raise RuntimeError(f"{path} answered {response.status_code}")
            if number:
                times.seconds.append(took)
    return times.figures("page", 50, 95, 99)


def suggestions(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """Suggestions for beginnings that nobody typed before, and the first ones of a new process.

    Most of the beginnings are only asked, not measured, since on a site that is in use a server
    and its code are warm; what is measured is still new to every cache.
    """
    with override("ja"):
        search_url = reverse("search:search")
    measured = len(typed) // WARM_SHARE
    for text in typed[measured:]:
        suggest(text, "ja", search_url)
    times = Times()
    for text in typed[:measured]:
        with times.one():
            suggest(text, "ja", search_url)
    figures = times.figures("suggest", 50, 95, 99)
    if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith("production"):
        answer = subprocess.run(
            [sys.executable, "-m", "benchmarks.first_suggestion"],
            cwd=ROOT,
            env={**os.environ, **engine.environment},
            check=True,
            capture_output=True,
            text=True,
        )
        figures["suggest_first"] = float(answer.stdout) * 1000
    return figures


def freshness(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """How long after somebody publishes a page it is found, and the publication itself."""
    parent = CasesFromPage.objects.filter(locale__language_code="ja").order_by("path")[0]
    published, found = Times(), Times()
    for _number in range(PUBLICATIONS):
        word = f"zq{secrets.token_hex(6)}"
        page = CaseStudyPage(title=f"公開の速さ {word}", locale=parent.locale, live=False)
        parent = CasesFromPage.objects.get(pk=parent.pk)
        parent.add_child(instance=page)
        try:
            revision = page.save_revision()
            start = time.perf_counter()
            revision.publish()
            published.seconds.append(time.perf_counter() - start)
            _wait_until_found(word, page.pk)
            found.seconds.append(time.perf_counter() - start)
        finally:
            Page.objects.get(pk=page.pk).delete()
    return published.figures("publish", 50, 95) | found.figures("visible", 50, 95)


def _wait_until_found(word: str, page_id: int) -> None:
    deadline = time.monotonic() + _NEVER_FOUND
    while page_id not in {hit.page_id for hit in search(SearchQuery(text=word)).hits}:
        if time.monotonic() > deadline:
            raise RuntimeError(f"A published page is not found after {_NEVER_FOUND} s.")
        time.sleep(0.01)


def throughput(engine: EngineInUse, asked: Sequence[Asked], typed: Sequence[str]) -> Figures:
    """Pages of results a second from two web workers, by number of clients, and their memory."""
    paths = addresses(asked)
    figures: Figures = {}
    with serving(**engine.environment) as server:
        # Workers read dictionary, lexicon and templates with their first requests.
        measure("warm-up", paths, server.port, seconds=WARM_UP, most=2 * len(paths))
        for clients in CLIENTS:
            result = measure(engine.name, paths, server.port, seconds=SECONDS_EACH, readers=clients)
            figures[f"rate_{clients}"] = result.per_second
            figures |= result.times.figures(f"clients_{clients}", 95)
        with suppress(OSError):  # told on Linux only
            figures["worker_mb"] = server.worker_mb()
            if engine.node_mb:
                figures["node_mb"] = engine.node_mb()
    return figures


def addresses(asked: Sequence[Asked]) -> list[str]:
    """Addresses of the pages that answer the queries."""
    found = []
    for one in asked:
        with override(one.query.locale):
            found.append(quote(reverse("search:search"), safe="/") + one.query.address())
    return found
