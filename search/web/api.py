"""The search for programs: what the search page finds, as JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_noop
from ninja import Query, Router, Schema
from pydantic import Field, create_model

from opendata.paging import check_page, page_count, set_links
from opendata.schemas import Answer, Code, InLanguage, Text, frame
from search.index.fields import FACETS
from search.query.search_query import LAST_PAGE, LONGEST_TEXT, PAGE_SIZE, SearchQuery
from search.results import facets
from search.results.answer import search
from search.results.page import Results

router = Router(tags=["search"])

_MOST_ON_A_PAGE = 50

_FacetParams: Any = create_model(  # type: ignore[call-overload]
    "FacetParams",
    __base__=InLanguage,
    **{
        name: (
            list[Code],
            Field([], max_length=30, description=gettext_noop("Codes of this facet; one of them.")),
        )
        for name in FACETS
    },
)


class SearchParams(_FacetParams):
    """What is searched for."""

    q: str = Field(
        "",
        max_length=LONGEST_TEXT,
        description=gettext_noop("Words to search for, written as on the search page."),
    )
    like: Code | None = Field(
        None,
        description=gettext_noop(
            "Code of a municipality: only what is in one of the places most like it."
        ),
    )
    without: list[Literal["ended"]] = Field(
        [], max_length=1, description=gettext_noop("`ended` leaves out what has ended.")
    )
    sort: Literal["relevance", "newest", "confirmed"] = Field(
        "relevance", description=gettext_noop("Order of the hits.")
    )
    page: int = Field(1, ge=1, le=LAST_PAGE, description=gettext_noop("Page of the list, from 1."))
    per_page: int = Field(
        PAGE_SIZE, ge=1, le=_MOST_ON_A_PAGE, description=gettext_noop("Items on a page.")
    )


class AskedFor(Schema):
    """The query as it was understood."""

    q: str
    locale: str
    facets: dict[str, list[str]]
    like: str
    sort: str
    page: int
    per_page: int


class Understood(Schema):
    """A part of the query, and what else it was taken to mean."""

    text: str
    also: list[str]


class LabelledCode(Schema):
    """A code with its label in the language of the answer."""

    code: str
    label: str


class CallOut(Schema):
    """A telephone number: as it is read, as it is dialled, and for whom it is."""

    number: str
    dialled: str
    whom: str


class RecordOut(Schema):
    """What is said of a record that is no page, in the language of the answer."""

    title: str
    text: str
    place: str
    facts: list[tuple[str, str]] = Field(
        description=gettext_noop("Further facts, each with its label before it.")
    )
    calls: list[CallOut] = Field(description=gettext_noop("Numbers that may be called."))
    is_stale: bool


class HitOut(Schema):
    """A page or a record that was found.

    `title_html` and `passage_html` have `<mark>` and no other tags.
    """

    key: str = Field(description=gettext_noop("Names the page or the record: `page:12`, `desk:7`."))
    page_id: int | None = Field(
        description=gettext_noop("Null for a record that is no page, as a desk or a term.")
    )
    url: str
    title: str
    title_html: str
    passage_html: str
    kind: str
    kind_label: str
    language: str
    places: str
    period: str
    themes: list[str]
    evidence: LabelledCode | None
    is_stale: bool
    score: float
    codes: dict[str, list[str]]
    record: RecordOut | None = Field(
        description=gettext_noop("Null for a page; else what is said of the record.")
    )


class RecommendationOut(Schema):
    """A page that editors recommend for the query."""

    page_id: int
    url: str
    title: str
    summary: str
    kind_label: str
    language: str


class OfferedPlaceOut(Schema):
    """A place that the whole query names, with the address of its page."""

    code: str
    url: str
    title: str
    prefecture: str
    kind_label: str
    ended: str


class OfferedRecordOut(Schema):
    """A record that has no page of its own, with the address where it stands."""

    key: str
    url: str
    title: str
    summary: str


class OfferedRecordsOut(Schema):
    """Records of one kind, the first of them and the list of all."""

    kind: str
    label: str
    total: int
    url: str
    items: list[OfferedRecordOut]


class FacetValueOut(Schema):
    """A value of a facet with the number of its hits."""

    code: str
    label: str
    count: int | None
    selected: bool
    children: list[FacetValueOut]


class FacetOut(Schema):
    """A facet with the values that the query finds."""

    name: str
    label: str
    values: list[FacetValueOut]
    selected_count: int
    is_open: bool


class SearchAnswer(Answer):
    """A page of hits, with counts by facet."""

    query: AskedFor
    notices: list[str] = Field(
        description=gettext_noop("What was left out or corrected, in words.")
    )
    is_available: bool = Field(
        description=gettext_noop("False while only filters and titles are searched.")
    )
    total: int = Field(description=gettext_noop("Number of items on all pages."))
    pages: int
    rung: str = Field(description=gettext_noop("How strictly the words were taken."))
    message: str
    corrected: str
    corrections: list[str]
    understood: list[Understood]
    places: list[OfferedPlaceOut] = Field(
        description=gettext_noop("Places of which `q` is the name; not counted.")
    )
    records: list[OfferedRecordsOut] = Field(
        description=gettext_noop(
            "What `q` asks for that are no pages, as desks. They may be among the hits as well."
        )
    )
    best_bets: list[RecommendationOut]
    hits: list[HitOut]
    by_meaning: list[HitOut] = Field(
        description=gettext_noop("Pages near in meaning that do not have the words; not counted.")
    )
    facets: list[FacetOut]
    labels: dict[str, dict[str, Text]] = Field(
        description=gettext_noop("Labels in both languages, by facet and code.")
    )


@router.get(
    "/search",
    response=SearchAnswer,
    operation_id="search",
    summary=gettext_noop("Search everything"),
    description=gettext_noop(
        "The hits, their order and the counts are those of the search page. Codes of one facet are "
        "alternatives, facets are all required."
    ),
)
def search_everything(
    request: HttpRequest, response: HttpResponse, params: Annotated[SearchParams, Query()]
) -> dict[str, Any]:
    """Search, and tell both labels of every code."""
    asked = params.model_dump()
    query = replace(SearchQuery.from_params(asked, params.locale), per_page=params.per_page)
    results = search(query, request)
    pages = page_count(results.total, params.per_page)
    check_page(params.page, pages)
    set_links(request, response, params.page, pages)
    return {**frame(params.locale), **_absolute(results.as_dict()), "labels": _labels(results)}


def _absolute(results: dict[str, Any]) -> dict[str, Any]:
    for page in (
        *results["hits"],
        *results["by_meaning"],
        *results["best_bets"],
        *results["places"],
        *results["records"],
        *(item for records in results["records"] for item in records["items"]),
    ):
        page["url"] = f"{settings.SITE_URL}{page['url']}"
    return results


def _labels(results: Results) -> dict[str, dict[str, Text]]:
    """Both labels of all codes in the answer: one query for each vocabulary."""
    codes: dict[str, set[str]] = {name: set(results.counts(name)) for name in FACETS}
    for hit in (*results.hits, *results.by_meaning):
        for name, of_hit in hit.codes.items():
            codes[name] |= set(of_hit)
    return {
        name: {
            code: Text(ja=ja, en=en)
            for code, (ja, en) in facets.ALL[name].both_labels(sorted(codes[name])).items()
        }
        for name in FACETS
    }
