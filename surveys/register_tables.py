"""The resident register (総務省, yearly): tables of municipalities as the ministry has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.place_names import normalise_place_name, without_district
from core.templatetags.facts import partial_date
from regions.codes import InvalidAreaCode, complete
from sheets.columns import Column
from sheets.dates import WrongValue, read_text
from sheets.kinds import Number
from sheets.parsing import Parsed
from sheets.registry import Problem, Record, register
from sheets.tables import Row, Table, UnreadableFile
from surveys.models import ResidentCount
from surveys.resident_checks import NATION
from surveys.resident_sheets import (
    TOTAL,
    TOTAL_WORDS,
    WHOLE_COUNTRY,
    CountImporter,
    Dimension,
    Key,
    Series,
    area_column,
    month_column,
)
from surveys.statistical_tables import Grid, in_one_spelling, month_named, read_count

__all__ = ["RegisterImporter"]

# Words of the headings, for messages.
_CODES, _FOREIGN = "団体コード", "外国人"


@dataclass
class _Line:
    """A place in the register's tables: by whom is counted, the number and its cell."""

    row: int
    letters: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)


_OTHER_COLUMNS = re.compile(r"世帯|増減|増加|出生|死亡|転入|転出|異動|率|歳|自然|社会|比")
_COLUMN_OF = {"foreign": "residents", "total": "population"}


