"""Case studies in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from casestudies.models import CaseStudyPage
from core.visibility import publicly_visible
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset, search_files

register_dataset(
    Dataset(
        code="cases",
        title=_("Case studies"),
        about=_(
            "What municipalities, associations, schools and companies have done together with "
            "foreign residents: when, where, with whom, with which results and sources. The API "
            "has the whole record; the tables have a line for each case."
        ),
        files=(
            File("json", "api:list_cases"),
            *search_files("case"),
            File("atom", "new-cases-feed", title=_("the 30 newest")),
        ),
        page=("wagtail_serve", "cases/"),
        modified=lambda: last_day(publicly_visible(CaseStudyPage.objects), "last_published_at"),
        rows=lambda: publicly_visible(
            CaseStudyPage.objects.filter(locale__language_code="ja")
        ).count(),
        keywords=(
            _("multicultural coexistence"),
            pgettext_lazy("keyword", "foreign residents"),
            _("local government"),
        ),
        order=10,
    )
)
