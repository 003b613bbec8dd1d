"""No regular expression takes worse than linear time, whatever text it is given.

Python's `re` steps back: `\\s*$` on a hundred thousand blanks takes minutes and holds a process of
the site. So every pattern of the project is run on long repetitive texts, with a limit in seconds
of the processor, and so is every reader of texts that come from outside.
"""

from __future__ import annotations

import ast
import importlib
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import pytest

from core.dates import read_moment, read_partial_date, read_time, read_written_date
from core.numbers import read_decimal
from core.place_names import normalise_place_name, without_district
from core.tabular import guarded, unguarded
from core.text_encodings import decoded
from core.values import WrongValue
from regions.codes import InvalidAreaCode, complete
from regions.sheets import AreaChoice
from search.language.analysis import fold
from search.query.search_query import SearchQuery
from sheets.columns import by_heading, mapped
from sheets.dates import read_date
from sheets.kinds import (
    Choice,
    Date,
    Flag,
    Kind,
    Mail,
    Many,
    Number,
    Option,
    Part,
    Phone,
    Prose,
    Rows,
    Text,
    WebAddress,
    Words,
)
from sheets.number_formats import unit_of_format
from sheets.parsing import parse
from sheets.prose import prose_blocks, prose_text
from sheets.tables import Row, Table, UnreadableFile
from sheets.units import heading_units, line_units, unit_of
from surveys.sheets import Code, Percent, Themes
from tests.architecture.sources import APPS, modules, name_of
from tests.sheets.test_reading import COLUMNS
from writing.checks import Passage, check_passage

LENGTH = 20_000
SECONDS = 0.5
CALLS = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
METHODS = ("match", "fullmatch", "search")
# Only ever matched at a place that moves forward, so searching with it never happens.
MATCHED = {"search/judgements.py _ITEM"}
# Cannot be imported without the settings of production.
LEFT_OUT = {"nanif/wsgi.py"}
LETTERS = " \n1aあ漢,.-_/<>()[\"'@"
PAIRS = ["a1", "1,", "a.", "a-", "<a", "(a", "[a", "a ", "1 ", "年1", "*a", " \n", "a@"]


class TooSlow(Exception):
    """The limit has passed."""


@contextmanager
def limit(seconds: float) -> Iterator[None]:
    """Stop what takes more seconds of the processor; `re` asks for signals while it steps back."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _patterns() -> Iterator[tuple[str, re.Pattern[Any]]]:
    """Patterns that modules keep, and those that stand in calls of `re`."""
    for path in modules(*APPS):
        name = name_of(path)
        if name in LEFT_OUT or "/migrations/" in name:
            continue
        module = importlib.import_module(
            name.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        )
        for variable, value in vars(module).items():
            for each in value if isinstance(value, list | tuple) else [value]:
                if isinstance(each, re.Pattern):
                    yield f"{name} {variable}", each
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and ast.unparse(node.func) in {f"re.{call}" for call in CALLS}
                and isinstance(node.args[0], ast.Constant)
            ):
                yield f"{name} line {node.lineno}", re.compile(node.args[0].value)


def _texts(pattern: str) -> list[str]:
    """Long texts of the signs that a pattern speaks of."""
    own = set(re.sub(r"\\[a-zA-Z]", "", pattern)) - set("\\[](){}*+?|^$")
    single = [*LETTERS, *sorted(own - set(LETTERS))[:12]]
    return [
        *(sign * LENGTH for sign in single),
        *(f"x{sign * LENGTH}y" for sign in single),
        *(pair * (LENGTH // 2) + "!" for pair in PAIRS),
    ]


def test_patterns_take_linear_time() -> None:
    slow = {}
    known: dict[tuple[Any, int], tuple[str, re.Pattern[Any]]] = {}
    for name, pattern in _patterns():
        known.setdefault((pattern.pattern, pattern.flags), (name, pattern))
    assert len(known) > 100
    for name, pattern in known.values():
        is_text = isinstance(pattern.pattern, str)
        source = pattern.pattern if is_text else pattern.pattern.decode("latin-1")
        methods = METHODS[:2] if name in MATCHED else METHODS
        for text in _texts(source):
            given: Any = text if is_text else text.encode()
            for method in methods:
                try:
                    with limit(SECONDS):
                        getattr(pattern, method)(given)
                except TooSlow:
                    slow[name] = (source[:80], text[:10], method)
    assert not slow, "\n".join(f"{name}: {why}" for name, why in slow.items())


OPTIONS = [Option("1-1", "情報", "Information"), Option("2-3", "就労", "Work")]
CHOICE = Choice(source=lambda: OPTIONS)
READERS: dict[str, Callable[[str], object]] = {
    "dates of cells": read_date,
    "dates": read_written_date,
    "partial dates": read_partial_date,
    "times": read_time,
    "moments": read_moment,
    "numbers": read_decimal,
    "names of places": lambda text: (normalise_place_name(text), without_district(text)),
    "area codes": complete,
    "guard": lambda text: unguarded(guarded(text)),
    "encodings": lambda text: decoded(text.encode("utf-8")),
    "headings": lambda text: mapped(by_heading(COLUMNS), [text]),
    "units of headings": heading_units,
    "units of lines": lambda text: line_units([text]),
    "units": unit_of,
    "units of formats": lambda text: unit_of_format(text, 1),
    "tables": lambda text: parse([Table("", [Row(1, ("title", text)), Row(2, (text,))])], COLUMNS),
    "running text": lambda text: prose_text(prose_blocks(text)),
    "search": lambda text: SearchQuery.from_params({"q": text}, "ja"),
    "folding": fold,
    "hints for writers": lambda text: check_passage(Passage("body", "Body", text, "ja", text)),
    **{
        f"cells of {type(kind).__name__}": kind.read
        for kind in [
            Kind(), Text(lines=True), Prose(), Number(), Date(), Flag(), WebAddress(), Mail(),
            Phone(), CHOICE, Many(of=CHOICE), Words(), Code(), Percent(), Themes(),
            AreaChoice(source=lambda: OPTIONS), Rows(parts=(Part("a", "a", Kind()),)),
        ]
    },
}  # fmt: skip
HOSTILE = {
    "blanks": "x" + " " * 99_000 + "y",
    "lines": "x" + "\n" * 99_000 + "y",
    "digits": "1" * 99_000,
    "commas": "1," * 49_000,
    "brackets": "(" * 99_000,
    "stars": "*a" * 49_000,
    "links": "[a](" * 24_000,
    "mail addresses": "a@" * 49_000,
    "kanji numerals": "一" * 99_000,
    "years": "令和" * 49_000,
}


@pytest.mark.parametrize("name", READERS)
def test_readers_of_outside_texts_take_linear_time(name: str) -> None:
    for what, text in HOSTILE.items():
        try:
            with limit(3):
                READERS[name](text)
        except (WrongValue, InvalidAreaCode, UnreadableFile):
            pass
        except TooSlow:
            pytest.fail(f"{name} takes too long for {what}")
