"""What a cell may hold: each kind reads a cell into its one canonical text, and shows that text.

Canonical texts are what is compared, kept between preview and confirmation, and written to files:
codes instead of labels, ISO dates, plain digits. Reading what `show` wrote gives the same text
again, so that an export that comes back changes nothing.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from core.numbers import read_decimal
from sheets.dates import Reading, WrongValue, read_date, read_text
from sheets.prose import canonical_prose
from sheets.tables import SheetDate, SheetNumber, Value
from sheets.units import Unit, unit_of

__all__ = [
    "Choice",
    "Date",
    "Day",
    "Flag",
    "Kind",
    "Mail",
    "Many",
    "Number",
    "Option",
    "Part",
    "Phone",
    "Prose",
    "Rows",
    "Text",
    "WebAddress",
    "Words",
    "Year",
    "plain",
]

# A number with a unit of its own: of a large number, or yen.
_MULTIPLIED = re.compile(r"[十百千万億兆円¥]")
_DIGITS_BEFORE = re.compile(r"^[¥\\]?[\d,.\s△▲-]*")
_YES = {"1", "yes", "y", "true", "on", "はい", "有", "あり", "有り", "○", "◯", "〇", "◎", "✓", "レ"}
_NO = {"0", "no", "n", "false", "off", "いいえ", "無", "なし", "無し", "×", "✕", "-", "―", "ー"}
_JOIN = "; "


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A text for comparing: width, case and blanks make no difference."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True)
class Kind:
    """Text of one line; the other kinds say what differs.

    Attributes:
        longest: most characters; None for any number.
    """

    longest: int | None = None

    name = gettext_lazy("text")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The canonical text of a cell; empty for an empty cell.

        Raises:
            WrongValue: the value does not fit.
        """
        return Reading(self._fitting(" ".join(read_text(value).split())))

    def show(self, text: str) -> str:
        """A canonical text as it stands in a file and in a preview."""
        return text

    def options(self) -> Sequence[Option]:
        """What may be chosen from; empty where anything may be written."""
        return ()

    def describe(self) -> str:
        """What may be written, in some words."""
        if self.longest:
            return _("%(kind)s, at most %(count)d characters") % {
                "kind": self.name,
                "count": self.longest,
            }
        return str(self.name)

    def fits_unit(self, unit: Unit) -> bool:
        """Whether a unit that stands beside the table is one for these cells."""
        return False

    def in_unit(self, unit: Unit) -> Kind:
        """The same kind, for a column whose heading names a unit; others than numbers have none.

        Raises:
            WrongValue: numbers in this unit cannot be read.
        """
        return self

    def _fitting(self, text: str) -> str:
        if self.longest and len(text) > self.longest:
            raise WrongValue(
                _("The text has %(length)d characters; at most %(count)d fit.")
                % {"length": len(text), "count": self.longest}
            )
        return text


@dataclass(frozen=True)
class Text(Kind):
    """Text; with `lines` of several lines."""

    lines: bool = False

    @property
    def name(self) -> Any:  # type: ignore[override]
        """Text of one line or more."""
        return gettext_lazy("text of several lines") if self.lines else gettext_lazy("text")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The text without blanks at the ends of its lines."""
        if not self.lines:
            return super().read(value)
        text = "\n".join(line.rstrip() for line in read_text(value).split("\n"))
        return Reading(self._fitting(re.sub(r"\n{3,}", "\n\n", text).strip()))


@dataclass(frozen=True)
class Prose(Kind):
    """Running text: paragraphs, headings, lists, links. See `sheets.prose`."""

    name = gettext_lazy("running text")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The text in its one notation."""
        return Reading(self._fitting(canonical_prose(read_text(value))))


