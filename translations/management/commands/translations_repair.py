"""`manage.py translations_repair`: bring stored translations in line with their originals."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from core.services import ensure_stand_ins
from translations.facts import pairs, share_facts
from translations.publication import without_stand_in


class Command(BaseCommand):
    """Needed once after an upgrade; publishing keeps everything in line from then on."""

    help = (
        "Writes the facts of Japanese pages into their translations, and makes the stand-ins that "
        "are missing. The words of translations stay. Can be repeated."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A run that only tells."""
        parser.add_argument(
            "--dry-run", action="store_true", help="Tell what would change, and change nothing."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each translation that differs, with its fields, and each missing stand-in."""
        repaired = made = 0
        with transaction.atomic():
            for original, translation in pairs():
                changed = share_facts(original, translation)
                if changed:
                    repaired += 1
                    self.stdout.write(
                        f"{translation.pk} {translation.url_path}: {', '.join(changed)}"
                    )
            for page in without_stand_in():
                made += 1
                self.stdout.write(f"{page.pk} {page.url_path}: no page in the other language")
                ensure_stand_ins(page)
            if options["dry_run"]:
                transaction.set_rollback(True)
        if not options["verbosity"]:
            return
        verb = "would be" if options["dry_run"] else "were"
        self.stdout.write(f"{repaired} translations and {made} stand-ins {verb} put right.")
