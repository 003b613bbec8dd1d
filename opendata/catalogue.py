"""What the site gives out as files: each app says which, with their columns and dates.

An app's `datasets.py` holds its `Dataset`s and registers them when apps are ready. The columns of a
table stand beside its writer as `Column`s, from which both the headings of the file and its
description are made, so that they cannot disagree.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

__all__ = [
    "FORMATS", "LANGUAGES", "Column", "DataFile", "Dataset", "Format", "columns_of", "datasets",
    "last_day", "published", "register_dataset",
    "search_files",
]  # fmt: skip

LANGUAGES = ("ja", "en")


@dataclass(frozen=True)
class Format:
    """A kind of file: its name for readers, its media type, its name in the EU's list."""

    label: str
    media_type: str
    authority: str


FORMATS = {
    "csv": Format("CSV", "text/csv", "CSV"),
    "xlsx": Format(
        "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"
    ),
    "json": Format("JSON", "application/json", "JSON"),
    "jsonl": Format("JSON Lines", "application/jsonl", "JSON"),
    "atom": Format("Atom", "application/atom+xml", "ATOM"),
    "ics": Format("iCalendar", "text/calendar", "ICS"),
    "bibtex": Format("BibTeX", "application/x-bibtex", "TXT"),
}


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        name: its heading, in the language of the file.
        type: of the Frictionless Table Schema: string, integer, number, date, yearmonth ...
        about: what stands in it, where the heading does not say.
        unit: what its numbers count.
    """

    name: Any
    type: str = "string"
    about: Any = ""
    unit: Any = ""


@dataclass(frozen=True)
class DataFile:
    """A file with a stable address, or one file for each of many things.

    Attributes:
        format: of `FORMATS`.
        route: name of its address, with `args` and `query`.
        title: what is in it, where a dataset has several files of one format.
        columns: of a table.
        like: code of the dataset whose file of the same format has the same columns.
        languages: in which the file exists; its address has the language, or `locale` as parameter.
        stands_for: what the first of `args` is an example of, such as `code`: the file exists for
            every other one as well.
    """

    format: str
    route: str
    args: tuple[str, ...] = ()
    query: str = ""
    title: Any = ""
    columns: Sequence[Column] = ()
    like: str = ""
    languages: tuple[str, ...] = LANGUAGES
    stands_for: str = ""

    @property
    def kind(self) -> Format:
        """What its format is called."""
        return FORMATS[self.format]

    @property
    def is_paged(self) -> bool:
        """Whether its address gives one page of a list, as the API does."""
        return self.route.startswith("api:")

    @property
    def table(self) -> Sequence[Column]:
        """Its columns; none where it is no table."""
        if not self.like:
            return self.columns
        files = _datasets[self.like].all_files()
        return next(file.columns for file in files if file.format == self.format)

    def url(self, language: str) -> str:
        """Its full address in one of its languages."""
        with override(language):
            path = reverse(self.route, args=self.args)
        locale = f"locale={language}" if self.is_paged else ""
        query = "&".join(filter(None, [self.query, locale]))
        return f"{settings.SITE_URL}{path}{'?' if query else ''}{query}"

    def pattern(self, language: str) -> str:
        """The address with a name in braces for what is different in each file."""
        example = rf"/{re.escape(self.args[0])}(?=[/.])"
        return re.sub(example, f"/{{{self.stands_for}}}", self.url(language))


@dataclass(frozen=True)
class Dataset:
    """Data on one subject, in one file or several.

    Attributes:
        code: its identifier, which never changes.
        files: or a function that finds them.
        page: route and arguments of the page on which people read the same.
        modified: when something in it last changed, if that is known.
        rows: how many records there are.
        months: the first and last month that the data are of.
        source: who made the numbers, where NANIF did not; name and address.
        order: its place in the list.
    """

    code: str
    title: Any
    about: Any
    files: Sequence[DataFile] | Callable[[], Sequence[DataFile]]
    page: tuple[str, ...] = ()
    modified: Callable[[], datetime.date | None] = lambda: None
    rows: Callable[[], int] | None = None
    months: Callable[[], tuple[str, str] | None] = lambda: None
    sources: Sequence[tuple[Any, str]] = ()
    keywords: Sequence[Any] = field(default_factory=tuple)
    order: int = 100

    def all_files(self) -> list[DataFile]:
        """Its files as they are now."""
        return list(self.files() if callable(self.files) else self.files)

    def page_url(self, language: str) -> str:
        """Full address of the page on which people read the same; empty where there is none."""
        if not self.page:
            return ""
        with override(language):
            return f"{settings.SITE_URL}{reverse(self.page[0], args=self.page[1:])}"


_datasets: dict[str, Dataset] = {}


def register_dataset(dataset: Dataset) -> None:
    """Let the catalogue name a dataset."""
    _datasets[dataset.code] = dataset


def datasets() -> list[Dataset]:
    """All datasets in their order."""
    return sorted(_datasets.values(), key=lambda dataset: (dataset.order, dataset.code))


def published() -> list[tuple[Dataset, list[DataFile]]]:
    """All datasets with their files as they are now; one without any file is not there."""
    found = [(dataset, dataset.all_files()) for dataset in datasets()]
    return [(dataset, files) for dataset, files in found if files]


def columns_of(columns: Iterable[Column]) -> tuple[Any, ...]:
    """The headings of a table."""
    return tuple(column.name for column in columns)


def search_files(kind: str) -> list[DataFile]:
    """All pages of one kind, as the search gives out the list of its results."""
    return [
        DataFile(format_, "search:export", query=f"format={format_}&kind={kind}", like="pages")
        for format_ in ("csv", "xlsx", "jsonl", "bibtex")
    ]


def last_day(records: QuerySet[Any], name: str) -> datetime.date | None:
    """The latest day in a field of the records: a date, or a moment, told in Japan. One query."""
    found = records.order_by().aggregate(last=Max(name))["last"]
    if isinstance(found, datetime.datetime):
        return timezone.localtime(found).date()
    day: datetime.date | None = found
    return day