@dataclass(frozen=True)
class Number(Kind):
    """A whole number: yen, or a count.

    Attributes:
        measure: `money` or `count`; a heading may name a unit of that measure.
        unit: the unit that the column's heading names.
    """

    smallest: int = 0
    largest: int = 10**15
    measure: str = "count"
    unit: Unit | None = None

    name = gettext_lazy("whole number")

    def fits_unit(self, unit: Unit) -> bool:
        """Units of the same measure, and bare thousands."""
        return unit.measure in {self.measure, ""}

    def in_unit(self, unit: Unit) -> Number:
        """The number in thousands of yen, of people and the like.

        Raises:
            WrongValue: the unit measures something else.
        """
        if not self.fits_unit(unit):
            raise WrongValue(
                _("“%(unit)s” is no unit for this column. %(rule)s")
                % {"unit": unit.text, "rule": self._rule}
            )
        return replace(self, unit=unit)

    @property
    def _rule(self) -> str:
        if self.measure == "money":
            return _("Write amounts in yen.")
        return _("Write whole numbers.")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The digits alone: signs between thousands are taken away, units multiplied."""
        if isinstance(value, bool | SheetDate):
            raise WrongValue(_("“%(text)s” is not a whole number.") % {"text": read_text(value)})
        text = unicodedata.normalize("NFKC", read_text(value)).strip()
        if not text:
            return Reading("")
        factor, shown = self._factor(value, text)
        exact = Fraction(read_decimal(text)) * factor
        if exact.denominator != 1:
            raise WrongValue(
                _("“%(text)s” is not a whole number. Write digits only.") % {"text": shown[:60]}
            )
        number = int(exact)
        if not self.smallest <= number <= self.largest:
            raise WrongValue(
                _("%(number)d is not between %(smallest)d and %(largest)d.")
                % {"number": number, "smallest": self.smallest, "largest": self.largest}
            )
        is_multiplied = shown != text or _MULTIPLIED.search(text)
        return Reading(
            str(number),
            _("“%(text)s” was read as %(number)d.") % {"text": shown, "number": number}
            if is_multiplied
            else "",
        )

    def _factor(self, value: Value, text: str) -> tuple[Fraction, str]:
        """What a cell's number is multiplied by, and the cell as it is shown.

        The unit of the cell goes before that of the heading; where both differ, nobody can say
        what is meant.
        """
        of_column = self.unit.factor if self.unit else Fraction(1)
        if isinstance(value, SheetNumber):
            return self._factor_of_format(value.unit, text, of_column)
        if self.unit is None or of_column == 1 or not _MULTIPLIED.search(text):
            return of_column, text
        own = unit_of(_DIGITS_BEFORE.sub("", text))
        if own is None or own.factor != of_column:
            raise WrongValue(self._two_units(text))
        # The number is read with its unit.
        return Fraction(1), text

    def _factor_of_format(
        self, shown_unit: str, text: str, of_column: Fraction
    ) -> tuple[Fraction, str]:
        name, _sign, scale = shown_unit.partition("÷")
        shown = f"{text}{name}"
        unit = unit_of(name)
        if name and unit is None and _MULTIPLIED.search(name):
            raise WrongValue(self._foreign_unit(shown, name))
        if unit and not self.fits_unit(unit):
            raise WrongValue(self._foreign_unit(shown, name))
        if self.unit and unit and unit.factor not in {of_column, 1}:
            raise WrongValue(self._two_units(shown))
        factor = unit.factor if unit and unit.factor != 1 else of_column
        if not scale:
            return factor, shown if unit and unit.factor != 1 else text
        # Shown without its last digits; without any unit it is kept in yen.
        factor = factor / int(scale) if self.unit or unit else Fraction(1)
        if factor < 1:
            raise WrongValue(self._two_units(shown))
        return factor, text

    def _foreign_unit(self, shown: str, unit: str) -> str:
        return _("The cell shows “%(text)s”: “%(unit)s” is no unit for this column. %(rule)s") % {
            "text": shown[:60],
            "unit": unit[:20],
            "rule": self._rule,
        }

    def _two_units(self, shown: str) -> str:
        return _("The cell shows “%(text)s”, but the column has another unit. %(rule)s") % {
            "text": shown[:60],
            "rule": self._rule,
        }


@dataclass(frozen=True)
class Date(Kind):
    """A year, a month or a day, as precise as is known."""

    name = gettext_lazy("date: year, month or day")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The date in ISO form."""
        return read_date(value, starts_1904=starts_1904)


