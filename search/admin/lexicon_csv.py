"""The lexicon as a table: what a file of entries would change, row by row, and doing it.

Nothing is stored unless the whole file is right.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from wagtail.log_actions import log

from core.tabular import unguarded
from core.text_encodings import UnknownEncoding, decoded
from search.admin.forms import LexiconEntryForm
from search.language.analysis import fold
from search.language.readings import hiragana
from search.models import LexiconEntry, lines_of

__all__ = ["COLUMNS", "LISTS", "SEPARATOR", "Change", "Problem", "Table", "UnreadableFile",
           "decode", "read", "store"]  # fmt: skip

SEPARATOR = " | "
MOST_BYTES = 2_000_000
MOST_ROWS = 20_000
_MOST_PROBLEMS = 100
LISTS = {"alternatives", "other_languages", "added_words"}
_CHOICES = {"kind": LexiconEntry.Kind, "status": LexiconEntry.Status}

# Names of columns, as files may have them, with the headings that an export has.
COLUMNS: list[tuple[str, Any]] = [
    ("identifier", gettext_lazy("identifier")),
    ("label_ja", gettext_lazy("preferred word in Japanese")),
    ("label_en", gettext_lazy("preferred word in English")),
    ("kana", gettext_lazy("reading in kana")),
    ("alternatives", gettext_lazy("other words")),
    ("other_languages", gettext_lazy("words in other languages")),
    ("added_words", gettext_lazy("words added by editors")),
    ("kind", gettext_lazy("kind")),
    ("status", gettext_lazy("status")),
    ("source", gettext_lazy("source")),
]
_VALUES = [name for name, _label in COLUMNS if name not in {"identifier", "source"}]


@dataclass(frozen=True)
class Problem:
    """What is wrong: where, as the spreadsheet counts (the headings are row 1), and the cure."""

    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Change:
    """An entry that the file makes or changes: name of the column, value before and after."""

    row: int
    entry: LexiconEntry
    values: Mapping[str, tuple[str, str]]

    @property
    def is_new(self) -> bool:
        """Whether the entry does not exist yet."""
        return self.entry.pk is None

    @property
    def labelled(self) -> list[tuple[str, str, str]]:
        """The values with the headings of their columns."""
        headings = dict(COLUMNS)
        return [
            (capfirst(str(headings[name])), _shown(name, old), _shown(name, new))
            for name, (old, new) in self.values.items()
        ]


@dataclass
class Table:
    """What reading a file gave."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unchanged: int = 0

    @property
    def created(self) -> int:
        """Number of new entries."""
        return sum(change.is_new for change in self.changes)

    @property
    def updated(self) -> int:
        """Number of entries that are changed."""
        return len(self.changes) - self.created


class UnreadableFile(ValueError):
    """The file is no table of text; the message says why."""


