"""Where apps say what the search shall know of their pages.

An app's `search_documents.py` holds a function from a page to a `ContentDocument` and registers it:

    def story_document(page: StoryPage) -> ContentDocument:
        return document_of(page, kind="page", summary=page.summary, body=plain_text(page.body))

    register(StoryPage, story_document)

`lookups` repeats what the document says of facets as questions to the database, which answers them
while there is no engine to ask.

The app that has the places registers what they are called, with `register_places`; the one that
compares them which are like a place, with `register_likeness`; the one that can draw them, with
`register_outlines`; the one that reads files, with `register_linked_documents`. Records that are no
pages are registered in `search.records`; what should stand above the hits of queries that ask for
it is offered by `register_offers`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils import timezone
from wagtail.models import Page

from search.index.document import ContentDocument, Item, LinkedDocument

Projection: TypeAlias = Callable[[Any], ContentDocument]
Lookup: TypeAlias = Sequence[str] | Callable[[Sequence[str]], Q]
Fetch: TypeAlias = Callable[[list[Any]], None]


@dataclass(frozen=True)
class PlaceNames:
    """A place that has a public page of its own, and what people call it.

    Attributes:
        titles: by language, what it is called on the site; so `prefectures`, empty where it is none
            or lies in none.
        kind: what sort of place it is, translated when shown.
        rank: which of several places comes first, small numbers before large ones.
        written: its names as `core.place_names.normalise_place_name` gives them.
        sounding: its names in kana or Latin letters, which are compared by sound.
        last_day: the day on which it ended.
        successors: codes of the places that followed it.
    """

    code: str
    titles: Mapping[str, str]
    prefectures: Mapping[str, str]
    kind: Any
    rank: int
    written: frozenset[str]
    sounding: frozenset[str]
    last_day: datetime.date | None = None
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlaceSource:
    """Where the places come from.

    Attributes:
        read: all places with their names.
        state: something that is different once `read` would give something else; cheap, since it
            is asked for at each search and for every letter that somebody types.
        url: from the code of a place to the address of its page in the active language.
    """

    read: Callable[[], Sequence[PlaceNames]]
    state: Callable[[], object]
    url: Callable[[str], str]


_place_sources: list[PlaceSource] = []


def register_places(source: PlaceSource) -> None:
    """Let the pages of places be offered to those who type the name of one."""
    _place_sources.append(source)


def place_sources() -> tuple[PlaceSource, ...]:
    """All sources of places."""
    return tuple(_place_sources)


@dataclass(frozen=True)
class CardLink:
    """A link on the card of a place; `note` says what it leads to."""

    label: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class CardGroup:
    """Cases under a heading that says whose they are; `url` leads to all, if there are more."""

    heading: str
    links: tuple[CardLink, ...]
    url: str = ""


@dataclass(frozen=True)
class PlaceCard:
    """What is known of a place, in the active language.

    Attributes:
        figures: number, what it counts, and of which day.
        has_cases: whether the cases of the groups are its own.
        links: to its platform and its desks.
    """

    code: str
    figures: tuple[tuple[str, str, str], ...]
    has_cases: bool
    groups: tuple[CardGroup, ...]
    links: tuple[CardLink, ...]


CardSource: TypeAlias = Callable[[str], PlaceCard | None]

_card_sources: list[CardSource] = []


def register_place_cards(source: CardSource) -> None:
    """Let the search show a card of the one place that somebody asks for, by its code."""
    _card_sources.append(source)


def place_card(code: str) -> PlaceCard | None:
    """The card of a place from the first source that has one."""
    return next((card for source in _card_sources if (card := source(code))), None)


@dataclass(frozen=True)
class LikePlaces:
    """A place, and those that are like it.

    Attributes:
        titles: by language, what the place is called.
        codes: of the places like it, which are values of the facet `region`.
    """

    code: str
    titles: Mapping[str, str]
    codes: tuple[str, ...]


LikenessSource: TypeAlias = Callable[[str], LikePlaces | None]

_likeness_sources: list[LikenessSource] = []


def register_likeness(source: LikenessSource) -> None:
    """Let what is found be narrowed to places like one that is named by its code.

    The source gives None for a code that it does not know, or a place that is like no other.
    """
    _likeness_sources.append(source)


def like_places(code: str) -> LikePlaces | None:
    """A place with those like it, as the first source has them that knows it."""
    return next((found for source in _likeness_sources if (found := source(code))), None)


@dataclass(frozen=True)
class Outlines:
    """A prefecture to draw: its land, and name and outline of each municipality by code."""

    title: str
    viewbox: str
    ground: str
    places: Mapping[str, tuple[str, str]]


OutlineSource: TypeAlias = Callable[[str], Outlines | None]

_outline_sources: list[OutlineSource] = []


def register_outlines(source: OutlineSource) -> None:
    """Let hits be shown on the map of a prefecture, which is named by its code.

    The source gives names in the active language, and None for what it cannot draw.
    """
    _outline_sources.append(source)


def outlines_of(prefecture: str) -> Outlines | None:
    """What the first source draws that knows the prefecture."""
    return next((found for source in _outline_sources if (found := source(prefecture))), None)


@dataclass(frozen=True)
class LinkedDocumentSource:
    """Where the text of files comes from that pages link to.

    Attributes:
        read: from ids of pages to the files that each of them links to, without those that have
            no text and those that the public may not read.
        public: of keys of files, those that the public may read now.
    """

    read: Callable[[Sequence[int]], Mapping[int, Sequence[LinkedDocument]]]
    public: Callable[[Iterable[int]], set[int]]


_linked_document_sources: list[LinkedDocumentSource] = []


def register_linked_documents(source: LinkedDocumentSource) -> None:
    """Let pages be found by the text of the files that they link to."""
    _linked_document_sources.append(source)


def linked_documents_of(page_ids: Sequence[int]) -> dict[int, tuple[LinkedDocument, ...]]:
    """By page the files that it links to, from the first source that has any."""
    for source in _linked_document_sources:
        if found := source.read(page_ids):
            return {page: tuple(files) for page, files in found.items()}
    return {}


def public_documents_among(keys: Iterable[int]) -> set[int]:
    """Those of the files that the public may read now. No query where none is asked for."""
    wanted = set(keys)
    return {key for source in _linked_document_sources for key in source.public(wanted)} & wanted


@dataclass(frozen=True)
class OfferedRecord:
    """A record that has no page of its own: the address where it stands, its name and a line.

    `key` begins the keys of its documents in the index, `desk:7`.
    """

    key: str
    url: str
    title: str
    summary: str


@dataclass(frozen=True)
class OfferedRecords:
    """Records of one kind that a query asks for.

    Attributes:
        label: what they are called, in the active language.
        total: how many there are.
        url: the list of all of them.
        items: the first of them.
    """

    kind: str
    label: str
    total: int
    url: str
    items: tuple[OfferedRecord, ...]


@dataclass(frozen=True)
class AskedWords:
    """A query as those see it who offer records.

    Attributes:
        text: the whole of it as folded.
        words: its words as folded, each with what the lexicon says is the same.
        places: codes of the places that it names, or by which it is filtered.
        codes: codes by which it is filtered, by facet.
    """

    text: str
    words: Sequence[str]
    places: Sequence[str]
    codes: Mapping[str, Sequence[str]]


OfferSource: TypeAlias = Callable[[AskedWords], OfferedRecords | None]

_offer_sources: list[OfferSource] = []


def register_offers(source: OfferSource) -> None:
    """Let records that are no pages be offered above the hits of queries that ask for them.

    The source is called at each search with words, and gives None where nothing asks for them.
    """
    _offer_sources.append(source)


def offer_sources() -> tuple[OfferSource, ...]:
    """All sources of offers."""
    return tuple(_offer_sources)


@dataclass(frozen=True)
class _Registration:
    projection: Projection
    related: tuple[str | Prefetch, ...]
    fetches: tuple[Fetch, ...]
    kind: str
    lookups: Mapping[str, Lookup]
    findable: Callable[[], Q] | None


_registrations: dict[type[Page], _Registration] = {}


def register(
    model: type[Page],
    projection: Projection,
    related: Iterable[str | Prefetch | Fetch] = (),
    *,
    kind: str = "page",
    lookups: Mapping[str, Lookup] | None = None,
    findable: Callable[[], Q] | None = None,
) -> None:
    """Let pages of exactly this model be found, as the documents that `projection` makes.

    Args:
        related: what the projection reads besides the page, as for `prefetch_related`. It is
            fetched for many pages at once, so the projection should ask for it with `.all()`. What
            has no such name is a function that puts it on the pages, of which there are many.
        kind: what the pages are, in the words of the facet `kind`; as in their documents.
        lookups: by facet, where the database has its codes, as for `filter`: names of fields of
            which one must have a code, for `period` fields that begin with a year, or a function
            from codes to a condition. A facet that is not named here has no pages of this model.
        findable: gives the condition under which a page of this model is found by itself; without
            it all are.
    """
    names: list[str | Prefetch] = []
    fetches: list[Fetch] = []
    for wanted in related:
        if isinstance(wanted, str | Prefetch):
            names.append(wanted)
        else:
            fetches.append(wanted)
    _registrations[model] = _Registration(
        projection, tuple(names), tuple(fetches), kind, lookups or {}, findable
    )


def registered() -> tuple[type[Page], ...]:
    """All page models that can be found."""
    return tuple(_registrations)


def findable_q(*models: type[Page]) -> Q:
    """Condition that a page is of one of the models (else of a registered one) and can be found.

    Whether the public may see it is another matter: `core.visibility`.
    """
    fits = Q(pk__in=())
    for model in models or registered():
        wanted = Page.objects.exact_type_q(model)
        findable = _registrations[model].findable
        if findable is not None:
            own = model._default_manager.order_by().filter(findable())
            wanted &= Q(pk__in=own.values("pk"))
        fits |= wanted
    return fits


def kind_of(model: type[Page]) -> str:
    """What pages of a registered model are, in the words of the facet `kind`."""
    return _registrations[model].kind


def lookups_of(model: type[Page]) -> Mapping[str, Lookup]:
    """By facet, where the database has its codes for pages of a registered model."""
    return _registrations[model].lookups


def fetch_related(pages: Iterable[Page]) -> None:
    """Fetch what projections read of these specific pages: a few queries for each kind of page."""
    by_model: dict[type[Page], list[Page]] = {}
    for page in pages:
        by_model.setdefault(type(page), []).append(page)
    for model, some in by_model.items():
        if model in _registrations:
            prefetch_related_objects(some, *_registrations[model].related)
            for fetch in _registrations[model].fetches:
                fetch(some)


def project(page: Page) -> ContentDocument | None:
    """The document of a specific page; None for a kind of page that is not searched."""
    registration = _registrations.get(type(page))
    return registration.projection(page) if registration else None


def document_of(
    page: Page,
    *,
    kind: str,
    summary: str = "",
    lead: str = "",
    body: str = "",
    year: int | None = None,
    names: Iterable[str] = (),
    facets: Mapping[str, Iterable[str]] | None = None,
) -> ContentDocument:
    """A document with what every page has (language, dates, title) and what is given here.

    The facets `kind`, `year` and `period` (five years from the start year) are added.
    """
    periods = {"year": (str(year),), "period": (str(year // 5 * 5),)} if year else {}
    return ContentDocument(
        key=key_of(page.pk),
        page_id=page.pk,
        kind=kind,
        locale=page.locale.language_code,
        translation_key=str(page.translation_key),
        title=page.title,
        lead=lead or summary,
        body=body,
        names=distinct(names),
        facets=codes_of(kind, {**periods, **(facets or {})}),
        published=seconds_of(page.first_published_at),
        confirmed=seconds_of(getattr(page, "last_confirmed_at", None)),
        year=year,
        summary=summary,
    )


def key_of(page_id: int) -> str:
    """The key of a page's document."""
    return Item.page(page_id).key


def codes_of(kind: str, facets: Mapping[str, Iterable[str]] | None) -> dict[str, tuple[str, ...]]:
    """Codes of a document by facet, the kind among them, without facets that have none."""
    codes = {name: distinct(values) for name, values in (facets or {}).items()}
    return {name: values for name, values in codes.items() if values} | {"kind": (kind,)}


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    """The values that say something, each once."""
    return tuple(dict.fromkeys(value for value in values if value))


def seconds_of(moment: datetime.datetime | datetime.date | None) -> int:
    """Seconds since 1970 of a moment, or of the beginning of a day; 0 for none."""
    if moment is None:
        return 0
    if not isinstance(moment, datetime.datetime):
        moment = datetime.datetime.combine(
            moment, datetime.time(), tzinfo=timezone.get_default_timezone()
        )
    return int(moment.timestamp())