@dataclass(frozen=True)
class Day(Kind):
    """A whole day, in ISO form; a year or a month alone does not fit."""

    name = gettext_lazy("date: day")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The day in ISO form."""
        reading = read_date(value, starts_1904=starts_1904)
        if reading.text and len(reading.text) != 10:
            raise WrongValue(
                _("“%(text)s” is not a whole day. Write year, month and day: 2023-04-01.")
                % {"text": read_text(value)[:60]}
            )
        return reading


@dataclass(frozen=True)
class Year(Kind):
    """A year."""

    name = gettext_lazy("year")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The year in four digits."""
        reading = read_date(value, starts_1904=starts_1904)
        if len(reading.text) > 4:
            raise WrongValue(
                _("“%(text)s” is more than a year. Write the year alone: 2023.")
                % {"text": read_text(value)[:60]}
            )
        return reading


@dataclass(frozen=True)
class Flag(Kind):
    """Yes or no; empty is no."""

    name = gettext_lazy("yes or no")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """`yes` or `no`."""
        text = plain(read_text(value))
        if text in _YES:
            return Reading("yes")
        if not text or text in _NO:
            return Reading("no")
        raise WrongValue(_("“%(text)s” is neither yes nor no.") % {"text": read_text(value)[:60]})

    def show(self, text: str) -> str:
        """Yes or no in the active language."""
        return _("yes") if text == "yes" else _("no")


@dataclass(frozen=True)
class WebAddress(Kind):
    """A web address."""

    name = gettext_lazy("web address")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The address, which must begin with http:// or https://."""
        text = self._fitting(read_text(value).strip())
        if text:
            try:
                URLValidator(schemes=["http", "https"])(text)
            except ValidationError as error:
                raise WrongValue(
                    _("“%(text)s” is not a web address. It begins with https:// or http://.")
                    % {"text": text[:60]}
                ) from error
        return Reading(text)


@dataclass(frozen=True)
class Mail(Kind):
    """A mail address."""

    name = gettext_lazy("email address")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The address, in half-width letters."""
        text = self._fitting(unicodedata.normalize("NFKC", read_text(value)).strip())
        if text:
            try:
                validate_email(text)
            except ValidationError as error:
                raise WrongValue(
                    _("“%(text)s” is not an email address.") % {"text": text[:60]}
                ) from error
        return Reading(text)


@dataclass(frozen=True)
class Phone(Kind):
    """A telephone number."""

    name = gettext_lazy("telephone number")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The number; a zero that Excel took away is put back."""
        text = unicodedata.normalize("NFKC", read_text(value)).strip()
        text = re.sub(r"[‐-―−ー]", "-", text)
        if isinstance(value, int | float) and len(text) in {9, 10}:
            return Reading(
                f"0{text}",
                _("“%(text)s” was read as %(number)s: Excel had taken the zero away.")
                % {"text": text, "number": f"0{text}"},
            )
        return Reading(self._fitting(text))


