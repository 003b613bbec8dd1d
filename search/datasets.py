"""All that can be found, in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from core.visibility import publicly_visible
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset
from search.registry import findable_q
from search.web.exports import TABLE

register_dataset(
    Dataset(
        code="pages",
        title=_("All pages, and any list of search results"),
        about=_(
            "A row for each page that the search finds: title, summary, places, themes and other "
            "codes with their labels. Every filter of the search can be put behind the address."
        ),
        files=(
            *(
                File(
                    format_,
                    "search:export",
                    query=f"format={format_}",
                    columns=TABLE if format_ in ("csv", "xlsx") else (),
                )
                for format_ in ("csv", "xlsx", "jsonl", "bibtex")
            ),
            File("atom", "search:feed", title=_("the newest")),
            File("json", "api:search_everything"),
        ),
        page=("search:search",),
        modified=lambda: last_day(publicly_visible(Page.objects), "last_published_at"),
        rows=lambda: publicly_visible(
            Page.objects.filter(findable_q(), locale__language_code="ja")
        ).count(),
        order=90,
    )
)
