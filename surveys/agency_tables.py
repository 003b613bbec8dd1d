"""The statistics on foreign residents (出入国在留管理庁, half-yearly): tables of prefectures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from core.templatetags.facts import partial_date
from sheets.bindings import options_of
from sheets.columns import Column
from sheets.dates import WrongValue, read_text
from sheets.kinds import Choice, Kind, Number
from sheets.parsing import Parsed
from sheets.registry import Problem, Record, register
from sheets.tables import Row, Table, UnreadableFile
from surveys.categories import category_label, known_categories
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

__all__ = ["StatusImporter"]

MID_TO_LONG_TERM = "中長期在留者(計)"
_NOT_KNOWN = {"未定・不詳", "不詳", "未定", "未定・不祥", "その他・不詳"}
_RESIDENCE = {"永住者", "特別永住者", "留学", "技能実習", "定住者"}
_NATIONALITY = {"中国", "韓国", "ベトナム", "フィリピン", "ブラジル"}
_CONTINENTS = {"アジア", "ヨーロッパ", "欧州", "アフリカ", "北米", "南米", "オセアニア"}
# Headings that say by what the people are counted, above all columns.
_ALL_COLUMNS = re.compile(r"国籍|地域|在留資格|人員|人数|在留外国人|都道府県")
_DETAIL = re.compile(r"^第?\d号")


@register
class StatusImporter(CountImporter):
    """The half-yearly statistics: prefectures by nationality and by residence status."""

    name = "residents-statistics"
    label = gettext_lazy("Foreign residents (immigration agency)")
    note = gettext_lazy(
        "The half-yearly tables of the Immigration Services Agency, as they are published: "
        "prefectures by nationality or region, and by residence status. Or a sheet like the "
        "template, to correct single numbers of the newest month."
    )
    series = Series.STATUS

    def columns(self) -> Sequence[Column]:
        """Month, place, by what is counted, and the number."""
        dimensions = [
            (value, label)
            for value, label in Dimension.choices
            if value != Dimension.RESIDENCE_DETAIL
        ]
        return [
            month_column(),
            area_column(),
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
            ) % {"count": len(lacking), "month": partial_date(month), "names": self.named(lacking)}
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
        labels = {**self._prefectures, **dict.fromkeys(WHOLE_COUNTRY, NATION)}
        labels |= dict.fromkeys(_NOT_KNOWN, "")
        rows = [
            row
            for row in grid.rows
            if in_one_spelling(row.cell(column)) in labels and grid.has_numbers(row, range(250))
        ]
        first = rows[0].number if rows else 0
        paths = grid.paths(first) if rows else {}
        # Notes beside a turned table look like a column without numbers.
        columns = {
            index: path
            for index, path in paths.items()
            if index > column and any(grid.has_numbers(row, [index]) for row in rows)
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
                        "cell above the table, as %(example)s."
                    )
                    % {"name": grid.table.name, "example": "2026年12月末"}
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
                    _(
                        "The sheet “%(name)s” has no row for the whole country (%(total)s). Add "
                        "it: the totals are checked by it."
                    )
                    % {"name": grid.table.name, "total": TOTAL}
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
        if leaf in TOTAL_WORDS:
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
                            "%(category)s: the country has %(given)s, but the prefectures add up "
                            "to %(added)s (difference %(gap)s). Compare the column with the source."
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
