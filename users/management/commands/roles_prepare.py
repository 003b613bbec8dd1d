"""`manage.py roles_prepare`: give the groups of the whole network their rights."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from users.grants import grant_network_rights


class Command(BaseCommand):
    """Write the rights of curators, translators and administrators into the database.

    `site_prepare` does this at every start; rights that were added by hand stay.
    """

    help = "Give curators, translators and administrators their rights. Can be repeated."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the rights."""
        grant_network_rights()
