"""Waves of surveys from a spreadsheet, and back into one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.numbers import round_half_up
from sheets.columns import Column
from sheets.dates import Reading, WrongValue, read_text
from sheets.kinds import Choice, Date, Kind, Number, Option, Text, WebAddress, Year
from sheets.registry import (
    Change,
    Importer,
    Options,
    Problem,
    Record,
    Removal,
    Stored,
    Values,
    register,
)
from sheets.tables import SheetNumber, Value
from sheets.units import Unit, unit_of
from surveys import agency_tables, register_tables  # noqa: F401
from surveys.exports import WAVE_COLUMNS, wave_rows
from surveys.models import Group, Question, SurveyPage, Wave, validate_code
from surveys.services import digest_of, import_wave
from surveys.tables import (
    GROUP_PART,
    OPTION_PART,
    QUESTION_PART,
    WAVE_PART,
    Complain,
    Line,
    WaveTable,
    tables_of,
)
from taxonomy.models import Theme

WaveKey = tuple[str, str]
StoredRows = dict[tuple[str, str, str], dict[str, str]]


@dataclass(frozen=True)
class Code(Kind):
    """A code: a-z, 0-9 and single hyphens."""

    name = gettext_lazy("code")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The code in small letters."""
        text = unicodedata.normalize("NFKC", read_text(value)).strip().lower()
        if text:
            try:
                validate_code(text)
            except ValidationError as error:
                raise WrongValue(
                    _("“%(text)s” is no code. A code has a-z, 0-9 and single hyphens only.")
                    % {"text": text[:60]}
                ) from error
        return Reading(self._fitting(text))


@dataclass(frozen=True)
class Percent(Kind):
    """A number from 0 to 100 with at most one decimal.

    Attributes:
        unit: the unit that the column's heading names.
    """

    unit: Unit | None = None

    name = gettext_lazy("percentage with at most one decimal")

    def fits_unit(self, unit: Unit) -> bool:
        """Percent, and tenths (割)."""
        return unit.measure == "share"

    def in_unit(self, unit: Unit) -> Percent:
        """The same in tenths or thousandths.

        Raises:
            WrongValue: the unit is none of a share.
        """
        if not self.fits_unit(unit):
            raise WrongValue(
                _("“%(unit)s” is no unit for this column. %(rule)s")
                % {"unit": unit.text, "rule": _("Write percentages from 0 to 100.")}
            )
        return replace(self, unit=unit)

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The number without its sign. A cell that Excel shows as 45.3% holds 0.453."""
        written = unicodedata.normalize("NFKC", read_text(value)).strip()
        text = written.removesuffix("%").strip()
        if not text:
            return Reading("")
        factor = Decimal(1)
        if isinstance(value, SheetNumber):
            factor = self._factor_of_format(value.unit, text)
        elif self.unit and not written.endswith("%"):
            factor = Decimal(self.unit.factor.numerator) / self.unit.factor.denominator
        try:
            number = Decimal(text) * factor
        except InvalidOperation as error:
            raise WrongValue(_("“%(text)s” is not a percentage.") % {"text": text[:60]}) from error
        if not number.is_finite() or not 0 <= number <= 100:
            raise WrongValue(_("%(text)s is not between 0 and 100.") % {"text": text[:60]})
        rounded = round_half_up(number, 1)
        remark = (
            ""
            if rounded == number == Decimal(text)
            else _("“%(text)s” was read as %(number)s.")
            % {"text": text, "number": f"{number.normalize():f}%"}
            if rounded == number
            else _("“%(text)s” was rounded to %(number)s.") % {"text": text, "number": rounded}
        )
        return Reading(f"{rounded.normalize():f}", remark)

    def _factor_of_format(self, shown_unit: str, text: str) -> Decimal:
        if shown_unit == "%":
            return Decimal(100)
        unit = unit_of(shown_unit)
        if unit and not (self.fits_unit(unit) and unit.factor == 1):
            raise WrongValue(
                _("The cell shows “%(text)s”: “%(unit)s” is no unit for this column. %(rule)s")
                % {
                    "text": f"{text}{shown_unit}"[:60],
                    "unit": shown_unit[:20],
                    "rule": _("Write percentages from 0 to 100."),
                }
            )
        return Decimal(1)


@dataclass(frozen=True)
class Themes(Kind):
    """Codes of themes, parted by spaces."""

    name = gettext_lazy("codes of themes, parted by spaces")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The codes, parted by one space each."""
        text = unicodedata.normalize("NFKC", read_text(value))
        return Reading(" ".join(part for part in re.split(r"[\s,;、；]+", text) if part))


def _choices(kinds: Any) -> list[Option]:
    return [Option(value, str(label), str(label), more=(value,)) for value, label in kinds.choices]


