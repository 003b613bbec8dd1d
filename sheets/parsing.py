"""From tables to records: where the headings are, which rows are records, what each cell says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from core.tabular import LEFT_OUT, unguarded
from sheets.columns import MARK, Column, by_heading, mapped
from sheets.dates import WrongValue, read_text
from sheets.kinds import Kind
from sheets.registry import Problem, Record
from sheets.tables import MOST_ROWS, Row, Table, UnreadableFile, Value
from sheets.units import heading_units, line_units

__all__ = ["Parsed", "parse"]

_MARKED = re.compile(rf"[{MARK}＃](?:$|\s|code|説明|例|記入例|note|example)", re.IGNORECASE)
# Headings stand among the first rows; titles and notes of the file above them.
_HEAD_ROWS = 30
# A heading may be written above merged cells, up to so many rows higher.
_MERGED_ROWS = 2
_ERRORS = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!)")
# Names of sheets that show how to fill the others in.
_EXAMPLE = re.compile(
    r"記入例|記載例|入力例|見本|サンプル|^例$|^例[)）:：]|sample|example", re.IGNORECASE
)
_NOTE = re.compile(r"[※＊*]|[(（]?注[)）:：\d]|備考[:：]|出典[:：]|以上$")


@dataclass
class Parsed:
    """What a file holds for one importer.

    Attributes:
        remarks: what is not wrong but good to know: rules applied, rows passed over.
    """

    records: list[Record] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class _Heading:
    """The row of headings: known columns and unknown headings by position, and all its texts."""

    row: int
    columns: dict[int, Column]
    unknown: dict[int, str]
    texts: dict[int, str]


def parse(
    tables: Sequence[Table], columns: Sequence[Column], *, most_rows: int = MOST_ROWS
) -> Parsed:
    """The records of the table that has most headings of these columns, never of an example.

    Raises:
        UnreadableFile: no table has such headings, or there are too many records.
    """
    parsed = Parsed()
    table, heading = _table_with_heading(tables, columns, parsed)
    if not _check_heading(heading, columns, parsed):
        return parsed
    kinds = _kinds_in_units(table, heading, parsed)
    letters = {
        column.name: get_column_letter(index + 1) for index, column in heading.columns.items()
    }
    for row in table.rows:
        if row.number <= heading.row or _is_marked(row):
            continue
        if _is_note(row, heading):
            parsed.remarks.append(Problem(_("This row was passed over as a note."), row.number))
            continue
        if not any(row.cell(index) is not None for index in heading.columns):
            continue
        parsed.records.append(_record(row, kinds, heading, table, letters, parsed))
    if len(parsed.records) > most_rows:
        raise UnreadableFile(
            _("The file has %(found)d records; at most %(count)d are read at once. Divide it.")
            % {"found": len(parsed.records), "count": most_rows}
        )
    if not parsed.records:
        parsed.problems.append(Problem(_("There is no record below the headings.")))
    return parsed


def _table_with_heading(
    tables: Sequence[Table], columns: Sequence[Column], parsed: Parsed
) -> tuple[Table, _Heading]:
    """The table to read. Others with these headings are named in remarks, with the reason.

    Raises:
        UnreadableFile: no table has the headings, or only such as are hidden or examples.
    """
    headings = by_heading(columns)
    found = [
        (table, heading)
        for table in tables
        if (heading := _heading(table, headings, len(columns))) is not None
    ]
    to_read = [
        (table, heading)
        for table, heading in found
        if not table.is_hidden and not _EXAMPLE.search(table.name)
    ]
    if found and not to_read:
        raise UnreadableFile(
            _(
                "Only the sheet “%(name)s” has the headings, and it is hidden or an example. Write "
                "the records into a sheet with another name."
            )
            % {"name": found[0][0].name}
        )
    best = max(to_read, key=lambda each: len(each[1].columns), default=None)
    for table, _heading_there in found:
        if best is not None and table is not best[0]:
            reason = (
                _("The sheet “%(name)s” was not read: it is hidden.")
                if table.is_hidden
                else _("The sheet “%(name)s” was not read: it is an example.")
                if _EXAMPLE.search(table.name)
                else _(
                    "The sheet “%(name)s” has these headings too, but was not read: only "
                    "“%(read)s” was. Bring the other one in as a file of its own."
                )
            )
            parsed.remarks.append(Problem(reason % {"name": table.name, "read": best[0].name}))
    if best is None:
        known = "、".join(str(column.label) for column in columns[:4])
        raise UnreadableFile(
            _(
                "No row with the headings was found. One row must have the headings of the "
                "template: %(columns)s …"
            )
            % {"columns": known}
        )
    return best


# --- Units ------------------------------------------------------------------------------------


def _kinds_in_units(table: Table, heading: _Heading, parsed: Parsed) -> dict[int, Kind]:
    """What the cells of each column hold, in the unit that its heading or the table names.

    Units that do not fit become problems, those that multiply numbers remarks.
    """
    beside = line_units(_texts_beside(table, heading))
    kinds = {}
    for index, column in heading.columns.items():
        kinds[index] = column.kind
        text = heading.texts.get(index, "")
        units = heading_units(text) or [unit for unit in beside if column.kind.fits_unit(unit)]
        if not units:
            continue
        try:
            if len({unit.factor for unit in units if column.kind.fits_unit(unit)}) > 1:
                raise WrongValue(
                    _("Two units are named for it: %(units)s. Leave one.")
                    % {"units": ", ".join(unit.text for unit in units)}
                )
            fitting = next((unit for unit in units if column.kind.fits_unit(unit)), units[0])
            kinds[index] = column.kind.in_unit(fitting)
        except WrongValue as error:
            message, told = str(error), parsed.problems
        else:
            if kinds[index] is column.kind or fitting.factor == 1:
                continue
            message, told = (
                _("Its unit is %(unit)s: every number of this column was multiplied by %(factor)s.")
                % {"unit": fitting.text, "factor": f"{int(fitting.factor):,}"},
                parsed.remarks,
            )
        told.append(
            Problem(
                _("The column “%(text)s”: %(message)s") % {"text": text[:60], "message": message},
                heading.row,
                column.name,
                get_column_letter(index + 1),
            )
        )
    return kinds


def _texts_beside(table: Table, heading: _Heading) -> list[str]:
    """The name of the sheet, the cells above the headings, and notes below."""
    texts = [table.name]
    for row in table.rows:
        filled = [cell for cell in row.cells if isinstance(cell, str)]
        if row.number < heading.row or len(filled) == 1:
            texts += filled
    return texts


# --- Headings ---------------------------------------------------------------------------------


def _heading(table: Table, headings: Mapping[str, Column], count: int) -> _Heading | None:
    """The row with the most headings; the template has a second one, with code names.

    It is looked for in the first `_HEAD_ROWS` rows; None where there is none.
    """
    head = table.rows[:_HEAD_ROWS]
    best: tuple[int, Row, dict[int, Column], dict[int, str]] | None = None
    before = 0
    for position, row in enumerate(head):
        own = mapped(headings, _texts(row))
        # Headings of cells that are merged over rows stand in the upper one.
        texts = dict(enumerate(_texts(row)))
        for upper in reversed(head[max(0, position - _MERGED_ROWS) : position]):
            for index, text in enumerate(_texts(upper)):
                if text and not texts.get(index):
                    texts[index] = text
        width = max(texts, default=-1) + 1
        names = mapped(headings, [texts.get(index, "") for index in range(width)]) | own
        is_heading = own and (len(own) == len(names) or len(names) > before)
        if is_heading and (best is None or len(names) >= best[0]):
            best = (len(names), row, names, texts)
        before = len(names)
    # One word alone can be anything, unless there is only one column.
    if best is None or best[0] < min(2, count):
        return None
    _count, row, names, texts = best
    unknown = {
        index: text
        for index, text in texts.items()
        if text and index not in names and row.cell(index) is not None and not text.startswith(MARK)
    }
    return _Heading(row.number, names, unknown, texts)


def _texts(row: Row) -> list[str]:
    return [read_text(cell) for cell in row.cells]


def _check_heading(heading: _Heading, columns: Sequence[Column], parsed: Parsed) -> bool:
    """No column twice, none missing that new records need; unknown ones are named.

    Returns whether it makes sense to read the rows.
    """
    places: dict[str, list[int]] = {}
    for index, column in heading.columns.items():
        places.setdefault(column.name, []).append(index)
    for name, indexes in places.items():
        if len(indexes) > 1:
            label = next(str(c.label) for c in columns if c.name == name)
            parsed.problems.append(
                Problem(
                    _("The heading “%(label)s” stands twice, in %(letters)s. Remove one.")
                    % {
                        "label": label,
                        "letters": ", ".join(get_column_letter(i + 1) for i in indexes),
                    },
                    heading.row,
                    name,
                    get_column_letter(indexes[-1] + 1),
                )
            )
    for index, text in heading.unknown.items():
        parsed.remarks.append(
            Problem(
                _("The column “%(text)s” is not known and was passed over.") % {"text": text[:60]},
                heading.row,
                "",
                get_column_letter(index + 1),
            )
        )

    # With identifiers a file may have just those columns that shall change.
    names = {column.name for column in heading.columns.values()}
    missing = [c for c in columns if c.required and c.name not in names and "id" not in names]
    for column in missing:
        message = _("The column “%(label)s” is missing.") % {"label": column.label}
        parsed.problems.append(Problem(message, heading.row, column.name))
    return not missing


def _is_marked(row: Row) -> bool:
    """Whether the row says of itself that it holds no record."""
    first = row.cell(0)
    return isinstance(first, str) and bool(_MARKED.match(first))


def _is_note(row: Row, heading: _Heading) -> bool:
    """Whether the row is a note: one cell alone, which begins as notes do."""
    filled = [cell for cell in row.cells if cell is not None]
    return (
        len(filled) == 1
        and len(heading.columns) > 2
        and isinstance(filled[0], str)
        and bool(_NOTE.match(filled[0]))
    )


def _record(
    row: Row,
    kinds: Mapping[int, Kind],
    heading: _Heading,
    table: Table,
    letters: dict[str, str],
    parsed: Parsed,
) -> Record:
    """Read the cells of a row; those that cannot be read become problems, and names in `wrong`."""
    values: dict[str, str] = {}
    wrong: set[str] = set()
    for index, column in heading.columns.items():
        letter = get_column_letter(index + 1)
        cell = row.cell(index)
        if (row.number, index) in table.uncounted:
            problem = _(
                "The cell has a formula without a value. Open the file in Excel and save it again."
            )
        elif isinstance(cell, str) and _ERRORS.fullmatch(cell):
            problem = _("The cell shows an error of Excel (%(text)s).") % {"text": cell}
        elif cell == LEFT_OUT:
            continue
        else:
            try:
                reading = kinds[index].read(_unguarded(cell), starts_1904=table.starts_1904)
            except WrongValue as error:
                problem = str(error)
            else:
                values[column.name] = reading.text
                if reading.remark:
                    parsed.remarks.append(Problem(reading.remark, row.number, column.name, letter))
                continue
        wrong.add(column.name)
        parsed.problems.append(Problem(problem, row.number, column.name, letter))
    return Record(row.number, values, letters, frozenset(wrong))


def _unguarded(cell: Value) -> Value:
    return unguarded(cell) if isinstance(cell, str) else cell
