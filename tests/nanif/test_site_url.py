"""What the deployment check says of SITE_URL, with which all links in mails begin."""

from __future__ import annotations

from typing import Any

import pytest

from nanif.checks import check_site_url


@pytest.fixture(autouse=True)
def production(settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["www.example.org", ".example.jp", "*.local"]


@pytest.mark.parametrize(
    "address", ["https://www.example.org", "https://nanif.example.jp", "https://example.jp:8443"]
)
def test_public_addresses_are_fine(settings: Any, address: str) -> None:
    settings.SITE_URL = address
    assert check_site_url(None) == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("", "is not an address"),
        ("www.example.org", "is not an address"),
        ("ftp://www.example.org", "is not an address"),
        ("https://[::1", "cannot be read"),
        ("http://www.example.org", "begins with http"),
        ("http://127.0.0.1:8000", "begins with http"),
        ("https://localhost", "this machine"),
        ("https://127.0.0.1", "this machine"),
        ("https://[::1]", "this machine"),
        ("https://192.168.3.4", "own network"),
        ("https://nanif.local", "own network"),
        ("https://www.example.org/nanif", "such as a path"),
        ("https://www.example.org?x=1", "such as a path"),
        ("https://user@www.example.org", "such as a path"),
        ("https://other.example.com", "ALLOWED_HOSTS"),
    ],
)
def test_wrong_addresses_are_refused_with_the_reason(
    settings: Any, address: str, told: str
) -> None:
    settings.SITE_URL = address
    (problem,) = check_site_url(None)
    assert problem.id == "nanif.E002"
    assert told in problem.msg
