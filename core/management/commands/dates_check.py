"""`manage.py dates_check`: name stored dates that are not in the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models

from core.dates import PartialDate
from core.models import PartialDateField


def impossible_dates() -> Iterator[tuple[models.Model, str, str]]:
    """Records with the field and the text of each stored partial date that is none."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if not isinstance(field, PartialDateField):
                continue
            stored = model._default_manager.exclude(**{field.name: ""})
            for record in stored.order_by("pk").iterator():
                text = getattr(record, field.name)
                if PartialDate.stored(text) is None:
                    yield record, field.name, text


class Command(BaseCommand):
    """Report values that were stored before only real dates were taken. It changes nothing."""

    help = "Name stored dates that are not in the calendar, such as 2026-02-31."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line for each; with status 1 where there is any."""
        number = 0
        for record, field, text in impossible_dates():
            number += 1
            self.stdout.write(f"{record._meta.label} {record.pk} {field}: {text}")
        if number:
            raise CommandError(f"{number} stored dates are not in the calendar.")
        if options["verbosity"]:
            self.stdout.write("All stored dates are in the calendar.")
