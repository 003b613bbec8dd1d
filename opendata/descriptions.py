"""The catalogue for programs: DCAT-AP for data portals, Data Package for tables, schema.org.

DCAT-AP 3 is the profile by which data portals harvest each other. A Data Package (version 2 of the
Frictionless standard) says of each table which columns it has. Both are made from the same
`Dataset`s as the page.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from django.utils.translation import override

from opendata.catalogue import LANGUAGES, Column, DataFile, Dataset, published
from opendata.schemas import LICENCE

__all__ = ["data_package", "dcat_catalogue", "schema_catalogue"]

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# Lists of the Publications Office of the EU, from which DCAT-AP takes its codes.
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_LANGUAGES = {"ja": f"{_AUTHORITY}/language/JPN", "en": f"{_AUTHORITY}/language/ENG"}
_THEME = f"{_AUTHORITY}/data-theme/SOCI"
_COUNTRY = f"{_AUTHORITY}/country/JPN"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def _full(route: str) -> str:
    return iri_to_uri(f"{settings.SITE_URL}{reverse(route)}")


def _in_both(text: Callable[[], Any]) -> list[dict[str, str]]:
    """A text in both languages, as JSON-LD has them."""
    found = []
    for language in LANGUAGES:
        with override(language):
            found.append({"@language": language, "@value": str(text())})
    return found


def _date(day: datetime.date) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": day.isoformat()}


def _ids(*addresses: str) -> list[dict[str, str]]:
    return [{"@id": iri_to_uri(address)} for address in addresses]


# --- DCAT-AP ------------------------------------------------------------------------------------


def dcat_catalogue() -> dict[str, Any]:
    """The whole catalogue as JSON-LD, in both languages."""
    address = _full("open-data-dcat")
    publisher = {
        "@id": f"{settings.SITE_URL}/#publisher",
        "@type": "foaf:Agent",
        "foaf:name": _in_both(lambda: _("NANIF – National Network for an Inclusive Future")),
        "foaf:homepage": {"@id": f"{settings.SITE_URL}/"},
    }
    found = [_dcat_dataset(data, files, str(publisher["@id"])) for data, files in published()]
    days = [entry["dct:modified"]["@value"] for entry in found if "dct:modified" in entry]
    catalogue: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": address,
        "@type": "dcat:Catalog",
        "dct:title": _in_both(lambda: _("NANIF open data")),
        "dct:description": _in_both(
            lambda: _(
                "What the network knows of municipalities and regions that live together with "
                "foreign residents, for reuse."
            )
        ),
        "dct:publisher": publisher,
        "dct:language": _ids(*_LANGUAGES.values()),
        "dct:license": {"@id": LICENCE.url},
        "dct:spatial": {"@id": _COUNTRY},
        "foaf:homepage": {"@id": _full("open-data")},
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"},
        "dcat:service": {
            "@id": f"{address}#api",
            "@type": "dcat:DataService",
            "dct:title": _in_both(lambda: _("API for developers")),
            "dcat:endpointURL": {"@id": _full("api:api-root")},
            "dcat:endpointDescription": {"@id": _full("api:document")},
            "dct:license": {"@id": LICENCE.url},
        },
        "dcat:dataset": found,
    }
    if days:
        catalogue["dct:modified"] = {"@type": "xsd:date", "@value": max(days)}
    return catalogue


def _dcat_dataset(dataset: Dataset, files: list[DataFile], publisher: str) -> dict[str, Any]:
    address = f"{_full('open-data-dcat')}#{dataset.code}"
    distributions = [
        _distribution(file, language, f"{address}-{number}-{language}")
        for number, file in enumerate(files, 1)
        for language in file.languages
    ]
    entry: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.code,
        "dct:title": _in_both(lambda: dataset.title),
        "dct:description": _in_both(lambda: dataset.about),
        "dct:publisher": {"@id": publisher},
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": "NANIF",
            "vcard:hasURL": {"@id": _full("contact:contact")},
        },
        "dct:license": {"@id": LICENCE.url},
        "dct:accrualPeriodicity": {"@id": f"{_AUTHORITY}/frequency/IRREG"},
        "dct:language": _ids(*_LANGUAGES.values()),
        "dct:spatial": {"@id": _COUNTRY},
        "dcat:theme": {"@id": _THEME},
        "dcat:landingPage": _ids(*filter(None, map(dataset.page_url, LANGUAGES))),
        "dcat:keyword": [
            text for word in dataset.keywords for text in _in_both(partial(str, word))
        ],
        "dct:source": [{"@id": url} for _name, url in dataset.sources],
        "dcat:distribution": distributions,
    }
    if modified := dataset.modified():
        entry["dct:modified"] = _date(modified)
    if months := dataset.months():
        entry["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": {"@type": "xsd:gYearMonth", "@value": months[0]},
            "dcat:endDate": {"@type": "xsd:gYearMonth", "@value": months[1]},
        }
    return {name: value for name, value in entry.items() if value != []}


def _distribution(file: DataFile, language: str, address: str) -> dict[str, Any]:
    def title() -> str:
        return f"{file.kind.label} – {file.title}" if file.title else file.kind.label

    entry: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": _in_both(title),
        "dcat:mediaType": {"@id": f"{_MEDIA_TYPES}/{file.kind.media_type}"},
        "dct:format": {"@id": f"{_AUTHORITY}/file-type/{file.kind.authority}"},
        "dct:language": {"@id": _LANGUAGES[language]},
        "dct:license": {"@id": LICENCE.url},
    }
    if file.stands_for:  # an address with braces is none
        entry["dcat:accessURL"] = {"@id": _full("open-data")}
        entry["dct:description"] = file.pattern(language)
    else:
        entry["dcat:accessURL"] = {"@id": iri_to_uri(file.url(language))}
        if not file.is_paged:
            entry["dcat:downloadURL"] = entry["dcat:accessURL"]
    return entry


# --- Data Package -------------------------------------------------------------------------------


def data_package(language: str) -> dict[str, Any]:
    """All tables with their columns, in a language, as a Data Package."""
    with override(language):
        return {
            "$schema": _PROFILE,
            "name": "nanif",
            "title": str(_("NANIF open data")),
            "homepage": _full("open-data"),
            "licenses": [_licence()],
            "contributors": [{"title": "NANIF", "path": settings.SITE_URL, "roles": ["publisher"]}],
            "resources": [
                _resource(dataset, file, language)
                for dataset, files in published()
                for file in files
                if file.format == "csv" and not file.stands_for and language in file.languages
            ],
        }


def _licence() -> dict[str, str]:
    return {"name": LICENCE.code, "title": LICENCE.name, "path": LICENCE.url}


def _resource(dataset: Dataset, file: DataFile, language: str) -> dict[str, Any]:
    resource: dict[str, Any] = {
        "name": "-".join([dataset.code, *filter(lambda part: part != "csv", file.args)]),
        "type": "table",
        "title": f"{dataset.title} – {file.title}" if file.title else str(dataset.title),
        "description": str(dataset.about),
        "path": iri_to_uri(file.url(language)),
        "format": "csv",
        "mediatype": file.kind.media_type,
        "encoding": "utf-8",
        "licenses": [_licence()],
        "sources": [{"title": str(name), "path": url} for name, url in dataset.sources],
        "schema": {"fields": _fields(file.table), "missingValues": [""]},
    }
    if modified := dataset.modified():
        resource["modified"] = modified.isoformat()
    return {name: value for name, value in resource.items() if value != []}


def _fields(columns: Sequence[Column]) -> list[dict[str, str]]:
    fields = [
        {
            "name": str(column.name),
            "type": column.type,
            "description": str(column.about),
            "unit": str(column.unit),
        }
        for column in columns
    ]
    return [{name: text for name, text in entry.items() if text} for entry in fields]


# --- schema.org ---------------------------------------------------------------------------------


def _terms_of_use() -> str:
    """Who publishes the data and on which terms; it also makes short descriptions long enough."""
    return _("Published by NANIF under %(licence)s, with the description of every column.") % {
        "licence": LICENCE.name
    }


def schema_catalogue(language: str) -> dict[str, Any]:
    """The catalogue as search engines read it in the page, without the columns."""
    return {
        "@context": "https://schema.org",
        "@type": "DataCatalog",
        "name": _("NANIF open data"),
        "url": _full("open-data"),
        "license": LICENCE.url,
        "dataset": [
            {
                "@type": "Dataset",
                "name": str(dataset.title),
                "description": f"{dataset.about} {_terms_of_use()}",
                "url": f"{_full('open-data')}#{dataset.code}",
                "license": LICENCE.url,
                "creator": {"@type": "Organization", "name": "NANIF", "url": settings.SITE_URL},
                "distribution": [
                    {
                        "@type": "DataDownload",
                        "encodingFormat": file.kind.media_type,
                        "contentUrl": iri_to_uri(file.url(language)),
                    }
                    for file in files
                    if language in file.languages and not file.stands_for
                ],
            }
            for dataset, files in published()
        ],
    }
