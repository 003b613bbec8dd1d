"""Which records of the content files have been loaded already, and in which wording."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from wagtail.models import Page

from content.models import LoadedRecord


class Records:
    """Keeps loading idempotent.

    A record whose digest is the one loaded last is left alone, so nothing that editors changed on
    the site since then is touched. A record that changed in the file *and* on the site is kept as
    it is on the site and named in `kept`, unless `overwrite` is asked for.
    """

    def __init__(
        self, *, overwrite: bool = False, on_page: Callable[[], None] | None = None
    ) -> None:
        self.overwrite = overwrite
        self.changed = 0
        self.unchanged = 0
        self.kept: list[str] = []
        self._on_page = on_page
        self._loaded = {
            (record.file, record.key): record
            for record in LoadedRecord.objects.select_related("page__latest_revision")
        }

    def load(self, file: str, key: str, values: Any, write: Callable[[], Page]) -> Page | None:
        """Write one record as a page unless it is loaded already.

        Args:
            values: what the page is made of; anything JSON can hold.
            write: creates or updates the page.

        Returns the page, or None where an earlier load's page has been deleted by an editor.
        """
        text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
        digest = hashlib.sha256(text.encode()).hexdigest()
        record = self._loaded.get((file, key))
        if self._on_page:
            self._on_page()
        if record is not None and (record.digest == digest or self._must_keep(record)):
            if record.digest == digest:
                self.unchanged += 1
            else:
                self.kept.append(f"{file}: {key}")
            return record.page
        page = write()
        if record is None:
            record = LoadedRecord(file=file, key=key)
        record.digest, record.page = digest, page
        record.save()
        self._loaded[file, key] = record
        self.changed += 1
        return page

    def _must_keep(self, record: LoadedRecord) -> bool:
        """Whether a person changed or deleted the page since it was loaded."""
        if self.overwrite:
            return False
        if record.page is None:
            return True
        revision = record.page.latest_revision
        return revision is not None and revision.user_id is not None