def _marks() -> list[Option]:
    return [Option(mark, mark, mark) for mark in ("approximate", "suppressed", "missing")]


@register
class WaveImporter(Importer):
    """One row for each figure; the rows of a wave replace everything that is stored of it."""

    name = "survey-waves"
    label = gettext_lazy("Survey rounds")
    note = gettext_lazy(
        "One row for each figure. A file holds whole survey rounds: what is stored of a round and "
        "not in the file is listed, and deleted if you confirm that. Counts of 1 to 4 are not "
        "stored, nor what would give them away."
    )
    most_rows = 20_000

    def __init__(self, user: Any) -> None:
        super().__init__(user)
        self._waves: dict[tuple[str, str], WaveTable] = {}
        self._stored: dict[WaveKey, StoredRows] = {}
        self._unchanged_waves: set[WaveKey] = set()
        self._themes = Theme.objects.in_bulk()

    def columns(self) -> Sequence[Column]:
        """The columns of the download, with what each may hold."""
        kinds: dict[str, Kind] = {
            **dict.fromkeys(("survey", "wave", "group", "question", "option"), Code(longest=60)),
            **dict.fromkeys(("title_ja", "title_en"), Text(longest=200)),
            **dict.fromkeys(("group_ja", "group_en"), Text(longest=120)),
            **dict.fromkeys(("question_ja", "question_en"), Text(longest=500)),
            **dict.fromkeys(("option_ja", "option_en", "source_title"), Text(longest=300)),
            **dict.fromkeys(("started", "ended", "published"), Date()),
            **dict.fromkeys(("asked", "responses", "count"), Number(largest=2_000_000_000)),
            **dict.fromkeys(("rate", "percent"), Percent()),
            "year": Year(),
            "source_url": WebAddress(longest=600),
            "dimension": Choice(source=lambda: _choices(Group.Dimension)),
            "answers": Choice(source=lambda: _choices(Question.Answers)),
            "themes": Themes(),
            "mark": Choice(source=_marks),
        }
        return [
            Column(
                name,
                LABELS[name],
                kinds[name],
                required=name in {"survey", "wave"},
                example=EXAMPLE.get(name, ""),
                aliases=FORMER_LABELS.get(name, ()),
            )
            for name in WAVE_COLUMNS
        ]

    def is_allowed(self) -> bool:
        """Curators and administrators: those who may change waves."""
        return bool(self.user.has_perms(["surveys.add_wave", "surveys.change_wave"]))

    def find(self, records: Sequence[Record], problems: list[Problem]) -> list[Stored | None]:
        """Put the rows together to waves, check these, and compare them with what is stored.

        None for rows in which something is wrong that is not stored so; each has a problem then.
        """
        by_row = {record.row: record for record in records}
        lines = [Line(record.row, record.values) for record in records if not record.wrong]
        stored = self._stored
        wrong: set[int] = set()

        def complain(line: Line, message: str, column: str) -> None:
            # What is stored already may stay as it is.
            if stored.get(line.wave_key, {}).get(line.figure_key) != line.whole(WAVE_COLUMNS):
                wrong.add(line.row)
                problems.append(self.problem(by_row[line.row], message, column))

        self._waves = tables_of(lines, complain)
        self._check_names(lines, complain)
        same = self._unchanged_waves = set() if problems else self._same()
        return [
            None
            if record.row in wrong
            else self._record(record, stored, is_same=Line(0, record.values).wave_key in same)
            for record in records
        ]

    def as_meant(self, records: Sequence[Record]) -> Sequence[Record]:
        """Whole rows: what a file leaves out or says once of a group stands in each of its rows.

        A column that the file lacks stays as it is stored. An empty cell repeats what another row
        says of the same wave, group, question or answer. So the preview compares what is stored
        with what will be.
        """
        lines = [Line(record.row, record.values) for record in records]
        self._stored = self._stored_rows({line.wave_key for line in lines})
        known = {key: _Known(rows) for key, rows in self._stored.items()}
        filled = [
            {
                **(known[line.wave_key].fill(line) if line.wave_key in known else {}),
                **record.values,
            }
            for record, line in zip(records, lines, strict=True)
        ]
        waves = tables_of(
            [Line(r.row, f) for r, f in zip(records, filled, strict=True) if not r.wrong],
            lambda _line, _message, _column: None,
        )
        return [
            record if record.wrong else replace(record, values=self._whole(waves, record, values))
            for record, values in zip(records, filled, strict=True)
        ]

    def _whole(
        self, waves: Mapping[WaveKey, WaveTable], record: Record, values: Mapping[str, str]
    ) -> dict[str, str]:
        """A row as it will be stored: with what is said elsewhere, and its percentage."""
        whole = _repeated(waves, record.row, values)
        line = Line(record.row, whole)
        before = self._stored.get(line.wave_key, {}).get(line.figure_key, {})
        is_same = all(before.get(n) == whole.get(n, "") for n in ("count", "percent", "responses"))
        count, responses = whole.get("count"), whole.get("responses")
        if not is_same and count and responses and int(responses) and not whole.get("percent"):
            share = round_half_up(Decimal(100) * int(count) / int(responses), 1)
            whole["percent"] = f"{share.normalize():f}"
        return whole

    def removals(self) -> Sequence[Removal]:
        """Stored figures, groups and questions of the file's waves that the file lacks."""
        found = []
        for key, table in self._waves.items():
            if key in self._unchanged_waves:
                continue
            # Rows without an answer stand for a group or a question that has no figures.
            present = {
                *table.figures,
                *(("", "", group) for group in table.groups.found),
                *((question, "", "") for question in table.questions.found),
                *(line.figure_key for line in table.lines),
            }
            for figure in self._stored.get(key, {}):
                if figure not in present:
                    parts = [*key, *figure]
                    found.append(
                        Removal(" ".join(parts), " / ".join(part for part in parts if part))
                    )
        return found

    def consequences(self, changes: Sequence[Change]) -> Sequence[Problem]:
        """Figures that will be hidden, so that small counts cannot be known or computed."""
        return [
            Problem(
                _("This figure will be hidden: a small count could be known from it."),
                line.row,
                "count",
            )
            for key in self._to_store(changes)
            for line in self._waves[key].hidden_lines()
        ]

    def _to_store(self, changes: Sequence[Change]) -> list[WaveKey]:
        """The waves in which something changes, or of which something would be deleted."""
        removed = {tuple(removal.key.split(" ")[:2]) for removal in self.removals()}
        changed = {change.stored.target for change in changes}
        return [key for key in self._waves if key in changed or key in removed]

    def _check_names(self, lines: Sequence[Line], complain: Complain) -> None:
        """Themes and surveys that the rows name must be there."""
        for line in lines:
            unknown = [code for code in line.get("themes").split() if code not in self._themes]
            if unknown:
                complain(line, _("There is no theme “%(code)s”.") % {"code": unknown[0]}, "themes")
        surveys = set(SurveyPage.objects.values_list("survey", flat=True))
        for (survey, _wave), wave in self._waves.items():
            if survey not in surveys:
                complain(
                    wave.lines[0],
                    _("There is no survey “%(code)s” with a page. Make its page first.")
                    % {"code": survey},
                    "survey",
                )

    def _stored_rows(self, keys: set[WaveKey]) -> dict[WaveKey, StoredRows]:
        """The rows of these waves as they are stored."""
        return {
            (wave.survey_id, wave.code): {Line(0, row).figure_key: row for row in _values(wave)}
            for wave in Wave.objects.filter(
                survey__in=[survey for survey, _wave in keys],
                code__in=[code for _survey, code in keys],
            ).select_related("survey")
        }

    def _same(self) -> set[WaveKey]:
        """The waves of which the file says exactly what it said when it was last stored."""
        digests = {
            (survey, code): digest
            for survey, code, digest in Wave.objects.values_list("survey", "code", "digest")
        }
        return {
            key
            for key, table in self._waves.items()
            if key in digests and digests[key] == digest_of(table.content(self._themes))
        }

    def _record(
        self, record: Record, stored: dict[WaveKey, StoredRows], *, is_same: bool
    ) -> Stored:
        line = Line(record.row, record.values)
        parts = (*line.wave_key, *line.figure_key)
        before = stored.get(line.wave_key, {}).get(line.figure_key)
        return Stored(
            key=" ".join(parts),
            title=" / ".join(part for part in parts if part),
            # Small counts are not stored, so the same file would look like a change.
            values=record.values if is_same else before,
            target=line.wave_key,
        )

    def write(self, changes: Sequence[Change], options: Options) -> list[str]:
        """Store each wave that has a change, and publish its pages."""
        said = []
        for key in self._to_store(changes):
            table = self._waves[key]
            content = table.content(self._themes)
            import_wave(survey=key[0], code=key[1], content=content, user=self.user)
            hidden = sum(
                figure["is_suppressed"]
                for question in content["questions"]
                for option in question["options"]
                for figure in option["figures"]
            )
            said.append(
                _(
                    "%(survey)s %(wave)s is stored and its pages are published; %(hidden)d "
                    "figures are hidden."
                )
                % {"survey": key[0], "wave": key[1], "hidden": hidden}
            )
        for _change in changes:
            options.on_record()
        return said

    def export(self) -> Iterable[Values]:
        """All waves, as their downloads have them."""
        for wave in Wave.objects.select_related("survey"):
            yield from _values(wave)


