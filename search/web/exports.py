"""A result list as a file: CSV, Excel, JSON Lines, BibTeX. Written while it is read.

Columns and their meaning are in docs/reference/search.md. Codes stand beside labels; several values
of one column are parted by `; `.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from core.tabular import CONTENT_TYPES, csv_pieces, excel_file
from opendata import bibtex
from opendata.catalogue import Column, columns_of
from opendata.schemas import LICENCE
from search.index.fields import FACETS
from search.results import facets
from search.results.listing import Listed, Listing

__all__ = ["COLUMNS", "FORMATS", "MOST_ROWS", "TABLE", "Format"]

MOST_ROWS = 10_000
_BATCH = 500
# Of hierarchical facets the narrowest values say enough in a table; kind and year have columns.
_LISTED_FACETS = tuple(name for name in FACETS if name not in {"kind", "period", "year"})

_SEVERAL = gettext_lazy("Several values are parted by “; ”.")
TABLE = (
    Column("url", about=gettext_lazy("Address of the page, which stays the same.")),
    Column(
        "identifier",
        about=gettext_lazy("Persistent identifier of a case study; it stays when the page moves."),
    ),
    Column("title"),
    Column("kind", about=gettext_lazy("Code of what the page is: case, organisation, event ...")),
    Column("kind_label", about=gettext_lazy("The same in both languages.")),
    Column("language", about=gettext_lazy("Language of the words of the page: ja or en.")),
    Column("summary"),
    Column("year", "integer", gettext_lazy("The year in which what it tells of began.")),
    Column("published", "date"),
    Column(
        "confirmed",
        "date",
        gettext_lazy("When the lead organisation last confirmed that the page is correct."),
    ),
    *(
        column
        for name in _LISTED_FACETS
        for column in (
            Column(name, about=format_lazy("{} ({})", facets.ALL[name].label, _SEVERAL)),
            Column(f"{name}_ja", about=gettext_lazy("Label in Japanese.")),
            Column(f"{name}_en", about=gettext_lazy("Label in English.")),
        )
    ),
    Column("licence", about=gettext_lazy("Of the words of the page, by its SPDX code.")),
    Column("source", about=gettext_lazy("Whom to name as the source.")),
    Column("retrieved", "date", gettext_lazy("The day on which the file was made.")),
)
COLUMNS = columns_of(TABLE)

# Pages that name a licence of their own and have an identifier; what others have.
_CASES = "casestudies.CaseStudyPage"
_OF_OTHERS = {"licence": LICENCE.code, "identifier": ""}

Row = dict[str, Any]


@dataclass(frozen=True)
class Format:
    """A kind of file: how it is named, sent and written."""

    name: str
    label: Any
    content_type: str
    extension: str
    write: Callable[[Listing, Iterable[Row]], Iterator[bytes]]

    def content(self, listing: Listing) -> Iterator[bytes]:
        """The file in pieces, at most `MOST_ROWS` rows.

        Raises:
            EngineUnavailable: the engine went away.
        """
        pieces = self.write(listing, _rows(listing))
        while True:
            # A response is written after the request, in whatever language is then active.
            with override(listing.query.locale):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def file_name(self) -> str:
        """Name for the saved file, with the day."""
        return f"nanif-search-{timezone.localdate():%Y%m%d}.{self.extension}"


def _rows(listing: Listing) -> Iterator[Row]:
    for batch in listing.batches(_BATCH, MOST_ROWS):
        labels = _labels(batch)
        cases = _cases(batch)
        for listed in batch:
            row = _row(listed, labels)
            yield {**row, **_OF_OTHERS, **cases.get(listed.number, {})}


def _cases(batch: Iterable[Listed]) -> dict[int | str, dict[str, str]]:
    """Licence and persistent identifier of those pages that have them. One query."""
    ids = [listed.page.pk for listed in batch if listed.page]
    pages = apps.get_model(_CASES).objects.filter(pk__in=ids).select_related("alias_of")
    pages = pages.only("licence", "translation_key", "alias_of__translation_key")
    return {page.pk: {"licence": page.licence, "identifier": page.identifier_url} for page in pages}


def _labels(batch: Iterable[Listed]) -> dict[str, dict[str, tuple[str, str]]]:
    """Both labels of all codes of a batch: one query for each vocabulary."""
    codes: dict[str, set[str]] = {name: set() for name in FACETS}
    for listed in batch:
        for name, of_page in listed.card["facets"].items():
            codes.setdefault(name, set()).update(of_page)
    return {name: facets.ALL[name].both_labels(sorted(codes[name])) for name in FACETS}


def _row(listed: Listed, labels: Mapping[str, Mapping[str, tuple[str, str]]]) -> Row:
    card = listed.card
    codes: Mapping[str, list[str]] = card["facets"]
    kind_ja, kind_en = labels["kind"].get(card["kind"], (card["kind"], card["kind"]))
    row: Row = {
        "id": listed.number,
        "slug": listed.slug,
        "url": f"{settings.SITE_URL}{listed.url}",
        "title": listed.title,
        "kind": card["kind"],
        "kind_label": _("%(ja)s / %(en)s") % {"ja": kind_ja, "en": kind_en},
        "language": card["locale"],
        "summary": listed.summary,
        "year": card["year"] or "",
        "published": _day(card["published"]),
        "confirmed": _day(card["confirmed"]),
        "source": "NANIF",
        "retrieved": timezone.localdate().isoformat(),
    }
    for name in _LISTED_FACETS:
        of_page = [code for code in codes.get(name, ()) if code in labels[name]]
        row[name] = of_page
        row[f"{name}_ja"] = [labels[name][code][0] for code in of_page]
        row[f"{name}_en"] = [labels[name][code][1] for code in of_page]
    return row


def _day(seconds: int) -> str:
    if not seconds:
        return ""
    moment = datetime.datetime.fromtimestamp(seconds, tz=timezone.get_default_timezone())
    return moment.date().isoformat()


def _about(listing: Listing) -> dict[str, str]:
    """What a file says of itself."""
    query = listing.query
    about = {
        "source": f"NANIF {settings.SITE_URL}",
        "licence": f"{LICENCE.name} {LICENCE.url} (unless a page names another)",
        "date": timezone.localdate().isoformat(),
        "query": query.address(),
        "tier": query.tier,
        "total": str(listing.total),
    }
    if listing.corrected:
        about["searched_for"] = listing.corrected
    if listing.total > MOST_ROWS:
        about["rows"] = str(MOST_ROWS)
    return about


def _csv(listing: Listing, rows: Iterable[Row]) -> Iterator[bytes]:
    return csv_pieces(COLUMNS, _cells(rows))


def _excel(listing: Listing, rows: Iterable[Row]) -> Iterator[bytes]:
    """One sheet with the rows, one that says where they are from. Made as a whole, row by row."""
    yield excel_file(
        COLUMNS,
        _cells(rows),
        title=_("Results"),
        about=_about(listing),
        about_title=_("About this data"),
    )


def _cells(rows: Iterable[Row]) -> Iterator[list[Any]]:
    return ([row[column] for column in COLUMNS] for row in rows)


def _json_lines(listing: Listing, rows: Iterable[Row]) -> Iterator[bytes]:
    """A line about the list, then one for each page."""
    yield _json_line({"about": _about(listing)})
    for row in rows:
        codes = {
            name: [
                {"code": code, "ja": ja, "en": en}
                for code, ja, en in zip(
                    row[name], row[f"{name}_ja"], row[f"{name}_en"], strict=True
                )
            ]
            for name in _LISTED_FACETS
        }
        plain = {name: row[name] for name in ("id", *COLUMNS) if not isinstance(row[name], list)}
        yield _json_line({**plain, "year": row["year"] or None, **codes})


def _json_line(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def _bibtex(listing: Listing, rows: Iterable[Row]) -> Iterator[bytes]:
    """An entry for each page, for reference managers."""
    about = _about(listing)
    head = "".join(f"{bibtex.comment(name, text)}\n" for name, text in about.items())
    yield head.encode("utf-8", "replace")
    for row in rows:
        entry = bibtex.entry(
            key=_key(row),
            title=row["title"],
            year=row["published"][:4],
            url=row["identifier"] or row["url"],
            read_on=about["date"],
            language=row["language"],
        )
        yield f"{entry}\n\n".encode("utf-8", "replace")


def _key(row: Row) -> str:
    """The same key as on the page of a case; slugs of records name their kind already."""
    names_itself = row["kind"] == "case" or isinstance(row["id"], str)
    return f"nanif-{row['slug']}" if names_itself else f"nanif-{row['kind']}-{row['slug']}"


FORMATS = {
    format_.name: format_
    for format_ in [
        Format("csv", "CSV", CONTENT_TYPES["csv"], "csv", _csv),
        Format(
            "xlsx",
            "Excel",
            CONTENT_TYPES["xlsx"],
            "xlsx",
            _excel,
        ),
        Format("jsonl", "JSON Lines", "application/jsonl; charset=utf-8", "jsonl", _json_lines),
        Format("bibtex", "BibTeX", "application/x-bibtex; charset=utf-8", "bib", _bibtex),
    ]
}
