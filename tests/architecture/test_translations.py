"""Every text of the interface has a Japanese translation (tests/i18n tells whether a good one)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation.template import templatize

from tests.architecture.sources import APPS, ROOT, modules, name_of, tracked_files, tree

# Function names and the positions of their texts.
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy"}

Text = tuple[str, str]  # context, source text


def _texts_of_calls(nodes: Iterator[ast.AST]) -> Iterator[Text]:
    for node in nodes:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        values = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        match node.func.id, values:
            case name, [str(text), *_] if name in PLAIN | PLURAL:
                yield "", text
            case name, [str(context), str(text), *_] if name in IN_CONTEXT:
                yield context, text


def _texts_of_template(path: Path) -> Iterator[Text]:
    """Texts of a template, by the very code with which Django collects them."""
    collected = templatize(path.read_text("utf-8"), origin=str(path))
    for start in re.finditer(r"\b(?:_|n?gettext|pgettext)\(", collected):
        call = _balanced(collected[start.start() :])
        yield from _texts_of_calls(ast.walk(ast.parse(call, mode="eval")))


def _balanced(text: str) -> str:
    """The call at the start of the text, up to its closing bracket outside of quotes."""
    quote, depth, skip = "", 0, False
    for position, character in enumerate(text):
        if skip:
            skip = False
        elif character == "\\":
            skip = True
        elif quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0:
                return text[: position + 1]
    raise AssertionError(f"no end of {text[:80]}")


def _used_texts() -> dict[Text, str]:
    """Every text that code and templates show, with a file that shows it."""
    used: dict[Text, str] = {}
    for path in modules(*APPS):
        for text in _texts_of_calls(ast.walk(tree(path))):
            used.setdefault(text, name_of(path))
    for path in tracked_files():
        if path.suffix == ".html" and "templates" in path.parts:
            for text in _texts_of_template(path):
                used.setdefault(text, name_of(path))
    return used


def _entries() -> list[polib.POEntry]:
    files = sorted([*ROOT.glob("locale/ja/LC_MESSAGES/*.po"), *ROOT.glob("locale/ja/parts/*.po")])
    return [entry for file in files for entry in polib.pofile(str(file), encoding="utf-8")]


def test_every_text_is_translated() -> None:
    done = {
        (entry.msgctxt or "", entry.msgid)
        for entry in _entries()
        if entry.translated() and not entry.obsolete
    }
    missing = [
        f"{file}: {text!r}"
        for (context, text), file in sorted(_used_texts().items(), key=lambda pair: pair[1])
        if (context, text) not in done and re.search(r"[a-z]{2}", text)
    ]
    assert not missing, f"{len(missing)} texts without Japanese:\n" + "\n".join(missing)
