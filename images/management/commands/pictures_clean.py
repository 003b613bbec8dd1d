"""`manage.py pictures_clean`: remove place, camera and other metadata from stored pictures."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from images.cleaning import is_clean
from images.models import CustomImage
from images.services import clean_stored_picture


class Command(BaseCommand):
    """Cleans what was stored before pictures were cleaned on arrival. Can be run again."""

    help = "Remove place, camera and other metadata from pictures that are stored already."

    def add_arguments(self, parser: CommandParser) -> None:
        """Offer --dry-run and --no-progress."""
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--no-progress", action="store_true", help="show no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        """Look at every picture; name those that cannot be read."""
        numbers = list(CustomImage.objects.order_by("pk").values_list("pk", flat=True))
        cleaned, problems = 0, []
        for pk in tqdm(numbers, disable=options["no_progress"] or options["verbosity"] == 0):
            picture = CustomImage.objects.filter(pk=pk).first()
            if picture is None:  # deleted meanwhile
                continue
            try:
                with picture.file.open("rb") as file:
                    if is_clean(file.read()):
                        continue
                if not options["dry_run"]:
                    clean_stored_picture(picture)
                cleaned += 1
            except (OSError, ValidationError) as error:
                message = error.messages[0] if isinstance(error, ValidationError) else str(error)
                problems.append(f"{pk} {picture.title}: {message}")
        if options["verbosity"]:
            said = "would be cleaned" if options["dry_run"] else "cleaned"
            self.stdout.write(f"{len(numbers)} pictures, {cleaned} {said}.")
        if problems:
            raise CommandError("Not cleaned:\n" + "\n".join(problems))
