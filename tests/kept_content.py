"""Make the databases and the index that tests keep; conftest.py runs it beside the other tests."""

from __future__ import annotations


def test_content_is_kept(loaded_site: None) -> None:
    """Asking for the loaded site makes and keeps it."""
