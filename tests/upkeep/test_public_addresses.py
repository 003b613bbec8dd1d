"""Which addresses belong to public hosts. Nothing is connected to."""

from __future__ import annotations

from typing import Any

import pytest

from upkeep.public_addresses import is_public_address, special_purpose_blocks


@pytest.mark.parametrize("block", special_purpose_blocks(), ids=str)
def test_first_and_last_address_of_every_special_range_is_refused(block: Any) -> None:
    for address in (block[0], block[-1]):
        assert not is_public_address(str(address))


@pytest.mark.parametrize(
    "address",
    ["192.0.0.9", "192.0.0.192", "64:ff9b::a00:1", "64:ff9b::8.8.8.8", "2002:a00:1::1",
     "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::8.8.8.8", "fec0::1", "fe80::1%eth0", "2001::1",
     "2001:20::1", "100.64.1.1", "169.254.169.254", "4000::1", "0.0.0.1", "255.255.255.255",
     "", "localhost", "2130706433", "0x7f.1"],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "192.0.1.1", "192.1.0.1", "100.63.255.255", "172.32.0.1", "223.255.1.1",
     "2606:4700:4700::1111", "2001:4860:4860::8888", "2400:cb00::1", "2001:200::1", "3ffe::1"],
)  # fmt: skip
def test_addresses_of_public_hosts(address: str) -> None:
    assert is_public_address(address)
