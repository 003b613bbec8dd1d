"""Which case was adapted from which: the family of a case, and what the search knows of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from casestudies.models import CaseAdoption, CaseOrigin, CaseStudyPage
from core.visibility import prefetch_visible, publicly_visible, publicly_visible_q
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key
from page_cache.kept import kept
from search.index.outbox import announce

__all__ = ["Family", "Node", "announce_changes", "family_of", "fetch_adapted", "uptake_codes",
           "uptake_lookup"]  # fmt: skip

ADAPTED, ADAPTS = "adapted", "adapts"
# Deeper than any chain of adaptations that a page could show.
_DEEPEST = 12


@dataclass
class Node:
    """A member of a family: a case with its page, or somebody without one.

    Attributes:
        row: how it descends from the node above; None for the first of a family.
        is_here: whether it is the case whose page is shown.
    """

    title: str
    url: str = ""
    language: str = ""
    places: list[str] = field(default_factory=list)
    row: CaseOrigin | CaseAdoption | None = None
    is_here: bool = False
    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Family:
    """What a case's page shows of its uptake.

    Attributes:
        roots: the family as trees, from the first case down.
        origins: how this case descends from others; the nodes are those others.
        adaptations: who adapted this case.
    """

    roots: list[Node]
    origins: list[Node]
    adaptations: list[Node]


def family_of(case: CaseStudyPage) -> Family | None:
    """The family of a case in its own language; None where nobody adapted anything.

    No query where there is no family, and a fixed number else.
    """
    if case.translation_key not in _with_family(case.locale_id):
        return None
    rows = list(
        CaseOrigin.objects.filter(publicly_visible_q("page"), page__locale=case.locale_id)
        .select_related("page", "origin")
        .order_by("date", "sort_order", "pk")
    )
    here = case.translation_key
    parents, children = _links(row for row in rows if row.origin_id)
    without_page = [
        Node(row.name, row=row)
        for row in rows
        if not row.origin_id and row.page.translation_key == here
    ]
    keys = _connected({here}, parents, children)
    adoptions = list(
        CaseAdoption.objects.filter(page__locale=case.locale_id, page__translation_key__in=keys)
        .select_related("page", "area")
        .prefetch_related(prefetch_visible("organisation", OrganisationPage))
    )
    if len(keys) == 1 and not adoptions and not without_page:
        return None
    cases = {
        page.translation_key: page
        for page in publicly_visible(CaseStudyPage.objects.all())
        .filter(locale=case.locale_id, translation_key__in=keys)
        .select_related("locale", "alias_of__locale")
        .prefetch_related("places__area")
    }
    outside = _outside(adoptions, case.locale.language_code)

    def node(key: UUID, row: CaseOrigin | None, depth: int) -> Node:
        page = cases[key]
        made = _node(page, row, is_here=key == here)
        if depth < _DEEPEST:
            below = [(child.page.translation_key, child) for child in children.get(key, ())]
            made.children = [node(k, r, depth + 1) for k, r in below if k in cases]
        made.children += outside.get(key, [])
        return made

    roots = [key for key in cases if not any(p in cases for p in parents.get(key, {}))]
    origins = [_node(cases[key], row) for key, row in parents.get(here, {}).items() if key in cases]
    origins += without_page
    mine = [
        _node(cases[row.page.translation_key], row)
        for row in children.get(here, ())
        if row.page.translation_key in cases
    ]
    trees = [node(key, None, 0) for key in roots]
    adaptations = [*mine, *outside.get(here, [])]
    if not origins and not adaptations:
        return None
    return Family(trees, origins, adaptations)


@kept
def _with_family(locale: int) -> set[UUID]:
    """Translation keys of the cases that adapt another, were adapted, or whose members were."""
    origins = CaseOrigin.objects.filter(page__locale=locale)
    adoptions = CaseAdoption.objects.filter(page__locale=locale)
    return {
        *origins.values_list("page__translation_key", flat=True),
        *origins.exclude(origin=None).values_list("origin__translation_key", flat=True),
        *adoptions.values_list("page__translation_key", flat=True),
    }


def _links(
    rows: Iterable[CaseOrigin],
) -> tuple[dict[UUID, dict[UUID, CaseOrigin]], dict[UUID, list[CaseOrigin]]]:
    """Rows by the case that adapted, and by the case that was adapted; each has both."""
    parents: dict[UUID, dict[UUID, CaseOrigin]] = defaultdict(dict)
    children: dict[UUID, list[CaseOrigin]] = defaultdict(list)
    for row in rows:
        if row.origin is not None:
            parents[row.page.translation_key][row.origin.translation_key] = row
            children[row.origin.translation_key].append(row)
    return parents, children


def _connected(
    keys: set[UUID],
    parents: dict[UUID, dict[UUID, CaseOrigin]],
    children: dict[UUID, list[CaseOrigin]],
) -> set[UUID]:
    """The cases of one family."""
    found: set[UUID] = set()
    while keys - found:
        fresh = keys - found
        found |= fresh
        for key in fresh:
            keys = keys | set(parents.get(key, ()))
            keys = keys | {row.page.translation_key for row in children.get(key, ())}
    return found


def _node(page: CaseStudyPage, row: CaseOrigin | None, *, is_here: bool = False) -> Node:
    places = list(dict.fromkeys(place.area.label for place in page.places.all()))
    return Node(page.title, page.url or "", page.content_language, places, row, is_here)


def _outside(adoptions: Sequence[CaseAdoption], language: str) -> dict[UUID, list[Node]]:
    """Those without a page, by the case that they adapted."""
    keys = [row.organisation.translation_key for row in adoptions if row.organisation]
    pages = organisations_by_key(keys, language) if keys else {}
    found: dict[UUID, list[Node]] = defaultdict(list)
    for row in adoptions:
        page = pages.get(row.organisation.translation_key) if row.organisation else None
        area = row.area.label if row.area else ""
        name = page.title if page else row.name or str(row.organisation or "")
        if not name and not area:
            continue
        found[row.page.translation_key].append(
            Node(
                title=name or area,
                url=page.page_url if page else "",
                language=page.content_language if page else "",
                places=[area] if area and name else [],
                row=row,
            )
        )
    return found


# --- For the search ---------------------------------------------------------------------------


def fetch_adapted(pages: Sequence[CaseStudyPage]) -> None:
    """Note on each case whether a live one adapts it. One query, however many."""
    keys = {page.translation_key for page in pages}
    adapting = CaseOrigin.objects.filter(
        publicly_visible_q("page"), origin__translation_key__in=keys
    )
    adapted = set(adapting.values_list("origin__translation_key", flat=True))
    for page in pages:
        page.is_adapted = page.translation_key in adapted


def uptake_codes(page: CaseStudyPage) -> list[str]:
    """Whether somebody adapted a case, and whether it adapts another; after `fetch_adapted`."""
    is_adapted = page.is_adapted or bool(list(page.adoptions.all()))
    return [ADAPTED] * is_adapted + [ADAPTS] * bool(list(page.origins.all()))


def uptake_lookup(codes: Sequence[str]) -> Q:
    """The same as a condition on cases."""
    condition = Q(pk__in=())
    if ADAPTED in codes:
        origins = CaseOrigin.objects.filter(publicly_visible_q("page"))
        keys = origins.values("origin__translation_key")
        condition |= Q(adoptions__isnull=False) | Q(translation_key__in=keys)
    if ADAPTS in codes:
        condition |= Q(origins__isnull=False)
    return condition


def announce_changes() -> None:
    """Begin to tell the search of adapted cases when an adapting one changes."""
    for signal in (post_save, post_delete):
        signal.connect(_on_row, sender=CaseOrigin, dispatch_uid=f"uptake {id(signal)}")
    for signal in (page_published, page_unpublished):
        signal.connect(_on_page, sender=CaseStudyPage, dispatch_uid=f"uptake {id(signal)}")


def _on_row(sender: Any, instance: CaseOrigin, **kwargs: Any) -> None:
    if not kwargs.get("raw"):
        _announce([instance.origin_id])


def _on_page(sender: Any, instance: CaseStudyPage, **kwargs: Any) -> None:
    _announce(instance.origins.values_list("origin", flat=True))


def _announce(origins: Iterable[int]) -> None:
    keys = Page.objects.filter(pk__in=list(origins)).values("translation_key")
    pages = publicly_visible(Page.objects.all()).filter(translation_key__in=keys, alias_of=None)
    announce(pages.values_list("pk", flat=True), "adapted")
