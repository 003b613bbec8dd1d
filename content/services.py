"""Loading the content files: all or nothing, and nothing twice."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import transaction
from wagtail.signal_handlers import disable_reference_index_auto_update

from content.loaders.areas import load_areas
from content.loaders.cases import check_cases, load_cases, read_cases
from content.loaders.desks import load_desks, read_desks
from content.loaders.events import check_events, load_events, read_events
from content.loaders.imprint import load_imprint
from content.loaders.lexicon import load_lexicon
from content.loaders.organisations import (
    check_organisations,
    load_organisations,
    read_organisations,
)
from content.loaders.pages import load_standard_pages, load_tree
from content.loaders.people import load_people, read_people
from content.loaders.plans import load_plans, read_plans
from content.loaders.platforms import (
    check_platforms,
    load_news,
    load_platforms,
    read_news,
    read_platforms,
)
from content.loaders.press import load_outlets, load_press, read_press
from content.loaders.programmes import (
    load_grants,
    load_programmes,
    read_grants,
    read_programmes,
)
from content.loaders.readings import load_readings
from content.loaders.recommended import load_recommended, read_recommended
from content.loaders.surveys import load_residents, load_surveys
from content.loaders.vocabularies import load_glossary, load_vocabularies
from content.reading import ContentFiles, Row
from content.records import Records
from content.references import References
from core.publication_log import summarised
from page_cache.versions import note_change

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoadReport:
    """What a load did: numbers of pages and of other records, and what editors' changes kept."""

    pages_changed: int
    pages_unchanged: int
    records_changed: int
    kept: list[str] = field(default_factory=list)

    @property
    def has_changes(self) -> bool:
        """Whether anything was written."""
        return bool(self.pages_changed or self.records_changed)


@dataclass(frozen=True)
class _Rows:
    organisations: list[Row]
    cases: list[Row]
    platforms: list[Row]
    news: list[Row]
    programmes: list[Row]
    grants: list[Row]
    recommended: list[Row]
    desks: list[Row]
    plans: list[Row]
    people: list[Row]
    events: list[Row]
    press: list[Row]


def load_content(
    directory: Path,
    *,
    overwrite: bool = False,
    dry_run: bool = False,
    on_start: Callable[[int], None] | None = None,
    on_page: Callable[[], None] | None = None,
) -> LoadReport:
    """Load every content file of a folder in one transaction.

    Args:
        overwrite: also replace pages that editors changed on the site since they were loaded.
        dry_run: check and count everything, then undo it.
        on_start: called with the expected number of pages, for a progress bar.
        on_page: called after each page.

    Raises:
        ContentError: the files have problems, all of them named; nothing has been stored.
    """
    files = ContentFiles(directory)
    platforms = read_platforms(files)
    programmes = read_programmes(files)
    people = read_people(files)
    rows = _Rows(
        organisations=read_organisations(files),
        cases=read_cases(files),
        platforms=platforms,
        news=read_news(files, platforms),
        programmes=programmes,
        grants=read_grants(files, programmes),
        recommended=read_recommended(files),
        desks=read_desks(files),
        plans=read_plans(files),
        people=people,
        events=read_events(files),
        press=read_press(files, people),
    )
    files.problems.check()
    if on_start:
        of_pages = [rows.organisations, rows.cases, rows.platforms, rows.events, rows.press]
        on_start(2 * sum(map(len, of_pages)))
    with transaction.atomic(), summarised():
        note_change()
        with disable_reference_index_auto_update():
            records = Records(overwrite=overwrite, on_page=on_page)
            records_changed = _write(files, rows, records)
        if records.changed:
            # Wagtail's "used in" index, in one go instead of page by page.
            call_command("rebuild_references_index", verbosity=0)
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run:
        logger.info("Content loaded: %d pages, %d records", records.changed, records_changed)
    return LoadReport(records.changed, records.unchanged, records_changed, records.kept)


def _write(files: ContentFiles, rows: _Rows, records: Records) -> int:
    """Write everything; returns the number of changed records that are not pages."""
    changed = load_vocabularies(files) + load_glossary(files) + load_areas(files)
    changed += load_imprint(files)
    known = References(files.problems)
    slugs = {row.values["slug"] for row in rows.organisations}
    check_organisations(rows.organisations, known)
    check_cases(rows.cases, known, slugs)
    check_platforms(rows.platforms, known, slugs)
    check_events(rows.events, known, slugs)
    files.problems.check()
    changed += load_desks(files, rows.desks, records, known)
    changed += load_plans(files, rows.plans, records, known)
    tree = load_tree(files, records)
    load_standard_pages(files, records, tree)
    organisations = load_organisations(files, rows.organisations, records, tree, known)
    load_cases(files, rows.cases, records, tree, known, organisations)
    load_platforms(files, rows.platforms, records, tree, known, organisations)
    load_news(rows.news, records, tree)
    programmes = load_programmes(files, rows.programmes, records, tree, known, organisations)
    changed += load_grants(files, rows.grants, known, organisations, programmes)
    changed += load_people(files, rows.people, records, organisations)
    changed += load_surveys(files, records, tree, known, organisations, programmes)
    changed += load_residents(files)
    load_events(files, rows.events, records, tree, known, organisations)
    changed += load_outlets(files)
    load_press(files, rows.press, records, tree, known, organisations)
    changed += load_recommended(files, rows.recommended, tree)
    changed += load_lexicon(files)
    changed += load_readings(files)
    files.problems.check()
    return changed
