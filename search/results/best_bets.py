"""Pages that editors recommend for a query, shown above its hits.

The hits themselves, their order and their number stay as they are.
"""

from __future__ import annotations

import datetime
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Count, Max
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.models import Page

from search.language.analysis import name_key
from search.models import BestBet, BestBetPage
from search.query.search_query import SearchQuery
from search.results.page import Recommendation

__all__ = ["pinned_page_ids", "recommendations"]


def pinned_page_ids(query: SearchQuery, *texts: str) -> tuple[int, ...]:
    """The pages that editors pinned to one of the texts, in order. One small query.

    None when the query has filters, or is not about its first page.
    """
    if query.is_filtered or query.page > 1 or not query.text:
        return ()
    bets = _current_bets()
    today = timezone.localdate()
    found: dict[int, None] = {}
    for key in dict.fromkeys(name_key(text) for text in texts if text):
        for pinned in bets.get(key, ()):
            is_over = pinned.ends_on is not None and pinned.ends_on < today
            if pinned.locale in {"", query.locale} and not is_over:
                found |= dict.fromkeys(pinned.page_ids)
    return tuple(found)


def recommendations(
    page_ids: Sequence[int], pages: Mapping[int, Page], request: HttpRequest | None = None
) -> tuple[Recommendation, ...]:
    """What the search page says of pinned pages. One query for all summaries, if there are any.

    Args:
        pages: by pinned id the public page to show, as `visibility.public_pages` gives them.
    """
    shown = list({pages[pk].pk: pages[pk] for pk in page_ids if pk in pages}.values())
    summaries = _summaries(shown)
    return tuple(
        Recommendation(
            page_id=page.pk,
            url=page.get_url(request) or "",
            title=page.title,
            summary=summaries.get(page.pk, ""),
            kind_label=_kind_label(page),
            language=(page.alias_of or page).locale.language_code,
        )
        for page in shown
    )


def _summaries(pages: Iterable[Page]) -> dict[int, str]:
    """Summaries by page, in one query; pages of models without one are left out."""
    by_model: dict[type[Page], list[int]] = defaultdict(list)
    for page in pages:
        if page.specific_class is not None and _has_summary(page.specific_class):
            by_model[page.specific_class].append(page.pk)
    first, *others = [
        model._default_manager.filter(pk__in=ids).order_by().values_list("pk", "summary")
        for model, ids in by_model.items()
    ] or [None]
    if first is None:
        return {}
    return dict(first.union(*others) if others else first)


def _has_summary(model: type[Page]) -> bool:
    try:
        model._meta.get_field("summary")
    except FieldDoesNotExist:
        return False
    return True


def _kind_label(page: Page) -> str:
    model = page.specific_class
    return capfirst(str(model._meta.verbose_name)) if model is not None else ""


@dataclass(frozen=True)
class _Pinned:
    locale: str
    ends_on: datetime.date | None
    page_ids: tuple[int, ...]


class _Cache:
    """The active bets of this process by key, and the state of the table they were made from."""

    def __init__(self) -> None:
        self.state: object = None
        self.bets: dict[str, list[_Pinned]] = {}
        self.guard = threading.Lock()


_cache = _Cache()


def _current_bets() -> dict[str, list[_Pinned]]:
    """Active bets as the database has them now. One small query, and a load after a change."""
    state = tuple(BestBet.objects.aggregate(Max("updated_at"), Count("pk"), Max("pk")).values())
    with _cache.guard:
        if _cache.state != state:
            _cache.bets = _load_bets()
            _cache.state = state
        return _cache.bets


def _load_bets() -> dict[str, list[_Pinned]]:
    """Active recommendations by the keys of the queries that they are for."""
    page_ids: dict[int, list[int]] = defaultdict(list)
    rows = BestBetPage.objects.order_by("sort_order", "pk").values_list("bet_id", "page_id")
    for bet_id, page_id in rows:
        page_ids[bet_id].append(page_id)
    bets: dict[str, list[_Pinned]] = defaultdict(list)
    for bet in BestBet.objects.filter(is_active=True).order_by("pk"):
        pinned = _Pinned(bet.locale, bet.ends_on, tuple(page_ids[bet.pk]))
        for key in {name_key(text) for text in bet.texts} - {""}:
            bets[key].append(pinned)
    return dict(bets)