_NUMBERS = frozenset({"count", "percent", "mark"})


class _Known:
    """What is stored of a wave, for columns that a file lacks."""

    def __init__(self, rows: StoredRows) -> None:
        self.rows = rows
        self.parts: dict[tuple[str, ...], Mapping[str, str]] = {}
        for (question, option, group), row in rows.items():
            for part in [("wave",), ("group", group), ("question", question),
                         ("option", question, option)]:  # fmt: skip
                self.parts.setdefault(part, row)

    def fill(self, line: Line) -> dict[str, str]:
        """The stored texts of a row's own figure, or of its wave, group, question and answer."""
        same = self.rows.get(line.figure_key)
        if same is not None:
            if not _NUMBERS.isdisjoint(line.values):
                # A figure's number and mark belong together; only a doubt stays where none is told.
                doubt = same["mark"] if same["mark"] == "approximate" else ""
                return {**same, **dict.fromkeys(_NUMBERS, ""), "mark": doubt}
            return dict(same)
        question, option, group = line.figure_key
        found: dict[str, str] = {}
        for columns, part in _parts_of(question, option, group):
            row = self.parts.get(part, {})
            found |= {column: row[column] for column in columns if row.get(column)}
        return found


def _parts_of(
    question: str, option: str, group: str
) -> list[tuple[Sequence[str], tuple[str, ...]]]:
    parts: list[tuple[Sequence[str], tuple[str, ...]]] = [(WAVE_PART, ("wave",))]
    if group:
        parts.append((GROUP_PART, ("group", group)))
    if question:
        parts.append((QUESTION_PART, ("question", question)))
    if option:
        parts.append((OPTION_PART, ("option", question, option)))
    return parts


