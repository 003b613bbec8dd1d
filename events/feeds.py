"""Atom feed of events, in each language."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.feeds import PageFeed
from core.templatetags.facts import partial_date
from core.visibility import publicly_visible
from events.calendars import place_of
from events.models import EventIndexPage, EventPage
from events.selectors import newest_events

NUMBER = 30


class NewEventsFeed(PageFeed):
    """The events that were announced last, with day, place and status in front of the summary."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        """Keep the request: addresses depend on its site."""
        return request

    def title(self, obj: HttpRequest) -> str:
        """Title of the feed."""
        return _("NANIF: events")

    def subtitle(self, obj: HttpRequest) -> str:
        """What the feed has."""
        return _("Webinars, symposia and meetings, most recently added first.")

    def link(self, obj: HttpRequest) -> str:
        """The list of which this is the feed."""
        index = (
            publicly_visible(EventIndexPage.objects.all())
            .filter(locale__language_code=get_language())
            .first()
        )
        return index.public_url if index else reverse("search:search") + "?kind=event"

    def feed_url(self, obj: HttpRequest) -> str:
        """The feed's own address."""
        return reverse("events:feed")

    def items(self, obj: HttpRequest) -> list[EventPage]:
        """The events of the active language."""
        return newest_events(get_language() or "ja", NUMBER)

    def item_title(self, item: EventPage) -> str:
        """Title of the event."""
        return item.title

    def item_description(self, item: EventPage) -> str:
        """Day, status, place, and the event in one line."""
        facts = [partial_date(item.starts_on), item.get_status_display(), place_of(item)]
        return _(", ").join(fact for fact in facts if fact) + "\n" + item.summary

    def item_link(self, item: EventPage) -> str:
        """Address of the event."""
        return item.public_url

    def item_pubdate(self, item: EventPage) -> datetime.datetime | None:
        """When it was first published."""
        return item.first_published_at

    def item_updateddate(self, item: EventPage) -> datetime.datetime | None:
        """When it was last changed."""
        return item.last_published_at

    def item_categories(self, item: EventPage) -> list[str]:
        """Labels of the themes."""
        return [theme.label for theme in item.themes.all()]
