"""What the importers of numbers of foreign residents share.

The resident register (総務省, yearly) and the statistics on foreign residents (出入国在留管理庁,
half-yearly) each have an importer, which reads sheets of ours and tables of the ministry. Nothing
is stored unless all sums are right; sums that a file lacks are made here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.templatetags.facts import partial_date
from regions.sheets import AreaChoice, area
from sheets.columns import Column, by_heading, mapped
from sheets.dates import Reading, WrongValue, read_date, read_text
from sheets.kinds import Kind
from sheets.parsing import Parsed
from sheets.registry import Change, Importer, Options, Problem, Record, Stored
from sheets.tables import Table, Value
from surveys.categories import category_label
from surveys.models import ResidentCount
from surveys.resident_checks import NATION, AreaTree, jump_of, latest_before
from surveys.services import store_resident_counts
from surveys.statistical_tables import in_one_spelling

__all__ = [
    "TOTAL",
    "TOTAL_WORDS",
    "WHOLE_COUNTRY",
    "CountImporter",
    "Dimension",
    "Key",
    "Series",
    "area_column",
    "month_column",
]

Series = ResidentCount.Series
Dimension = ResidentCount.Dimension
TOTAL = "総数"
TOTAL_WORDS = {"計", "総数", "合計", "総計", "小計", "全国", "全国計"}
WHOLE_COUNTRY = {"全国", "総数", "合計", "総計", "全国計", "計"}
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


class CountImporter(Importer):
    """What both importers share; `series` says which numbers they keep."""

    series: str
    most_rows = 5_000

    def is_allowed(self) -> bool:
        """Whether the person keeps the figures."""
        return bool(self.user.has_perm("surveys.change_wave"))

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
        """What is stored of a row, `values` None where nothing is; None for a row that is wrong.

        A place that is not counted, or was not there in that month, is a problem. Notes the row in
        `records`.
        """
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
        ) % {"place": area.label, "month": partial_date(month), "successors": now or _("none")}

    def _title(self, key: Key) -> str:
        month, code, dimension, category = key
        what = "" if dimension == Dimension.TOTAL else f", {category_label(category)}"
        return f"{self.tree.label(code)}{what}, {partial_date(month)}"

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
        if more <= 0:
            return names
        return _("%(names)s and %(count)d more") % {"names": names, "count": more}

    def doubts(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Numbers that jumped since the count before."""
        months = sorted({self.key_of(change.record)[0] for change in changes})
        if not months:
            return []
        since = f"{int(months[0][:4]) - 2}"
        before = ResidentCount.objects.filter(
            series=self.series, month__lt=months[0], month__gte=since
        )
        earlier = latest_before(before)
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
        return [_("Totals calculated from them: %(count)d.") % {"count": len(self.derived)}]

    def newest(self) -> Iterator[tuple[Key, ResidentCount]]:
        """What is stored of the newest month."""
        rows = ResidentCount.objects.filter(series=self.series)
        month = rows.aggregate(Max("month"))["month__max"]
        yield from sorted(self.rows_of([month] if month else []).items())


def month_column() -> Column:
    return Column(
        "month", gettext_lazy("month"), Month(), required=True, is_immutable=True,
        example="2027-01",
    )  # fmt: skip


def area_column() -> Column:
    return Column(
        "area", gettext_lazy("area"), CountedArea(source=area().source), required=True,
        is_immutable=True, example="131041 新宿区",
        note=gettext_lazy("Code, name, or both; 000000 is the whole country."),
    )  # fmt: skip