@register
class RegisterImporter(CountImporter):
    """The yearly register: foreign residents and population of every municipality and ward."""

    name = "residents-register"
    label = gettext_lazy("Foreign residents (resident register)")
    note = gettext_lazy(
        "The yearly tables of the Ministry of Internal Affairs and Communications (population by "
        "the Basic Resident Register), as they are published: by municipality with codes, and "
        "Japanese, foreign and total population in columns or in sheets of one file. Or a sheet "
        "like the template, to correct single places of the newest year."
    )
    series = Series.REGISTER

    def columns(self) -> Sequence[Column]:
        """Month, place, foreign residents and population."""
        return [
            month_column(),
            area_column(),
            Column(
                "residents", gettext_lazy("foreign residents"), Number(largest=10**9),
                required=True, example="44000",
            ),
            Column(
                "population", gettext_lazy("total population"), Number(largest=10**9),
                example="350000", blank_means_unchanged=True,
            ),
        ]  # fmt: skip

    def key_of(self, record: Record) -> Key:
        """The total of a place."""
        return record.get("month"), record.get("area"), Dimension.TOTAL, TOTAL

    def values_of(self, row: ResidentCount, key: Key) -> dict[str, str]:
        """A stored number as canonical texts."""
        return {
            "month": row.month,
            "area": key[1],
            "residents": str(row.residents),
            "population": "" if row.population is None else str(row.population),
        }

    def export(self) -> Iterable[Mapping[str, str]]:
        """The newest year."""
        for key, row in self.newest():
            yield self.values_of(row, key)

    def check_month(self, month: str, problems: list[Problem]) -> None:
        """Every place there, each sum right, no more foreign residents than people."""
        keys = {
            code: (month, code, Dimension.TOTAL.value, TOTAL) for code in [NATION, *self.tree.areas]
        }
        known = {code: 1 for code, key in keys.items() if self.number(key) is not None}
        if self.is_new_month(month):
            for parent, lacking in self.tree.missing(month, known).items():
                problems.append(
                    Problem(
                        _(
                            "%(place)s: %(count)d places are missing in %(month)s: %(names)s. Add "
                            "them, or check that the file is whole."
                        )
                        % {
                            "place": self.tree.label(parent),
                            "count": len(lacking),
                            "month": partial_date(month),
                            "names": self.named(lacking),
                        }
                    )
                )
        for code, key in keys.items():
            self._check_people(key, problems)
            if code != NATION and not self.tree.parts_of(code, month):
                continue
            self._check_sum(key, keys, problems)

    def _check_people(self, key: Key, problems: list[Problem]) -> None:
        record, residents = self.records.get(key), self.number(key)
        population = self.number(key, "population")
        if record and residents is not None and population is not None and residents > population:
            message = _("%(place)s: more foreign residents (%(residents)s) than people.") % {
                "place": self._title(key),
                "residents": f"{residents:,}",
            }
            problems.append(self.problem(record, message, "residents"))

    def _check_sum(self, key: Key, keys: Mapping[str, Key], problems: list[Problem]) -> None:
        """Compare a sum that the file gives; make it where the file lacks it."""
        month, code = key[:2]
        sums: dict[str, int | None] = {}
        for column in ("residents", "population"):

            def number(part: str, column: str = column) -> int | None:
                return self.number(keys[part], column)

            added = sums[column] = self.tree.sum_of(code, month, number)
            record = self.records.get(key)
            given = record.get(column) if record else ""
            if given and added is not None and int(given) != added:
                problems.append(self.wrong_sum(key, int(given), added, column))
        residents, population = sums["residents"], sums["population"]
        if key not in self.records and residents is not None:
            row = self.stored.get(key)
            if row is None or (row.residents, row.population) != (residents, population):
                self.derived[key] = (residents, population)

    # --- The ministry's tables ------------------------------------------------------------------

    def read_official(self, tables: Sequence[Table]) -> Parsed:
        """Places by their codes; who is counted stands in the headings, else in the title."""
        parsed = Parsed()
        lines: dict[tuple[str, str], _Line] = {}
        for table in tables:
            self._read_table(Grid(table), lines, parsed)
        if not lines and not parsed.problems:
            raise UnreadableFile(
                gettext_noop(
                    "No table with area codes (%(codes)s) and numbers of foreign residents "
                    "(%(foreign)s) was found. Take the tables of the ministry by municipality, or "
                    "the template."
                ),
                {"codes": _CODES, "foreign": _FOREIGN},
            )
        for (month, code), line in lines.items():
            values = self._values(month, code, line, parsed)
            if values:
                parsed.records.append(Record(line.row, values, line.letters))
        if lines and not parsed.records and not parsed.problems:
            parsed.problems.append(
                Problem(
                    _(
                        "No column or sheet with foreign residents (%(foreign)s) was found. Put "
                        "the ministry's sheets of the total and of foreign residents into one file."
                    )
                    % {"foreign": _FOREIGN}
                )
            )
        return parsed

    def _read_table(self, grid: Grid, lines: dict[tuple[str, str], _Line], parsed: Parsed) -> None:
        code_column, first = self._code_column(grid)
        if first is None:
            if any(grid.has_numbers(row, range(20)) for row in grid.rows):
                parsed.remarks.append(
                    Problem(
                        _("The sheet “%(name)s” was not read: it has no area codes (%(codes)s).")
                        % {"name": grid.table.name, "codes": _CODES}
                    )
                )
            return
        above = grid.texts_above(first)
        month = month_named(above)
        columns = self._columns(grid, first, above)
        columns.pop(code_column, None)
        if not columns:
            return
        if not month:
            parsed.problems.append(
                Problem(
                    _(
                        "The sheet “%(name)s” does not say of which day it is. Write it into a "
                        "cell above the table, as %(example)s."
                    )
                    % {"name": grid.table.name, "example": "令和9年1月1日現在"}
                )
            )
            return
        seen: dict[str, int] = {}
        for row in grid.rows:
            if row.number < first or not grid.has_numbers(row, columns):
                # Notes below the table, and places without a number at all.
                continue
            code = self._code(grid, row, code_column, first, columns, parsed)
            if not code:
                continue
            if code in seen:
                parsed.problems.append(
                    Problem(
                        _("%(place)s stands twice, in rows %(first)d and %(second)d. Keep one.")
                        % {
                            "place": code,
                            "first": seen[code],
                            "second": row.number,
                        },
                        *grid.place(row.number, code_column)[:1],
                        "area",
                        grid.place(row.number, code_column)[1],
                    )
                )
                continue
            seen[code] = row.number
            line = lines.setdefault((month, code), _Line(row.number))
            line.letters.setdefault("area", grid.place(row.number, code_column)[1])
            for column, who in columns.items():
                self._read_cell(grid, row, column, who, line, parsed)

    def _code_column(self, grid: Grid) -> tuple[int, int | None]:
        """The column with area codes, and the first row that holds one or names the country."""
        counts: dict[int, list[int]] = defaultdict(list)
        for row in grid.rows:
            for column, cell in enumerate(row.cells[:6]):
                text = in_one_spelling(cell)
                if len(text) in {5, 6} and text.isdigit() and self._is_code(text):
                    counts[column].append(row.number)
        if not counts:
            return 0, None
        column = max(counts, key=lambda index: len(counts[index]))
        first = counts[column][0]
        for row in grid.rows:
            names = {in_one_spelling(cell) for cell in row.cells[:4]}
            if row.number < first and names & WHOLE_COUNTRY and grid.has_numbers(row, range(20)):
                return column, row.number
        return column, first

    @staticmethod
    def _is_code(text: str) -> bool:
        try:
            complete(text)
        except InvalidAreaCode:
            return False
        return True

    @staticmethod
    def _columns(grid: Grid, first: int, above: Sequence[str]) -> dict[int, str]:
        """By column whose number it has: `total`, `japanese`, `foreign`; both sexes together."""
        titles = "".join(in_one_spelling(text) for text in above if len(text) > 3)
        of_sheet = (
            "foreign" if "外国人" in titles and "日本人" not in titles
            else "japanese" if "日本人" in titles and "外国人" not in titles
            else "total" if re.search(r"総計|総数|合計", titles)
            else ""
        )  # fmt: skip
        found: dict[int, str] = {}
        for column, path in grid.paths(first).items():
            text = "/".join(path)
            if not path or _OTHER_COLUMNS.search(text) or path[-1] in {"男", "女", "不詳"}:
                continue
            is_people = path[-1] in TOTAL_WORDS or re.search(r"人口|住民|外国人|日本人|人数", text)
            if not is_people or re.search(r"コード|都道府県|市区町村|名称?$", text):
                continue
            wider = "/".join(path[:-1]) if path[-1] in {"計", "小計"} else text
            who = (
                "total" if "外国人" in text and "日本人" in text
                else "foreign" if "外国人" in text
                else "japanese" if "日本人" in text
                else "total" if re.search(r"総計|総数|合計|全体", wider)
                else of_sheet or "total"
            )  # fmt: skip
            if who not in found.values():
                found[column] = who
        return found

    def _code(
        self,
        grid: Grid,
        row: Row,
        column: int,
        first: int,
        columns: Mapping[int, str],
        parsed: Parsed,
    ) -> str:
        """The code of a row's place; empty for rows that are passed over, or wrong."""
        text = in_one_spelling(row.cell(column))
        names = [in_one_spelling(cell) for cell in row.cells[: min(columns)]]
        number, letter = grid.place(row.number, column)
        if not text.isdigit() or text == NATION:
            if WHOLE_COUNTRY & set(names) or text == NATION:
                return NATION
            parsed.remarks.append(
                Problem(_("This row was passed over: it has no area code."), number, "area", letter)
            )
            return ""
        try:
            code = complete(text)
        except InvalidAreaCode:
            code = ""
        if code.endswith("000", 0, 5):
            code = code[:2]
        if not code or code not in self.tree.areas:
            parsed.problems.append(
                Problem(
                    _(
                        "The area code %(code)s is not known. Correct it, or record the new "
                        "municipality and its merger first."
                    )
                    % {"code": text},
                    number,
                    "area",
                    letter,
                )
            )
            return ""
        own = normalise_place_name(self.tree.areas[code].name_ja)
        written = [normalise_place_name(without_district(name)) for name in names if name]
        if not any(name and (own.endswith(name) or name.endswith(own)) for name in written):
            parsed.remarks.append(
                Problem(
                    _("%(code)s is %(place)s here; the file names it differently.")
                    % {"code": code, "place": self.tree.areas[code].label},
                    number,
                    "area",
                    letter,
                )
            )
        return code

    def _read_cell(
        self, grid: Grid, row: Row, column: int, who: str, line: _Line, parsed: Parsed
    ) -> None:
        number, letter = grid.place(row.number, column)
        try:
            count = read_count(row.cell(column))
            if count is None:
                raise WrongValue(
                    _(
                        "“%(text)s” stands for no number. The register has one for every place: "
                        "write it, or leave the row out only if the place has ended."
                    )
                    % {"text": read_text(row.cell(column))}
                )
        except WrongValue as error:
            parsed.problems.append(Problem(str(error), number, _COLUMN_OF.get(who, ""), letter))
            return
        if who in line.numbers and line.numbers[who] != count:
            parsed.problems.append(
                Problem(
                    _("%(given)s here, but %(other)s in %(cell)s. One of the two is wrong.")
                    % {
                        "given": f"{count:,}",
                        "other": f"{line.numbers[who]:,}",
                        "cell": line.cells[who],
                    },
                    number,
                    _COLUMN_OF.get(who, ""),
                    letter,
                )
            )
            return
        line.numbers[who] = count
        line.cells[who] = grid.cell_name(row.number, column)
        if who in _COLUMN_OF and number == line.row:
            line.letters[_COLUMN_OF[who]] = letter

    def _values(self, month: str, code: str, line: _Line, parsed: Parsed) -> dict[str, str] | None:
        """What a place's numbers give together; a problem where they do not fit."""
        numbers = line.numbers
        foreign, total, japanese = (numbers.get(who) for who in ("foreign", "total", "japanese"))
        if foreign is not None and total is not None and japanese is not None:
            if foreign + japanese != total:
                parsed.problems.append(
                    Problem(
                        _(
                            "%(total)s is not the sum of Japanese (%(japanese)s, %(cell)s) and "
                            "foreign residents (%(foreign)s, %(other)s). Compare them with the "
                            "source."
                        )
                        % {
                            "total": f"{total:,}",
                            "japanese": f"{japanese:,}",
                            "foreign": f"{foreign:,}",
                            "cell": line.cells["japanese"],
                            "other": line.cells["foreign"],
                        },
                        line.row,
                        "population",
                        line.letters.get("population", ""),
                    )
                )
                return None
        elif japanese is not None and foreign is not None:
            total = japanese + foreign
        elif japanese is not None and total is not None:
            foreign = total - japanese
        if foreign is None:
            return None
        values = {"month": month, "area": code, "residents": str(foreign)}
        if total is not None:
            values["population"] = str(total)
        return values
