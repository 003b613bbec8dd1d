"""Reads about events. Each function runs a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.db.models.functions import Length, TruncDate
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Page
from wagtail.query import PageQuerySet

from core.dates import PartialDate
from core.pagination import paginate
from core.selectors import translations_by_key
from core.visibility import prefetch_visible, publicly_visible
from events.dates import moment
from events.models import EventIndexPage, EventOrganiser, EventPage, EventSpeaker
from images.share_cards import share_picture_url
from organisations.models import OrganisationPage
from organisations.selectors import organisations_by_key
from page_cache.kept import kept, kept_rows
from regions.models import Area
from regions.selectors import area_lookups, by_area, within
from taxonomy.choices import read_choices
from taxonomy.list_filters import ListFilter, choices_of, list_tools, sort_of
from taxonomy.models import Language, Theme

PER_PAGE = 20
SORTS = {"newest": gettext_lazy("Latest first"), "oldest": gettext_lazy("Earliest first")}
# Organisers, with the organisation's page where the public may see it.
_ORGANISERS = prefetch_visible("organisers__organisation", OrganisationPage)
MOST_COMING = 50

_SCHEMA_STATUS = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}


def event_cards() -> PageQuerySet:
    """Live, public events with what their cards show."""
    return (
        publicly_visible(EventPage.objects.all())
        .select_related("locale", "alias_of__locale")
        .prefetch_related("areas__parent", "themes")
    )


@kept_rows
def kept_event_cards(pks: list[int]) -> Mapping[int, EventPage]:
    """The same by their numbers."""
    return event_cards().in_bulk(pks)


def events_in(
    language: str,
    *,
    region: str = "",
    theme: str = "",
    held_in: str = "",
) -> PageQuerySet:
    """Events of one language's tree that fit all that is given, the last to begin first.

    Args:
        region: code of an area in which, or in a part of which, they are.
        theme: code of a theme, which or a narrower one of which they have.
        held_in: code of a language in which they are held or into which they are interpreted.
    """
    found = event_cards().filter(locale__language_code=language)
    if region:
        found = found.filter(_pages_with(within([Area(code=region)], "areas")))
    if theme:
        found = found.filter(_pages_with(Q(themes=theme) | Q(themes__parent=theme)))
    if held_in:
        found = found.filter(_pages_with(Q(languages=held_in) | Q(interpretation=held_in)))
    return found.order_by("-begins_at", "pk")


def _pages_with(condition: Q) -> Q:
    """The condition without the double rows that joins make."""
    return Q(pk__in=EventPage.objects.filter(condition).values("pk"))


def coming(events: PageQuerySet) -> PageQuerySet:
    """Those that are not over, the next first."""
    return events.filter(ends_at__gt=timezone.now()).order_by("begins_at", "pk")


def next_end(after: datetime.datetime) -> datetime.datetime | None:
    """When the next event is over, and pages that show it change."""
    ends = EventPage.objects.filter(ends_at__gt=after).order_by("ends_at")
    end: datetime.datetime | None = ends.values_list("ends_at", flat=True).first()
    return end


def past(events: PageQuerySet) -> PageQuerySet:
    """Those that are over, the latest first."""
    return events.filter(ends_at__lte=timezone.now()).order_by("-begins_at", "pk")


def with_days(events: PageQuerySet) -> PageQuerySet:
    """Those whose days are known: calendars have no place for "some day in 2019"."""
    return events.alias(first=Length("starts_on"), last=Length("ends_on")).filter(
        first=10, last__in=(0, 10)
    )


def event_lists(language: str, params: QueryDict) -> dict[str, Any]:
    """What the list of events shows: `coming`, `past` (a list page), filters and calendars.

    Filters are `region`, `theme` and `lang` of the address; unknown codes find nothing.
    """
    chosen = {name: params.get(name, "")[:40] for name in ("region", "theme", "lang")}
    found = events_in(
        language, region=chosen["region"], theme=chosen["theme"], held_in=chosen["lang"]
    )
    ended = past(found)
    if sort_of(params, SORTS) == "oldest":
        ended = ended.order_by("begins_at", "pk")
    over = paginate(ended, params.get("page"), PER_PAGE)
    soon = list(coming(found)[:MOST_COMING]) if over.number == 1 else []
    choices = _choices(language)
    labels = {
        "region": (_("Region"), _("All regions")),
        "theme": (_("Theme"), _("All themes")),
        "lang": (_("Language or interpreting"), _("All languages")),
    }
    filters = [
        ListFilter(name, *labels[name], chosen[name], choices_of(rows))
        for name in labels
        if (rows := choices[name])
    ]
    return {
        "coming": soon,
        "past": over,
        "found": over.paginator.count + len(soon),
        **list_tools(params, filters, SORTS),
        "calendar_links": _calendar_links(chosen, choices),
    }


def _choices(language: str) -> dict[str, list[Any]]:
    """Places, themes and languages that events have. Three queries."""
    mine = publicly_visible(EventPage.objects.all()).filter(locale__language_code=language)
    through = {
        name: getattr(EventPage, name).through.objects.filter(eventpage__in=mine.values("pk"))
        for name in ("areas", "themes", "languages", "interpretation")
    }
    regions: dict[str, Area] = {}
    areas = Area.objects.filter(pk__in=through["areas"].values("area"))
    for area in areas.select_related("parent__parent__parent"):
        place: Area | None = area
        while place is not None and place.kind not in {Area.Kind.PREFECTURE, Area.Kind.COUNTRY}:
            place = place.parent
        if place is not None:
            regions[place.code] = place
    return {
        "region": [regions[code] for code in sorted(regions)],
        "theme": list(Theme.objects.filter(pk__in=through["themes"].values("theme"))),
        "lang": list(
            Language.objects.filter(
                Q(pk__in=through["languages"].values("language"))
                | Q(pk__in=through["interpretation"].values("language"))
            )
        ),
    }


def _calendar_links(chosen: dict[str, str], choices: dict[str, list[Any]]) -> list[dict[str, str]]:
    """Calendars to subscribe to: of all events, and of what is chosen."""
    links = [{"label": _("All events"), "url": reverse("events:calendar")}]
    for name, route in (("region", "events:region-calendar"), ("theme", "events:theme-calendar")):
        for item in choices[name]:
            if item.code == chosen[name]:
                links.append({"label": item.label, "url": reverse(route, args=[item.code])})
    return links


def read_for_page(page: EventPage) -> None:
    """Read what several parts of the page of an event need, each of it once."""
    if not page.pk:
        return
    read_choices(page, "themes", "languages", "interpretation")
    organisers = EventOrganiser.objects.prefetch_related(
        prefetch_visible("organisation", OrganisationPage)
    )
    prefetch_related_objects(
        [page],
        Prefetch("areas", Area.objects.select_related("parent").defer("shape", "parent__shape")),
        Prefetch("organisers", organisers),
        Prefetch("speakers", EventSpeaker.objects.select_related("person")),
    )


def event_context(page: EventPage) -> dict[str, Any]:
    """What an event's own page shows besides its fields. Call `read_for_page` first."""
    language = page.locale.language_code
    return {
        "areas": list(page.areas.all()),
        "themes": list(page.themes.all()),
        "languages_held": list(page.languages.all()),
        "languages_interpreted": list(page.interpretation.all()),
        "organisers": organisers_of(page, language),
        "sessions": list(page.sessions.all()),
        "speakers": list(page.speakers.all()),
        "materials": list(page.materials.select_related("document", "language")),
        "programme": _in_language(page.programme, language),
        "calendar_url": reverse("events:event-calendar", args=[page.pk])
        if page.has_days and not page.is_past
        else "",
        "index": _index(page.locale_id),
    }


