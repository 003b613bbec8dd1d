"""desks.jsonl."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Model

from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References
from regions.services import sync_desk

FILE = "desks.jsonl"
REQUIRED = frozenset(
    {"code", "area_codes", "name_ja", "name_en", "phones", "languages", "fields", "sources"}
)
_TEXTS: frozenset[str] = frozenset()
LISTS = {
    **dict.fromkeys(("area_codes", "languages", "fields", "sources"), _TEXTS),
    "phones": frozenset({"number"}),
}
PLAIN = (
    "name_ja", "name_en", "operator_ja", "operator_en", "hours_ja", "hours_en", "interpreting_ja",
    "interpreting_en", "address_ja", "address_en", "email", "url", "accessed", "internal_note",
)  # fmt: skip


def read_desks(files: ContentFiles) -> list[Row]:
    """The rows of the file, each with a code of its own."""
    rows = files.json_lines(FILE, REQUIRED, LISTS)
    seen: set[str] = set()
    for row in rows:
        if row.values["code"] in seen:
            files.problems.add(row, f"code {row.values['code']!r} stands twice in the file.")
        seen.add(row.values["code"])
    return rows


def load_desks(files: ContentFiles, rows: list[Row], records: Records, known: References) -> int:
    """Add and update desks, except those that were edited on the site. Returns the changes."""
    changed = 0
    for row in rows:
        values = row.values
        choices: dict[str, Sequence[Model]] = {
            "areas": known.areas(row, values["area_codes"]),
            "languages": known.terms(row, "languages", values["languages"]),
            "advice_fields": known.terms(row, "advice_fields", values["fields"]),
        }
        phones = [
            {
                "number": phone["number"],
                "language": known.term(row, "languages", phone.get("language")),
                "note_ja": phone.get("note_ja") or "",
                "note_en": phone.get("note_en") or "",
            }
            for phone in values["phones"]
        ]
        fields = {
            **{name: values.get(name) or "" for name in PLAIN},
            "sources": "\n".join(values["sources"]),
            "as_of": values.get("published") or "",
            "needs_confirmation": bool(values.get("needs_confirmation")),
        }
        if files.problems.found:
            continue
        with files.problems.collecting_errors(row):
            outcome = sync_desk(
                code=values["code"],
                fields=fields,
                choices=choices,
                phones=phones,
                overwrite=records.overwrite,
            )
            changed += outcome == "changed"
            if outcome == "kept":
                records.kept.append(f"{FILE}: {values['code']}")
    files.problems.check()
    return changed
