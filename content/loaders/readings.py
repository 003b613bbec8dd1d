"""reading_corrections.csv: how words are read that the dictionary gets wrong."""

from __future__ import annotations

from content.reading import ContentFiles
from furigana.models import ReadingCorrection
from furigana.readings import Correction
from furigana.services import sync_corrections

FILE = "reading_corrections.csv"
REQUIRED = frozenset({"written", "reading", "context"})


def load_readings(files: ContentFiles) -> int:
    """Add the corrections of the file. What editors changed stays. Returns how many changed."""
    rows = []
    seen: set[tuple[str, str]] = set()
    for row in files.csv(FILE, REQUIRED):
        values = row.values
        key = values["written"], values["context"]
        if key in seen:
            files.problems.add(row, f"{values['written']} in this context stands above.")
        seen.add(key)
        with files.problems.collecting_errors(row):
            ReadingCorrection(**{name: values[name] for name in REQUIRED}).full_clean(
                validate_unique=False, validate_constraints=False
            )
        rows.append(Correction(values["written"], values["reading"], values["context"]))
    files.problems.check()
    return sync_corrections(rows)
