"""The glossary as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from opendata.catalogue import Column, columns_of
from taxonomy.selectors import glossary_terms

__all__ = ["GLOSSARY_COLUMNS", "GLOSSARY_TABLE", "glossary_rows"]

GLOSSARY_TABLE = (
    Column("term_ja", about=_("The term.")),
    Column("reading", about=_("The term in kana.")),
    Column("term_en", about=_("The term in English.")),
    Column("explanation_ja", about=_("What it means.")),
    Column("explanation_easy", about=_("The same in plain Japanese.")),
    Column("explanation_en", about=_("The same in English.")),
    Column("source", about=_("Where the explanation was read.")),
    Column(
        "is_sourced", "boolean", _("Whether the source says so; if not, the words are ours alone.")
    ),
)
GLOSSARY_COLUMNS = columns_of(GLOSSARY_TABLE)


def glossary_rows() -> Iterator[list[Any]]:
    """A row for each term, in the order of the page."""
    for term in glossary_terms():
        yield [
            term.term_ja,
            term.reading,
            term.term_en,
            term.explanation_ja,
            term.explanation_easy,
            term.explanation_en,
            term.source,
            "true" if term.is_sourced else "false",
        ]
