"""Places and consultation desks in the catalogue of open data."""

from __future__ import annotations

import datetime

from django.db.models import Max
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.dates import PartialDate
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, register_dataset
from regions.desks import TABLE, public_desks
from regions.models import Area


def _desks_changed() -> datetime.date | None:
    """The last day on which a desk was confirmed, or its source read."""
    last = public_desks().aggregate(confirmed=Max("last_confirmed_at"), read=Max("accessed"))
    read = PartialDate.stored(last["read"])
    days = [last["confirmed"], read.first_day if read and read.is_day else None]
    return max(filter(None, days), default=None)


register_dataset(
    Dataset(
        code="desks",
        title=_("Consultation desks"),
        about=_(
            "Desks that foreign residents ask for advice: languages, hours, numbers, fields of "
            "advice, with sources and days of confirmation."
        ),
        files=(File("csv", "desks-csv", columns=TABLE), File("json", "api:list_desks")),
        page=("desks",),
        modified=_desks_changed,
        rows=lambda: public_desks().count(),
        keywords=(_("consultation desks"), pgettext_lazy("keyword", "foreign residents")),
        order=30,
    )
)
register_dataset(
    Dataset(
        code="places",
        title=_("Places and their codes"),
        about=_(
            "Blocks, prefectures, municipalities and wards with their codes, names in Japanese, "
            "kana and Latin letters, what they lie in, and what they were merged into."
        ),
        files=(File("json", "api:list_regions"),),
        rows=lambda: Area.objects.count(),
        sources=(
            (
                _("Ministry of Internal Affairs and Communications, local government codes"),
                "https://www.soumu.go.jp/denshijiti/code.html",
            ),
        ),
        keywords=(_("local government codes"),),
        order=80,
    )
)
