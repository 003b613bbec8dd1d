"""Looking up codes named in content files; an unknown code is a problem of its row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from content.reading import Row, ValidationReport
from regions.models import Area
from taxonomy.models import VOCABULARIES, Term


class References:
    """All terms and areas by code, read once."""

    def __init__(self, problems: ValidationReport) -> None:
        self.problems = problems
        self._terms = {
            name: model._default_manager.in_bulk() for name, model in VOCABULARIES.items()
        }
        self._areas = Area.objects.defer("shape").in_bulk()

    def term(self, row: Row, vocabulary: str, code: str | None) -> Term | None:
        """The term with this code; None for no code."""
        if not code:
            return None
        term = self._terms[vocabulary].get(code)
        if term is None:
            self.problems.add(row, f"{code!r} is not a code of {vocabulary}.")
        return term

    def terms(self, row: Row, vocabulary: str, codes: Iterable[str]) -> list[Term]:
        """The terms with these codes, each once."""
        found = (self.term(row, vocabulary, code) for code in dict.fromkeys(codes))
        return [term for term in found if term is not None]

    def areas(self, row: Row, codes: Iterable[str]) -> list[Area]:
        """The areas with these codes, each once."""
        found = []
        for code in dict.fromkeys(codes):
            area = self._areas.get(code)
            if area is None:
                self.problems.add(row, f"{code!r} is not the code of a known area.")
            else:
                found.append(area)
        return found


def sources(entries: Sequence[dict[str, Any]], **more: Any) -> list[dict[str, Any]]:
    """Source rows of a page from the entries of a content file."""
    return [
        {
            "title": entry.get("title") or entry["address"],
            "publisher": entry.get("publisher") or "",
            "url": entry["address"],
            "accessed": entry.get("accessed") or "",
            "note": entry.get("seen") or "",
            **more,
        }
        for entry in entries
    ]