def decode(content: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, in UTF-16, or as Excel writes Japanese.

    Raises:
        UnreadableFile: it is too large, or none of these.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            _("The file is too large. It may have %(count)d MB at most.")
            % {"count": MOST_BYTES // 1_000_000}
        )
    if content.startswith(b"PK"):
        raise UnreadableFile(_("This is an Excel file. Save it as CSV (UTF-8) and try again."))
    try:
        return decoded(content)
    except UnknownEncoding as error:
        raise UnreadableFile(
            _("The file could not be read as text. Save it as CSV (UTF-8).")
        ) from error


def read(text: str) -> Table:
    """Compare a table with the lexicon. Nothing is stored.

    Raises:
        UnreadableFile: there are no headings that are known, or too many rows.
    """
    rows = _rows(text)
    columns = _columns(next(rows, (1, []))[1])
    stored = {entry.identifier: entry for entry in LexiconEntry.objects.all()}
    by_words = {_words_key(entry): entry for entry in stored.values()}
    table = Table()
    seen: dict[str, int] = {}
    for number, (row, cells) in enumerate(rows):
        if number >= MOST_ROWS:
            raise UnreadableFile(
                _("The file has too many rows. At most %(count)d are read at once.")
                % {"count": MOST_ROWS}
            )
        reader = _Row(row, dict(zip(columns, cells, strict=False)), table)
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            reader.complain("", _("The row has more cells than there are headings."))
            continue
        entry = reader.entry(stored, by_words)
        if entry is None:
            continue
        first = seen.setdefault(entry.identifier, row)
        if first != row:
            reader.complain(
                "identifier", _("The same entry stands in row %(row)d.") % {"row": first}
            )
            continue
        by_words.setdefault(_words_key(entry, reader.values), entry)
        reader.compare(entry)
        if len(table.problems) >= _MOST_PROBLEMS:
            break
    return table


@transaction.atomic
def store(table: Table, user: Any) -> None:
    """Store the changes of a table without problems, and note who did it.

    Raises:
        ValueError: the table has problems.
    """
    if table.problems:
        raise ValueError("A table with problems is not stored.")
    for change in table.changes:
        is_new = change.is_new
        change.entry.save()
        log(change.entry, "wagtail.create" if is_new else "wagtail.edit", user=user)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with something in them, numbered as a spreadsheet does.

    Raises:
        UnreadableFile: the text is no table.
    """
    first = text.split("\n", 1)[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield number, [unguarded(cell.strip()) for cell in cells]
    except csv.Error as error:
        raise UnreadableFile(
            _("The file could not be read as a table (line %(line)d).") % {"line": reader.line_num}
        ) from error


def _columns(headings: Sequence[str]) -> list[str]:
    """The names of the columns, by their names or by the headings of an export; '' without heading.

    Raises:
        UnreadableFile: no heading names an entry, one is unknown, or one is there twice.
    """
    names: dict[str, str] = {}
    for name, label in COLUMNS:
        names[name] = name
        for language in ("ja", "en"):
            with override(language):
                names[str(label).lower()] = name
    columns = [names.get(heading.strip().lower(), "") for heading in headings]
    known = [name for name in columns if name]
    unknown = [
        heading for heading, name in zip(headings, columns, strict=True) if not name and heading
    ]
    if not {"label_ja", "label_en", "identifier"} & set(known):
        raise UnreadableFile(
            _("The first row must have headings, for instance: %(headings)s.")
            % {"headings": ", ".join(str(label) for _name, label in COLUMNS)}
        )
    if unknown:
        raise UnreadableFile(
            _("No column is called “%(heading)s”. The headings are: %(headings)s.")
            % {
                "heading": unknown[0],
                "headings": ", ".join(str(label) for _name, label in COLUMNS),
            }
        )
    if len(known) > len(set(known)):
        raise UnreadableFile(_("A heading is there twice."))
    return columns


class _Row:
    """One row, on its way to a change or a problem."""

    def __init__(self, number: int, cells: Mapping[str, str], table: Table) -> None:
        self.number = number
        self.table = table
        self.cells = {name: cell for name, cell in cells.items() if name}
        self.values = {
            name: _canonical(name, cell)
            for name, cell in self.cells.items()
            # An empty cell leaves a choice as it is.
            if name in _VALUES and (cell or name not in _CHOICES)
        }

    def complain(self, column: str, message: str) -> None:
        """Note a problem of this row."""
        label = dict(COLUMNS).get(column, "")
        self.table.problems.append(Problem(self.number, capfirst(str(label)), message))

    def entry(
        self,
        stored: Mapping[str, LexiconEntry],
        by_words: Mapping[tuple[str, str, str], LexiconEntry],
    ) -> LexiconEntry | None:
        """The entry that the row is about: named, with the same words, or a new one.

        None, with a complaint, where it names one that does not exist.
        """
        identifier = self.cells.get("identifier", "")
        if not identifier:
            new = LexiconEntry()
            return by_words.get(_words_key(new, self.values), new)
        if identifier in stored:
            return stored[identifier]
        if identifier.startswith(f"{LexiconEntry.EDITOR}:") and len(identifier) <= 100:
            return LexiconEntry(identifier=identifier)
        self.complain(
            "identifier",
            _("There is no entry “%(identifier)s”. Leave the cell empty for a new one.")
            % {"identifier": identifier[:100]},
        )
        return None

    def compare(self, entry: LexiconEntry) -> None:
        """Note what the row changes, or what is wrong with it."""
        before = {name: str(getattr(entry, name)) for name in _VALUES}
        wanted = {**before, **self.values}
        if entry.is_from_source:
            for name in _VALUES:
                if wanted[name] != before[name] and name not in LexiconEntryForm.OPEN_TO_EDITORS:
                    self.complain(
                        name,
                        _("The entry comes from “%(source)s”; this cannot be changed here.")
                        % {"source": entry.source_label()},
                    )
                    return
        elif wanted["added_words"]:
            # An entry of the editors has one list of words.
            both = f"{wanted['alternatives']}\n{wanted['added_words']}"
            wanted |= {"alternatives": "\n".join(lines_of(both)), "added_words": ""}
        if entry.pk and wanted == before:
            self.table.unchanged += 1
            return
        form = LexiconEntryForm(data=wanted, instance=entry)
        if form.is_valid():
            after = {name: str(getattr(form.instance, name)) for name in _VALUES}
            changed = {
                name: ("" if entry.pk is None else before[name], after[name])
                for name in _VALUES
                if after[name] != before[name] or (entry.pk is None and after[name])
            }
            self.table.changes.append(Change(self.number, form.instance, changed))
            return
        for name, messages in form.errors.items():
            for message in messages:
                self.complain(name, str(message))


def _canonical(name: str, cell: str) -> str:
    """A cell as the database has the value."""
    if name in LISTS:
        return "\n".join(lines_of(cell.replace("｜", "|").replace("|", "\n")))
    if name in _CHOICES:
        return _choice(name, cell)
    if name == "kana":
        return hiragana(fold(cell)).replace(" ", "")
    return " ".join(cell.split())


def _choice(name: str, cell: str) -> str:
    """The code of a choice that is named by its code or its label, in either language."""
    return _codes_of_choices(name).get(cell.lower(), cell)


@lru_cache(maxsize=len(_CHOICES))
def _codes_of_choices(name: str) -> dict[str, str]:
    codes: dict[str, str] = {}
    for code, label in _CHOICES[name].choices:
        codes[code] = code
        for language in ("ja", "en"):
            with override(language):
                codes[str(label).lower()] = code
    return codes


def _shown(name: str, value: str) -> str:
    if name in _CHOICES:
        return str(dict(_CHOICES[name].choices).get(value, value))
    return SEPARATOR.join(value.splitlines())


def _words_key(
    entry: LexiconEntry, values: Mapping[str, str] | None = None
) -> tuple[str, str, str]:
    values = values or {}
    ja, en, kana = (values.get(n, getattr(entry, n)) for n in ("label_ja", "label_en", "kana"))
    return ja, en, kana