def _repeated(
    waves: Mapping[WaveKey, WaveTable], row: int, values: Mapping[str, str]
) -> dict[str, str]:
    """A row with what other rows say of the same wave, group, question and answer."""
    line = Line(row, values)
    table = waves.get(line.wave_key)
    whole = dict(values)
    if table is None:
        return whole
    question, option, group = line.figure_key
    said: dict[str, str] = dict(table.fields)
    said |= table.groups.found.get(group, {})
    said |= table.questions.found.get(question, {})
    options = table.options.get(question)
    said |= options.found.get(option, {}) if options else {}
    for column, text in said.items():
        whole[column] = whole.get(column) or text
    return whole


def _values(wave: Wave) -> list[dict[str, str]]:
    """The rows of a wave as canonical texts."""
    return [
        {
            name: "" if value is None else _text(value)
            for name, value in zip(WAVE_COLUMNS, row, strict=True)
        }
        for row in wave_rows(wave)
    ]


def _text(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


LABELS: dict[str, Any] = {
    "survey": gettext_lazy("survey (code)"),
    "wave": gettext_lazy("survey round (code)"),
    "year": gettext_lazy("year"),
    "title_ja": gettext_lazy("title in Japanese"),
    "title_en": gettext_lazy("title in English"),
    "started": gettext_lazy("asked from"),
    "ended": gettext_lazy("asked until"),
    "published": gettext_lazy("published"),
    "source_title": gettext_lazy("source"),
    "source_url": gettext_lazy("link to the source"),
    "group": gettext_lazy("group (code)"),
    "group_ja": gettext_lazy("group in Japanese"),
    "group_en": gettext_lazy("group in English"),
    "dimension": gettext_lazy("dimension"),
    "asked": gettext_lazy("asked"),
    "responses": gettext_lazy("answered"),
    "rate": gettext_lazy("response rate in percent"),
    "question": gettext_lazy("question (code)"),
    "question_ja": gettext_lazy("question in Japanese"),
    "question_en": gettext_lazy("question in English"),
    "answers": gettext_lazy("answers"),
    "themes": gettext_lazy("themes"),
    "option": gettext_lazy("answer (code)"),
    "option_ja": gettext_lazy("answer in Japanese"),
    "option_en": gettext_lazy("answer in English"),
    "count": gettext_lazy("count"),
    "percent": gettext_lazy("percent"),
    "mark": gettext_lazy("mark"),
}

# Headings of files that were made before the labels above.
FORMER_LABELS = {
    "wave": ("調査回（コード）", "wave (code)"),
    "source_url": ("出典のアドレス", "address of the source"),
}

EXAMPLE = {
    "survey": "jcie-local-governments",
    "wave": "2027",
    "year": "2027",
    "title_ja": "自治体アンケート2027（記入例）",
    "started": "2027-07",
    "group": "prefectures",
    "group_ja": "都道府県",
    "group_en": "Prefectures",
    "dimension": "kind",
    "asked": "47",
    "responses": "30",
    "question": "2027-challenges",
    "question_ja": "課題は何ですか（記入例）",
    "answers": "several",
    "themes": "1-1",
    "option": "information",
    "option_ja": "情報提供",
    "count": "20",
}
