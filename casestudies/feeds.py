"""Atom feed of new case studies, in each language."""

from __future__ import annotations

import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from casestudies.models import CaseStudyPage
from casestudies.selectors import newest_cases
from core.feeds import PageFeed

NUMBER = 30


class NewCasesFeed(PageFeed):
    """The newest cases, with their summary, themes and dates."""

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpRequest:
        """Keep the request: addresses depend on its site."""
        return request

    def title(self, obj: HttpRequest) -> str:
        """Title of the feed."""
        return _("NANIF: new case studies")

    def subtitle(self, obj: HttpRequest) -> str:
        """What the feed has."""
        return _("Case studies of communities in Japan with foreign residents, newest first.")

    def link(self, obj: HttpRequest) -> str:
        """The list of which this is the feed."""
        return reverse("search:search") + "?kind=case&sort=newest"

    def feed_url(self, obj: HttpRequest) -> str:
        """The feed's own address."""
        return reverse("new-cases-feed")

    def items(self, obj: HttpRequest) -> list[CaseStudyPage]:
        """The newest cases of the active language."""
        return newest_cases(get_language() or "ja", NUMBER)

    def item_title(self, item: CaseStudyPage) -> str:
        """Title of the case."""
        return item.title

    def item_description(self, item: CaseStudyPage) -> str:
        """The case in one line, or its overview."""
        return item.summary or item.overview

    def item_link(self, item: CaseStudyPage) -> str:
        """Address of the case."""
        return item.public_url

    def item_pubdate(self, item: CaseStudyPage) -> datetime.datetime | None:
        """When it was first published."""
        return item.first_published_at

    def item_updateddate(self, item: CaseStudyPage) -> datetime.datetime | None:
        """When it was last changed."""
        return item.last_published_at

    def item_categories(self, item: CaseStudyPage) -> list[str]:
        """Labels of the themes."""
        return [theme.label for theme in item.themes.all()]
