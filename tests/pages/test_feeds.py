"""Atom feeds of pages and calendars, as their standards want them."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.text import slugify
from wagtail.models import Page, Site

from casestudies.models import CasesFromPage, CaseStudyPage
from events.models import EventPage

ATOM = "{http://www.w3.org/2005/Atom}"


def ids(client: Client, url: str) -> dict[str, str]:
    """The id of each entry by its title; the feed has an author."""
    feed = ElementTree.fromstring(client.get(url).content)
    assert feed.findtext(f"{ATOM}author/{ATOM}name"), url
    found = {
        str(entry.findtext(f"{ATOM}title")): str(entry.findtext(f"{ATOM}id"))
        for entry in feed.findall(f"{ATOM}entry")
    }
    assert found
    return found


@pytest.mark.parametrize(
    ("model", "path"), [(CaseStudyPage, "/feeds/cases.atom"), (EventPage, "/feeds/events.atom")]
)
def test_entries_keep_their_ids_when_slug_or_place_change(
    site: Site, client: Client, model: type[Page], path: str
) -> None:
    before = ids(client, path)
    assert not set(before.values()) & set(ids(client, f"/en{path}").values())
    page = model.objects.live().filter(title=next(iter(before)), locale__language_code="ja").get()
    page.slug = slugify(f"{page.slug}-new")
    page.save_revision().publish()
    if model is CaseStudyPage:
        other = CasesFromPage.objects.filter(locale=page.locale).exclude(pk=page.get_parent().pk)
        page.refresh_from_db()
        page.move(other.first(), pos="last-child")
    assert ids(client, path)[page.title] == before[page.title]


@pytest.mark.parametrize("path", ["/feeds/events.ics", "/feeds/calls.ics"])
def test_calendars_have_their_time_zones_before_the_entries(
    site: Site, client: Client, path: str
) -> None:
    text = client.get(path).content.decode()
    assert "BEGIN:VEVENT" in text
    if "BEGIN:VTIMEZONE" in text:
        assert text.rindex("END:VTIMEZONE") < text.index("BEGIN:VEVENT")
