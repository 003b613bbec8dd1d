"""Grants and calls in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset
from programmes.giving import TABLE, publishable
from programmes.selectors import public_grants

register_dataset(
    Dataset(
        code="grants",
        title=_("Grants"),
        about=_(
            "Grants of the network’s programmes in the 360Giving Data Standard: to whom, for what, "
            "how much and when. Grants whose amount or day no source states are left out."
        ),
        files=(File("json", "grants-json"), File("csv", "grants-csv", columns=TABLE)),
        page=("grants",),
        modified=lambda: last_day(public_grants(), "modified"),
        rows=lambda: publishable(public_grants()).count(),
        keywords=(_("grants"), "360Giving"),
        order=50,
    )
)
register_dataset(
    Dataset(
        code="calls",
        title=_("Deadlines of calls"),
        about=_("When calls for applications of the programmes close, as a calendar."),
        files=(File("ics", "calls-calendar"),),
        page=("wagtail_serve", "programmes/"),
        keywords=(_("grants"),),
        order=55,
    )
)