# --- Chosen from a list -----------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """One value of a closed list.

    Attributes:
        more: other texts that mean the same.
        is_offered: whether new records may have it; old values stay readable.
    """

    code: str
    ja: str
    en: str
    more: tuple[str, ...] = ()
    is_offered: bool = True

    @property
    def label(self) -> str:
        """The label in the active language."""
        return self.en if (get_language() or "").startswith("en") else self.ja


def _safe(label: str) -> str:
    """A label without the sign that stands between several values."""
    return re.sub(r"[;；]", ",", label)


@dataclass(frozen=True)
class Choice(Kind):
    """One value of a closed list: its code, its label, or both (`npo NPO`).

    Attributes:
        source: reads the options; asked once for each importer at work.
    """

    source: Callable[[], Iterable[Option]] = field(default=tuple)

    name = gettext_lazy("one value of the list")

    @staticmethod
    def compared(text: str) -> str:
        """A text in the form in which it is compared with codes and labels."""
        return plain(text)

    @cached_property
    def _options(self) -> dict[str, Option]:
        return {option.code: option for option in self.source()}

    @cached_property
    def _meanings(self) -> dict[str, set[str]]:
        """Codes by everything that may stand for them."""
        found: dict[str, set[str]] = {}
        for option in self._options.values():
            for text in (option.ja, option.en, *option.more):
                for spelling in (text, f"{option.code} {text}", f"{option.code} {_safe(text)}"):
                    if text:
                        found.setdefault(self.compared(spelling), set()).add(option.code)
        # A code means itself alone, whatever labels look like it.
        found |= {self.compared(code): {code} for code in self._options}
        return found

    @cached_property
    def _order(self) -> dict[str, int]:
        return {code: position for position, code in enumerate(self._options)}

    def options(self) -> Sequence[Option]:
        """All options, also those that are no longer offered."""
        return list(self._options.values())

    def knows(self, text: str) -> bool:
        """Whether the whole text stands for options."""
        return self.compared(text) in self._meanings

    def position(self, code: str) -> int:
        """Where a code stands in the list, for sorting; unknown ones come last."""
        return self._order.get(code, len(self._order))

    def show(self, text: str) -> str:
        """Code and label."""
        option = self._options.get(text)
        return f"{text} {_safe(option.label)}" if option and option.label != text else text

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The code."""
        text = " ".join(read_text(value).split())
        if not text:
            return Reading("")
        codes = self._meanings.get(self.compared(text), set())
        if isinstance(value, SheetDate):
            # The code 2-3, typed into Excel, becomes the third of February.
            code = f"{value.day.month}-{value.day.day}"
            if code in self._options:
                return Reading(
                    code,
                    _("The cell is a date in Excel. It was read as %(code)s.")
                    % {"code": self.show(code)},
                )
        if len(codes) == 1:
            (code,) = codes
            if not self._options[code].is_offered:
                return Reading(
                    code, _("“%(text)s” is no longer offered for new records.") % {"text": text}
                )
            return Reading(code)
        if codes:
            raise WrongValue(
                _("“%(text)s” can be %(codes)s. Write the code.")
                % {"text": text[:60], "codes": ", ".join(self.show(c) for c in sorted(codes))}
            )
        raise WrongValue(self._unknown(text))

    def _unknown(self, text: str) -> str:
        """Say that it is not in the list, and what may be meant."""
        first, _blank, rest = unicodedata.normalize("NFKC", text).partition(" ")
        if first in self._options and rest:
            return _("The code %(code)s is “%(label)s”, but beside it stands “%(text)s”.") % {
                "code": first,
                "label": self._options[first].label,
                "text": rest[:60],
            }
        near = difflib.get_close_matches(self.compared(text), self._meanings, n=1, cutoff=0.6)
        if near:
            (code, *_more) = sorted(self._meanings[near[0]])
            return _("“%(text)s” is not in the list. Is %(near)s meant?") % {
                "text": text[:60],
                "near": self.show(code),
            }
        return _("“%(text)s” is not in the list.") % {"text": text[:60]}


@dataclass(frozen=True)
class Many(Kind):
    """Several values of one kind, with semicolons between them, each once."""

    of: Choice = field(default_factory=Choice)
    most: int | None = None

    name = gettext_lazy("several values of the list, with semicolons between them")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The codes in the order of their list."""
        found: dict[str, str] = {}
        items = (
            [value]
            if isinstance(value, SheetDate)
            else [text for text in re.split(r"[;；\n]", read_text(value)) if text.strip()]
        )
        for item in items:
            for reading in self._readings(item):
                if reading.text:
                    found.setdefault(reading.text, reading.remark)
        if self.most and len(found) > self.most:
            raise WrongValue(
                _("There are %(count)d values; at most %(most)d are allowed.")
                % {"count": len(found), "most": self.most}
            )
        return Reading(
            _JOIN.join(sorted(found, key=self.of.position)), " ".join(filter(None, found.values()))
        )

    def _readings(self, item: Value) -> list[Reading]:
        """One value; or several with commas, which labels may have themselves."""
        text = read_text(item)
        parts = [part for part in re.split(r"[,，、､]", text) if part.strip()]
        if len(parts) < 2 or self.of.knows(text):
            return [self.of.read(item)]
        return [self.of.read(part) for part in parts]

    def show(self, text: str) -> str:
        """Codes and labels."""
        return _JOIN.join(self.of.show(code) for code in text.split(_JOIN)) if text else ""

    def options(self) -> Sequence[Option]:
        """All options."""
        return self.of.options()


@dataclass(frozen=True)
class Words(Kind):
    """Free words, with semicolons or commas between them."""

    name = gettext_lazy("words with semicolons between them")

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The words, each once, in order."""
        words = [" ".join(w.split()) for w in re.split(r"[;；\n、，,／]", read_text(value))]
        return Reading(_JOIN.join(sorted({self._fitting(word): None for word in words if word})))


