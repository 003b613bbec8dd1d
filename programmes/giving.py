"""Grants in the words of the 360Giving Data Standard, as JSON and as a table.

The standard asks for ten fields of every grant. A grant whose amount or award date no source
states cannot be given out in it; such grants stand on the site and are counted in `left_out`.
Identifiers and columns are explained in docs/reference/grants.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.db.models.functions import Length
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.tabular import csv_line
from core.visibility import publicly_visible
from opendata.catalogue import Column
from opendata.schemas import LICENCE
from organisations.models import OrganisationPage
from programmes.models import Grant, ProgrammePage
from regions.models import Area
from taxonomy.models import Theme

# Identifiers of our own begin with this; 360Giving registers such prefixes for publishers.
PREFIX = "360G-nanif"
# The list of the National Tax Agency's corporate numbers in org-id.guide.
CORPORATE_NUMBERS = "JP-JCN"
VERSION = "1.1"
_LONGEST_TITLE = 140

# Heading of a column, and where its value stands in the record.
COLUMNS: dict[str, tuple[str | int, ...]] = {
    "Identifier": ("id",),
    "Title": ("title",),
    "Description": ("description",),
    "Currency": ("currency",),
    "Amount Awarded": ("amountAwarded",),
    "Award Date": ("awardDate",),
    "Planned Dates:Start Date": ("plannedDates", 0, "startDate"),
    "Planned Dates:End Date": ("plannedDates", 0, "endDate"),
    "Recipient Org:Identifier": ("recipientOrganization", 0, "id"),
    "Recipient Org:Name": ("recipientOrganization", 0, "name"),
    "Funding Org:Identifier": ("fundingOrganization", 0, "id"),
    "Funding Org:Name": ("fundingOrganization", 0, "name"),
    "Grant Programme:Code": ("grantProgramme", 0, "code"),
    "Grant Programme:Title": ("grantProgramme", 0, "title"),
    "Grant Programme:URL": ("grantProgramme", 0, "url"),
    "Beneficiary Location:0:Name": ("beneficiaryLocation", 0, "name"),
    "Beneficiary Location:0:Country Code": ("beneficiaryLocation", 0, "countryCode"),
    "Beneficiary Location:0:Geographic Code": ("beneficiaryLocation", 0, "geoCode"),
    "Beneficiary Location:0:Geographic Code Type": ("beneficiaryLocation", 0, "geoCodeType"),
    "Classifications:0:Vocabulary": ("classifications", 0, "vocabulary"),
    "Classifications:0:Code": ("classifications", 0, "code"),
    "Classifications:0:Title": ("classifications", 0, "title"),
    "URL": ("url",),
    "Data Source": ("dataSource",),
    "Last modified": ("dateModified",),
}

_TYPES = {
    "Amount Awarded": "integer", "Award Date": "date", "Last modified": "datetime",
}  # fmt: skip
TABLE = tuple(
    Column(
        heading,
        _TYPES.get(heading, "string"),
        unit=gettext_lazy("yen") if heading == "Amount Awarded" else "",
    )
    for heading in COLUMNS
)


def complete() -> Q:
    """Condition that a grant has all that the standard asks for."""
    return Q(amount__isnull=False, date_length=10)


def publishable(grants: QuerySet[Grant]) -> QuerySet[Grant]:
    """The grants that the standard can hold, with all that their records need."""
    return (
        grants.annotate(date_length=Length("award_date"))
        .filter(complete())
        .select_related("programme", "grantee", "funder")
        .prefetch_related("areas", "themes")
        .order_by("identifier")
    )


def organisation_id(page: OrganisationPage | None, name: str) -> str:
    """Identifier of a body: its corporate number, else our prefix with its address or its name."""
    if page is not None and page.corporate_number:
        return f"{CORPORATE_NUMBERS}-{page.corporate_number}"
    return f"{PREFIX}-org-{page.slug if page is not None else '_'.join(name.split())}"


def record(grant: Grant, programme: ProgrammePage) -> dict[str, Any]:
    """A grant as an object of the standard.

    Where the source gives no title it names programme and grantee, where it gives no description
    it holds what the programme is for.

    Args:
        programme: the grant's programme in the language of the words.
    """
    title = grant.title or _("%(programme)s: grant to %(name)s") % {
        "programme": programme.name,
        "name": grant.grantee_name,
    }
    dates = {"startDate": grant.starts, "endDate": grant.ends}
    found: dict[str, Any] = {
        "id": f"{PREFIX}-{grant.identifier}",
        "title": title[:_LONGEST_TITLE],
        "description": grant.description or programme.summary or programme.title,
        "currency": "JPY",
        "amountAwarded": grant.amount,
        "awardDate": grant.award_date,
        "plannedDates": [{name: date for name, date in dates.items() if date}],
        "recipientOrganization": [
            {"id": organisation_id(grant.grantee, grant.grantee_name), "name": grant.grantee_name}
        ],
        "fundingOrganization": [
            {"id": organisation_id(grant.funder, grant.funder_name), "name": grant.funder_name}
        ],
        "grantProgramme": [
            {"code": programme.slug, "title": programme.title, "url": programme.public_url}
        ],
        "beneficiaryLocation": [_location(area) for area in grant.areas.all()],
        "classifications": [_classification(theme) for theme in grant.themes.all()],
        "url": grant.public_url,
        "dataSource": next((line for line in grant.source_lines if "://" in line), ""),
        "dateModified": grant.modified.isoformat(),
    }
    if not grant.starts and not grant.ends:
        del found["plannedDates"]
    return {name: value for name, value in found.items() if value not in ("", [])}


def _location(area: Area) -> dict[str, str]:
    country = area.code[:2] if not area.prefecture_code else "JP"
    return {
        "id": area.code,
        "name": area.label,
        "countryCode": country,
        "geoCode": area.code,
        "geoCodeType": "JIS X 0401" if len(area.code) == 2 else "JIS X 0402",
    }


def _classification(theme: Theme) -> dict[str, str]:
    return {"vocabulary": "NANIF themes", "code": theme.code, "title": theme.label}


def records(grants: QuerySet[Grant]) -> Iterator[dict[str, Any]]:
    """The publishable ones of the grants as objects of the standard, in the active language."""
    language = get_language() or "ja"
    pages = {
        page.translation_key: page
        for page in publicly_visible(ProgrammePage.objects.filter(locale__language_code=language))
    }
    for grant in publishable(grants).iterator(chunk_size=1000):
        yield record(grant, pages.get(grant.programme.translation_key, grant.programme))


def package_json(grants: QuerySet[Grant]) -> Iterator[str]:
    """A package of the standard, in pieces.

    The standard has no empty package: with no publishable grant `grants` is an empty list.
    """
    address = f"{settings.SITE_URL}{reverse('grants-json')}"
    head = {
        "version": VERSION,
        "title": _("Grants from JCIE’s programmes on foreign residents"),
        "description": _("Grants with an amount and award date stated in the sources."),
        "modified": timezone.localdate().isoformat(),
        "identifier": f"{PREFIX}-grants",
        "publisher": {"identifier": f"{PREFIX}-org-jcie", "name": "NANIF",
                      "website": settings.SITE_URL},
        "downloadURL": address,
        "accessURL": f"{settings.SITE_URL}{reverse('grants')}",
        "license": LICENCE.url,
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "grants": ['
    for number, found in enumerate(records(grants)):
        yield ("," if number else "") + "\n" + json.dumps(found, ensure_ascii=False)
    yield "\n]}\n"


def table_csv(grants: QuerySet[Grant]) -> Iterator[str]:
    """The same as a table with the standard's headings: UTF-8 with a mark that spreadsheets need.

    A grant with several places or themes has the first of each; the JSON has all.
    """
    yield "\ufeff" + csv_line(COLUMNS)
    for row in table_rows(grants):
        yield csv_line(row.values())


def table_rows(grants: QuerySet[Grant]) -> Iterator[dict[str, str]]:
    """The rows of the table by heading, in the active language."""
    for found in records(grants):
        yield {heading: _cell(found, way) for heading, way in COLUMNS.items()}


def _cell(found: Any, way: Iterable[str | int]) -> str:
    for step in way:
        try:
            found = found[step]
        except (KeyError, IndexError):
            return ""
    return str(found)
