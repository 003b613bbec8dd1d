"""plans.jsonl and national_figures.jsonl."""

from __future__ import annotations

from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References
from places.services import sync_national_figure, sync_plan

PLANS = "plans.jsonl"
FIGURES = "national_figures.jsonl"
_REQUIRED = frozenset({"area_code", "status", "sources"})
_FIGURE_REQUIRED = frozenset({"code", "topic", "label_ja", "label_en", "value", "as_of", "sources"})
_LISTS: dict[str, frozenset[str]] = {"sources": frozenset()}
_TEXTS = ("title_ja", "title_en", "starts", "ends", "url", "as_of", "accessed", "internal_note")
_FIGURE_TEXTS = ("label_ja", "label_en", "value", "as_of", "note_ja", "note_en", "url", "accessed")


def read_plans(files: ContentFiles) -> list[Row]:
    """The rows of plans, each of a place of its own."""
    rows = files.json_lines(PLANS, _REQUIRED, _LISTS)
    seen: set[str] = set()
    for row in rows:
        if row.values["area_code"] in seen:
            files.problems.add(row, f"area_code {row.values['area_code']!r} stands twice.")
        seen.add(row.values["area_code"])
    return rows


def load_plans(files: ContentFiles, rows: list[Row], records: Records, known: References) -> int:
    """Add and update plans, except those edited on the site, and the figures beside them.

    Returns the changes.
    """
    changed = 0
    for row in rows:
        values = row.values
        areas = known.areas(row, [values["area_code"]])
        if not areas:
            continue
        fields = {
            **{name: values.get(name) or "" for name in _TEXTS},
            "status": values["status"],
            "sources": "\n".join(values["sources"]),
        }
        with files.problems.collecting_errors(row):
            outcome = sync_plan(area=areas[0], fields=fields, overwrite=records.overwrite)
            changed += outcome == "changed"
            if outcome == "kept":
                records.kept.append(f"{PLANS}: {values['area_code']}")
    for order, row in enumerate(files.json_lines(FIGURES, _FIGURE_REQUIRED, _LISTS), start=1):
        fields = {
            **{name: row.values.get(name) or "" for name in _FIGURE_TEXTS},
            "topic": row.values["topic"],
            "order": order,
            "sources": "\n".join(row.values["sources"]),
        }
        with files.problems.collecting_errors(row):
            changed += sync_national_figure(code=row.values["code"], fields=fields)
    files.problems.check()
    return changed
