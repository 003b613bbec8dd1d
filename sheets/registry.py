"""What an importer is, and which ones apps have registered from their `sheets.py`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sheets.columns import Column

if TYPE_CHECKING:
    from sheets.parsing import Parsed
    from sheets.tables import Table

__all__ = [
    "Change",
    "FieldChange",
    "Importer",
    "Options",
    "Problem",
    "Record",
    "Removal",
    "Stored",
    "importer",
    "importers_for",
    "register",
]

Values = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """One row of a sheet: canonical texts by column name, of the columns that the sheet has.

    Attributes:
        row: number of the row, as Excel shows it.
        letters: letter of each column, for messages.
        wrong: columns whose cells could not be read; a problem says so already.
    """

    row: int
    values: Values
    letters: Mapping[str, str] = field(default_factory=dict)
    wrong: frozenset[str] = frozenset()

    def get(self, name: str) -> str:
        """The text in a column; empty where the sheet lacks it."""
        return self.values.get(name, "")


@dataclass(frozen=True)
class Problem:
    """What is wrong in which row and column, and how to put it right.

    Attributes:
        row: number of the row; None for the file as a whole.
        column: code name of the column; empty for the row as a whole.
        letter: letter of the column in the file.
    """

    message: str
    row: int | None = None
    column: str = ""
    letter: str = ""

    @property
    def place(self) -> str:
        """The cell as Excel names it: `C12`, or what is known of it."""
        return f"{self.letter}{self.row or ''}"


@dataclass(frozen=True)
class Stored:
    """What is stored of a record, and how a message names it.

    Attributes:
        key: the same for two rows that mean the same record.
        values: canonical texts by column name; None where nothing is stored yet.
        title: how the preview names the record.
        target: whatever the importer needs again to write; the generic part never looks into it.
        exported: canonical texts that public downloads show in place of stored values, because
            they hold less or derive a text: the first of several themes, a made-up title. Such a
            text in the file leaves the stored value as it is.
    """

    key: str
    title: str
    values: Values | None = None
    target: Any = None
    exported: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldChange:
    """One field of a record: what is stored, and what the sheet says."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What a row would do."""

    record: Record
    stored: Stored
    fields: list[FieldChange]

    @property
    def is_new(self) -> bool:
        """Whether nothing is stored yet."""
        return self.stored.values is None

    @property
    def new_values(self) -> dict[str, str]:
        """The record as it will be: what is stored, with what the sheet says."""
        return {**(self.stored.values or {}), **self.record.values}


@dataclass(frozen=True)
class Removal:
    """A stored record that the file lacks, and that storing the file would delete."""

    key: str
    title: str


@dataclass(frozen=True)
class Options:
    """What the person who confirms has chosen.

    Attributes:
        submit: send the drafts to review.
        remove: delete the records that the preview listed for deletion.
        accept: store what the preview listed as doubtful.
        on_record: called after each record, for a progress bar.
    """

    submit: bool = False
    remove: bool = False
    accept: bool = False
    on_record: Callable[[], object] = lambda: None


class Importer:
    """Base of all importers. One object serves one request; what it looks up it may keep.

    Set `name`, `label`, `note`; give `columns`; write `find`, `write` and `export`. The generic
    part reads the file, compares, shows and calls `write` in one transaction.
    """

    name: str
    label: Any
    note: Any = ""
    # Offer to send what was stored to review.
    has_review = False
    # Most records of one file, so that a request ends in time.
    most_rows = 1_000

    def __init__(self, user: Any) -> None:
        self.user = user

    @cached_property
    def all_columns(self) -> Sequence[Column]:
        """The columns, described once."""
        return self.columns()

    def columns(self) -> Sequence[Column]:
        """Describe the columns, in the order of the template."""
        raise NotImplementedError

    def is_allowed(self) -> bool:
        """Whether the person may use these sheets at all; each row is checked again."""
        raise NotImplementedError

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """What is stored of each record. None where the row is wrong; add a problem then.

        Whoever may not see or change a record gets a problem, never its values.
        """
        raise NotImplementedError

    def read_tables(self, tables: Sequence[Table]) -> Parsed | None:
        """The records of a file whose tables have other headings than `columns`.

        None, as most importers have it: the headings name the columns. Statistics as ministries
        publish them have merged headings and sums instead. Letters of records may name the sheet
        as Excel does: `総計!F`.

        Raises:
            UnreadableFile: it is such a file, and cannot be read.
        """
        return None

    def as_meant(self, records: Sequence[Record]) -> Sequence[Record]:
        """The records in the columns that are meant, for files whose headings do not say it.

        Called once, before `find`. Downloads of a data standard have one heading for texts of
        either language; what they hold tells which.
        """
        return records

    def check(self, changes: Sequence[Change], problems: list[Problem]) -> None:
        """Check new and changed records as a whole: fields against each other, model rules."""

    def removals(self) -> Sequence[Removal]:
        """What storing would delete. Asked after `find`; most importers never delete anything."""
        return ()

    def doubts(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """New and changed records that may be right and are unlikely: a number that jumped.

        They are stored only when the person says that they are meant.
        """
        return ()

    def consequences(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Remarks about rows of which something else is stored than what they say."""
        return ()

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store new and changed records. Called inside a transaction.

        Returns sentences about what else happened, for the message at the end.
        """
        raise NotImplementedError

    def export(self) -> Iterable[Values]:
        """Canonical texts of every stored record that the person may see."""
        raise NotImplementedError

    def problem(self, record: Record, message: Any, column: str = "") -> Problem:
        """A problem of a record, with the place where it stands."""
        return Problem(str(message), record.row, column, record.letters.get(column, ""))


_registered: dict[str, type[Importer]] = {}


def register(importer_class: type[Importer]) -> type[Importer]:
    """Offer an importer; a class decorator."""
    _registered[importer_class.name] = importer_class
    return importer_class


def importer(name: str, user: Any) -> Importer | None:
    """The importer of this name for somebody; None where there is none that they may use."""
    importer_class = _registered.get(name)
    if importer_class is None:
        return None
    found = importer_class(user)
    return found if found.is_allowed() else None


def importers_for(user: Any) -> list[Importer]:
    """All importers that somebody may use, in the order of registration."""
    return [found for name in _registered if (found := importer(name, user))]


def registered() -> dict[str, type[Importer]]:
    """All importers by name, for the reference."""
    return dict(_registered)
