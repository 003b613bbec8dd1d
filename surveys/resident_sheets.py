"""Numbers of foreign residents as sheets: our own, and the tables that the ministries publish.

The resident register (総務省, yearly) and the statistics on foreign residents (出入国在留管理庁,
half-yearly) each have an importer. What they share: nothing is stored unless all sums are right;
sums of cities, prefectures and the country that a file lacks are made here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.place_names import normalise_place_name, without_district
from regions.codes import InvalidAreaCode, complete
from regions.sheets import AreaChoice, area
from sheets.bindings import options_of
from sheets.columns import Column, by_heading, mapped
from sheets.dates import Reading, WrongValue, read_date, read_text
from sheets.kinds import Choice, Kind, Number
from sheets.parsing import Parsed
from sheets.registry import Change, Importer, Options, Problem, Record, Stored, register
from sheets.tables import Row, Table, UnreadableFile, Value
from surveys.categories import category_label, known_categories
from surveys.models import ResidentCount
from surveys.resident_checks import NATION, AreaTree, jump_of, latest_before
from surveys.services import store_resident_counts
from surveys.statistical_tables import Grid, in_one_spelling, month_named, read_count

__all__ = ["RegisterImporter", "StatusImporter"]

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension
TOTAL = "総数"
MID_TO_LONG_TERM = "中長期在留者(計)"
_TOTAL_WORDS = {"計", "総数", "合計", "総計", "小計", "全国", "全国計"}
_WHOLE_COUNTRY = {"全国", "総数", "合計", "総計", "全国計", "計"}
_NOT_KNOWN = {"未定・不詳", "不詳", "未定", "未定・不祥", "その他・不詳"}
_MOST_NAMED = 8

# Month, area, dimension, category.
Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Month(Kind):
    """A month, `2027-01`."""

    name = gettext_lazy("month")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The month in ISO form; a day is read as its month."""
        reading = read_date(value, starts_1904=starts_1904)
        if reading.text and len(reading.text) < 7:
            raise WrongValue(
                _("“%(text)s” is no month. Write year and month: 2027-01.")
                % {"text": read_text(value)[:60]}
            )
        return Reading(reading.text[:7], reading.remark)


