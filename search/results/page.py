"""A page of results: the one object from which HTML, JSON and the command line are rendered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from search.query.search_query import SearchQuery
from search.records import ShownRecord
from search.registry import OfferedRecords, PlaceCard

__all__ = [
    "FacetResult",
    "FacetValue",
    "Hit",
    "Labelled",
    "OfferedPlace",
    "Recommendation",
    "Results",
]


@dataclass(frozen=True)
class Labelled:
    """A code with its label in the reader's language."""

    code: str
    label: str


@dataclass(frozen=True)
class FacetValue:
    """A value of a facet; for hierarchical facets with what lies below it.

    `count` is None where nobody counted.
    """

    code: str
    label: str
    count: int | None
    selected: bool
    children: tuple[FacetValue, ...] = ()

    def walk(self) -> Iterator[FacetValue]:
        """This value and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class FacetResult:
    """A facet with the values that the query finds, and the chosen ones."""

    name: str
    label: str
    values: tuple[FacetValue, ...]
    selected_count: int = 0
    is_open: bool = False

    def walk(self) -> Iterator[FacetValue]:
        """All values of all levels."""
        for value in self.values:
            yield from value.walk()


@dataclass(frozen=True)
class Hit:
    """One hit. `title_html` and `passage_html` are escaped text with `<mark>` and nothing else.

    Attributes:
        key: of the document, without the language of its readers: `page:12`, `desk:7`.
        page_id: of the page; None for a record that is no page.
        codes: those of the page by facet, for hierarchical facets with everything above.
        reason_html: why it was found, where neither title nor passage shows it: the label of a
            term, another name, its text in the other language, or a passage of a file that the page
            links to. As `passage_html`, with a link to the file.
        record: what is shown of a record; None for a page.
    """

    key: str
    page_id: int | None
    url: str
    title: str
    title_html: str
    passage_html: str
    kind: str
    kind_label: str
    language: str
    places: str = ""
    period: str = ""
    themes: tuple[str, ...] = ()
    evidence: Labelled | None = None
    is_stale: bool = False
    score: float = 0.0
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reason_html: str = ""
    record: ShownRecord | None = None


@dataclass(frozen=True)
class Recommendation:
    """A page that editors pinned to the query. It may stand among the hits as well."""

    page_id: int
    url: str
    title: str
    summary: str
    kind_label: str
    language: str


@dataclass(frozen=True)
class OfferedPlace:
    """A place that the whole query names, which has a page of its own.

    `prefecture` is empty for a place that is one or lies in none; `ended` says in words until when
    a place existed that is no more, and `became` what it belongs to today.
    """

    code: str
    url: str
    title: str
    prefecture: str
    kind_label: str
    ended: str = ""
    became: str = ""


@dataclass(frozen=True)
class Results:
    """What a query found.

    Attributes:
        query: the cleaned query.
        total: number of hits on all pages, of the tier that the query asks for.
        hits: those of this page that have what was asked for.
        some_hits: behind them, pages that have some of the words. In the total and in the counts
            where the query asks for the tier `all`; else shown beside a short list and not counted.
        some_total: how many such pages there are, where they were looked for.
        facets: with counts for the query, each without its own filter.
        rung: step of the ladder that found them; `phrase` is the strictest, `all` no words at all,
            `titles` is that of the database.
        message: what the search did that was not asked for, in words; empty for nothing.
        understood: each clause with what it was taken to mean as well.
        corrections: other spellings that have hits.
        wider: broader and related terms with their number of hits, where there are few.
        corrected: the text that was searched for in place of the one typed, or empty.
        unfiltered_total: hits without filters, when the filters leave none.
        is_available: false when there is no engine; `message` then says what is limited. Hits
            are then those that the database finds by filters and titles, and nothing is counted.
        best_bets: pages that editors recommend for the query, above the hits.
        by_meaning: pages that are near in meaning without having the words; not in the total.
        places: places that the query names, with or without an engine; not in the total.
        place_card: what is known of the place, where it is one.
        records: what it asks for that are no pages, with or without an engine, above the hits.
            Those that are found by its words are hits as well, and counted there.
    """

    query: SearchQuery
    total: int = 0
    hits: tuple[Hit, ...] = ()
    some_hits: tuple[Hit, ...] = ()
    some_total: int = 0
    facets: tuple[FacetResult, ...] = ()
    rung: str = "all"
    message: str = ""
    understood: tuple[tuple[str, tuple[str, ...]], ...] = ()
    corrections: tuple[str, ...] = ()
    wider: tuple[tuple[str, int], ...] = ()
    corrected: str = ""
    unfiltered_total: int = 0
    is_available: bool = True
    best_bets: tuple[Recommendation, ...] = ()
    by_meaning: tuple[Hit, ...] = ()
    places: tuple[OfferedPlace, ...] = ()
    place_card: PlaceCard | None = None
    records: tuple[OfferedRecords, ...] = ()

    @property
    def pages(self) -> int:
        """Number of pages, at least one."""
        return max(1, -(-self.total // self.query.per_page))

    @property
    def asks_which_place(self) -> bool:
        """Whether the query names several places that there still are."""
        return sum(not place.ended for place in self.places) > 1 and not any(
            place.ended for place in self.places
        )

    @property
    def strict_total(self) -> int:
        """Number of hits that have what was asked for."""
        return self.total - self.some_total if self.query.tier == "all" else self.total

    @property
    def listed_hits(self) -> tuple[Hit, ...]:
        """The hits without those that stand above them already, offered as records."""
        above = {item.key for records in self.records for item in records.items}
        return tuple(hit for hit in self.hits if hit.key not in above)

    def facet(self, name: str) -> FacetResult | None:
        """The facet with that name; None where there is none."""
        return next((facet for facet in self.facets if facet.name == name), None)

    def counts(self, name: str) -> dict[str, int]:
        """Count by code of a facet, all levels."""
        facet = self.facet(name)
        values = facet.walk() if facet else ()
        return {value.code: value.count for value in values if value.count is not None}

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            "query": {
                "q": self.query.asked,
                "words": self.query.text,
                "intents": [
                    {"facet": one.facet, "codes": list(one.codes), "text": one.text}
                    for one in self.query.intents
                ],
                "locale": self.query.locale,
                "facets": {name: list(codes) for name, codes in self.query.facets.items()},
                "like": self.query.like,
                "sort": self.query.sort,
                "tier": self.query.tier,
                "page": self.query.page,
                "per_page": self.query.per_page,
            },
            "notices": list(self.query.notices),
            "is_available": self.is_available,
            "total": self.total,
            "totals": {"strict": self.strict_total, "some": self.some_total},
            "pages": self.pages,
            "rung": self.rung,
            "message": self.message,
            "corrected": self.corrected,
            "corrections": list(self.corrections),
            "wider": [{"text": text, "total": total} for text, total in self.wider],
            "understood": [
                {"text": text, "also": list(alternatives)} for text, alternatives in self.understood
            ],
            "places": [asdict(place) for place in self.places],
            "place_card": asdict(self.place_card) if self.place_card else None,
            "records": [asdict(records) for records in self.records],
            "best_bets": [asdict(page) for page in self.best_bets],
            "hits": [asdict(hit) for hit in self.hits],
            "some_hits": [asdict(hit) for hit in self.some_hits],
            "by_meaning": [asdict(hit) for hit in self.by_meaning],
            "facets": [asdict(facet) for facet in self.facets],
        }
