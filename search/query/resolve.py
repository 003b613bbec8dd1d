"""Resolve a query: choose the rung, or the corrected spelling, that finds enough."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from search.engines.base import Engine
from search.index.fields import NAME_FIELD
from search.language.analysis import name_key
from search.plan import Answer, Node, Plan, Term
from search.query.intents import condition, place_itself, text_without_times, understand
from search.query.interpretation import Interpretation, Rung
from search.query.lexicon import Lexicon, current_lexicon
from search.query.search_query import SearchQuery
from search.query.tiers import second_tier

__all__ = ["ResolvedQuery", "resolve_query"]

# Fewer hits than this are few: looser rungs and other spellings are tried.
_FEW = 5
# Score from which a correction is searched for unasked, when the typed text finds nothing.
_CERTAIN_CORRECTION = 0.73
_SAME_SOUND = 1.0
_MOST_WIDER = 8
# Facets that are given up one after the other where what a query says of them leaves nothing.
_LEFT_OUT: tuple[frozenset[str], ...] = (
    frozenset(),
    frozenset({"kind"}),
    frozenset({"year"}),
    frozenset({"kind", "year"}),
)


@dataclass(frozen=True)
class ResolvedQuery:
    """A query with the rung or the correction by which it is answered.

    Attributes:
        lexicon: by which its words were understood.
        plan: asks the engine for the hits, with filters, facets, order and page.
        total: number of hits of the words alone, without filters.
        answer: the engine's answer to the plan, where it was needed to choose the rung.
        corrections: spellings to offer.
        corrected: the spelling that was searched for in place of the typed one, if any.
        wider: broader and related terms that find something, with how much.
    """

    query: SearchQuery
    lexicon: Lexicon
    interpretation: Interpretation
    rung: Rung
    plan: Plan
    total: int
    answer: Answer | None
    corrections: tuple[str, ...] = ()
    corrected: str = ""
    wider: tuple[tuple[str, int], ...] = ()

    def second_tier(self, engine: Engine) -> Plan | None:
        """Asks for the pages that have some of the words, where the query has such.

        At least two of its words must say something, what was recognised among them, and it must
        have neither quotes nor minus.
        """
        words, lower = self.interpretation, self.interpretation.rungs
        if self.query.intents:
            words = Interpretation(text_without_times(self.query), self.lexicon)
            lower = words.rungs
        else:
            lower = lower[lower.index(self.rung) + 1 :]
        if not words.may_match_in_part:
            return None
        return second_tier(engine, lower, self.rung, self.plan, self.total)


def resolve_query(query: SearchQuery, plan: Plan, engine: Engine) -> ResolvedQuery:
    """Choose the rung of the ladder, or another spelling, by which the query is answered.

    Args:
        query: with filters that exist.
        plan: everything that is asked for besides the words.
    """
    lexicon = current_lexicon()
    query, interpretation, found = _understood(engine, lexicon, query, plan)
    if interpretation.has_only_stop_words:
        query = query.noting(
            _("“%(text)s” alone cannot be searched for, so everything is shown.")
            % {"text": query.text}
        )
    if interpretation.is_empty and query.sort == "relevance":
        plan = replace(plan, sort="newest")
    rung, total, answer = found or _first_sufficient_rung(engine, interpretation, plan)
    corrections: list[tuple[str, float]] = []
    corrected = ""
    if query.text and (total < _FEW or rung is not interpretation.rungs[0]):
        corrections = _corrections(engine, lexicon, query, interpretation)
        for text in _auto_corrections(
            engine, lexicon, query, interpretation, rung, total, corrections
        ):
            other = Interpretation(text, lexicon)
            found = _first_sufficient_rung(engine, other, plan)
            if found[1]:
                corrected, interpretation, (rung, total, answer) = text, other, found
                corrections = [some for some in corrections if some[0] != text]
                break
    return ResolvedQuery(
        query=query,
        lexicon=lexicon,
        interpretation=interpretation,
        rung=rung,
        plan=replace(plan, query=rung.query),
        total=total,
        answer=answer,
        wider=_wider(engine, lexicon, query, interpretation) if total < _FEW else (),
        corrections=tuple(text for text, _score in corrections),
        corrected=corrected,
    )


def _understood(
    engine: Engine, lexicon: Lexicon, query: SearchQuery, plan: Plan
) -> tuple[SearchQuery, Interpretation, tuple[Rung, int, Answer | None] | None]:
    """The query with what it says besides its words, if that finds something; and what it found."""
    asked = understand(query, lexicon)
    if asked.typed and engine.count(Plan(_called(query.text), query.locale)):
        asked = query
    if not asked.typed:
        return query, Interpretation(query.text, lexicon, here=place_itself(query)), None
    for left_out in _LEFT_OUT:
        kept = tuple(one for one in asked.intents if one.facet not in left_out)
        if left_out and (len(kept) == len(asked.intents) or not (kept or asked.text)):
            continue
        words = Interpretation(asked.text, lexicon, condition(kept))
        newest = words.is_empty and plan.sort == "relevance"
        found = _first_sufficient_rung(
            engine, words, replace(plan, sort="newest") if newest else plan
        )
        if found[1]:
            gone = [one.text for one in asked.intents if one not in kept]
            return replace(asked, intents=kept).noting(*_left_out(gone)), words, found
    text = text_without_times(asked)
    gone = [one.text for one in asked.intents if one.text not in text]
    query = replace(query, text=text, typed=query.text).noting(*_left_out(gone))
    return query, Interpretation(text, lexicon), None


def _called(text: str) -> Node:
    """Pages of which the whole text is the name: nothing is taken out of a name."""
    return Term(NAME_FIELD, name_key(text))


def _left_out(texts: Sequence[str]) -> list[str]:
    if not texts:
        return []
    what = _(", ").join(_("“%(text)s”") % {"text": text} for text in texts)
    return [_("Nothing fits %(what)s as well; this was left out.") % {"what": what}]


def _auto_corrections(
    engine: Engine,
    lexicon: Lexicon,
    query: SearchQuery,
    interpretation: Interpretation,
    rung: Rung,
    total: int,
    corrections: Sequence[tuple[str, float]],
) -> Iterable[str]:
    """Spellings to search for in place of the typed one without asking, best first."""
    # What was found inside words is nearer to what was typed than another word is.
    is_doubtful = not total or rung.name in {"nearly", "some", "any"}
    # 避難書 has both words of 避難所 in many pages, but next to each other in none.
    if query.as_typed or not (is_doubtful or rung.name == "words"):
        return []
    # Nothing is put in place of what some page has as it was typed.
    if total and _count(engine, query, interpretation):
        return []
    if corrections and corrections[0][1] >= (_CERTAIN_CORRECTION if is_doubtful else _SAME_SOUND):
        return [corrections[0][0]]
    if query.text.isascii():
        return interpretation.homophones if is_doubtful else []
    # One after the other, since the first that is found is taken.
    return (
        text
        for text in interpretation.homophones
        if _count(engine, query, Interpretation(text, lexicon))
    )


def _first_sufficient_rung(
    engine: Engine, interpretation: Interpretation, plan: Plan
) -> tuple[Rung, int, Answer | None]:
    """The first rung that finds enough, its number of hits, and its answer where it was asked.

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
    engine: Engine, lexicon: Lexicon, query: SearchQuery, interpretation: Interpretation
) -> list[tuple[str, float]]:
    """Other spellings of the whole query, else of one of its words, that find something."""
    candidates = lexicon.corrections(query.text, query.locale)
    words = [clause.text for clause in interpretation.clauses if clause.kind == "word"]
    if not candidates and len(words) > 1:
        for number, word in enumerate(words):
            for spelling, score in lexicon.corrections(word, query.locale, limit=1):
                text = " ".join([*words[:number], spelling, *words[number + 1 :]])
                candidates.append((text, score))
    return [
        (text, score)
        for text, score in candidates
        if _count(engine, query, Interpretation(text, lexicon))
    ]


def _wider(
    engine: Engine, lexicon: Lexicon, query: SearchQuery, interpretation: Interpretation
) -> tuple[tuple[str, int], ...]:
    """Broader and related terms of the words, in the reader's language, that find something."""
    terms = dict.fromkeys(
        next((entry.label(query.locale) for entry in lexicon.named(term)), term)
        for clause in interpretation.parts
        if clause.kind == "word"
        for term in lexicon.wider(clause.text)
    )
    counted = (
        (term, _count(engine, query, Interpretation(term, lexicon)))
        for term in list(terms)[:_MOST_WIDER]
    )
    return tuple((term, count) for term, count in counted if count)


def _count(engine: Engine, query: SearchQuery, interpretation: Interpretation) -> int:
    """Number of hits of the strictest rung, without filters."""
    return engine.count(Plan(interpretation.rungs[0].query, query.locale))
