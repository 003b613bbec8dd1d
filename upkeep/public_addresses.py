"""Whether an address belongs to a public host, by the registries of IANA."""

from __future__ import annotations

import csv
import ipaddress
from functools import cache
from pathlib import Path

__all__ = ["is_public_address", "special_purpose_blocks"]

_FILE = Path(__file__).parent / "data" / "special-purpose-addresses.csv"
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")

Block = ipaddress.IPv4Network | ipaddress.IPv6Network


@cache
def special_purpose_blocks() -> tuple[Block, ...]:
    """All ranges in which no public host stands."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(ipaddress.ip_network(row["block"]) for row in csv.DictReader(file))


def is_public_address(text: str) -> bool:
    """Whether a public host can have this address; what is no address is none.

    IPv6 addresses that carry an IPv4 address (mapped, translated, 6to4, Teredo) are not public,
    whatever they carry: a gateway would connect to it in our place.

    Args:
        text: an IPv4 or IPv6 address, with or without a zone such as `%eth0`.
    """
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return False
    return not any(
        address in block for block in special_purpose_blocks() if block.version == address.version
    )
