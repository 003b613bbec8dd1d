"""`manage.py messages_compile`: make the translations that Django reads from the .po files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Compile `<language>/LC_MESSAGES/*.po` and `<language>/parts/*.po` of each locale folder.

    A part is a .po file for one piece of work in progress, so that people who work at the same
    time do not meet in one large file; `--fold` moves the parts into `django.po`. Where two files
    translate the same text, `django.po` counts, then the first part by name. Needs no gettext
    tools. Writes only what has changed.
    """

    help = "Compile the translations of all languages; needs no gettext tools."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --fold."""
        parser.add_argument(
            "--fold", action="store_true", help="move locale/<language>/parts into django.po"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compile every language of every locale folder."""
        for folder in settings.LOCALE_PATHS:
            for main in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
                is_own = main.stem == "django"
                parts = sorted(main.parent.parent.glob("parts/*.po")) if is_own else []
                catalogue = read_catalogue(main)
                known = {entry_key(entry) for entry in catalogue}
                for part in parts:
                    for entry in read_catalogue(part):
                        if entry_key(entry) not in known:
                            known.add(entry_key(entry))
                            catalogue.append(entry)
                if options["fold"] and parts:
                    catalogue.save()
                    for part in parts:
                        part.unlink()
                    self.stdout.write(f"{main}: {len(parts)} parts folded in")
                _write_if_changed(main.with_suffix(".mo"), catalogue.to_binary())


def read_catalogue(path: Path) -> polib.POFile:
    """Read a .po file. Raises CommandError, with the reason, where it is none."""
    try:
        return polib.pofile(str(path), encoding="utf-8", wrapwidth=0)
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} is not a readable .po file: {error}") from error


def entry_key(entry: polib.POEntry) -> tuple[str, str]:
    """Context and text: what tells one entry from another."""
    return entry.msgctxt or "", entry.msgid


def _write_if_changed(path: Path, content: bytes) -> None:
    if not path.exists() or path.read_bytes() != content:
        path.write_bytes(content)
    elif os.access(path, os.W_OK):
        path.touch()  # newer than its sources: see `stale_catalogues`


def stale_catalogues() -> list[Path]:
    """Compiled catalogues that are missing or older than one of their sources."""
    found = []
    for folder in settings.LOCALE_PATHS:
        for main in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = main.with_suffix(".mo")
            sources = [main, *main.parent.parent.glob("parts/*.po")]
            newest = max(source.stat().st_mtime for source in sources)
            if not compiled.exists() or compiled.stat().st_mtime < newest:
                found.append(compiled)
    return found
