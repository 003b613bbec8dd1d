"""The embedded engine: tantivy on the local disk, for development and single machines.

`SEARCH_INDEX_DIR` holds one folder for each index and a file `current` that names the one in use.
There is one writer at a time, whoever holds the lock; readers see each commit at their next query.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from search.engines.base import Change, EngineBusy, EngineUnavailable, Health, Name
from search.engines.ranking import (
    NEWEST,
    SORT_FIELDS,
    equals_around,
    first_number,
    flat_score,
    name_of,
    order_numbers,
    page_id_of,
    stored_text,
)
from search.engines.vectors import VectorReader, append_vectors
from search.index.document import Item
from search.index.fields import (
    INDEX_VERSION,
    KEYWORD_FIELDS,
    NUMBER_FIELDS,
    TEXT_FIELDS,
    IndexEntry,
    facet_field,
)
from search.language.embeddings import is_active
from search.plan import (
    AllOf,
    Answer,
    AnyOf,
    Best,
    Boost,
    Constant,
    Everything,
    Found,
    Fuzzy,
    Node,
    Phrase,
    Plan,
    Prefix,
    Since,
    Term,
    matching,
)
from search.registry import key_of

__all__ = ["EmbeddedBuild", "EmbeddedEngine"]

_WRITER_BYTES = 64_000_000
_BUILD_BYTES = 200_000_000
_COMMIT_EVERY = 20_000
# How long a publication waits for a writer that is busy, in seconds.
_PATIENCE = 60
_ALL_VALUES = 5_000
# More equals than this stay as the engine has them, which is the same for every page of hits.
_MOST_EQUALS = 20_000
# Hits asked for beyond the page, to see where its last equals end.
_BEYOND = 40
_NEAR_AT_ONCE = 128
_VECTORS_AT_ONCE = 1_000
_NEVER_BUILT = "There is no search index yet. Run: manage.py search_rebuild"


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    for name in TEXT_FIELDS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="position")
    for name in KEYWORD_FIELDS:
        builder.add_text_field(
            name, tokenizer_name="raw", index_option="basic", fast=name.startswith("facet_")
        )
    for name in NUMBER_FIELDS:
        builder.add_integer_field(name, indexed=True, fast=True)
    builder.add_text_field("version", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("card", stored=True)
    return builder.build()


class EmbeddedEngine:
    """tantivy behind the port. One object may be shared by threads, and made before a fork."""

    name = "embedded"

    def __init__(self, folder: Path) -> None:
        """`folder` is where indexes lie; it is made when first written to."""
        self.folder = Path(folder)
        self._schema = _schema()
        self._guard = threading.Lock()
        self._opened: tuple[int, str, tantivy.Index] | None = None
        self._read: tuple[int, int] | None = None
        self._vectors = VectorReader()

    # Reading

    def search(self, plan: Plan) -> Answer:
        """Hits, their total, and facet counts, which are counted at the same time."""
        searcher = self._searcher()
        counting = _counters(os.getpid()).submit(self._counts, searcher, plan)
        query = self._filtered(plan)
        flat = flat_score(plan.query)
        if plan.sort in SORT_FIELDS or flat is not None:
            total, hits = _search_by_order_key(searcher, query, plan, flat)
        else:
            total, hits = _by_score(searcher, query, plan)
        return Answer(
            total=total,
            hits=tuple(self._found(searcher, score, address) for score, address in hits),
            counts=counting.result(),
        )

    def count(self, plan: Plan) -> int:
        """The total alone. What has one score is not scored."""
        query = Query.const_score_query(self._filtered(_matching(plan)), 1.0)
        return _total(self._searcher().search(query, limit=1, count=True))

    def first(self, plans: Sequence[Plan]) -> list[tuple[Name, ...]]:
        """Newest first, one query for each plan."""
        searcher = self._searcher()
        return [
            tuple(
                name_of(self._found(searcher, score, address).card)
                for score, address in _search_by_order_key(
                    searcher, self._filtered(plan), plan, None
                )[1]
            )
            for plan in plans
        ]

    def near(self, vector: bytes, plan: Plan, least: float = 0.0) -> tuple[Found, ...]:
        """Compare with all vectors, and ask the index which of the nearest the plan finds."""
        searcher = self._searcher()
        nearest = self._vectors.open(self.folder / self._current()).nearest(vector, least)
        found: list[tuple[float, Any]] = []
        start, size = 0, max(_NEAR_AT_ONCE, 2 * plan.limit)
        while start < len(nearest) and len(found) < plan.limit:
            some = nearest[start : start + size]
            keys = [key_of(page_id) for page_id, _cosine in some]
            known = Query.term_set_query(self._schema, "key", keys)
            query = Query.boolean_query([(Occur.Must, known), (Occur.Must, self._filtered(plan))])
            addresses = [address for _score, address in searcher.search(query, limit=size).hits]
            numbers: list[Any] = searcher.fast_field_values(NEWEST, addresses)
            by_page = dict(zip(map(page_id_of, numbers), addresses, strict=True))
            found += [(cosine, by_page[pk]) for pk, cosine in some if pk in by_page]
            start, size = start + size, 4 * size
        return tuple(
            self._found(searcher, cosine, address) for cosine, address in found[: plan.limit]
        )

    def versions(self) -> Iterator[tuple[str, str]]:
        """Key and version of every document."""
        yield from _versions(self._searcher())

    def revision(self) -> str:
        """The index in use and when it was last committed to.

        Raises:
            EngineUnavailable: there is no index yet.
        """
        name = self._current()
        try:
            changed = (self.folder / name / "meta.json").stat().st_mtime_ns
        except OSError as error:
            raise EngineUnavailable(_NEVER_BUILT) from error
        return f"{name}:{changed}"

    def health(self) -> Health:
        """Whether there is an index, and whether the rules in use now made it."""
        try:
            documents = self._searcher().num_docs
            name = self._current()
        except EngineUnavailable as error:
            is_gone = not (self.folder / "current").exists()
            return Health(self.name, False, True, 0, str(error), is_gone=is_gone)
        outdated = not name.startswith(f"{INDEX_VERSION}-")
        vectors = self._vectors.open(self.folder / name).count if is_active() else 0
        return Health(self.name, True, outdated, documents, str(self.folder / name), vectors)

    # Writing

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes in one commit."""
        with self._lock("write.lock"):
            path = self.folder / self._current()
            index = self._open(path)
            with _saying_why():
                append_vectors(path, _vectors(changes))
            _write(index, self._schema, changes)

    def start_build(self, stamp: str = "") -> EmbeddedBuild:
        """Begin a new index in a folder of its own, or take one up."""
        with _saying_why():
            self.folder.mkdir(parents=True, exist_ok=True)
            return EmbeddedBuild(self, stamp)

    # Inside

    def _current(self) -> str:
        try:
            return (self.folder / "current").read_text("utf-8").strip()
        except OSError as error:
            raise EngineUnavailable(_NEVER_BUILT) from error

    def _open(self, path: Path) -> tantivy.Index:
        try:
            index = tantivy.Index(self._schema, path=str(path), reuse=True)
        except (ValueError, OSError) as error:
            raise EngineUnavailable(
                f"The search index in {path} cannot be opened ({error}). "
                "Run: manage.py search_rebuild"
            ) from error
        return index

    def _searcher(self) -> tantivy.Searcher:
        """A searcher of the newest commit; opens the index when it was built anew.

        Raises:
            EngineUnavailable: there is no index, or it cannot be read.
        """
        name = self._current()
        with self._guard:
            # A process that was forked opens the index for itself.
            if self._opened is None or self._opened[:2] != (os.getpid(), name):
                path = self.folder / name
                if not (path / "meta.json").exists():
                    raise EngineUnavailable(_NEVER_BUILT)
                index = self._open(path)
                index.config_reader("manual")
                self._opened, self._read = (os.getpid(), name, index), None
            index = self._opened[2]
            try:
                # Each commit puts a new file in the old one's place; to look is cheaper than to
                # read it again.
                meta = (self.folder / name / "meta.json").stat()
                if self._read != (meta.st_ino, meta.st_mtime_ns):
                    index.reload()
                    self._read = (meta.st_ino, meta.st_mtime_ns)
            except (ValueError, OSError) as error:
                self._opened = None
                raise EngineUnavailable(f"The search index cannot be read ({error}).") from error
            return index.searcher()

    @contextmanager
    def _lock(self, name: str, patience: float = 0) -> Iterator[None]:
        """Hold a lock between processes and threads; the system frees it when a process dies.

        Raises:
            EngineBusy: another held it for `patience` seconds.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + patience
        with (self.folder / name).open("w") as handle:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError as error:
                    if time.monotonic() >= deadline:
                        raise EngineBusy("Another process is writing the search index.") from error
                    time.sleep(0.05)
            yield

    def _found(self, searcher: tantivy.Searcher, score: Any, address: Any) -> Found:
        stored = searcher.doc(address)
        return Found(
            key=str(stored.get_first("key")),
            score=float(score or 0.0),
            card=json.loads(bytes(stored.get_first("card") or b"{}")),
        )

    def _filtered(self, plan: Plan, without: str = "") -> Query:
        """The plan's query with its filters, but for that of the facet `without`."""
        parts = [
            (Occur.Must, self._compile(plan.query)),
            (Occur.Must, self._keyword("audience", (plan.audience,))),
        ]
        parts += [
            (Occur.Must, self._keyword(facet_field(name), codes))
            for name, codes in plan.filters.items()
            if codes and name != without
        ]
        parts += [
            (Occur.Must, self._keyword(facet_field(name), codes))
            for name, codes in plan.within.items()
        ]
        parts += [
            (Occur.MustNot, self._keyword(facet_field(name), codes))
            for name, codes in plan.without.items()
            if codes
        ]
        if plan.withdrawn:
            keys = Query.term_set_query(self._schema, "key", list(plan.withdrawn))
            parts.append((Occur.MustNot, keys))
        return Query.boolean_query(parts)

    def _keyword(self, field: str, codes: Sequence[str]) -> Query:
        """A filter: it does not score."""
        if field not in KEYWORD_FIELDS:
            return Query.empty_query()
        if len(codes) == 1:
            # A set would be read to its end and laid out as bits, however few hits are looked for.
            wanted = Query.term_query(self._schema, field, codes[0], index_option="basic")
        else:
            wanted = Query.term_set_query(self._schema, field, list(codes))
        return Query.const_score_query(wanted, 0.0)

    def _counts(self, searcher: tantivy.Searcher, plan: Plan) -> dict[str, dict[str, int]]:
        """One aggregate call, and one for each active facet."""
        plan = _matching(plan)
        active = [name for name in plan.facets if plan.filters.get(name)]
        counts: dict[str, dict[str, int]] = {}
        passive = [name for name in plan.facets if name not in active]
        if passive:
            counts |= _aggregate(searcher, self._filtered(plan), passive)
        for name in active:
            counts |= _aggregate(searcher, self._filtered(plan, without=name), [name])
        return counts

    def _compile(self, node: Node) -> Query:
        """A part of a query in Tantivy's language."""
        match node:
            case Everything():
                return Query.const_score_query(Query.all_query(), 1.0)
            case Term(field, text) if field in KEYWORD_FIELDS:
                term = Query.term_query(self._schema, field, text)
                return Query.const_score_query(term, 1.0)
            case Term(field, text):
                return Query.term_query(self._schema, field, text)
            case Phrase(field, (word,)):
                return Query.term_query(self._schema, field, word)
            case Phrase(field, words) if words:
                return Query.phrase_query(self._schema, field, list(words))
            case Phrase():
                return Query.empty_query()
            case Prefix(field, text):
                return Query.fuzzy_term_query(self._schema, field, text, distance=0, prefix=True)
            case Fuzzy(field, text, distance):
                return Query.fuzzy_term_query(self._schema, field, text, distance=distance)
            case Since(field, seconds):
                later = Query.range_query(
                    self._schema, field, FieldType.Integer, first_number(seconds), None
                )
                return Query.const_score_query(later, 1.0)
            case Constant(part, score):
                return Query.const_score_query(self._compile(part), score)
            case Boost(part, factor):
                return Query.boost_query(self._compile(part), factor)
            case Best(parts, tie):
                return Query.disjunction_max_query([self._compile(p) for p in parts], tie)
            case AnyOf(parts, at_least):
                return Query.boolean_query(
                    [(Occur.Should, self._compile(part)) for part in parts],
                    minimum_number_should_match=min(at_least, len(parts)),
                )
            case AllOf(parts, without, should):
                return Query.boolean_query(
                    [(Occur.Must, self._compile(part)) for part in parts]
                    + [(Occur.MustNot, self._compile(part)) for part in without]
                    + [(Occur.Should, self._compile(part)) for part in should]
                )


