"""Vocabularies in spreadsheets: a cell holds a term's code, its label, or both."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from sheets.kinds import Choice, Option
from taxonomy.models import Keyword, Term

__all__ = ["keyword_names", "term"]


def term(vocabulary: type[Term]) -> Choice:
    """The kind of cells with one term of a vocabulary."""
    return Choice(source=partial(_options, vocabulary))


def keyword_names() -> dict[int, str]:
    """All keywords by key. One query."""
    return dict(Keyword.objects.values_list("pk", "name"))


def _options(vocabulary: type[Term]) -> Iterable[Option]:
    for each in vocabulary._default_manager.all():
        yield Option(
            each.code,
            each.label_ja,
            each.label_en,
            more=(each.label_easy,) if each.label_easy else (),
            is_offered=each.is_active,
        )
