"""`manage.py region_provision`: bring regions on board, or put right what is missing."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from regions.models import Area, Region, RegionalPlatformPage
from regions.selectors import area_by_code
from regions.services import CannotProvision, provision_region


class Command(BaseCommand):
    """Make pages, collection, groups and rights of regions, each named by the code of its area.

    Running it again changes nothing that is there, and puts right what is missing.
    """

    help = "Bring regions on board: pages, collection, groups, rights. Can be repeated."

    def add_arguments(self, parser: CommandParser) -> None:
        """Codes of areas, or --all for those that are on board."""
        parser.add_argument("codes", nargs="*", help="codes of areas, for instance 13 or 131041")
        parser.add_argument("--all", action="store_true", help="all regions that are on board")
        parser.add_argument("--platform", help="slug of the platform page that the region keeps up")

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring each region on board; name it with its groups."""
        areas = [area_of(code) for code in options["codes"]]
        if options["all"]:
            areas += [region.area for region in Region.objects.filter(is_active=True)]
        if not areas:
            raise CommandError("Name the code of an area, for instance 13, or give --all.")
        platform = None
        if options["platform"]:
            platform = RegionalPlatformPage.objects.filter(
                slug=options["platform"], alias_of=None
            ).first()
            if platform is None:
                raise CommandError(f"There is no platform page {options['platform']!r}.")
        for area in areas:
            try:
                region = provision_region(area=area, platform=platform)
            except CannotProvision as error:
                raise CommandError(str(error)) from error
            self.stdout.write(f"{area.code} {area.name_ja}: {region.platform}, {region.cases_page}")


def area_of(code: str) -> Area:
    """The area with a code; a wrong code ends the command."""
    area = area_by_code(code)
    if area is None:
        raise CommandError(f"{code!r} is not the code of an area.")
    return area
