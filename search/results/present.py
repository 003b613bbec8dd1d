"""Present an answer of the engine, or of the database: labels, highlights, addresses, facets."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from core.models import STALE_AFTER
from core.templatetags.facts import period
from core.templatetags.readings import title_as_read
from search.index.document import Item
from search.index.fields import FACETS
from search.index.visibility import PublicRecord, public_pages, records_to_show
from search.plan import Answer, Found
from search.query.search_query import SearchQuery
from search.results import facets
from search.results.best_bets import recommendations
from search.results.highlight import Marker
from search.results.page import FacetResult, Hit, Labelled, Results

__all__ = ["places_text", "present"]

_MOST_PLACES = 2
_MOST_THEMES = 3
_SUMMARY_LENGTH = 160  # characters


def present(
    query: SearchQuery,
    answer: Answer,
    *,
    marker: Marker,
    pinned: Sequence[int],
    neighbours: Sequence[Found] = (),
    is_counted: bool = True,
    request: HttpRequest | None = None,
    **told: Any,
) -> Results:
    """Make the page of results that HTML, JSON and files are rendered from.

    Args:
        query: as it was answered, its page included.
        marker: highlights what was searched for.
        pinned: ids of the pages recommended for the query.
        neighbours: hits near in meaning, shown in a list of their own.
        is_counted: whether the answer has counts of facets; without them facets offer what exists.
        request: saves looking up the site again for each address.
        told: further fields of `Results`.
    """
    shown = (*answer.hits, *neighbours)
    labels = _labels(replace(answer, hits=shown), query)
    items = [Item.of_key(hit.key) for hit in shown]
    pages = public_pages(
        [*(item.pk for item in items if item.is_page), *pinned], query.locale, translated=pinned
    )
    found = _Public(pages, records_to_show(items), labels, marker, request)
    return Results(
        query=query,
        total=answer.total,
        hits=tuple(found.hits(answer.hits)),
        facets=tuple(_facets(answer, query, labels) if is_counted else _offered(query)),
        best_bets=recommendations(pinned, pages, request),
        by_meaning=tuple(found.hits(neighbours)),
        **told,
    )


def _offered(query: SearchQuery) -> Iterable[FacetResult]:
    """Facets with the values that exist, for when nobody can count them."""
    for name, facet in facets.ALL.items():
        chosen = query.facets.get(name, ())
        yield facets.facet_result(facet, None, chosen, facet.offered(chosen, query.locale))


def _labels(answer: Answer, query: SearchQuery) -> dict[str, dict[str, facets.Value]]:
    """Labels of all codes on the page: one query for each vocabulary."""
    codes: dict[str, set[str]] = {
        name: {*answer.counts.get(name, ()), *query.facets.get(name, ())} for name in FACETS
    }
    for found in answer.hits:
        for name, of_hit in found.card["facets"].items():
            codes.setdefault(name, set()).update(of_hit)
    return {name: facets.ALL[name].values(sorted(codes[name]), query.locale) for name in FACETS}


def _facets(
    answer: Answer, query: SearchQuery, values: Mapping[str, Mapping[str, facets.Value]]
) -> Iterable[FacetResult]:
    for name, facet in facets.ALL.items():
        yield facets.facet_result(
            facet, answer.counts.get(name, {}), query.facets.get(name, ()), values[name]
        )


@dataclass(frozen=True)
class _Public:
    """What the public may see of the hits, and how it is shown."""

    pages: Mapping[int, Page]
    records: Mapping[Item, PublicRecord]
    labels: Mapping[str, Mapping[str, facets.Value]]
    marker: Marker
    request: HttpRequest | None

    def hits(self, found: Iterable[Found]) -> Iterator[Hit]:
        """Hits whose page or record is public now: without what was withdrawn a moment ago."""
        for hit in found:
            item = Item.of_key(hit.key)
            if item.is_page and (page := self.pages.get(item.pk)):
                yield self._page(hit, page)
            elif record := self.records.get(item):
                yield self._record(hit, record)

    def _page(self, found: Found, page: Page) -> Hit:
        card = found.card
        codes: Mapping[str, Sequence[str]] = card["facets"]
        passage = self.marker.passage(card["body"]) or self.marker.passage(card["summary"])
        if not passage:
            passage = Marker(()).mark(_cut(card["summary"] or card["body"]))
        evidence = self.labels["evidence"].get(next(iter(codes.get("evidence", ())), ""))
        return replace(
            self._hit(found, title_as_read(page, card["title"])),
            page_id=card["page_id"],
            url=page.get_url(self.request) or "",
            passage_html=passage,
            places=places_text(codes.get("region", ()), self.labels["region"]),
            period=_period(card, codes),
            themes=tuple(_narrowest(codes.get("theme", ()), self.labels["theme"])[:_MOST_THEMES]),
            evidence=Labelled(evidence.code, evidence.label) if evidence else None,
            is_stale=_is_stale(card["confirmed"]),
        )

    def _record(self, found: Found, record: PublicRecord) -> Hit:
        """A record as it is now, in the reading of the page."""
        shown = record.shown
        return replace(
            self._hit(found, shown.title),
            url=record.url,
            passage_html=self.marker.mark(shown.text),
            places=shown.place,
            is_stale=shown.is_stale,
            record=shown,
        )

    def _hit(self, found: Found, title: str) -> Hit:
        card = found.card
        return Hit(
            key=Item.of_key(found.key).key,
            page_id=None,
            url="",
            title=title,
            title_html=self.marker.mark(title),
            passage_html="",
            kind=card["kind"],
            kind_label=str(facets.ALL["kind"].labels.get(card["kind"], card["kind"])),
            language=card["locale"],
            score=round(found.score, 4),
            codes={name: tuple(codes) for name, codes in card["facets"].items()},
        )


def _narrowest(codes: Sequence[str], values: Mapping[str, facets.Value]) -> list[str]:
    """Labels of the codes that have none below them among the others."""
    above = {values[code].parent for code in codes if code in values}
    return [values[code].label for code in codes if code in values and code not in above]


def places_text(codes: Sequence[str], values: Mapping[str, facets.Value]) -> str:
    """Names of the narrowest of the places, two at most."""
    names = _narrowest(codes, values)
    text = _(", ").join(names[:_MOST_PLACES])
    if len(names) > _MOST_PLACES:
        text = _("%(places)s and others") % {"places": text}
    return text


def _period(card: Mapping[str, Any], codes: Mapping[str, Sequence[str]]) -> str:
    if not card["year"]:
        return ""
    return period(str(card["year"]), "", next(iter(codes.get("status", ())), ""))


def _is_stale(confirmed: int) -> bool:
    if not confirmed:
        return False
    day = datetime.datetime.fromtimestamp(confirmed, tz=datetime.UTC)
    return timezone.now() - day > STALE_AFTER


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY_LENGTH else line[:_SUMMARY_LENGTH].rstrip() + "…"