# --- Rows inside a cell -----------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """One part of a row inside a cell."""

    name: str
    label: Any
    kind: Kind
    required: bool = False


@dataclass(frozen=True)
class Rows(Kind):
    r"""Rows inside a cell: a line each, its parts divided by `|`, in a fixed order.

    `\|` stands for the sign itself, `\n` for a line break inside a part, and `\\` for a backslash.
    """

    parts: tuple[Part, ...] = ()

    name = gettext_lazy("a line for each, its parts divided by |")

    def describe(self) -> str:
        """The parts in their order."""
        names = " | ".join(
            f"{part.label}*" if part.required else str(part.label) for part in self.parts
        )
        return f"{self.name}: {names}"

    def read(self, value: Value, *, starts_1904: bool = False) -> Reading:
        """The rows with canonical parts."""
        lines, remarks = [], []
        for number, line in enumerate(read_text(value).split("\n"), start=1):
            if not line.strip():
                continue
            texts = _parts(line)
            if len(texts) > len(self.parts):
                raise WrongValue(
                    _("Line %(line)d has %(count)d parts, but there are only: %(parts)s.")
                    % {
                        "line": number,
                        "count": len(texts),
                        "parts": " | ".join(str(part.label) for part in self.parts),
                    }
                )
            texts += [""] * (len(self.parts) - len(texts))
            read = []
            for part, text in zip(self.parts, texts, strict=True):
                try:
                    reading = part.kind.read(text)
                except WrongValue as error:
                    raise WrongValue(
                        _("Line %(line)d, %(part)s: %(problem)s")
                        % {"line": number, "part": part.label, "problem": error}
                    ) from error
                if part.required and not reading.text:
                    raise WrongValue(
                        _("Line %(line)d, %(part)s: nothing is written there.")
                        % {"line": number, "part": part.label}
                    )
                read.append(reading.text)
                remarks.append(reading.remark)
            lines.append(self.write(read))
        return Reading("\n".join(lines), " ".join(filter(None, remarks)))

    def show(self, text: str) -> str:
        """The rows, with labels beside codes."""
        return "\n".join(
            self.write([p.kind.show(t) for p, t in zip(self.parts, row, strict=True)])
            for row in self.rows(text)
        )

    def rows(self, text: str) -> list[list[str]]:
        """The parts of each row of a canonical text."""
        rows = [_parts(line) for line in text.split("\n") if line]
        return [row + [""] * (len(self.parts) - len(row)) for row in rows]

    @staticmethod
    def write(texts: Sequence[str]) -> str:
        """A row from its parts."""
        escaped = [re.sub(r"[\\|｜]", r"\\\g<0>", text).replace("\n", "\\n") for text in texts]
        while len(escaped) > 1 and not escaped[-1]:
            escaped.pop()
        return " | ".join(escaped)


def _parts(line: str) -> list[str]:
    """The parts of a line, with what was escaped put right."""
    parts = [""]
    signs = iter(line)
    for sign in signs:
        if sign == "\\":
            following = next(signs, "")
            parts[-1] += "\n" if following == "n" else following
        elif sign in "|｜":
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]
