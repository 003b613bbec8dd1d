"""Present an answer of the engine, or of the database: labels, highlights, addresses, facets."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
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
from search.registry import public_documents_among
from search.results import facets
from search.results.best_bets import recommendations
from search.results.highlight import Marker
from search.results.page import FacetResult, Hit, Labelled, Results

__all__ = ["places_text", "present"]

_MOST_PLACES = 2
_MOST_THEMES = 3
_SUMMARY_LENGTH = 160  # characters
_MARK = "<mark>"
# Of a sentence.
_ENDS = ("。", "．", "！", "？", "!", "?", ". ")


def present(
    query: SearchQuery,
    answer: Answer,
    *,
    marker: Marker,
    weaker: Marker | None = None,
    pinned: Sequence[int],
    some: Sequence[Found] = (),
    neighbours: Sequence[Found] = (),
    is_counted: bool = True,
    request: HttpRequest | None = None,
    **told: Any,
) -> Results:
    """Make the page of results that HTML, JSON and files are rendered from.

    Args:
        query: as it was answered, its page included.
        marker: highlights what was searched for.
        weaker: highlights parts of that, in hits where nothing else can be marked.
        pinned: ids of the pages recommended for the query.
        some: hits that have some of the words, shown behind the others.
        neighbours: hits near in meaning, shown in a list of their own.
        is_counted: whether the answer has counts of facets; without them facets offer what exists.
        request: saves looking up the site again for each address.
        told: further fields of `Results`.
    """
    shown = (*answer.hits, *some, *neighbours)
    labels = _labels(replace(answer, hits=shown), query)
    items = [Item.of_key(hit.key) for hit in shown]
    pages = public_pages(
        [*(item.pk for item in items if item.is_page), *pinned], query.locale, translated=pinned
    )
    files = public_documents_among(
        file[0] for hit in shown for file in hit.card.get("linked_documents", ())
    )
    found = _Public(
        pages, records_to_show(items), labels, marker, weaker or Marker(()), files, request
    )
    return Results(
        query=query,
        total=answer.total,
        hits=tuple(found.hits(answer.hits)),
        some_hits=tuple(found.hits(some)),
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
        name: {*answer.counts.get(name, ()), *query.chosen.get(name, ())} for name in FACETS
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
            facet, answer.counts.get(name, {}), query.chosen.get(name, ()), values[name]
        )


@dataclass(frozen=True)
class _Public:
    """What the public may see of the hits, and how it is shown."""

    pages: Mapping[int, Page]
    records: Mapping[Item, PublicRecord]
    labels: Mapping[str, Mapping[str, facets.Value]]
    marker: Marker
    weaker: Marker
    files: Collection[int]
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
        hit = self._hit(found, title_as_read(page, card["title"]))
        passage, reason = self._why(card, hit)
        evidence = self.labels["evidence"].get(next(iter(codes.get("evidence", ())), ""))
        return replace(
            hit,
            title_html=self.weaker.mark(hit.title) if passage is None else hit.title_html,
            page_id=card["page_id"],
            url=page.get_url(self.request) or "",
            passage_html=passage or Marker(()).mark(_cut(card["summary"] or card["body"])),
            reason_html=reason,
            places=places_text(codes.get("region", ()), self.labels["region"]),
            period=_period(card, codes),
            themes=tuple(_narrowest(codes.get("theme", ()), self.labels["theme"])[:_MOST_THEMES]),
            evidence=Labelled(evidence.code, evidence.label) if evidence else None,
            is_stale=_is_stale(card["confirmed"]),
        )

    def _why(self, card: Mapping[str, Any], hit: Hit) -> tuple[str | None, str]:
        """The passage that shows why a page was found, else the label or the other text that does.

        Without a passage the title may still have a part of what was searched for.
        """
        texts = (card["body"], card["summary"], _prose(card["lead"]))
        passage = next((found for text in texts if (found := self.marker.passage(text))), "")
        if passage or _MARK in hit.title_html:
            return passage, ""
        for name, codes in hit.codes.items():
            for value in (self.labels[name].get(code) for code in codes if name in self.labels):
                if value and _MARK in (marked := self.marker.mark(value.label)):
                    label = facets.ALL[name].label
                    return "", format_html(_("{facet}: {value}"), facet=label, value=marked)
        if reason := self._linked(card):
            return "", reason
        for heading, other in (
            (_("Also called"), card["names"]),
            (_("In the other language"), card["translations"]),
        ):
            if marked := self.marker.passage("\n".join(other), 1):
                return "", format_html(_("{facet}: {value}"), facet=heading, value=marked)
        return next((found for text in texts if (found := self.weaker.passage(text))), None), ""

    def _linked(self, card: Mapping[str, Any]) -> str:
        """The passage of a file that the page links to, with the file and its page.

        An index that was made before files were read has none.
        """
        for pk, title, url, parts in card.get("linked_documents", ()):
            if pk not in self.files:
                continue
            for label, text in self.marker.likely(parts):
                if passage := self.marker.passage(text, 1):
                    return _in_file(title, url, label, passage)
        return ""

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


def _in_file(title: str, url: str, label: str, passage: str) -> str:
    """A passage of a file, said with the file and where in it the passage stands."""
    is_page = label.isdigit()
    file = format_html('<a href="{}">{}</a>', f"{url}#page={label}" if is_page else url, title)
    if is_page:
        said = _("In the document {file}, page {part}: {value}")
    elif label:
        said = _("In the document {file}, {part}: {value}")
    else:
        said = _("In the document {file}: {value}")
    return format_html(said, file=file, part=label, value=passage)


def _prose(lead: str) -> str:
    """The sentences of a lead, without the labels and names behind them."""
    return lead[: max(lead.rfind(end) for end in _ENDS) + 1]


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
