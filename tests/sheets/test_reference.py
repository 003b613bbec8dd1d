"""The reference says what the descriptions say, and the examples of all templates are right."""

from __future__ import annotations

import io

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import override
from wagtail.models import Site

from sheets.registry import registered


@pytest.mark.django_db
def test_reference_is_up_to_date() -> None:
    out = io.StringIO()
    call_command("sheets_reference", stdout=out)
    written = (settings.BASE_DIR / "docs/reference/sheets.md").read_text("utf-8")
    assert written == out.getvalue(), "run: manage.py sheets_reference > docs/reference/sheets.md"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(registered()))
def test_headings_of_a_sheet_are_different(name: str) -> None:
    seen: dict[str, str] = {}
    for column in registered()[name](None).all_columns:
        for heading in column.headings:
            assert seen.setdefault(heading, column.name) == column.name, heading


@pytest.mark.parametrize("name", ["cases", "members", "organisations"])
def test_examples_can_be_read(site: Site, django_user_model: object, name: str) -> None:
    user = django_user_model.objects.create_superuser(username="all", password="all")  # type: ignore[attr-defined]
    with override("ja"):
        for column in registered()[name](user).all_columns:
            assert column.kind.read(column.example).text or not column.example
