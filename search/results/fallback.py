"""What can be answered without an engine: filters by facets and words in titles, by the database.

It finds less than an index: nothing in texts, only what a title says letter by letter, in no order
of relevance, without counts.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce

from django.db.models import Exists, F, Model, OuterRef, Q
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.visibility import publicly_visible
from search.index.document import Item
from search.index.projection import documents_of_items
from search.language.analysis import fold
from search.language.readings import hiragana, katakana
from search.plan import Answer, Found, Plan
from search.query.interpretation import Clause
from search.records import record_kinds
from search.registry import Lookup, findable_q, kind_of, lookups_of, registered

__all__ = ["answer_from_database", "pages_from_database", "records_from_database"]

# For how many years each code of a facet stands.
_SPANS = {"period": 5, "year": 1}
# Full-width letters, digits and signs, which some titles have.
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def answer_from_database(plan: Plan, clauses: Iterable[Clause]) -> Answer:
    """One page of hits as an engine would give it, but for counts of facets: pages, then records.

    The number of queries does not grow with the number of hits.
    """
    wanted = list(clauses)
    pages = pages_from_database(plan, wanted)
    end = plan.offset + plan.limit
    items = list(map(Item.page, pages.values_list("pk", flat=True)[plan.offset : end]))
    total = pages.count()
    records = records_from_database(plan, wanted)
    items += records[max(plan.offset - total, 0) : max(end - total, 0)]
    found = {
        Item.of_key(document.key): document
        for document in documents_of_items(items)
        if plan.audience in document.audience
    }
    return Answer(
        total=total + len(records),
        hits=tuple(
            Found(found[item].key, 0.0, found[item].as_dict()) for item in items if item in found
        ),
        counts={},
    )


def pages_from_database(plan: Plan, clauses: Iterable[Clause]) -> PageQuerySet:
    """Pages that fit the plan's filters and have each clause in their title, newest first.

    The plan's query, order and facets are left aside.
    """
    pages = _for_readers(_filtered(plan.filters), plan.audience).filter(_in_titles(clauses))
    for name, codes in plan.within.items():
        pages = pages.filter(pk__in=_filtered({name: codes}).order_by().values("pk"))
    for name, codes in plan.without.items():
        pages = pages.exclude(pk__in=_filtered({name: codes}).order_by().values("pk"))
    return pages.order_by(F("first_published_at").desc(nulls_last=True), "-pk")


def records_from_database(plan: Plan, clauses: Iterable[Clause]) -> list[Item]:
    """Records that fit the filters and have each clause in a title: they come after the pages."""
    wanted = list(clauses)
    found: list[Item] = []
    for kind in reversed(record_kinds()):
        records = kind.visible().filter(_in_titles(wanted, kind.titles))
        for name, codes in [*plan.filters.items(), *plan.within.items()]:
            records = records.filter(_has(name, codes, kind.name, kind.lookups, kind.model))
        for name, codes in plan.without.items():
            records = records.exclude(_has(name, codes, kind.name, kind.lookups, kind.model))
        pks = records.order_by("-pk").values_list("pk", flat=True)
        found += [Item(kind.name, pk) for pk in pks]
    return found


def _filtered(filters: Mapping[str, Sequence[str]]) -> PageQuerySet:
    """Live, public originals of all kinds that are searched, as far as they fit the filters."""
    fitting = Q(pk__in=())
    for model in registered():
        wanted = findable_q(model)
        for name, codes in filters.items():
            wanted &= _has(name, codes, kind_of(model), lookups_of(model), model)
        fitting |= wanted
    return publicly_visible(Page.objects.all()).filter(fitting, alias_of=None)


def _has(
    facet: str,
    codes: Sequence[str],
    kind: str,
    known: Mapping[str, Lookup],
    model: type[Model],
) -> Q:
    """Whether what is of this kind and model has one of the codes of a facet."""
    if not codes:
        return Q()
    if facet == "kind":
        return Q() if kind in codes else Q(pk__in=())
    lookups = known.get(facet, ())
    if callable(lookups):
        condition = lookups(codes)
    elif facet in _SPANS:
        condition = _any_of(
            Q((f"{lookup}__gte", code), (f"{lookup}__lt", str(int(code) + _SPANS[facet])))
            for lookup in lookups
            for code in codes
        )
    else:
        condition = _any_of(Q((f"{lookup}__in", codes)) for lookup in lookups)
    return Q(pk__in=model._default_manager.order_by().filter(condition).values("pk"))


def _for_readers(pages: PageQuerySet, locale: str) -> PageQuerySet:
    """Pages in the reader's language, and those that have no version in it."""
    versions = publicly_visible(Page.objects.filter(findable_q())).filter(
        locale__language_code=locale,
        alias_of=None,
        translation_key=OuterRef("translation_key"),
    )
    return pages.filter(Q(locale__language_code=locale) | ~Exists(versions))


def _in_titles(clauses: Iterable[Clause], fields: Sequence[str] = ("title",)) -> Q:
    condition = Q()
    for clause in clauses:
        said = _any_of(
            Q((f"{field}__icontains", spelling))
            for text in (clause.text, *clause.alternatives)
            for spelling in _spellings(text)
            for field in fields
        )
        condition &= ~said if clause.kind == "without" else said
    return condition


def _spellings(text: str) -> set[str]:
    """A text as titles may write it: in either kana, narrow or wide."""
    folded = fold(text)
    return {folded, hiragana(folded), katakana(folded), folded.upper().translate(_WIDE),
            folded.translate(_WIDE)}  # fmt: skip


def _any_of(conditions: Iterable[Q]) -> Q:
    return reduce(operator.or_, conditions, Q(pk__in=()))
