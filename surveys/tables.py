"""A table of figures, row by row, as waves of surveys: what it says, and what is wrong where.

One row for each figure; rows without an option say who was asked, or name a question. Columns are
in docs/reference/surveys.md. Small counts are taken out here, before anything is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.numbers import round_half_up
from surveys.models import Group, Question
from surveys.suppression import Cell, Column, hidden_cells, is_small

__all__ = [
    "GROUP_PART",
    "OPTION_PART",
    "QUESTION_PART",
    "WAVE_PART",
    "Complain",
    "Line",
    "Table",
    "WaveTable",
    "tables_of",
]

WAVE_PART = ("year", "title_ja", "title_en", "started", "ended", "published", "source_title", "source_url")  # fmt: skip  # noqa: E501
GROUP_PART = ("group_ja", "group_en", "dimension", "asked", "responses", "rate")
QUESTION_PART = ("question_ja", "question_en", "answers", "themes")
OPTION_PART = ("option_ja", "option_en")
# How far a percentage may be from its count, for rounding.
_TOLERANCE = Decimal("0.6")

Complain = Callable[["Line", str, str], None]


@dataclass(frozen=True)
class Line:
    """A row of the table: its number and its canonical texts by column."""

    row: int
    values: Mapping[str, str]

    def get(self, column: str) -> str:
        """The text in a column; empty where the table lacks it."""
        return self.values.get(column, "")

    def whole(self, columns: Iterable[str]) -> dict[str, str]:
        """The row as a whole, with all columns."""
        return {column: self.get(column) for column in columns}

    @property
    def wave_key(self) -> tuple[str, str]:
        """Codes of survey and wave."""
        return self.get("survey"), self.get("wave")

    @property
    def figure_key(self) -> tuple[str, str, str]:
        """Codes of question, option and group."""
        return self.get("question"), self.get("option"), self.get("group")


@dataclass
class Table:
    """Things named by one code in one column, with what all their rows say of them."""

    found: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, Line] = field(default_factory=dict)

    def add(self, code: str, columns: Sequence[str], line: Line, complain: Complain) -> None:
        """Take what a row says of the thing; an empty cell says nothing."""
        said = self.found.setdefault(code, dict.fromkeys(columns, ""))
        self.rows.setdefault(code, line)
        for column in columns:
            text = line.get(column)
            if text and said[column] and said[column] != text:
                complain(
                    line,
                    _(
                        "Row %(row)d says “%(other)s” of the same. Write it alike, or leave it "
                        "empty."
                    )
                    % {"row": self.rows[code].row, "other": said[column]},
                    column,
                )
            said[column] = said[column] or text


@dataclass
class WaveTable:
    """Everything that a table says of one wave."""

    survey: str
    wave: str
    lines: list[Line] = field(default_factory=list)
    head: Table = field(default_factory=Table)
    groups: Table = field(default_factory=Table)
    questions: Table = field(default_factory=Table)
    options: dict[str, Table] = field(default_factory=dict)
    figures: dict[tuple[str, str, str], Line] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, str]:
        """What is said of the wave itself."""
        return self.head.found.get("", {})

    def read(self, line: Line, complain: Complain) -> None:
        """Take in a row."""
        self.lines.append(line)
        self.head.add("", WAVE_PART, line, complain)
        question, option, group = line.figure_key
        if group:
            self.groups.add(group, GROUP_PART, line, complain)
        if question:
            self.questions.add(question, QUESTION_PART, line, complain)
        if option and not question:
            complain(line, _("An answer needs the code of its question."), "question")
            return
        if option:
            self.options.setdefault(question, Table()).add(option, OPTION_PART, line, complain)
        has_figure = bool(line.get("count") or line.get("percent"))
        if has_figure and not (option and group):
            missing = "option" if not option else "group"
            complain(line, _("A number needs a question, an answer and a group."), missing)
        elif option and group:
            self.figures.setdefault((question, option, group), line)

    def check(self, complain: Complain) -> None:
        """Look whether the numbers agree with each other."""
        for code, group in self.groups.found.items():
            asked, responses = _number(group["asked"]), _number(group["responses"])
            if asked is not None and responses is not None and responses > asked:
                complain(
                    self.groups.rows[code],
                    _("%(responses)d answered, but only %(asked)d were asked.")
                    % {"responses": responses, "asked": asked},
                    "responses",
                )
        for key, line in self.figures.items():
            self._check_figure(key, line, complain)
        for question in self.questions.found:
            self._check_sums(question, complain)

    def _check_figure(self, key: tuple[str, str, str], line: Line, complain: Complain) -> None:
        """Complain where count, percentage, mark and size of the group contradict each other."""
        responses = _number(self.groups.found[key[2]]["responses"])
        count, percent = _number(line.get("count")), _decimal(line.get("percent"))
        if line.get("mark") in {"suppressed", "missing"} and (line.get("count") or line.get("percent")):  # fmt: skip  # noqa: E501
            complain(line, _("A figure that is marked so has no number."), "mark")
        if percent is not None and responses is None:
            complain(
                line,
                _("A percentage needs the number of answers of its group, to hide small counts."),
                "responses",
            )
        if count is None or responses is None:
            return
        if count > responses:
            complain(
                line,
                _("%(count)d is more than the %(responses)d who answered.")
                % {"count": count, "responses": responses},
                "count",
            )
        elif percent is not None and responses:
            exact = Decimal(100) * count / responses
            if abs(exact - percent) > _TOLERANCE:
                complain(
                    line,
                    _("%(count)d of %(responses)d are %(exact)s%%, not %(percent)s%%.")
                    % {
                        "count": count,
                        "responses": responses,
                        "exact": f"{exact:.1f}",
                        "percent": percent,
                    },
                    "percent",
                )

    def _check_sums(self, question: str, complain: Complain) -> None:
        """Complain where more chose an answer than answered, if each could choose only one."""
        if self.questions.found[question]["answers"] != Question.Answers.ONE:
            return
        sums: dict[str, int] = {}
        for (of_question, _option, group), line in self.figures.items():
            if of_question != question:
                continue
            sums[group] = sums.get(group, 0) + (_number(line.get("count")) or 0)
            responses = _number(self.groups.found[group]["responses"])
            if responses is not None and sums[group] > responses:
                complain(
                    line,
                    _(
                        "The answers of this group add up to %(sum)d; only %(responses)d "
                        "answered and each chose one."
                    )
                    % {"sum": sums[group], "responses": responses},
                    "count",
                )

    # --- As it is stored ----------------------------------------------------------------------

    def content(self, themes: Mapping[str, Any]) -> dict[str, Any]:
        """The wave in the form that `services.store_wave` takes, without small counts.

        Its figures count as not published by their owner. A group's label that is missing in one
        language is that of the other.
        """
        fields = self.fields
        texts = ("title_ja", "title_en", "started", "ended", "published")
        return {
            "fields": {
                "year": _number(fields["year"]),
                **{name: fields[name] for name in texts},
                "is_published": False,
            },
            "sources": [
                {
                    "title": fields["source_title"] or fields["source_url"][:300],
                    "url": fields["source_url"],
                    "kind": "source",
                }
            ]
            if fields["source_title"] or fields["source_url"]
            else [],
            "groups": [self._group(code, group) for code, group in self.groups.found.items()],
            "questions": [
                {
                    "code": code,
                    "text_ja": question["question_ja"],
                    "text_en": question["question_en"],
                    "answers": question["answers"] or Question.Answers.UNKNOWN,
                    "themes": [themes[theme] for theme in question["themes"].split()],
                    "options": self._options(code),
                }
                for code, question in self.questions.found.items()
            ],
        }

    def _group(self, code: str, group: Mapping[str, str]) -> dict[str, Any]:
        return {
            "code": code,
            "label_ja": group["group_ja"] or group["group_en"],
            "label_en": group["group_en"] or group["group_ja"],
            "dimension": group["dimension"] or Group.Dimension.ALL,
            "asked": _number(group["asked"]),
            "responses": _number(group["responses"]),
            "rate": _decimal(group["rate"]),
        }

    def _options(self, question: str) -> list[dict[str, Any]]:
        options = self.options.get(question, Table()).found
        hidden = self._hidden(question)
        return [
            {
                "code": code,
                "label_ja": option["option_ja"],
                "label_en": option["option_en"],
                "figures": [
                    self._figure(line, key[2], is_hidden=(code, key[2]) in hidden)
                    for key, line in self.figures.items()
                    if key[:2] == (question, code)
                ],
            }
            for code, option in options.items()
        ]

    def _figure(self, line: Line, group: str, *, is_hidden: bool) -> dict[str, Any]:
        """A figure as it is stored: no numbers if hidden; a missing percentage is worked out."""
        hidden = is_hidden or line.get("mark") == "suppressed"
        count, percent = _number(line.get("count")), _decimal(line.get("percent"))
        responses = _number(self.groups.found[group]["responses"])
        if percent is None and count is not None and responses:
            percent = round_half_up(Decimal(100) * count / responses, 1)
        return {
            "group": group,
            "count": None if hidden else count,
            "percent": None if hidden else percent,
            "is_approximate": line.get("mark") == "approximate",
            "is_suppressed": hidden,
        }

    def hidden_lines(self) -> list[Line]:
        """The rows whose numbers will not be kept, although they do not say so themselves."""
        hidden = {question: self._hidden(question) for question in self.questions.found}
        return [
            line
            for (question, option, group), line in self.figures.items()
            if (option, group) in hidden[question] and line.get("mark") != "suppressed"
        ]

    def _hidden(self, question: str) -> set[Cell]:
        """The cells of a question that must not be kept."""
        counts: dict[Cell, int] = {}
        used: set[str] = set()
        for (of_question, option, group), line in self.figures.items():
            if of_question != question:
                continue
            used.add(group)
            count = _number(line.get("count"))
            percent = _decimal(line.get("percent"))
            responses = _number(self.groups.found[group]["responses"])
            if count is None and percent is not None and responses is not None:
                count = int(round_half_up(percent * responses / 100))
            if count is not None:
                counts[option, group] = count
        columns = {
            code: Column(group["dimension"] or Group.Dimension.ALL, _number(group["responses"]))
            for code, group in self.groups.found.items()
            if code in used
        }
        one_answer = self.questions.found[question]["answers"] != Question.Answers.SEVERAL
        if not any(is_small(count) for count in counts.values()) and not one_answer:
            return set()
        return hidden_cells(counts, columns, one_answer=one_answer)


def tables_of(lines: Iterable[Line], complain: Complain) -> dict[tuple[str, str], WaveTable]:
    """The waves that rows speak of, each checked."""
    waves: dict[tuple[str, str], WaveTable] = {}
    for line in lines:
        if all(line.wave_key):
            wave = waves.setdefault(line.wave_key, WaveTable(*line.wave_key))
            wave.read(line, complain)
    for wave in waves.values():
        if not wave.fields.get("title_ja") and not wave.fields.get("title_en"):
            complain(
                wave.lines[0], _("A survey round needs a title in Japanese or English."), "title_ja"
            )
        wave.check(complain)
    return waves


def _number(text: str) -> int | None:
    return int(text) if text else None


def _decimal(text: str) -> Decimal | None:
    return Decimal(text) if text else None