class EmbeddedBuild:
    """A new index in a folder of its own. A second build at the same time is refused.

    While it is being built, its folder holds a file `mark`.
    """

    def __init__(self, engine: EmbeddedEngine, stamp: str) -> None:
        """Take the building lock, and make the folder or find the one that was left.

        Raises:
            EngineBusy: another process is building.
        """
        self._engine = engine
        self._lock = engine._lock("build.lock")
        self._lock.__enter__()
        try:
            path = self._remove_leftovers()
            if path is None:
                moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime())
                path = engine.folder / f"{INDEX_VERSION}-{moment}-{secrets.token_hex(3)}"
                path.mkdir()
                (path / "mark").write_text(stamp, "utf-8")
            self.path = path
            self.stamp = (path / "mark").read_text("utf-8")
            self._index = tantivy.Index(engine._schema, path=str(path), reuse=True)
            self._writer = self._index.writer(heap_size=_BUILD_BYTES, num_threads=1)
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        self._waiting = 0
        self._vectors: list[tuple[str, bytes | None]] = []
        self._has_failed = False

    def keys(self) -> set[str]:
        """Keys of all documents that were committed."""
        return {key for key, _version in _versions(self._index.searcher())}

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add entries, with a commit now and then."""
        for entry in entries:
            document = _document(self._engine._schema, entry)
            with self._writing():
                self._writer.add_document(document)
            if entry.vector:
                self._vectors.append((entry.key, entry.vector))
            if len(self._vectors) >= _VECTORS_AT_ONCE:
                self._write_vectors()
            self._waiting += 1
            if self._waiting >= _COMMIT_EVERY:
                self._commit()

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes in one commit."""
        for change in changes:
            entry = change.entry
            document = _document(self._engine._schema, entry) if entry is not None else None
            with self._writing():
                self._writer.delete_documents_by_term("key", change.key)
                if document is not None:
                    self._writer.add_document(document)
        self._vectors += _vectors(changes)
        self._commit()

    def publish(self, catch_up: Callable[[], Sequence[Change]]) -> None:
        """Wait for the writer, catch up, and let `current` name the new index."""
        self._commit()
        with self._writing():
            self._writer.wait_merging_threads()
        with self._engine._lock("write.lock", patience=_PATIENCE):
            changes = catch_up()
            with self._writing():
                append_vectors(self.path, _vectors(changes))
                _write(self._index, self._engine._schema, changes)
                pointer = self._engine.folder / "current.new"
                pointer.write_text(self.path.name, "utf-8")
                (self.path / "mark").unlink()
                os.replace(pointer, self._engine.folder / "current")
        self._lock.__exit__(None, None, None)

    def pause(self) -> None:
        """Commit what can be committed, and let go. What fills a disk is thrown away."""
        if self._has_failed:
            self.abandon()
            return
        try:
            self._commit()
        finally:
            self._release()

    def abandon(self) -> None:
        """Remove the folder."""
        self._release()
        shutil.rmtree(self.path, ignore_errors=True)

    def _commit(self) -> None:
        self._write_vectors()
        with self._writing():
            self._writer.commit()
        self._waiting = 0

    def _write_vectors(self) -> None:
        with self._writing():
            append_vectors(self.path, self._vectors)
        self._vectors = []

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Remember that files could not be written, and say why."""
        try:
            with _saying_why():
                yield
        except EngineUnavailable:
            self._has_failed = True
            raise

    def _release(self) -> None:
        del self._writer
        self._lock.__exit__(None, None, None)

    def _remove_leftovers(self) -> Path | None:
        """Remove indexes that are not in use, but for one that can be taken up.

        One that is open elsewhere answers until it is closed.
        """
        try:
            current = self._engine._current()
        except EngineUnavailable:
            current = ""
        unfinished = None
        for path in sorted(self._engine.folder.iterdir()):
            if not path.is_dir() or path.name == current:
                continue
            is_ours = path.name.startswith(f"{INDEX_VERSION}-") and (path / "mark").exists()
            if is_ours and unfinished is None and (path / "meta.json").exists():
                unfinished = path
            else:
                shutil.rmtree(path, ignore_errors=True)
        return unfinished


@lru_cache(maxsize=1)
def _counters(process: int) -> ThreadPoolExecutor:
    """Threads that count facets while others look for hits; a process that was forked has none."""
    return ThreadPoolExecutor(max_workers=4, thread_name_prefix="facets")


def _matching(plan: Plan) -> Plan:
    return replace(plan, query=matching(plan.query))


def _total(result: Any) -> int:
    # The package's type hints do not name the attribute.
    return int(result.count)


def _search_by_order_key(
    searcher: tantivy.Searcher, query: Query, plan: Plan, score: float | None
) -> tuple[int, list[tuple[float, Any]]]:
    """Total and hits ordered by a key that is unique in the index."""
    field = SORT_FIELDS.get(plan.sort, NEWEST)
    score = 0.0 if plan.sort in SORT_FIELDS or score is None else score
    result = searcher.search(
        query,
        limit=max(plan.limit, 1),
        offset=plan.offset,
        order_by_field=field,
        order=tantivy.Order.Desc,
    )
    return _total(result), [(score, address) for _number, address in result.hits[: plan.limit]]


def _by_score(
    searcher: tantivy.Searcher, query: Query, plan: Plan
) -> tuple[int, list[tuple[float, Any]]]:
    """Total and hits by score, equals newest first.

    The engine leaves equals as they were written, so all of them are fetched and put in order.
    """
    if plan.limit < 1:
        return _total(searcher.search(query, limit=1)), []
    start, end = plan.offset, plan.offset + plan.limit
    wanted = end + _BEYOND
    while True:
        result = searcher.search(query, limit=wanted)
        hits = list(result.hits)
        scores = [score for score, _address in hits]
        if len(hits) <= start:
            return _total(result), []
        first, last = equals_around(scores, min(end, len(hits)) - 1)
        if len(hits) < wanted or last < len(hits) or last - first > _MOST_EQUALS:
            break
        wanted = min(16 * wanted, first + _MOST_EQUALS + 2)
    place = start
    while place < min(end, len(hits)):
        first, last = equals_around(scores, place)
        if 1 < last - first <= _MOST_EQUALS:
            some = hits[first:last]
            numbers = searcher.fast_field_values(NEWEST, [address for _score, address in some])
            newest = sorted(zip(numbers, some, strict=True), key=_number, reverse=True)
            hits[first:last] = [hit for _number_of_hit, hit in newest]
        place = last
    return _total(result), hits[start:end]


def _number(pair: tuple[Any, Any]) -> int:
    return int(pair[0])


def _versions(searcher: tantivy.Searcher) -> Iterator[tuple[str, str]]:
    result = searcher.search(Query.all_query(), limit=max(searcher.num_docs, 1))
    for _score, address in result.hits:
        stored = searcher.doc(address)
        yield str(stored.get_first("key")), str(stored.get_first("version"))


def _write(index: tantivy.Index, schema: tantivy.Schema, changes: Sequence[Change]) -> None:
    """Write changes in one commit and wait for it; of two for the same key the last one counts."""
    if not changes:
        return
    documents = {
        change.key: _document(schema, change.entry) if change.entry else None for change in changes
    }
    with _saying_why():
        writer = index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        try:
            for key, document in documents.items():
                writer.delete_documents_by_term("key", key)
                if document is not None:
                    writer.add_document(document)
            writer.commit()
            writer.wait_merging_threads()
        finally:
            # Its lock goes with it, also where an error keeps this function alive for a while.
            del writer


@contextmanager
def _saying_why() -> Iterator[None]:
    """Say what to do when files cannot be written, which is not the fault of what was written."""
    try:
        yield
    except (ValueError, OSError) as error:
        # The engine's own texts name the error of the system among much else.
        found = re.search(r'message: "([^"]+)"', str(error))
        raise EngineUnavailable(
            f"The search index cannot be written ({found[1] if found else error}). Free space on "
            "the disk, or let the site write there. Changes wait until then; "
            "manage.py search_check delivers them."
        ) from error


def _vectors(changes: Sequence[Change]) -> list[tuple[str, bytes | None]]:
    """Keys and vectors of pages that are written, None where they have no vector.

    Deletions are left out. Records have no vectors.
    """
    return [
        (change.key, change.entry.vector)
        for change in changes
        if change.entry and Item.of_key(change.key).is_page
    ]


def _document(schema: tantivy.Schema, entry: IndexEntry) -> tantivy.Document:
    fields = entry.fields
    out = tantivy.Document()
    out.add_text("key", entry.key)
    out.add_text("version", entry.version)
    out.add_bytes("card", entry.card.encode())
    for name, text in fields.texts.items():
        out.add_text(name, stored_text(text))
    for name, codes in fields.keywords.items():
        for code in codes:
            out.add_text(name, code)
    for name, number in order_numbers(entry).items():
        out.add_integer(name, number)
    return out


def _aggregate(
    searcher: tantivy.Searcher, query: Query, facets: Sequence[str]
) -> dict[str, dict[str, int]]:
    known = [name for name in facets if facet_field(name) in KEYWORD_FIELDS]
    answer = searcher.aggregate(
        query,
        {name: {"terms": {"field": facet_field(name), "size": _ALL_VALUES}} for name in known},
    )
    return {name: {} for name in facets} | {
        name: {bucket["key"]: bucket["doc_count"] for bucket in answer[name]["buckets"]}
        for name in known
    }
