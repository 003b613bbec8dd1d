"""Entries in BibTeX, for reference managers: one writer and one way to escape."""

from __future__ import annotations

import re

__all__ = ["comment", "entry"]

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x1f\x7f{}\\]+")
# Each sign is replaced once, by itself, so that no replacement is escaped again.
_COMMANDS = str.maketrans(
    {
        "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "{}%&$#_"},
    }
)  # fmt: skip


def entry(*, key: str, title: str, year: str, url: str, read_on: str, language: str) -> str:
    """A page of this site as an entry.

    Args:
        read_on: the day of reading, in ISO form.
        language: `ja` or `en`.
    """
    lines = [
        f"@misc{{{_one_line(key)},",
        f"  title = {{{{{_escaped(title)}}}}},",
        "  author = {{NANIF}},",
        *([f"  year = {{{year}}},"] if year else []),
        f"  url = {{{_one_line(url)}}},",
        f"  urldate = {{{read_on}}},",
        f"  langid = {{{'japanese' if language == 'ja' else 'english'}}}",
        "}",
    ]
    return "\n".join(lines)


def comment(name: str, text: str) -> str:
    """A line that says something about the file."""
    return f"% {_one_line(name)}: {_one_line(text)}"


def _one_line(text: str) -> str:
    return _UNSAFE_IN_ADDRESS.sub(" ", text)


def _escaped(text: str) -> str:
    """Text in which BibTeX finds no command."""
    return _CONTROL.sub(" ", text).translate(_COMMANDS)
