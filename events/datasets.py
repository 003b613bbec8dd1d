"""Events in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.visibility import publicly_visible
from events.models import EventPage
from events.open_data import TABLE
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset

register_dataset(
    Dataset(
        code="events",
        title=_("Events"),
        about=_(
            "Symposia, webinars and meetings, those to come and those that are over. The table has "
            "the headings of the list of events in the open-data sets of Japanese local "
            "governments."
        ),
        files=(
            File("csv", "events:open-data", columns=TABLE, languages=("ja",)),
            File("ics", "events:calendar"),
            File("ics", "events:region-calendar", ("13",), stands_for="code",
                 title=_("those of one place, by its code")),
            File("ics", "events:theme-calendar", ("2-1",), stands_for="code",
                 title=_("those on one theme, by its code")),
            File("atom", "events:feed", title=_("the newest")),
        ),
        page=("wagtail_serve", "events/"),
        modified=lambda: last_day(publicly_visible(EventPage.objects), "last_published_at"),
        rows=lambda: publicly_visible(
            EventPage.objects.filter(locale__language_code="ja")
        ).count(),
        keywords=(_("events"), _("multicultural coexistence")),
        order=40,
    )
)  # fmt: skip
