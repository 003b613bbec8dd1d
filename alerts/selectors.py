"""Reads of alerts: what a list is, which alerts are due, and what is new for one."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Max, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from alerts.models import Alert, FindablePage
from core.addresses import absolute_page_url
from programmes.calls import calls_in, open_calls
from regions.selectors import prefectures
from search.query.search_query import SearchQuery
from search.results import facets
from search.results.listing import Listed, listing_of
from search.results.present import places_text
from search.web.feeds import title_of
from taxonomy.list_filters import Choice, choices_of
from taxonomy.selectors import theme_tree

__all__ = ["NewPage", "due_alerts", "list_address", "new_pages", "newest_number",
           "newsletter_choices", "query_of", "saved_query", "saved_title"]  # fmt: skip

_BATCH = 500
# More hits of a search are not looked through for new ones.
_MOST = 10_000
# A little less than a day or a week, since a timer does not start at the same second each day.
_EVERY = {
    Alert.Frequency.DAILY: datetime.timedelta(hours=23),
    Alert.Frequency.WEEKLY: datetime.timedelta(days=7, hours=-1),
}


@dataclass(frozen=True)
class NewPage:
    """A new page or call as a mail shows it; `places` is what tells it from others."""

    title: str
    places: str
    url: str
    language: str


def query_of(params: str, locale: str) -> SearchQuery:
    """The search that was saved as parameters of an address."""
    return SearchQuery.from_params(QueryDict(params), locale)


def saved_query(params: str, locale: str) -> str:
    """A search as it is saved: what can be read of it, in one form, without page and order."""
    with override(locale):
        query = facets.clean(query_of(params, locale))
    return replace(query, page=1, sort="relevance").address().removeprefix("?")


def saved_title(alert: Alert) -> str:
    """What it tells of in words, in the reader's language."""
    with override(alert.locale):
        if alert.subject == Alert.Subject.CALLS:
            return _("Calls for applications")
        if alert.subject == Alert.Subject.NEWSLETTER and not alert.query:
            return _("Monthly newsletter")
        title = title_of(facets.clean(query_of(alert.query, alert.locale)))
        if alert.subject == Alert.Subject.NEWSLETTER:
            return _("Monthly newsletter: %(about)s") % {"about": title}
        return title


def list_address(alert: Alert) -> str:
    """Path of the list that it tells of, in the active language."""
    if alert.subject == Alert.Subject.CALLS:
        return reverse("calls")
    if alert.subject == Alert.Subject.NEWSLETTER:
        return reverse("newsletter:archive")
    return f"{reverse('search:search')}{f'?{alert.query}' if alert.query else ''}"


def newsletter_choices(language: str) -> dict[str, list[Choice]]:
    """Prefectures and themes by which the newsletter may be narrowed, in one language."""
    with override(language):
        return {"region": choices_of(prefectures()), "theme": choices_of(theme_tree())}


def newest_number() -> int:
    """Number of the page that became findable last."""
    return FindablePage.objects.aggregate(last=Max("pk"))["last"] or 0


def due_alerts(now: datetime.datetime) -> QuerySet[Alert]:
    """Confirmed alerts whose last mail is long enough ago."""
    due = Q()
    for frequency, time in _EVERY.items():
        due |= Q(frequency=frequency, sent_at__lte=now - time)
    return Alert.objects.filter(due, confirmed_at__isnull=False).order_by("pk")


def new_pages(alert: Alert, until: int) -> list[NewPage]:
    """What became findable since the alert last looked: pages of its search, or calls.

    Raises:
        EngineUnavailable: there is no engine to ask.
    """
    fresh = FindablePage.objects.filter(pk__gt=alert.seen_until, pk__lte=until)
    keys = {str(key) for key in fresh.values_list("translation_key", flat=True)}
    if not keys:
        return []
    if alert.subject == Alert.Subject.CALLS:
        return _new_calls(keys, alert.locale)
    query = query_of(alert.query, alert.locale)
    listing = listing_of(query, newest_pages=True)
    found: list[NewPage] = []
    for batch in listing.batches(_BATCH, _MOST):
        found += _mail_lines(batch, keys, alert.locale)
        if len(found) >= len(keys):
            break
    return found


def _new_calls(keys: Collection[str], locale: str) -> list[NewPage]:
    """Calls that can still be answered, those that close first at the top."""
    with override(locale):
        return [
            NewPage(title=call.title, places=call.state.label, url=call.public_url, language="")
            for call in open_calls(calls_in(locale))
            if str(call.uid) in keys
        ]


def _mail_lines(batch: list[Listed], keys: Collection[str], locale: str) -> list[NewPage]:
    fresh = [
        (listed, listed.page)
        for listed in batch
        if listed.page and listed.card["translation_key"] in keys
    ]
    codes = {code for listed, _page in fresh for code in listed.card["facets"].get("region", ())}
    with override(locale):
        areas = facets.ALL["region"].values(codes, locale)
        return [
            NewPage(
                title=listed.title,
                places=places_text(listed.card["facets"].get("region", ()), areas),
                url=absolute_page_url(page),
                language=listed.card["locale"],
            )
            for listed, page in fresh
        ]
