"""people.jsonl."""

from __future__ import annotations

from typing import Any

from wagtail.models import Page

from content.reading import ContentFiles, Row
from content.records import Records
from people.services import sync_person

FILE = "people.jsonl"
REQUIRED = frozenset({"code", "name_ja", "source"})
PLAIN = (
    "name_ja", "name_en", "kana", "role_ja", "role_en", "affiliation_ja", "affiliation_en", "as_of",
)  # fmt: skip


def read_people(files: ContentFiles) -> list[Row]:
    """The rows of the file, each with a code of its own."""
    rows = files.json_lines(FILE, REQUIRED)
    seen: set[str] = set()
    for row in rows:
        if row.values["code"] in seen:
            files.problems.add(row, f"code {row.values['code']!r} stands twice in the file.")
        seen.add(row.values["code"])
    return rows


def load_people(
    files: ContentFiles,
    rows: list[Row],
    records: Records,
    organisations: dict[str, dict[str, Page]],
) -> int:
    """Add and update people; whoever was removed on the site stays away. Returns the changes."""
    changed = 0
    for row in rows:
        code = row.values["code"]
        with files.problems.collecting_errors(row):
            outcome = sync_person(code=code, values=_values(files, row, organisations))
            changed += outcome == "changed"
            if outcome == "kept":
                records.kept.append(f"{FILE}: {code}")
            elif outcome == "removed":
                # Without the code, which may be the name.
                records.kept.append(f"{FILE}, row {row.number}: removed on the site")
    files.problems.check()
    return changed


def _values(
    files: ContentFiles, row: Row, organisations: dict[str, dict[str, Page]]
) -> dict[str, Any]:
    values = row.values
    slug = values.get("organisation")
    if slug and slug not in organisations:
        files.problems.add(row, f"organisation {slug!r} is not in organisations.jsonl.")
    page = organisations.get(slug or "", {}).get("ja")
    source = values["source"]
    return {
        **{name: values.get(name) or "" for name in PLAIN},
        "organisation_id": page.pk if page else None,
        "source_title": source.get("title") or "",
        "source_url": source.get("address") or "",
        "source_accessed": source.get("accessed") or "",
    }
