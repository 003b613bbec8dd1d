"""What only a cluster can do: be away, hang, refuse, be shared with others, lose its data."""

from __future__ import annotations

import json
import secrets
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from search.engines.base import Change, Engine, EngineBusy, EngineUnavailable
from search.engines.elasticsearch import ElasticsearchEngine
from search.index.document import ContentDocument
from search.plan import Everything, Plan, Term
from tests.elasticsearch.cluster import Cluster
from tests.search.conftest import make_document, make_entry

Fill = Callable[[Sequence[ContentDocument]], Engine]

on_a_cluster = pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True)
EVERYTHING = Plan(Everything(), "ja")


def engine_at(host: str, **options: str) -> ElasticsearchEngine:
    return ElasticsearchEngine({"hosts": [host], "prefix": "site", **options})


def ids(engine: Engine) -> set[int]:
    return {hit.card["page_id"] for hit in engine.search(EVERYTHING).hits}


@pytest.fixture
def silent_listener() -> Iterator[socket.socket]:
    """What takes connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


@pytest.fixture
def silent_host(silent_listener: socket.socket) -> str:
    """A host that takes connections and never answers."""
    return f"http://127.0.0.1:{silent_listener.getsockname()[1]}"


@contextmanager
def host_that_answers(status: int, **headers: str) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps({"error": "no", "status": status}).encode())

        do_GET = do_POST = do_PUT = do_HEAD = answer

        def log_message(self, *arguments: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


# Away


def test_cluster_that_is_not_there_is_told_in_words_and_without_the_password() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{closed.getsockname()[1]}"
        engine = engine_at(host, user="nanif", password="secret")
        for verb in [
            lambda: engine.search(EVERYTHING),
            lambda: engine.count(EVERYTHING),
            lambda: list(engine.versions()),
            engine.revision,
            engine.start_build,
            lambda: engine.apply([Change("page:1", None)]),
        ]:
            with pytest.raises(EngineUnavailable, match="cannot be reached") as raised:
                verb()
            assert host in str(raised.value)
            assert "secret" not in str(raised.value)
        health = engine.health()
    assert not health.is_ready
    assert "cannot be reached" in health.detail


def test_cluster_that_hangs_costs_one_reader_the_wait_and_the_next_ones_nothing(
    silent_listener: socket.socket, silent_host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in ["_SEARCH_SECONDS", "_HEALTH_SECONDS"]:
        monkeypatch.setattr(f"search.engines.elasticsearch.engine.{limit}", 0.2)
    engine = engine_at(silent_host)
    with pytest.raises(EngineUnavailable, match="does not answer in time"):
        engine.count(EVERYTHING)
    assert "does not answer in time" in engine.health().detail
    # Whoever asked it now would be refused at once, and would say so in other words.
    silent_listener.close()
    for _ in range(50):
        with pytest.raises(EngineUnavailable, match="does not answer in time"):
            engine.search(EVERYTHING)
    assert "does not answer in time" not in engine.health().detail


def test_cluster_that_returns_is_asked_again(cluster: Cluster, silent_host: str) -> None:
    prefix = f"test-{secrets.token_hex(4)}"
    engine = ElasticsearchEngine(cluster.search_engine(prefix))
    engine.start_build().publish(list)
    # As after a failure: nobody asks, but for the health, which sees that all is well.
    engine.connection._closed_until = time.monotonic() + 60
    with pytest.raises(EngineUnavailable):
        engine.search(EVERYTHING)
    assert engine.health().is_ready
    assert engine.search(EVERYTHING).total == 0
    cluster.delete(prefix)


@pytest.mark.parametrize(
    ("status", "headers", "words"),
    [
        (200, {}, "is not Elasticsearch 8 or 9"),
        (401, {"X-elastic-product": "Elasticsearch"}, "refuses the user or key"),
        (403, {"X-elastic-product": "Elasticsearch"}, "forbids this to the user or key"),
        (503, {"X-elastic-product": "Elasticsearch"}, "cannot answer just now"),
        (400, {"X-elastic-product": "Elasticsearch"}, "refuses a request"),
    ],
)
def test_refusal_is_told_in_words(status: int, headers: dict[str, str], words: str) -> None:
    with host_that_answers(status, **headers) as host:
        engine = engine_at(host, user="nanif", password="secret")
        with pytest.raises(EngineUnavailable, match=words) as raised:
            engine.search(EVERYTHING)
        assert "secret" not in str(raised.value)
        assert words in engine.health().detail


def test_second_host_answers_for_one_that_is_away(cluster: Cluster) -> None:
    prefix = f"test-{secrets.token_hex(4)}"
    settings = cluster.search_engine(prefix)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings["hosts"].insert(0, f"http://127.0.0.1:{closed.getsockname()[1]}")
        engine = ElasticsearchEngine(settings)
        engine.start_build().publish(list)
        for _ in range(4):
            assert engine.search(EVERYTHING).total == 0
    cluster.delete(prefix)


# Shared


def test_sites_with_other_prefixes_do_not_see_each_other(cluster: Cluster) -> None:
    first = f"test-{secrets.token_hex(4)}"
    engines = [
        ElasticsearchEngine(cluster.search_engine(prefix))
        for prefix in [first, f"{first}-2", f"{first}-next"]
    ]
    builds = [engine.start_build() for engine in engines]
    for number, build in enumerate(builds):
        build.add([make_entry(number + 1)])
        build.publish(list)
    engines[0].apply([Change("page:8", make_entry(8))])
    for _ in range(2):
        engines[0].start_build().publish(lambda: [Change("page:9", make_entry(9))])
    assert [ids(engine) for engine in engines] == [{9}, {2}, {3}]
    cluster.delete(first)


@on_a_cluster
def test_old_indexes_are_removed(filled: Fill, cluster: Cluster) -> None:
    for _ in range(3):
        engine = filled([make_document(1)])
    assert isinstance(engine, ElasticsearchEngine)
    indexes = cluster.nodes[0].ask(f"/_cat/indices/{engine.prefix}-*?format=json")
    assert len(indexes) == 2, "the one in use and the one before"


# The lock


def hold_lock(cluster: Cluster, engine: ElasticsearchEngine, *, renewed: float) -> None:
    """As a process of another machine does."""
    owner = {"host": "other", "machine": "other", "process": 7, "started": "1", "since": "noon",
             "renewed": renewed}  # fmt: skip
    request = urllib.request.Request(
        f"http://{cluster.nodes[0].http}/{engine.prefix}.lock/_doc/build?refresh=true",
        json.dumps(owner).encode(),
        {"content-type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=30).close()  # noqa: S310


@on_a_cluster
def test_rebuild_on_another_machine_is_named(engine: Engine, cluster: Cluster) -> None:
    assert isinstance(engine, ElasticsearchEngine)
    hold_lock(cluster, engine, renewed=time.time())
    with pytest.raises(EngineBusy, match="process 7 on other, since noon"):
        engine.start_build()


@on_a_cluster
def test_lock_that_nobody_renews_is_taken_over(
    engine: Engine, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(engine, ElasticsearchEngine)
    monkeypatch.setattr("search.engines.elasticsearch.lock._RENEW_SECONDS", 0.2)
    hold_lock(cluster, engine, renewed=time.time() - 3_600)
    engine.start_build().publish(list)
    assert ids(engine) == set()


@on_a_cluster
def test_build_whose_lock_was_taken_stops(filled: Fill, cluster: Cluster) -> None:
    engine = filled([make_document(1)])
    assert isinstance(engine, ElasticsearchEngine)
    build = engine.start_build()
    hold_lock(cluster, engine, renewed=time.time())
    with pytest.raises(EngineBusy, match="has taken over"):
        build.publish(list)
    with pytest.raises(EngineBusy, match="has taken over"):
        build.add([make_entry(2)])
    build.pause()
    assert ids(engine) == {1}
    engine.apply([Change("page:3", make_entry(3))])
    assert ids(engine) == {1, 3}


# Losses


@on_a_cluster
def test_index_that_was_lost_is_never_made_by_a_change(filled: Fill, cluster: Cluster) -> None:
    engine = filled([make_document(1)])
    assert isinstance(engine, ElasticsearchEngine)
    build = engine.start_build()
    cluster.delete(engine.prefix)
    with pytest.raises(EngineUnavailable, match="search_rebuild"):
        engine.apply([Change("page:1", make_entry(1))])
    with pytest.raises((EngineUnavailable, EngineBusy)):
        build.add([make_entry(1)])
    build.pause()
    health = engine.health()
    assert not health.is_ready
    assert "search_rebuild" in health.detail
    filled([make_document(4)])
    assert ids(engine) == {4}


@on_a_cluster
def test_document_that_is_refused_does_not_keep_others_out(filled: Fill) -> None:
    engine = filled([])
    entry = make_entry(1)
    strange = replace(entry, fields=replace(entry.fields, numbers={"nonsense": 1}))
    with pytest.raises(ValueError, match="page:1"):
        engine.apply([Change("page:1", strange), Change("page:2", make_entry(2))])
    assert engine.count(Plan(Term("title", "事例"), "ja")) == 1
