"""Asking the search: from a query to a page of results."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from core.models import STALE_AFTER
from core.templatetags.facts import period
from search import facets
from search.best_bets import pinned_page_ids, recommendations
from search.engines import current_engine
from search.engines.base import Engine, EngineUnavailable
from search.highlight import Marker
from search.indexing import FACETS
from search.interpretation import Interpretation, Rung
from search.lexicon import Lexicon, current_lexicon
from search.limited import limited_answer
from search.meaning import beside, in_order_of_meaning, is_loose
from search.outbox import withdrawn
from search.places import places_named
from search.plan import Answer, Everything, Found, Plan
from search.query import SearchQuery
from search.results import FacetResult, Hit, Labelled, Results
from search.visibility import public_pages

__all__ = ["Meant", "places_text", "search", "understand"]

logger = logging.getLogger(__name__)

_FEW = 5
# Nearness from which another word is searched for unasked, when the typed one finds nothing.
_SURE = 0.73
_SAME_SOUND = 1.0
_MOST_PLACES = 2
_MOST_THEMES = 3
_SUMMARY_LENGTH = 160


def search(query: SearchQuery, request: HttpRequest | None = None) -> Results:
    """Answer a query in its own language. Never raises for what somebody may type.

    `request` only saves looking up the site again for each address.
    """
    with override(query.locale):
        cleaned = facets.clean(query)
        try:
            results = _answer(cleaned, current_engine(), request)
        except EngineUnavailable as error:
            logger.warning("Search is limited to filters and titles: %s", error)
            results = _limited(cleaned, request)
        if results.query.page > 1 or not query.text:
            return results
        return replace(results, places=places_named(query.text))


@dataclass(frozen=True)
class Meant:
    """What a query was taken to mean, and the plan that asks for it.

    `total` counts what the words find without filters; `answer` is there when it was known already.
    """

    query: SearchQuery
    interpretation: Interpretation
    rung: Rung
    plan: Plan
    total: int
    answer: Answer | None
    corrections: tuple[str, ...] = ()
    corrected: str = ""


def understand(query: SearchQuery, engine: Engine) -> Meant:
    """Choose the rung of the ladder, or another spelling, by which the query is answered."""
    lexicon = current_lexicon()
    interpretation = Interpretation(query.text, lexicon)
    if interpretation.says_nothing:
        query = query.noting(
            _("“%(text)s” is nothing to search for by itself; everything is shown.")
            % {"text": query.text}
        )
    plan = _plan(query)
    if interpretation.is_empty and query.sort == "relevance":
        plan = replace(plan, sort="newest")
    rung, total, answer = _climb(engine, interpretation, plan)
    corrections: list[tuple[str, float]] = []
    corrected = ""
    if query.text and (total < _FEW or rung is not interpretation.rungs[0]):
        corrections = _corrections(engine, lexicon, query, interpretation)
        for text in _better(engine, lexicon, query, interpretation, rung, total, corrections):
            other = Interpretation(text, lexicon)
            found = _climb(engine, other, plan)
            if found[1]:
                corrected, interpretation, (rung, total, answer) = text, other, found
                corrections = [some for some in corrections if some[0] != text]
                break
    return Meant(
        query=query,
        interpretation=interpretation,
        rung=rung,
        plan=replace(plan, query=rung.query),
        total=total,
        answer=answer,
        corrections=tuple(text for text, _score in corrections),
        corrected=corrected,
    )


def _better(
    engine: Engine,
    lexicon: Lexicon,
    query: SearchQuery,
    meant: Interpretation,
    rung: Rung,
    total: int,
    corrections: Sequence[tuple[str, float]],
) -> Iterable[str]:
    """Spellings to be searched for unasked, best first: what was typed is hardly what was meant."""
    # What was found inside words is nearer to what was typed than another word is.
    is_doubtful = not total or rung.name in {"nearly", "some", "any"}
    # 避難書 has both words of 避難所 in many pages, but next to each other in none.
    if not is_doubtful and (rung.name != "words" or _count(engine, query, meant)):
        return []
    if corrections and corrections[0][1] >= (_SURE if is_doubtful else _SAME_SOUND):
        return [corrections[0][0]]
    if query.text.isascii():
        return meant.by_sound if is_doubtful else []
    # One after the other, since the first that is found is taken.
    return (t for t in meant.by_sound if _count(engine, query, Interpretation(t, lexicon)))


def _answer(query: SearchQuery, engine: Engine, request: HttpRequest | None) -> Results:
    meant = understand(query, engine)
    query, interpretation, rung = meant.query, meant.interpretation, meant.rung
    total, corrected = meant.total, meant.corrected
    plan = meant.plan
    answer = meant.answer or engine.search(plan)
    last = max(1, -(-answer.total // query.per_page))
    if query.page > last:
        query = replace(query, page=last).noting(_("There is no such page. This is the last one."))
        plan = replace(meant.plan, offset=(last - 1) * query.per_page)
        answer = engine.search(plan)
    if is_loose(rung.name) or interpretation.is_sentence:
        answer = in_order_of_meaning(engine, plan, interpretation, answer)
    pinned = pinned_page_ids(query, query.text, corrected)
    by_meaning = (
        beside(engine, plan, interpretation, rung.name, answer.total, without=pinned)
        if query.page == 1
        else ()
    )
    is_filtered = bool(query.facets or query.without_ended)
    shown = (*answer.hits, *by_meaning)
    values = _labels(replace(answer, hits=shown), query)
    pages = public_pages(
        [*(hit.card["page_id"] for hit in shown), *pinned], query.locale, translated=pinned
    )
    marker = Marker(
        interpretation.marks,
        interpretation.literals
        if rung.name == "contains"
        else [clause.text for clause in interpretation.clauses if clause.kind == "exact"],
    )
    return Results(
        query=query,
        total=answer.total,
        hits=tuple(_hits(answer.hits, pages, values, marker, request)),
        facets=tuple(_facets(answer, query, values)),
        rung=rung.name,
        message=_message(rung.name, query.text, corrected) if answer.total or total else "",
        understood=tuple(
            (clause.text, clause.alternatives)
            for clause in interpretation.clauses
            if clause.kind != "without"
        ),
        corrections=meant.corrections,
        corrected=corrected,
        unfiltered_total=total if not answer.total and is_filtered else 0,
        best_bets=recommendations(pinned, pages, request),
        by_meaning=tuple(_hits(by_meaning, pages, values, marker, request)),
    )


def _limited(query: SearchQuery, request: HttpRequest | None) -> Results:
    """What the database finds by filters and titles, newest first, and what there is to choose."""
    interpretation = Interpretation(query.text, current_lexicon())
    plan = _plan(query)
    answer = limited_answer(plan, interpretation.parts)
    last = max(1, -(-answer.total // query.per_page))
    if query.page > last:
        query = replace(query, page=last).noting(_("There is no such page. This is the last one."))
        answer = limited_answer(_plan(query), interpretation.parts)
    pinned = pinned_page_ids(query, query.text)
    pages = public_pages(
        [*(hit.card["page_id"] for hit in answer.hits), *pinned], query.locale, translated=pinned
    )
    values = _labels(answer, query)
    marker = Marker(interpretation.marks, [part.text for part in interpretation.parts])
    return Results(
        query=query,
        total=answer.total,
        hits=tuple(_hits(answer.hits, pages, values, marker, request)),
        facets=tuple(
            facets.facet_result(facet, None, chosen, facet.offered(chosen, query.locale))
            for name, facet in facets.ALL.items()
            for chosen in [query.facets.get(name, ())]
        ),
        rung="titles",
        message=_(
            "The full search is not available just now. Filters work as usual, but words are only "
            "looked for in titles. The newest pages come first, and there are no numbers beside "
            "the filters."
        ),
        understood=tuple(
            (part.text, part.alternatives)
            for part in interpretation.parts
            if part.kind != "without"
        ),
        best_bets=recommendations(pinned, pages, request),
        is_available=False,
    )


def _plan(query: SearchQuery) -> Plan:
    """What to ask for besides the words: filters, facets, order, page."""
    chosen = {
        name: facets.narrowed(codes, facets.ALL[name].values(codes, query.locale))
        if len(codes) > 1
        else codes
        for name, codes in query.facets.items()
    }
    return Plan(
        query=Everything(),
        audience=query.locale,
        filters=chosen,
        without={"status": ("ended",)} if query.without_ended else {},
        facets=FACETS,
        sort=query.sort,
        offset=(query.page - 1) * query.per_page,
        limit=query.per_page,
        withdrawn=withdrawn(),
    )


def _climb(
    engine: Engine, interpretation: Interpretation, plan: Plan
) -> tuple[Rung, int, Answer | None]:
    """The first rung of the ladder that finds enough, how much, and its answer if it has one.

    Filters are left aside: the words decide what is meant, and counts of facets stay comparable.
    Without filters the first rung is answered at once, since it is nearly always the one.
    """
    rungs = interpretation.rungs
    first = (
        None if plan.filters or plan.without else engine.search(replace(plan, query=rungs[0].query))
    )
    best, most = rungs[0], 0
    # That a few pages happen to have all words of a sentence does not make them its answer.
    enough = _FEW if interpretation.is_sentence else 1
    for number, rung in enumerate(rungs):
        is_answered = first is not None and number == 0
        total = (
            first.total
            if first and is_answered
            else engine.count(Plan(rung.query, plan.audience, withdrawn=plan.withdrawn))
        )
        if total > most:
            best, most = rung, total
        may_find_more = number == 0 and most < _FEW and len(rungs) > 1 and rungs[1].widens
        if most >= enough and not may_find_more:
            break
    return best, most, first if best is rungs[0] else None


def _corrections(
    engine: Engine, lexicon: Lexicon, query: SearchQuery, meant: Interpretation
) -> list[tuple[str, float]]:
    """Other spellings of the whole query, else of one of its words, that find something."""
    candidates = lexicon.corrections(query.text, query.locale)
    words = [clause.text for clause in meant.clauses if clause.kind == "word"]
    if not candidates and len(words) > 1:
        for number, word in enumerate(words):
            for better, score in lexicon.corrections(word, query.locale, limit=1):
                text = " ".join([*words[:number], better, *words[number + 1 :]])
                candidates.append((text, score))
    return [
        (text, score)
        for text, score in candidates
        if _count(engine, query, Interpretation(text, lexicon))
    ]


def _count(engine: Engine, query: SearchQuery, meant: Interpretation) -> int:
    """How many pages have the words as they stand."""
    return engine.count(Plan(meant.rungs[0].query, query.locale))


def _message(rung: str, text: str, corrected: str) -> str:
    if corrected:
        return _("No page has “%(text)s” as it stands. These are the hits for “%(corrected)s”.") % {
            "text": text,
            "corrected": corrected,
        }
    return {
        "words": _("Hits have all or most of the words, not always next to each other."),
        "contains": _("No page has these words; hits have them inside other words or sound so."),
        "nearly": _("No page has these words; hits have words that are spelt nearly so."),
        "some": _("No page has all these words; hits have at least half of them."),
        "any": _("No page has all these words; hits have at least one of them."),
    }.get(rung, "")


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


def _hits(
    found: Sequence[Found],
    pages: Mapping[int, Page],
    values: Mapping[str, Mapping[str, facets.Value]],
    marker: Marker,
    request: HttpRequest | None,
) -> Iterable[Hit]:
    """Hits whose page is live and public now. What was unpublished a moment ago is left out."""
    for hit in found:
        page = pages.get(hit.card["page_id"])
        if page is not None:
            yield _hit(hit, page, values, marker, request)


def _hit(
    found: Found,
    page: Page,
    values: Mapping[str, Mapping[str, facets.Value]],
    marker: Marker,
    request: HttpRequest | None,
) -> Hit:
    card = found.card
    codes: Mapping[str, Sequence[str]] = card["facets"]
    passage = marker.passage(card["body"]) or marker.passage(card["summary"])
    if not passage:
        passage = Marker(()).mark(_cut(card["summary"] or card["body"]))
    evidence = values["evidence"].get(next(iter(codes.get("evidence", ())), ""))
    return Hit(
        page_id=card["page_id"],
        url=page.get_url(request) or "",
        title=card["title"],
        title_html=marker.mark(card["title"]),
        passage_html=passage,
        kind=card["kind"],
        kind_label=str(facets.ALL["kind"].labels.get(card["kind"], card["kind"])),
        language=card["locale"],
        places=places_text(codes.get("region", ()), values["region"]),
        period=_period(card, codes),
        themes=tuple(_narrowest(codes.get("theme", ()), values["theme"])[:_MOST_THEMES]),
        evidence=Labelled(evidence.code, evidence.label) if evidence else None,
        is_stale=_is_stale(card["confirmed"]),
        score=round(found.score, 4),
        codes={name: tuple(of_page) for name, of_page in codes.items()},
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