@dataclass(frozen=True)
class CountedArea(AreaChoice):
    """A place, or the whole country."""

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The code of the place; `000000` for the country."""
        if in_one_spelling(value).split(" ")[0] in {NATION, "0", "全国", "JP", f"{NATION}全国"}:
            return Reading(NATION)
        return super().read(value)

    def show(self, text: str) -> str:
        """The code and the name."""
        return f"{NATION} 全国" if text == NATION else super().show(text)


class _CountImporter(Importer):
    """What both importers share; `series` says which numbers they keep."""

    series: str
    most_rows = 5_000

    def is_allowed(self) -> bool:
        """Whether the person keeps the figures."""
        return self.user is None or bool(self.user.has_perm("surveys.change_wave"))

    def read_tables(self, tables: Sequence[Table]) -> Parsed | None:
        """Read a ministry's tables; None where a sheet has our own headings."""
        headings = by_heading(self.all_columns)
        for table in tables:
            for row in table.rows[:30]:
                if len(mapped(headings, [read_text(cell) for cell in row.cells])) > 2:
                    return None
        return self.read_official([table for table in tables if not table.is_hidden])

    def read_official(self, tables: Sequence[Table]) -> Parsed:
        """Read the tables as the ministry lays them out."""
        raise NotImplementedError

    def key_of(self, record: Record) -> Key:
        """What a row counts."""
        raise NotImplementedError

    # --- What is stored -------------------------------------------------------------------------

    @cached_property
    def tree(self) -> AreaTree:
        """The areas and their parts."""
        return AreaTree()

    def rows_of(self, months: Iterable[str]) -> dict[Key, ResidentCount]:
        """What is stored of the series in these months."""
        rows = ResidentCount.objects.filter(series=self.series, month__in=set(months))
        return {
            (row.month, row.area_id or NATION, row.dimension, row.category): row for row in rows
        }

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """The stored number of each row; then sums and missing places are checked."""
        usable = [record for record in records if not record.wrong]
        self.stored = self.rows_of(record.get("month") for record in usable)
        self.records: dict[Key, Record] = {}
        found = [self._found(record, problems) for record in records]
        self.derived: dict[Key, tuple[int, int | None]] = {}
        if not problems:
            for month in sorted({key[0] for key in self.records}):
                self.check_month(month, problems)
        return found

    def _found(self, record: Record, problems: list[Problem]) -> Stored | None:
        if record.wrong:
            return None
        key = self.key_of(record)
        month, code = key[:2]
        if code != NATION and code not in self.tree.areas:
            problems.append(self.problem(record, _("This place is not counted."), "area"))
            return None
        if code != NATION and not self.tree.existed(code, month):
            problems.append(self.problem(record, self._not_there(code, month), "area"))
            return None
        self.records.setdefault(key, record)
        row = self.stored.get(key)
        return Stored(
            " ".join(key), self._title(key), self.values_of(row, key) if row else None, row
        )

    def _not_there(self, code: str, month: str) -> str:
        area = self.tree.areas[code]
        now = _(", ").join(f"{other.code} {other.label}" for other in area.successors.all())
        return _(
            "%(place)s did not exist in %(month)s. Its successors: %(successors)s. Record the "
            "merger first, or correct the code."
        ) % {"place": area.label, "month": month, "successors": now or _("none")}

    def _title(self, key: Key) -> str:
        month, code, dimension, category = key
        what = "" if dimension == Dimension.TOTAL else f", {category_label(category)}"
        return f"{self.tree.label(code)}{what}, {month}"

    def values_of(self, row: ResidentCount, key: Key) -> dict[str, str]:
        """A stored number as canonical texts."""
        raise NotImplementedError

    # --- Checks ---------------------------------------------------------------------------------

    def number(self, key: Key, column: str = "residents") -> int | None:
        """What the file says, else what is stored."""
        record = self.records.get(key)
        if record is not None and record.get(column):
            return int(record.get(column))
        row = self.stored.get(key)
        value: int | None = getattr(row, column) if row else None
        return value

    def is_new_month(self, month: str) -> bool:
        """Whether nothing newer of the series is stored: then every place must be there."""
        newest = ResidentCount.objects.filter(series=self.series).aggregate(Max("month"))
        return month >= (newest["month__max"] or "")

    def check_month(self, month: str, problems: list[Problem]) -> None:
        """Check all numbers of a month against each other."""
        raise NotImplementedError

    def wrong_sum(self, key: Key, given: int, added: int, column: str = "residents") -> Problem:
        """The problem of a number that is not the sum of its parts."""
        record = self.records.get(key)
        message = _(
            "%(place)s has %(given)s, but its parts add up to %(added)s (difference %(gap)s). "
            "Compare this cell and those of its parts with the source."
        ) % {
            "place": self._title(key),
            "given": f"{given:,}",
            "added": f"{added:,}",
            "gap": f"{given - added:+,}",
        }
        return self.problem(record, message, column) if record else Problem(message)

    def named(self, codes: Sequence[str]) -> str:
        """Names of places, the first few."""
        names = _(", ").join(self.tree.label(code) for code in codes[:_MOST_NAMED])
        more = len(codes) - _MOST_NAMED
        return names + (_(" and %(count)d more") % {"count": more} if more > 0 else "")

    def doubts(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Numbers that jumped since the count before."""
        months = sorted({self.key_of(change.record)[0] for change in changes})
        if not months:
            return []
        before = ResidentCount.objects.filter(series=self.series, month__lt=months[0])
        earlier = latest_before(before.order_by("month"))
        found = []
        for change in changes:
            key = self.key_of(change.record)
            new = (self.number(key) or 0, self.number(key, "population"))
            message = jump_of(self._title(key), new, earlier.get(key[1:]))
            if message:
                found.append(self.problem(change.record, message, "residents"))
        return found

    def consequences(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Sums that are made here, because the file lacks them."""
        if not self.derived:
            return []
        names = self.named([key[1] for key in self.derived])
        return [
            Problem(_("Added up from their parts, because the file lacks them: %(names)s.") % {
                "names": names
            })
        ]  # fmt: skip

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store the numbers and the sums made of them."""
        numbers = dict(self.derived)
        for change in changes:
            key = self.key_of(change.record)
            numbers[key] = (self.number(key) or 0, self.number(key, "population"))
            options.on_record()
        store_resident_counts(series=self.series, numbers=numbers, user=self.user)
        return [_("Sums made from them: %(count)d.") % {"count": len(self.derived)}]

    def newest(self) -> Iterator[tuple[Key, ResidentCount]]:
        """What is stored of the newest month."""
        rows = ResidentCount.objects.filter(series=self.series)
        month = rows.aggregate(Max("month"))["month__max"]
        yield from sorted(self.rows_of([month] if month else []).items())


def _month_column() -> Column:
    return Column(
        "month", gettext_lazy("month"), Month(), required=True, is_immutable=True,
        example="2027-01",
    )  # fmt: skip


def _area_column() -> Column:
    return Column(
        "area", gettext_lazy("area"), CountedArea(source=area().source), required=True,
        is_immutable=True, example="131041 新宿区",
        note=gettext_lazy("Code, name, or both; 000000 is the whole country."),
    )  # fmt: skip


# --- The resident register ----------------------------------------------------------------------


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
class RegisterImporter(_CountImporter):
    """The yearly register: foreign residents and population of every municipality and ward."""

    name = "residents-register"
    label = gettext_lazy("Foreign residents: resident register")
    note = gettext_lazy(
        "The yearly tables of the Ministry of Internal Affairs and Communications (population by "
        "the Basic Resident Register), as they are published: with 団体コード, and Japanese, "
        "foreign and total population in columns or in sheets of one file. Or a sheet like the "
        "template, to correct single places of the newest year."
    )
    series = Series.REGISTER

    def columns(self) -> Sequence[Column]:
        """Month, place, foreign residents and population."""
        return [
            _month_column(),
            _area_column(),
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
                            "month": month,
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
                    "No table with a column 団体コード and numbers of foreign residents (外国人) was "
                    "found. Take the tables of the ministry by municipality, or the template."
                )
            )
        for (month, code), line in lines.items():
            values = self._values(month, code, line, parsed)
            if values:
                parsed.records.append(Record(line.row, values, line.letters))
        if lines and not parsed.records and not parsed.problems:
            parsed.problems.append(
                Problem(
                    _(
                        "No column or sheet with foreign residents (外国人) was found. Put the "
                        "ministry's sheets of the total and of foreign residents into one file."
                    )
                )
            )
        return parsed

    def _read_table(self, grid: Grid, lines: dict[tuple[str, str], _Line], parsed: Parsed) -> None:
        code_column, first = self._code_column(grid)
        if first is None:
            if any(grid.has_numbers(row, range(20)) for row in grid.rows):
                parsed.remarks.append(
                    Problem(
                        _("The sheet “%(name)s” was not read: it has no column 団体コード.")
                        % {"name": grid.table.name}
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
                        "cell above the table, as 令和9年1月1日現在."
                    )
                    % {"name": grid.table.name}
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
            if row.number < first and names & _WHOLE_COUNTRY and grid.has_numbers(row, range(20)):
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
            is_people = path[-1] in _TOTAL_WORDS or re.search(r"人口|住民|外国人|日本人|人数", text)
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
            if _WHOLE_COUNTRY & set(names) or text == NATION:
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


# --- The statistics on foreign residents --------------------------------------------------------

_RESIDENCE = {"永住者", "特別永住者", "留学", "技能実習", "定住者"}
_NATIONALITY = {"中国", "韓国", "ベトナム", "フィリピン", "ブラジル"}
_CONTINENTS = {"アジア", "ヨーロッパ", "欧州", "アフリカ", "北米", "南米", "オセアニア"}
# Headings that say by what the people are counted, above all columns.
_ALL_COLUMNS = re.compile(r"国籍|地域|在留資格|人員|人数|在留外国人|都道府県")
_DETAIL = re.compile(r"^第?\d号")


@register
class StatusImporter(_CountImporter):
    """The half-yearly statistics: prefectures by nationality and by residence status."""

    name = "residents-statistics"
    label = gettext_lazy("Foreign residents: statistics of the immigration agency")
    note = gettext_lazy(
        "The half-yearly tables of the Immigration Services Agency, as they are published: "
        "prefectures by nationality or region, and by residence status. Or a sheet like the "
        "template, to correct single numbers of the newest month."
    )
    series = Series.STATUS
    most_rows = 5_000

    def columns(self) -> Sequence[Column]:
        """Month, place, by what is counted, and the number."""
        dimensions = [
            (value, label)
            for value, label in Dimension.choices
            if value != Dimension.RESIDENCE_DETAIL
        ]
        return [
            _month_column(),
            _area_column(),
            Column(
                "dimension", gettext_lazy("counted by"),
                Choice(source=lambda: options_of(dimensions)),
                required=True, is_immutable=True, example="nationality",
            ),
            Column(
                "category", gettext_lazy("category"), Kind(longest=60), required=True,
                is_immutable=True, example="ベトナム",
                note=gettext_lazy("As the agency writes it in Japanese."),
            ),
            Column(
                "residents", gettext_lazy("foreign residents"), Number(largest=10**9),
                required=True, example="5400",
            ),
        ]  # fmt: skip

    def key_of(self, record: Record) -> Key:
        """A category of a place."""
        return (
            record.get("month"), record.get("area"), record.get("dimension"), record.get("category")
        )  # fmt: skip

    def values_of(self, row: ResidentCount, key: Key) -> dict[str, str]:
        """A stored number as canonical texts."""
        names = ("month", "area", "dimension", "category")
        return {**dict(zip(names, key, strict=True)), "residents": str(row.residents)}

    def export(self) -> Iterable[Mapping[str, str]]:
        """The newest month, without the details that the country alone has."""
        for key, row in self.newest():
            if row.dimension != Dimension.RESIDENCE_DETAIL:
                yield self.values_of(row, key)

    def check_month(self, month: str, problems: list[Problem]) -> None:
        """Every prefecture there; categories and prefectures add up."""
        prefectures = self.tree.parts_of(NATION, month)
        given = {key[2] for key in self.records if key[0] == month}
        for dimension in sorted(given):
            categories = self._categories(month, dimension)
            self._check_missing(month, dimension, prefectures, problems)
            for code in [NATION, *prefectures]:
                self._check_categories((month, code, dimension, TOTAL), categories, problems)
            for category in categories:
                self._check_prefectures((month, NATION, dimension, category), prefectures, problems)

    def _categories(self, month: str, dimension: str) -> list[str]:
        keys = {*self.records, *self.stored}
        return sorted({key[3] for key in keys if key[0] == month and key[2] == dimension})

    def _check_missing(
        self, month: str, dimension: str, prefectures: Sequence[str], problems: list[Problem]
    ) -> None:
        there = {key[1] for key in {*self.records, *self.stored} if key[::2] == (month, dimension)}
        lacking = [code for code in prefectures if code not in there]
        if lacking and self.is_new_month(month):
            message = _(
                "%(count)d prefectures are missing in %(month)s: %(names)s. Add them, or check "
                "that the file is whole."
            ) % {"count": len(lacking), "month": month, "names": self.named(lacking)}
            problems.append(Problem(message))

    def _check_categories(
        self, key: Key, categories: Sequence[str], problems: list[Problem]
    ) -> None:
        """The categories of a place add up to its total, unless some are not given."""
        month, code, dimension, _total = key
        if dimension == Dimension.TOTAL:
            return
        total_key = (month, code, Dimension.TOTAL.value, TOTAL)
        total = self.number(total_key)
        parts = [
            self.number((month, code, dimension, category))
            for category in categories
            if not _is_sum(category)
        ]
        known = [number for number in parts if number is not None]
        if total is None or not known:
            return
        added, is_whole = sum(known), len(known) == len(parts)
        if added > total or (is_whole and added != total):
            touched = [total_key, *((month, code, dimension, name) for name in categories)]
            first = next((each for each in touched if each in self.records), None)
            if first:
                problem = self.wrong_sum(total_key, total, added)
                record = self.records[first]
                problems.append(self.problem(record, problem.message, "residents"))

    def _check_prefectures(
        self, key: Key, prefectures: Sequence[str], problems: list[Problem]
    ) -> None:
        """The prefectures are no more than the country, which also has people of no prefecture."""
        month, _nation, dimension, category = key
        nation = self.number(key)
        numbers = [self.number((month, code, dimension, category)) for code in prefectures]
        added = sum(number for number in numbers if number is not None)
        if nation is not None and added > nation and self._touches(key):
            problems.append(self.wrong_sum(key, nation, added))

    def _touches(self, key: Key) -> bool:
        return any(other[0] == key[0] and other[2:] == key[2:] for other in self.records)

    # --- The agency's tables --------------------------------------------------------------------

    @cached_property
    def _prefectures(self) -> dict[str, str]:
        """Prefectures by their names, with and without the last character."""
        found: dict[str, str] = {}
        for code in self.tree.parts[NATION]:
            name = in_one_spelling(self.tree.areas[code].name_ja)
            found[name] = code
            if name != "北海道":
                found[name[:-1]] = code
        return found

    @cached_property
    def _spellings(self) -> dict[str, str]:
        """Categories by their texts in one spelling, as they are stored."""
        rows = ResidentCount.objects.filter(series=self.series)
        stored = rows.order_by().values_list("category", flat=True).distinct()
        return {in_one_spelling(name): name for name in [*known_categories(), *stored]}

    def read_official(self, tables: Sequence[Table]) -> Parsed:
        """Prefectures in rows or in columns, categories in the other direction."""
        parsed = Parsed()
        records: dict[Key, Record] = {}
        for table in tables:
            self._read_table(self._grid(table), records, parsed)
        if not records and not parsed.problems:
            raise UnreadableFile(
                gettext_noop(
                    "No table of prefectures by nationality or by residence status was found. Take "
                    "such a table of the agency, or the template."
                )
            )
        parsed.records = list(records.values())
        return parsed

    def _grid(self, table: Table) -> Grid:
        """The table with prefectures in rows."""
        grid = Grid(table)
        turned = grid.turned()
        names = self._prefectures
        return turned if turned.column_with(names)[1] > grid.column_with(names)[1] else grid

    def _read_table(self, grid: Grid, records: dict[Key, Record], parsed: Parsed) -> None:
        column, count = grid.column_with(self._prefectures)
        labels = {**self._prefectures, **dict.fromkeys(_WHOLE_COUNTRY, NATION)}
        labels |= dict.fromkeys(_NOT_KNOWN, "")
        rows = [
            row
            for row in grid.rows
            if in_one_spelling(row.cell(column)) in labels and grid.has_numbers(row, range(250))
        ]
        first = rows[0].number if rows else 0
        paths = grid.paths(first) if rows else {}
        columns = {
            index: path for index, path in paths.items() if index != column and index > column
        }
        leaves = {part for path in columns.values() for part in path}
        dimension = (
            Dimension.RESIDENCE if len(leaves & _RESIDENCE) > 1
            else Dimension.NATIONALITY if len(leaves & _NATIONALITY) > 1
            else None
        )  # fmt: skip
        if not count or dimension is None:
            parsed.remarks.append(
                Problem(
                    _(
                        "The sheet “%(name)s” was not read: it is no table of prefectures by "
                        "nationality or residence status."
                    )
                    % {"name": grid.table.name}
                )
            )
            return
        texts = grid.texts_above(first) if not grid.is_turned else self._all_titles(grid)
        month = month_named(texts)
        if not month or month[5:] not in {"06", "12"}:
            parsed.problems.append(
                Problem(
                    _(
                        "The sheet “%(name)s” does not say of which month it is. Write it into a "
                        "cell above the table, as 2026年12月末."
                    )
                    % {"name": grid.table.name}
                )
            )
            return
        self._check_labels(grid, column, first, labels, columns, parsed)
        seen: dict[str, int] = {}
        read: dict[str, dict[str, tuple[int, int, int]]] = {}
        for row in rows:
            label = in_one_spelling(row.cell(column))
            code = labels[label]
            if code in seen:
                number, letter = grid.place(row.number, column)
                parsed.problems.append(
                    Problem(
                        _("%(place)s stands twice, in rows %(first)d and %(second)d. Keep one.")
                        % {"place": label, "first": seen[code], "second": row.number},
                        number, "area", letter,
                    )
                )  # fmt: skip
                continue
            seen[code] = row.number
            read[code] = self._read_row(grid, row, columns, parsed)
        if NATION not in read:
            parsed.problems.append(
                Problem(
                    _("The sheet “%(name)s” has no row 総数. Add it: the sums are checked by it.")
                    % {"name": grid.table.name}
                )
            )
            return
        self._check_nation(grid, read, parsed)
        for code, numbers in read.items():
            if code:
                self._add_records(grid, month, code, dimension, numbers, records, parsed)

    @staticmethod
    def _all_titles(grid: Grid) -> list[str]:
        """Texts of a turned table that may be its title: all long ones, and the sheet's name."""
        cells = [read_text(cell) for row in grid.rows for cell in row.cells[:12]]
        return [grid.table.name, *(text for text in cells if len(text) > 5)]

    def _check_labels(
        self,
        grid: Grid,
        column: int,
        first: int,
        labels: Mapping[str, str],
        columns: Iterable[int],
        parsed: Parsed,
    ) -> None:
        """Rows with numbers must be of a prefecture; notes have none."""
        for row in grid.rows:
            label = in_one_spelling(row.cell(column))
            if row.number < first or label in labels or not grid.has_numbers(row, columns):
                continue
            number, letter = grid.place(row.number, column)
            parsed.problems.append(
                Problem(
                    _("“%(text)s” is no prefecture. Correct the name, or take the row out.")
                    % {"text": label[:60]},
                    number, "area", letter,
                )
            )  # fmt: skip

    def _read_row(
        self, grid: Grid, row: Row, columns: Mapping[int, list[str]], parsed: Parsed
    ) -> dict[str, tuple[int, int, int]]:
        """Categories of a row with their numbers and cells; what the agency does not tell is left.

        Columns of details are added up where their own sum is not in the table.
        """
        found: dict[str, tuple[int, int, int]] = {}
        details: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for column, path in columns.items():
            category, is_detail = self._category(path)
            if not category:
                continue
            try:
                count = read_count(row.cell(column))
            except WrongValue as error:
                number, letter = grid.place(row.number, column)
                parsed.problems.append(Problem(str(error), number, "residents", letter))
                continue
            if count is None:
                number, letter = grid.place(row.number, column)
                parsed.remarks.append(
                    Problem(
                        _("“%(text)s” stands for no number: nothing is stored for it.")
                        % {"text": read_text(row.cell(column))},
                        number, "residents", letter,
                    )
                )  # fmt: skip
            elif is_detail:
                details[category].append((count, row.number, column))
            else:
                found[category] = (count, row.number, column)
        for category, parts in details.items():
            added = sum(part[0] for part in parts)
            if category not in found:
                found[category] = (added, *parts[0][1:])
            elif found[category][0] != added:
                number, letter = grid.place(*found[category][1:])
                parsed.problems.append(
                    Problem(
                        _("%(given)s is not the sum of its parts, %(added)s.")
                        % {"given": f"{found[category][0]:,}", "added": f"{added:,}"},
                        number, "residents", letter,
                    )
                )  # fmt: skip
        return found

    def _category(self, path: Sequence[str]) -> tuple[str, bool]:
        """The category of a column, and whether it is a detail of it; empty for other columns."""
        parts = [part for part in path if not _ALL_COLUMNS.search(part)]
        if not parts:
            return "", False
        leaf, group = parts[-1], parts[-2] if len(parts) > 1 else ""
        if leaf in _TOTAL_WORDS:
            if not group:
                return TOTAL, False
            if group in _CONTINENTS:
                return "", False
            leaf = MID_TO_LONG_TERM if group == "中長期在留者" else group
        elif leaf in _CONTINENTS:
            return "", False
        elif _DETAIL.match(leaf):
            return self._spellings.get(group, group), bool(group)
        elif leaf == "中長期在留者":
            leaf = MID_TO_LONG_TERM
        return self._spellings.get(leaf, leaf), False

    def _check_nation(
        self,
        grid: Grid,
        read: Mapping[str, Mapping[str, tuple[int, int, int]]],
        parsed: Parsed,
    ) -> None:
        """The country is the sum of the prefectures and of the people of no known prefecture."""
        for category, (given, row, column) in read[NATION].items():
            parts = [numbers.get(category) for code, numbers in read.items() if code != NATION]
            if any(part is None for part in parts):
                continue
            added = sum(part[0] for part in parts if part)
            if added != given:
                number, letter = grid.place(row, column)
                parsed.problems.append(
                    Problem(
                        _(
                            "%(category)s: 総数 has %(given)s, but the prefectures add up to "
                            "%(added)s (difference %(gap)s). Compare the column with the source."
                        )
                        % {
                            "category": category_label(category),
                            "given": f"{given:,}",
                            "added": f"{added:,}",
                            "gap": f"{given - added:+,}",
                        },
                        number,
                        "residents",
                        letter,
                    )
                )

    def _add_records(
        self,
        grid: Grid,
        month: str,
        code: str,
        dimension: str,
        numbers: Mapping[str, tuple[int, int, int]],
        records: dict[Key, Record],
        parsed: Parsed,
    ) -> None:
        for category, (count, row, column) in numbers.items():
            of = Dimension.TOTAL.value if category == TOTAL else str(dimension)
            key = (month, code, of, category)
            number, letter = grid.place(row, column)
            names = ("month", "area", "dimension", "category")
            record = Record(
                number,
                {**dict(zip(names, key, strict=True)), "residents": str(count)},
                {"residents": letter, "area": letter, "category": letter},
            )
            other = records.setdefault(key, record)
            if other.get("residents") != record.get("residents"):
                parsed.problems.append(
                    Problem(
                        _("%(given)s here, but %(other)s in %(cell)s. One of the two is wrong.")
                        % {
                            "given": f"{count:,}",
                            "other": f"{int(other.get('residents')):,}",
                            "cell": f"{other.letters['residents']}{other.row}",
                        },
                        number,
                        "residents",
                        letter,
                    )
                )


def _is_sum(category: str) -> bool:
    """Whether a category is the sum of others."""
    return category == TOTAL or in_one_spelling(category) == MID_TO_LONG_TERM
