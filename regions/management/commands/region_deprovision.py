"""`manage.py region_deprovision`: hand a region over to another one, or to the curators."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from regions.models import Region
from regions.services import CannotProvision, deprovision_region


class Command(BaseCommand):
    """Hand over everything that a region keeps up. Nothing is moved, deleted or taken offline."""

    help = "Hand a region over to another region, or to the curators."

    def add_arguments(self, parser: CommandParser) -> None:
        """The region, and who receives it."""
        parser.add_argument("code", help="code of the region's area")
        parser.add_argument("--to", help="code of the region that receives it; else the curators")

    def handle(self, *args: Any, **options: Any) -> None:
        """Hand the region over and say to whom."""
        region = _region(options["code"])
        receiver = _region(options["to"]) if options["to"] else None
        try:
            deprovision_region(region=region, receiver=receiver)
        except CannotProvision as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{region}: handed over to {receiver or 'the curators'}")


def _region(code: str) -> Region:
    region = Region.objects.filter(area_id=code).first()
    if region is None:
        known = ", ".join(Region.objects.values_list("area_id", flat=True)) or "none"
        raise CommandError(f"There is no region {code!r}. On board: {known}.")
    return region
