"""Any result list as an Atom feed, newest first, with identifiers that never change."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from core.feeds import AUTHOR, entry_id, tag_uri
from search.query.search_query import SearchQuery
from search.results import facets
from search.results.listing import Listed, Listing

__all__ = ["NUMBER", "feed_of", "title_of"]

NUMBER = 50
# When a feed without entries was last changed.
_NEVER = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


class _Feed(Atom1Feed):
    """Django's, with an empty feed's date fixed, so that it stays the same while it is empty."""

    def latest_post_date(self) -> datetime.datetime:
        dates = [item["updateddate"] or item["pubdate"] for item in self.items]
        return max((date for date in dates if date), default=_NEVER)


def feed_of(listing: Listing) -> str:
    """The newest pages of a list as Atom.

    Raises:
        EngineUnavailable: the engine went away.
    """
    query = listing.query
    with override(query.locale):
        search_url = f"{settings.SITE_URL}{reverse('search:search')}"
        feed = _Feed(
            title=title_of(query),
            link=search_url + query.address(),
            description="",
            subtitle=" ".join(_notes(listing)),
            language=query.locale,
            feed_url=f"{settings.SITE_URL}{reverse('search:feed')}{query.address()}",
            feed_guid=tag_uri(f"search:{query.locale}:{query.address()[1:]}"),
            author_name=AUTHOR,
            feed_copyright=_("Texts: CC BY 4.0 unless a page states another licence."),
        )
        for batch in listing.batches(NUMBER, NUMBER):
            for listed in batch:
                if listed.page is not None:
                    _add(feed, listed, listed.page)
        text: str = feed.writeString("utf-8")
    return text


def title_of(query: SearchQuery) -> str:
    """What a list is about, in words: the text and the labels of the chosen values."""
    labels = [
        value.label
        for name, codes in query.facets.items()
        for value in facets.ALL[name].values(codes, query.locale).values()
    ]
    if query.like_places:
        labels.append(facets.places_like(query.like_places, query.locale))
    if query.without_ended:
        labels.append(_("without finished projects"))
    if query.tier == "all":
        labels.append(_("also with some of the words"))
    about = _(", ").join(
        [*([_("“%(text)s”") % {"text": query.asked}] if query.asked else []), *labels]
    )
    return _("NANIF: %(about)s") % {"about": about or _("all new pages")}


def _notes(listing: Listing) -> list[str]:
    notes = [_("Pages that match this search, newest first.")]
    if listing.corrected:
        notes.append(
            _("No results for “%(text)s”. Showing results for “%(corrected)s”.")
            % {"text": listing.query.asked, "corrected": listing.corrected}
        )
    return [*notes, *listing.query.notices]


def _add(feed: Atom1Feed, listed: Listed, page: Page) -> None:
    card = listed.card
    published = page.first_published_at or _NEVER
    feed.add_item(
        title=listed.title,
        link=f"{settings.SITE_URL}{listed.url}",
        description=listed.summary,
        pubdate=published,
        updateddate=page.last_published_at or published,
        unique_id=entry_id(card["translation_key"], card["locale"]),
        categories=[str(facets.ALL["kind"].labels.get(card["kind"], card["kind"]))],
        author_name=AUTHOR,
    )
