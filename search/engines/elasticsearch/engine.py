"""Searching in Elasticsearch and writing to it, behind the port."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch
from elasticsearch.helpers import streaming_bulk

from search.engines.base import Change, EngineBusy, EngineUnavailable, Health, Name
from search.engines.elasticsearch import building, requests
from search.engines.elasticsearch.connection import NEVER_BUILT, Connection
from search.engines.elasticsearch.documents import LAST_HIT, VECTOR_FIELD, numbers_of, source_of
from search.engines.ranking import SORT_FIELDS, equals_around, flat_score
from search.index.fields import INDEX_VERSION
from search.plan import Answer, Found, Plan, matching

__all__ = ["ElasticsearchEngine"]

_SEARCH_SECONDS = 5
_HEALTH_SECONDS = 2
_WRITE_SECONDS = 60
_BATCH_DOCUMENTS = 500
_BATCH_BYTES = 10_000_000
# Another process's changes are seen by caches so many seconds later.
_REVISION_SECONDS = 1.0
_SCAN = 5_000
# Hits looked at on both sides of the page: usually only whether equals go on there.
_AROUND, _FAR_AROUND = 1, 100
_WRITE_BLOCK = "index write (api)"


class ElasticsearchEngine:
    """Elasticsearch behind the port. One object may be shared by threads, and made before a fork.

    `prefix` is the alias of the index in use, and begins the names of all indexes of this site.
    """

    name = "elasticsearch"

    def __init__(self, settings: Mapping[str, Any]) -> None:
        """`settings` are those of `SEARCH_ENGINE`; nothing is connected yet."""
        self.prefix = str(settings["prefix"])
        self.connection = Connection(settings)
        self._guard = threading.Lock()
        self._revision = ("", 0.0)

    # Reading

    def search(self, plan: Plan) -> Answer:
        """Hits, their total, and facet counts, in one request."""
        body = requests.counted(plan)
        flat = flat_score(plan.query)
        if plan.limit < 1 or plan.offset + plan.limit > LAST_HIT - _FAR_AROUND:
            answer = self._ask(plan, body | {"size": 0})
            hits = []
        elif plan.sort in SORT_FIELDS or flat is not None:
            answer = self._ask(plan, body | requests.by_number(plan))
            score = 0.0 if plan.sort in SORT_FIELDS or flat is None else flat
            hits = [(score, hit) for hit in answer["hits"]["hits"]]
        else:
            answer, found = self._by_score(plan, body)
            hits = [(hit["sort"][0], hit) for hit in found]
        return Answer(
            total=answer["hits"]["total"]["value"],
            hits=tuple(
                Found(hit["_id"], float(score), json.loads(hit["_source"]["card"]))
                for score, hit in hits
            ),
            counts=requests.counts_of(plan, answer.get("aggregations", {})),
        )

    def count(self, plan: Plan) -> int:
        """The total alone."""
        body = {"query": requests.filtered(replace(plan, query=matching(plan.query)))}
        with self.connection.use(_SEARCH_SECONDS) as client:
            answer = client.count(
                index=self.prefix, body=body, preference=requests.preference(plan)
            )
        return int(answer["count"])

    def first(self, plans: Sequence[Plan]) -> list[tuple[Name, ...]]:
        """Names of the newest hits of each plan, `limit` at most, in one request for all plans.

        Raises:
            EngineUnavailable: no answer, no index yet, or no whole answer to a plan in time.
        """
        lines: list[Mapping[str, Any]] = []
        for plan in plans:
            head = {"preference": requests.preference(plan), "allow_partial_search_results": False}
            lines += [head, requests.names(plan) | {"timeout": f"{_SEARCH_SECONDS}s"}]
        with self.connection.use(_SEARCH_SECONDS + 1) as client:
            answers = client.msearch(index=self.prefix, searches=lines)["responses"]
        for answer in answers:
            if answer.get("status") == 404:
                raise EngineUnavailable(NEVER_BUILT)
            if "error" in answer or answer["timed_out"]:
                raise EngineUnavailable(f"Elasticsearch does not answer: {answer.get('error')}")
        return [
            tuple(Name(*json.loads(hit["fields"]["name"][0])) for hit in answer["hits"]["hits"])
            for answer in answers
        ]

    def near(self, vector: bytes, plan: Plan, least: float = 0.0) -> tuple[Found, ...]:
        """Compare with the vectors of all documents that the plan finds."""
        nearest = {
            "field": VECTOR_FIELD,
            "query_vector": numbers_of(vector),
            "k": plan.limit,
            "num_candidates": plan.limit,
            "similarity": least,
            "filter": requests.filtered(plan),
        }
        with self.connection.use(_SEARCH_SECONDS) as client:
            try:
                answer = client.search(
                    index=self.prefix,
                    knn=nearest,
                    size=plan.limit,
                    source={"includes": ["card"]},
                    preference=requests.preference(plan),
                )
            except BadRequestError as error:
                if VECTOR_FIELD in str(error):  # an index that was made before there were any
                    return ()
                raise
        found = [
            # The cluster keeps scores above nothing.
            Found(hit["_id"], 2 * hit["_score"] - 1, json.loads(hit["_source"]["card"]))
            for hit in answer["hits"]["hits"]
        ]
        return tuple(sorted(found, key=lambda hit: (-hit.score, -hit.card["page_id"])))

    def versions(self) -> Iterator[tuple[str, str]]:
        """Key and version of every document, as they are when it begins."""
        yield from self.scan(self.prefix)

    def scan(self, index: str) -> Iterator[tuple[str, str]]:
        """Key and version of every document of an index."""
        with self.connection.use(_WRITE_SECONDS) as client:
            moment = client.open_point_in_time(index=index, keep_alive="2m")["id"]
        after: list[Any] | None = None
        try:
            while True:
                with self.connection.use(_WRITE_SECONDS) as client:
                    answer = client.search(
                        pit={"id": moment, "keep_alive": "2m"},
                        size=_SCAN,
                        sort=[{"_shard_doc": "asc"}],
                        search_after=after,
                        track_total_hits=False,
                        stored_fields="_none_",
                        docvalue_fields=[{"field": "key"}, {"field": "version"}],
                    )
                moment = answer["pit_id"]
                hits = answer["hits"]["hits"]
                for hit in hits:
                    yield hit["fields"]["key"][0], hit["fields"]["version"][0]
                if len(hits) < _SCAN:
                    break
                after = hits[-1]["sort"]
        finally:
            with self.connection.use(_HEALTH_SECONDS) as client:
                client.options(ignore_status=404).close_point_in_time(id=moment)

    def revision(self) -> str:
        """The index in use, how many documents it has and the number of the last one written."""
        with self._guard:
            known, until = self._revision
        if time.monotonic() < until:
            return known
        # Without hits, so that the cluster keeps the answer until something is written.
        last = {"last": {"max": {"field": "_seq_no"}}}
        indexes = {"indexes": {"terms": {"field": "_index"}, "aggs": last}}
        with self.connection.use(_SEARCH_SECONDS) as client:
            answer = client.search(index=self.prefix, size=0, aggs=indexes)
        found = str(answer["aggregations"]["indexes"]["buckets"])
        with self._guard:
            self._revision = (found, time.monotonic() + _REVISION_SECONDS)
        return found

    def forget_revision(self) -> None:
        """Look anew when it is asked for the next time."""
        with self._guard:
            self._revision = ("", 0.0)

    def health(self) -> Health:
        """Whether the cluster answers, has an index, and whether the rules in use now made it."""
        try:
            with self.connection.use(_HEALTH_SECONDS, insist=True) as client:
                client = client.options(max_retries=0)
                name = self.current(client)
                if not name:
                    return Health(self.name, False, True, 0, NEVER_BUILT, is_gone=True)
                documents = int(client.count(index=name)["count"])
                with_vector = {"exists": {"field": VECTOR_FIELD}}
                vectors = int(client.count(index=name, query=with_vector)["count"])
        except EngineUnavailable as error:
            return Health(self.name, False, False, 0, str(error))
        outdated = not name.startswith(f"{self.prefix}-{INDEX_VERSION}-")
        where = f"{name} at {', '.join(self.connection.hosts)}"
        return Health(self.name, True, outdated, documents, where, vectors)

    # Writing

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes, and wait until they can be found."""
        if not changes:
            return
        refused = None
        try:
            self.write(self.prefix, changes)
        except EngineBusy:
            building.unblock_writes_if_left(self)
            raise
        except ValueError as error:
            refused = error
        with self.connection.use(_WRITE_SECONDS) as client:
            client.indices.refresh(index=self.prefix)
        self.forget_revision()
        if refused:
            raise refused

    def start_build(self, stamp: str = "") -> building.ElasticsearchBuild:
        """Begin a new index beside the one in use, or take one up."""
        return building.ElasticsearchBuild(self, stamp)

    def write(self, alias: str, changes: Iterable[Change]) -> None:
        """Send changes in batches; of two for the same key the last one counts.

        Raises:
            EngineBusy: a new index is being put in use just now.
            EngineUnavailable: there is no such alias, or the cluster cannot write.
            ValueError: a document was refused; the others were written.
        """
        last = {change.key: change for change in changes}
        refused: list[dict[str, Any]] = []
        with self.connection.use(_WRITE_SECONDS) as client:
            for is_done, item in streaming_bulk(
                client,
                map(_action, last.values()),
                chunk_size=_BATCH_DOCUMENTS,
                max_chunk_bytes=_BATCH_BYTES,
                raise_on_error=False,
                max_retries=3,
                initial_backoff=0.5,
                max_backoff=4,
                index=alias,
                require_alias=True,
            ):
                outcome = next(iter(item.values()))
                # Taking out what is not there is no failure.
                if not is_done and "error" in outcome:
                    refused.append(outcome)
        if refused:
            raise _refusal(refused)

    # Inside

    def current(self, client: Elasticsearch) -> str:
        """Name of the index in use; empty for none."""
        found = client.options(ignore_status=404).indices.get_alias(name=self.prefix)
        return "" if "error" in found else next(iter(found), "")

    def _ask(self, plan: Plan, body: requests.Body) -> Any:
        """Send a search.

        Raises:
            EngineUnavailable: the cluster cannot be asked, or took too long.
        """
        body = body | {"_source": ["card"], "timeout": f"{_SEARCH_SECONDS}s"}
        with self.connection.use(_SEARCH_SECONDS + 1) as client:
            answer = client.search(
                index=self.prefix,
                body=body,
                preference=requests.preference(plan),
                allow_partial_search_results=False,
            )
        if answer["timed_out"]:
            raise EngineUnavailable("The query took Elasticsearch too long.")
        return answer

    def _by_score(self, plan: Plan, body: requests.Body) -> tuple[Any, list[Any]]:
        """The answer, and its hits with near scores as equals, newest first.

        The cluster puts scores that are the same in this order. Scores that are nearly the same
        are put in order here; what is next to the page is looked at for that.
        """
        start, end = plan.offset, plan.offset + plan.limit
        for around in (_AROUND, _FAR_AROUND):
            first = max(start - around, 0)
            answer = self._ask(plan, body | requests.by_score(first, min(end + around, LAST_HIT)))
            hits = list(answer["hits"]["hits"])
            scores = [hit["sort"][0] for hit in hits]
            place, goes_on = start - first, False
            while place < min(end - first, len(hits)):
                low, high = equals_around(scores, place)
                if scores[low] != scores[high - 1]:
                    hits[low:high] = sorted(hits[low:high], key=_newest, reverse=True)
                    at_edge = (low == 0 and first > 0) or high == end + around - first
                    goes_on = goes_on or at_edge
                place = high
            if not goes_on:
                break
        return answer, hits[start - first : end - first]


def _newest(hit: Mapping[str, Any]) -> int:
    return int(hit["sort"][1])


def _action(change: Change) -> dict[str, Any]:
    if change.entry is None:
        return {"_op_type": "delete", "_id": change.key}
    return {"_op_type": "index", "_id": change.key, "_source": source_of(change.entry)}


def _refusal(refused: Sequence[Mapping[str, Any]]) -> Exception:
    """What the cluster says of the first document that it did not take."""
    first = refused[0]
    error = first["error"]
    reason = f"{error.get('type')}: {error.get('reason')}"[:300]
    if first["status"] == 404:
        return EngineUnavailable(NEVER_BUILT)
    if _WRITE_BLOCK in reason:
        return EngineBusy("A new search index is being put in use.")
    if first["status"] == 400:
        return ValueError(f"{len(refused)} documents were refused; {first['_id']}: {reason}")
    return EngineUnavailable(f"Elasticsearch does not take changes just now: {reason}")