@kept
def _index(locale: int) -> EventIndexPage | None:
    return publicly_visible(EventIndexPage.objects.filter(locale=locale)).first()


def _in_language(page: Page | None, language: str) -> Page | None:
    """A page as it stands, live and public, in one language's tree."""
    if page is None:
        return None
    return translations_by_key(Page, [page.translation_key], language).get(page.translation_key)


def organisers_of(page: EventPage, language: str) -> list[EventOrganiser]:
    """The bodies behind an event, each with `display_name` and `url` in one language.

    Organisations that the public may not see are left out, unless the event names them itself.
    """
    rows: list[EventOrganiser] = list(
        page.organisers.all()
        if "organisers" in getattr(page, "_prefetched_objects_cache", {})
        else page.organisers.prefetch_related(prefetch_visible("organisation", OrganisationPage))
    )
    keys = [row.organisation.translation_key for row in rows if row.organisation]
    pages = organisations_by_key(keys, language) if keys else {}
    for row in rows:
        organisation = row.organisation
        target = pages.get(organisation.translation_key) if organisation else None
        row.url = target.url if target else ""
        own = row.name or getattr(organisation, "title", "")
        row.display_name = target.title if target else own
    return [row for row in rows if row.display_name]


def event_as_schema(page: EventPage) -> dict[str, Any]:
    """The properties of a schema.org Event."""
    status = _SCHEMA_STATUS.get(page.status, "EventScheduled")
    data: dict[str, Any] = {
        "@type": "Event",
        "startDate": _iso(page, page.starts_on, page.start_time),
        "eventStatus": f"https://schema.org/{status}",
        "eventAttendanceMode": f"https://schema.org/{_attendance_mode(page)}",
        "location": _locations(page),
        "image": [url for url in [share_picture_url(page)] if url],
    }
    if page.ends_on or page.end_time:
        data["endDate"] = _iso(page, page.ends_on or page.starts_on, page.end_time)
    languages = [language.bcp47 or language.code for language in page.languages.all()]
    data["inLanguage"] = languages or page.content_language
    organisers = organisers_of(page, page.locale.language_code)
    data["organizer"] = [
        {"@type": "Organization", "name": row.display_name}
        for row in organisers
        if row.part in {EventOrganiser.Part.ORGANISER, EventOrganiser.Part.CO_ORGANISER}
    ]
    speakers = page.speakers.all()
    data["performer"] = [{"@type": "Person", "name": row.person.name} for row in speakers]
    return {name: value for name, value in data.items() if value}


