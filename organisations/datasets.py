"""The directory of organisations in the catalogue of open data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.visibility import publicly_visible
from opendata.catalogue import DataFile as File
from opendata.catalogue import Dataset, last_day, register_dataset, search_files
from organisations.models import OrganisationPage

register_dataset(
    Dataset(
        code="organisations",
        title=_("Organisations"),
        about=_(
            "Organisations that lead, support, connect people in or fund the case studies: type, "
            "places, addresses and sources."
        ),
        files=(File("json", "api:list_organisations"), *search_files("organisation")),
        page=("wagtail_serve", "organisations/"),
        modified=lambda: last_day(publicly_visible(OrganisationPage.objects), "last_published_at"),
        rows=lambda: publicly_visible(
            OrganisationPage.objects.filter(locale__language_code="ja")
        ).count(),
        keywords=(_("multicultural coexistence"), _("organisations")),
        order=20,
    )
)
