"""Rules about where facts were read."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from casestudies.models import CaseStudyPage
from events.models import EventPage
from organisations.models import OrganisationPage
from press.models import CoveragePage
from regions.models import RegionalPlatformPage
from upkeep.rules.checked import CheckedPage
from upkeep.rules.data import rule_data
from upkeep.rules.rule import Fault, rule
from upkeep.sources import addresses_of

__all__ = ["single_source", "unfit_source", "why_unfit"]

_WITH_ADDRESSES = (
    CaseStudyPage, OrganisationPage, RegionalPlatformPage, EventPage, CoveragePage,
)  # fmt: skip
_ENOUGH_SOURCES = 2
# An address of numbers inside a name, as services that forward requests write it.
_NUMBERS_IN_NAME = re.compile(r"(?:^|\.)(?:www\.)?\d{1,3}(?:[-.]\d{1,3}){3}\.")


@lru_cache(maxsize=4096)
def why_unfit(address: str) -> str:
    """What makes an address no source: a name of `unfit_sources`, or `number`; else nothing."""
    try:
        host = (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return "number"
    if _is_number(host) or _NUMBERS_IN_NAME.search(f"{host}."):
        return "number"
    data = rule_data()["unfit_sources"]
    for kind in ("board", "cache", "copy", "proxy", "test"):
        if any(host == name or host.endswith(f".{name}") for name in data[kind]):
            return kind
    # The first part of a name says what the computer is for: test.city.example.jp.
    first = host.partition(".")[0]
    return "test" if first.rstrip("-0123456789") in data["test_names"] else ""


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@rule(
    "unfit-source",
    label=_("Unfit source"),
    reason=_(
        "Boards, caches, copies on sharing sites, proxies, addresses of numbers and test servers "
        "disappear or change, and nobody stands for what they say."
    ),
    cure=_("Give the address of the page itself, or another source; else take the fact out."),
    models=_WITH_ADDRESSES,
)
def unfit_source(checked: CheckedPage) -> Iterator[Fault]:
    """Addresses of the page that are no source."""
    for field, address in addresses_of(checked.page):
        if why_unfit(address):
            yield Fault.of(field, address)


@rule(
    "single-source",
    label=_("One source alone"),
    reason=_("What one source alone says cannot be compared with another."),
    cure=_("Look for a second source, best from the lead organisation."),
)
def single_source(checked: CheckedPage) -> Iterator[Fault]:
    """The only source of a case."""
    addresses = {source.url or source.title for source in checked.page.sources.all()}
    if len(addresses) < _ENOUGH_SOURCES:
        yield Fault.of("sources", next(iter(addresses), ""))
