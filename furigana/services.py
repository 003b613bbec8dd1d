"""Writes to the corrections of readings."""

from __future__ import annotations

from collections.abc import Iterable

from furigana.models import ReadingCorrection
from furigana.readings import Correction

__all__ = ["sync_corrections"]


def sync_corrections(rows: Iterable[Correction]) -> int:
    """Bring the corrections that came with the site in line with these rows.

    What editors added, changed or switched off stays. Returns how many were created or changed.

    Raises:
        ValidationError: a value does not fit its field.
    """
    known = {(row.written, row.context): row for row in ReadingCorrection.objects.all()}
    changed = 0
    for row in rows:
        stored = known.get((row.written, row.context)) or ReadingCorrection(
            written=row.written, context=row.context
        )
        if stored.reading != stored.loaded_reading or stored.reading == row.kana:
            continue
        stored.reading = stored.loaded_reading = row.kana
        stored.full_clean(validate_unique=False, validate_constraints=False)
        stored.save()
        changed += 1
    return changed
