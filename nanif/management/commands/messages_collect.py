"""`manage.py messages_collect`: add new texts of code and templates to the translations."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.management.commands import makemessages

from nanif.management.commands.messages_compile import entry_key, read_catalogue

IGNORED = [".venv", "var", "tests", "tools", "benchmarks"]


class Command(BaseCommand):
    """Append texts that have no entry yet to `django.po`, and name entries without a text.

    Nothing else changes: entries keep their place and their file, and no translation is guessed,
    so that a diff shows what the change at hand adds. What is not found in the source may still be
    needed, where code hands a text over by name or changes the words of Wagtail: take it out by
    hand. Needs the gettext tools (`make messages` installs them).
    """

    help = "Append new texts of code and templates to locale/ja/LC_MESSAGES/django.po."

    def handle(self, *args: Any, **options: Any) -> None:
        """Read all texts and add the new ones."""
        reading = _ReadTexts()
        call_command(
            reading, locale=["ja"], no_location=True, no_wrap=True, ignore_patterns=IGNORED,
            verbosity=0,
        )  # fmt: skip
        used = {entry_key(entry): entry for entry in reading.texts}
        main = Path(settings.LOCALE_PATHS[0]) / "ja" / "LC_MESSAGES" / "django.po"
        known = {
            entry_key(entry): path
            for path in [main, *sorted(main.parent.parent.glob("parts/*.po"))]
            for entry in read_catalogue(path)
        }
        new = [entry for key, entry in used.items() if key not in known]
        with main.open("a", encoding="utf-8") as file:
            for entry in new:
                file.write(f"\n{entry.__unicode__(wrapwidth=0)}")
        for key, path in known.items():
            if key not in used:
                self.stdout.write(f"{path.name}: not found in the source: {key[1]!r}")
        self.stdout.write(f"{main.name}: {len(new)} new texts, to be translated at its end")


class _ReadTexts(makemessages.Command):
    """Django's command, which reads the texts, but writes them into no file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.texts: list[polib.POEntry] = []

    def write_po_file(self, potfile: str, locale: str) -> None:
        """Remember what was found."""
        self.texts += read_catalogue(Path(potfile))
