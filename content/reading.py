"""Reading content files; what is wrong is said with file, row and field, all problems at once."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ValidationError


@dataclass(frozen=True)
class Row:
    """One record of a file with its row number (1 is the first line of the file)."""

    file: str
    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and how to put it right."""

    file: str
    row: int | None
    message: str

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{place}: {self.message}"


class ContentError(Exception):
    """The content files have problems; nothing has been stored."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass
class ValidationReport:
    """Collects problems so that an author sees all of them in one go."""

    found: list[Problem] = field(default_factory=list)

    def add(self, row: Row | str, message: str) -> None:
        """Note a problem of a row, or of a whole file given by name."""
        if isinstance(row, Row):
            self.found.append(Problem(row.file, row.number, message))
        else:
            self.found.append(Problem(row, None, message))

    @contextmanager
    def collecting_errors(self, row: Row) -> Iterator[None]:
        """Note a value that does not fit its field as a problem of this row, and go on."""
        try:
            yield
        except ValidationError as error:
            if hasattr(error, "error_dict"):
                for name, texts in error.message_dict.items():
                    self.add(row, f"{name}: {' '.join(texts)}")
            else:
                for text in error.messages:
                    self.add(row, text)

    def check(self) -> None:
        """Raise ContentError if anything is wrong so far."""
        if self.found:
            raise ContentError(self.found)


class ContentFiles:
    """A folder of content files; what cannot be read is left out, or empty.

    What is wrong is collected in `problems`; nothing is raised until `problems.check()`.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.problems = ValidationReport()

    def text(self, name: str) -> str:
        """The text of a file; a missing file or one that is not UTF-8 is a problem."""
        path = self.directory / name
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            self.problems.add(name, "the file is missing.")
        except UnicodeDecodeError as error:
            self.problems.add(
                name, f"the file is not UTF-8 (byte {error.start}). Save it as UTF-8."
            )
        return ""

    def json_lines(
        self,
        name: str,
        required: frozenset[str],
        lists: Mapping[str, frozenset[str]] | None = None,
    ) -> list[Row]:
        """Records of a JSON Lines file, one object a line; `required` keys must be there.

        Args:
            lists: keys that hold lists, each with the keys that its entries must have; with none,
                the entries are texts. Where it is given, all other values must be plain.
        """
        rows = []
        for number, line in enumerate(self.text(name).splitlines(), start=1):
            if not line.strip():
                continue
            row = Row(name, number, {})
            try:
                values = json.loads(line)
            except json.JSONDecodeError as error:
                self.problems.add(
                    row,
                    f"the line is not complete JSON (character {error.pos + 1}: {error.msg}). "
                    "Each line must hold one whole object.",
                )
                continue
            if not isinstance(values, dict):
                self.problems.add(row, "the line is not a JSON object {…}.")
                continue
            wrong = []
            if missing := sorted(required - values.keys()):
                wrong.append(f"missing: {', '.join(missing)}.")
            elif lists is not None:
                wrong = list(_misshapen(values, lists))
            for message in wrong:
                self.problems.add(row, message)
            if not wrong:
                rows.append(Row(name, number, values))
        return rows

    def csv(self, name: str, required: frozenset[str]) -> list[Row]:
        """Records of a CSV file with a header row."""
        reader = csv.DictReader(io.StringIO(self.text(name)))
        if missing := sorted(required - set(reader.fieldnames or [])):
            self.problems.add(name, f"the header lacks: {', '.join(missing)}.")
            return []
        rows = []
        for values in reader:
            row = Row(name, reader.line_num, values)
            if None in values or None in values.values():
                self.problems.add(row, "the number of columns differs from the header.")
                continue
            rows.append(row)
        return rows

    def json(self, name: str) -> Any:
        """The value of a JSON file; None where it cannot be read."""
        text = self.text(name)
        if not text:
            return None
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            self.problems.add(
                name, f"not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}."
            )
            return None

    def markdown(self, name: str) -> tuple[dict[str, Any], str]:
        """Front matter and body of a Markdown file."""
        text = self.text(name)
        _start, separator, rest = text.partition("---\n")
        head, separator_2, body = rest.partition("\n---\n")
        if not (separator and separator_2):
            self.problems.add(name, "the file does not begin with front matter between --- lines.")
            return {}, ""
        try:
            values = yaml.safe_load(head)
        except yaml.YAMLError as error:
            self.problems.add(name, f"the front matter is not valid YAML: {error}.")
            return {}, ""
        if not isinstance(values, dict):
            self.problems.add(name, "the front matter is not a list of `key: value` lines.")
            return {}, ""
        return values, body.strip()

    def names(self, pattern: str) -> Iterator[str]:
        """Names of files that match, in order."""
        return (
            str(path.relative_to(self.directory)) for path in sorted(self.directory.glob(pattern))
        )


def _misshapen(values: Mapping[str, Any], lists: Mapping[str, frozenset[str]]) -> Iterator[str]:
    """What is wrong with the lists of a record, and with values that should be plain."""
    for key, value in values.items():
        if key not in lists:
            if isinstance(value, list | dict):
                yield f"{key} must be one value, not a list or an object."
            continue
        if not isinstance(value, list):
            yield f"{key} must be a list […]."
            continue
        for number, entry in enumerate(value, start=1):
            place = f"{key}, entry {number}"
            if not lists[key]:
                if not isinstance(entry, str):
                    yield f"{place}: must be a text."
            elif not isinstance(entry, dict):
                yield f"{place}: must be an object {{…}}."
            elif missing := sorted(lists[key] - entry.keys()):
                yield f"{place}: missing: {', '.join(missing)}."
            else:
                for name, part in entry.items():
                    if isinstance(part, list | dict):
                        yield f"{place}: {name} must be one value, not a list or an object."
