"""`manage.py workflows_prepare`: the workflows through which pages are reviewed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reviews.services import prepare_workflows


class Command(BaseCommand):
    """Make the workflows and link them to their sections; `site_prepare` runs it.

    Run again it changes nothing, and what administrators changed stays.
    """

    help = "Make the workflows for case studies, regional pages and all others."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, and say what is new."""
        if linked := prepare_workflows():
            self.stdout.write(f"Workflows linked to {linked} sections.")
