"""The port: what the search asks of an engine.

An engine stores the fields of `search.index.fields`, compiles plans of `search.plan`, and keeps one
index in use while another is built beside it. It never analyses text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from search.index.fields import IndexEntry
from search.plan import Answer, Found, Plan

__all__ = ["Build", "Change", "Engine", "EngineBusy", "EngineUnavailable", "Health", "Name"]


class EngineUnavailable(Exception):
    """There is no index yet, or it cannot be read or written. The message says what to do."""


class EngineBusy(Exception):
    """Somebody else is writing just now. What was to be written stays in the outbox."""


class Name(NamedTuple):
    """A page or a record by its title, in the language of that; `key` is its document's."""

    key: str
    title: str
    locale: str


@dataclass(frozen=True)
class Change:
    """Put an entry in place of what the key held, or take it out when there is none."""

    key: str
    entry: IndexEntry | None


@dataclass(frozen=True)
class Health:
    """State of an engine in words.

    Attributes:
        engine: its name.
        is_ready: whether it answers queries.
        needs_rebuild: whether the index was made by other rules than those in use now.
        documents: how many there are.
        detail: what is wrong, or where the index lies.
        vectors: how many documents can be found by meaning.
        is_gone: whether the engine answers and has no index at all.
    """

    engine: str
    is_ready: bool
    needs_rebuild: bool
    documents: int
    detail: str
    vectors: int = 0
    is_gone: bool = False


class Build(Protocol):
    """A new index that nobody searches yet.

    Attributes:
        stamp: text given by the caller of `start_build`; kept when the build is resumed.
    """

    stamp: str

    def keys(self) -> set[str]:
        """What is in it already: nothing, but for a build that was taken up."""

    def add(self, entries: Iterable[IndexEntry]) -> None:
        """Add entries whose keys are not in it."""

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes, whether their keys are in it or not."""

    def publish(self, catch_up: Callable[[], Sequence[Change]]) -> None:
        """Apply what changed meanwhile, and put the new index in use in one step.

        `catch_up` is called while nobody else can write.
        """

    def pause(self) -> None:
        """Leave the new index for somebody who takes it up."""

    def abandon(self) -> None:
        """Throw the new index away."""


class Engine(Protocol):
    """A search engine."""

    name: str

    def search(self, plan: Plan) -> Answer:
        """Hits, their total, and facet counts."""

    def count(self, plan: Plan) -> int:
        """The total alone."""

    def first(self, plans: Sequence[Plan]) -> list[tuple[Name, ...]]:
        """Names of the newest hits of each plan and nothing more, while somebody types."""

    def near(self, vector: bytes, plan: Plan, least: float = 0.0) -> tuple[Found, ...]:
        """Of the documents that a plan finds, those nearest in meaning to a vector, nearest first.

        Their score is the cosine. Words, filters and limit of the plan count; its facets, order
        and offset do not.

        Args:
            least: cosine from which a document is near.
        """

    def apply(self, changes: Sequence[Change]) -> None:
        """Write changes; they can be found when this returns. Applying twice does no harm.

        Raises:
            EngineBusy: somebody else writes.
            EngineUnavailable: there is no index.
        """

    def versions(self) -> Iterator[tuple[str, str]]:
        """Key and version of every document, for the drift check."""

    def revision(self) -> str:
        """Changes whenever the content may have changed; for caches."""

    def start_build(self, stamp: str = "") -> Build:
        """Begin a new index beside the one in use.

        One that was paused or killed, made by the same rules, is taken up; it keeps its own stamp.

        Raises:
            EngineBusy: somebody else is building one.
        """

    def health(self) -> Health:
        """How it is; never raises."""
