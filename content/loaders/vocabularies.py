"""vocabularies.json and glossary.json."""

from __future__ import annotations

from typing import Any

from content.reading import ContentFiles
from taxonomy.models import VOCABULARIES
from taxonomy.services import sync_glossary, sync_vocabulary

FILE = "vocabularies.json"
GLOSSARY = "glossary.json"
COST_BANDS = {"min_jpy", "max_jpy"}


def load_vocabularies(files: ContentFiles) -> int:
    """Bring all vocabularies in line with the file. Returns the number of changes."""
    lists = files.json(FILE) or {}
    changed = 0
    for name, model in VOCABULARIES.items():
        if name not in lists:
            files.problems.add(FILE, f"the list {name} is missing.")
            continue
        rows = [_term(name, entry) for entry in lists[name]]
        changed += sync_vocabulary(model, rows)
    return changed


def _term(name: str, entry: dict[str, Any]) -> dict[str, Any]:
    values = {
        "code": entry["code"],
        "label_ja": entry["ja"],
        "label_en": entry["en"],
        "label_easy": entry.get("ja_easy") or "",
        "note_ja": entry.get("note_ja") or "",
        "note_en": entry.get("note_en") or "",
        "order": entry["order"],
    }
    if name == "themes":
        values |= {"parent_id": entry["parent"], "scheme": entry.get("scheme") or ""}
    if name == "languages":
        values |= {"bcp47": entry.get("bcp47") or "", "own_name": entry.get("own") or ""}
    if name == "cost_bands":
        values |= {key: entry[key] for key in COST_BANDS}
    return values


def load_glossary(files: ContentFiles) -> int:
    """Bring the glossary in line with the file. Returns the number of changes."""
    terms = (files.json(GLOSSARY) or {}).get("terms", [])
    return sync_glossary(
        {
            "term_ja": term["term_ja"],
            "reading": term["reading"] or "",
            "term_en": term["term_en"] or "",
            "explanation_ja": term["explanation_ja"] or "",
            "explanation_easy": term["explanation_ja_easy"] or "",
            "explanation_en": term["explanation_en"] or "",
            "source": term["source"] or "",
            "is_sourced": term["basis"] == "read",
        }
        for term in terms
    )