def _iso(page: EventPage, day: str, time: datetime.time | None) -> str:
    date = PartialDate.stored(day)
    if time is None or date is None or not date.is_day:
        return day
    return moment(date.first_day, time, page.time_zone).isoformat()


def _attendance_mode(page: EventPage) -> str:
    if not page.is_online:
        return "OfflineEventAttendanceMode"
    is_mixed = page.venue or page.address
    return "MixedEventAttendanceMode" if is_mixed else "OnlineEventAttendanceMode"


def _locations(page: EventPage) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    areas = [area.label for area in page.areas.all()]
    if page.venue or page.address or (areas and not page.is_online):
        place = {"@type": "Place", "name": page.venue or ", ".join(areas)}
        place["address"] = page.address or ", ".join(areas)
        found.append({name: value for name, value in place.items() if value})
    if page.is_online:
        found.append({"@type": "VirtualLocation", "url": page.join_url or page.public_url})
    return found


@kept
def event_ids_by_area(language: str) -> tuple[dict[str, tuple[int, ...]], ...]:
    """Events of one language's tree by area, those to come and those over; see `by_area`."""
    events = publicly_visible(EventPage.objects.all()).filter(locale__language_code=language)
    return tuple(
        by_area(found.values_list("pk", *area_lookups("areas")))
        for found in (coming(events), past(events))
    )


def events_by_areas(areas: Sequence[Area], language: str) -> PageQuerySet:
    """Events in one of the areas, the last to begin first."""
    found = event_cards().filter(_pages_with(within(areas, "areas")))
    return found.filter(locale__language_code=language).order_by("-begins_at", "pk")


def events_by_organisation(organisation: OrganisationPage, language: str) -> PageQuerySet:
    """Events in which a body has a part, the last to begin first."""
    rows = EventOrganiser.objects.filter(
        organisation__translation_key=organisation.translation_key
    ).values("page")
    found = event_cards().filter(pk__in=rows, locale__language_code=language)
    return found.order_by("-begins_at", "pk")


def calendar_events(
    language: str, *, region: str = "", theme: str = "", most: int = 500
) -> list[EventPage]:
    """The latest events with known days, with everything that a calendar says of them."""
    found = with_days(events_in(language, region=region, theme=theme))
    return list(found.select_related("version").prefetch_related(_ORGANISERS)[:most])


def calendar_event(pk: int, language: str) -> EventPage | None:
    """One event with known days, as for a calendar."""
    found = with_days(events_in(language)).filter(pk=pk)
    return found.select_related("version").prefetch_related(_ORGANISERS).first()


def newest_events(language: str, number: int) -> list[EventPage]:
    """The events that were published last; of those published on one day, the latest ones."""
    published_on = TruncDate("first_published_at")
    return list(
        events_in(language).order_by(published_on.desc(), "-begins_at", "slug", "pk")[:number]
    )


def events_as_open_data(language: str, most: int) -> list[EventPage]:
    """All events with what the open-data list has of them, and `english_title`."""
    events = list(events_in(language).prefetch_related(_ORGANISERS, "areas__parent__parent")[:most])
    english = dict(
        publicly_visible(EventPage.objects.all())
        .filter(locale__language_code="en", alias_of=None)
        .values_list("translation_key", "title")
    )
    for event in events:
        event.english_title = english.get(event.translation_key, "")
    return events
