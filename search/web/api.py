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
            Field(
                [], max_length=30, description=gettext_noop("Codes of this filter: any of these.")
            ),
        )
        for name in FACETS
    },
)


class SearchParams(_FacetParams):
    """What is searched for."""

    q: str = Field(
        "",
        max_length=LONGEST_TEXT,
        description=gettext_noop("Words to search for, as on the search page."),
    )
    like: Code | None = Field(
        None,
        description=gettext_noop(
            "Code of a municipality: only what is in one of the places most like it."
        ),
    )
    without: list[Literal["ended"]] = Field(
        [], max_length=1, description=gettext_noop("Set “ended” to leave out finished projects.")
    )
    tier: Literal["strict", "all"] = Field(
        "strict",
        description=gettext_noop(
            "`strict` lists and counts what has the words of `q`; `all` also, behind that, what "
            "has some of them."
        ),
    )
    words: list[str] = Field(
        [],
        max_length=len(FACETS),
        description=gettext_noop("Facets of which no value is recognised in `q`."),
    )
    spelling: Literal["typed"] | None = Field(
        None,
        description=gettext_noop("`typed`: nothing is searched for in place of `q`."),
    )
    sort: Literal["relevance", "newest", "confirmed"] = Field(
        "relevance", description=gettext_noop("Order of the results.")
    )
    page: int = Field(
        1, ge=1, le=LAST_PAGE, description=gettext_noop("Page of the list, starting at 1.")
    )
    per_page: int = Field(
        PAGE_SIZE, ge=1, le=_MOST_ON_A_PAGE, description=gettext_noop("Items per page.")
    )


class IntentOut(Schema):
    """A part of `q` that was taken for values of a facet."""

    facet: str
    codes: list[str]
    text: str


class AskedFor(Schema):
    """The query as it was understood."""

    q: str
    words: str = Field(description=gettext_noop("What was searched for as words."))
    intents: list[IntentOut] = Field(
        description=gettext_noop("Parts of `q` that were taken for values of facets instead.")
    )
    locale: str
    facets: dict[str, list[str]]
    like: str
    sort: str
    tier: str
    page: int
    per_page: int


class Totals(Schema):
    """Numbers of hits by tier."""

    strict: int = Field(description=gettext_noop("What has the words of `q`."))
    some: int = Field(
        description=gettext_noop(
            "What has some of them; 0 where nobody looked: there is no such tier, or the list is "
            "long enough without."
        )
    )


class Understood(Schema):
    """A part of the query, and what else it was taken to mean."""

    text: str
    also: list[str]


class WiderTerm(Schema):
    """A broader or related term with its number of hits."""

    text: str
    total: int


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
    reason_html: str = Field(
        description=gettext_noop(
            "Why it was found, where neither title nor passage shows it: the label of a term, "
            "another name, its text in the other language, or a passage of a document, with a link."
        )
    )
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
    became: str


class CardLinkOut(Schema):
    """A link on the card of a place."""

    label: str
    url: str
    note: str


class CardGroupOut(Schema):
    """Cases under a heading that says whose they are; `url` leads to all, if there are more."""

    heading: str
    links: list[CardLinkOut]
    url: str


class PlaceCardOut(Schema):
    """What is known of a place."""

    code: str
    figures: list[tuple[str, str, str]] = Field(
        description=gettext_noop("Number, what it counts, and of which day.")
    )
    has_cases: bool = Field(
        description=gettext_noop(
            "Whether the cases are its own; else those of places near or like it."
        )
    )
    groups: list[CardGroupOut]
    links: list[CardLinkOut]


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
    notices: list[str] = Field(description=gettext_noop("What was ignored or corrected."))
    is_available: bool = Field(
        description=gettext_noop("False while only filters and titles are searched.")
    )
    total: int = Field(description=gettext_noop("Total number of items."))
    totals: Totals
    pages: int
    rung: str = Field(description=gettext_noop("How closely the words were matched."))
    message: str
    corrected: str
    corrections: list[str]
    wider: list[WiderTerm] = Field(
        description=gettext_noop("Broader and related terms, where there are few results.")
    )
    understood: list[Understood]
    places: list[OfferedPlaceOut] = Field(
        description=gettext_noop("Places of which `q` is the name; not counted.")
    )
    place_card: PlaceCardOut | None = Field(
        description=gettext_noop("What is known of the place, where `q` can only mean one.")
    )
    records: list[OfferedRecordsOut] = Field(
        description=gettext_noop(
            "What `q` asks for that are not pages, such as desks. They may be among the results "
            "as well."
        )
    )
    best_bets: list[RecommendationOut]
    hits: list[HitOut]
    some_hits: list[HitOut] = Field(
        description=gettext_noop(
            "Behind the results, what has some of the words. Counted in `total` and in the facets "
            "with `tier=all` alone."
        )
    )
    by_meaning: list[HitOut] = Field(
        description=gettext_noop("Pages related in meaning without the words; not counted.")
    )
    facets: list[FacetOut]
    labels: dict[str, dict[str, Text]] = Field(
        description=gettext_noop("Labels in both languages, by filter and code.")
    )


@router.get(
    "/search",
    response=SearchAnswer,
    operation_id="search",
    summary=gettext_noop("Search everything"),
    description=gettext_noop(
        "Results, order and counts are the same as on the search page. Codes of one filter are "
        "combined with OR, different filters with AND."
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
        *results["some_hits"],
        *results["by_meaning"],
        *results["best_bets"],
        *results["places"],
        *results["records"],
        *(item for records in results["records"] for item in records["items"]),
        *(_links_of_card(results["place_card"])),
    ):
        page["url"] = f"{settings.SITE_URL}{page['url']}"
    return results


def _links_of_card(card: dict[str, Any] | None) -> list[dict[str, Any]]:
    if card is None:
        return []
    groups = card["groups"]
    links = [*card["links"], *(link for group in groups for link in group["links"])]
    return [*links, *(group for group in groups if group["url"])]


def _labels(results: Results) -> dict[str, dict[str, Text]]:
    """Both labels of all codes in the answer: one query for each vocabulary."""
    codes: dict[str, set[str]] = {name: set(results.counts(name)) for name in FACETS}
    for hit in (*results.hits, *results.some_hits, *results.by_meaning):
        for name, of_hit in hit.codes.items():
            codes[name] |= set(of_hit)
    return {
        name: {
            code: Text(ja=ja, en=en)
            for code, (ja, en) in facets.ALL[name].both_labels(sorted(codes[name])).items()
        }
        for name in FACETS
    }
