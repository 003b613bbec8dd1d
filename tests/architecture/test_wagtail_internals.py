"""Wagtail's inner parts that this project leans on, each with a test that fails when it changes.

What is listed here is no promise of Wagtail: templates that ours replace, private names, tables in
raw SQL, names of addresses, identifiers of signal receivers. `docs/howto/upgrade-wagtail.md` says
what to do when one of these tests fails.
"""

from __future__ import annotations

import hashlib
import inspect
import re
from pathlib import Path
from typing import Any

import pytest
import wagtail
import wagtail.admin.signal_handlers
import wagtail_localize
from django.apps import apps
from django.urls import URLPattern, URLResolver
from django.utils.module_loading import import_string
from wagtail.admin import urls as admin_urls

from tests.architecture.sources import APPS, ROOT, modules, name_of

#: Templates of Wagtail that ours stand in front of, with a digest of the file that was last read.
TEMPLATES = {
    "wagtail_localize/admin/edit_translation.html": "52b849c00b09",
    "wagtailadmin/chooser/_browse_results.html": "c6616beffb4f",
    "wagtailadmin/pages/bulk_actions/confirm_bulk_delete.html": "318f8578476b",
    "wagtailadmin/pages/bulk_actions/confirm_bulk_move.html": "0e16f2a22bf6",
    "wagtailadmin/pages/bulk_actions/confirm_bulk_unpublish.html": "9d9b4d0be9d5",
    "wagtailadmin/pages/confirm_delete.html": "77c1be276033",
    "wagtailadmin/pages/confirm_move.html": "0d2455abb426",
    "wagtailadmin/pages/confirm_unpublish.html": "48449738ea62",
    "wagtailadmin/panels/inline_panel.html": "195bb0b199ed",
    "wagtailadmin/panels/multiple_chooser_panel.html": "673bc9b26ca9",
    "wagtailadmin/shared/set_privacy.html": "8073265cd672",
    "wagtailadmin/shared/side_panels/checks.html": "9aa33e9ba259",
    "wagtailadmin/widgets/date_input.html": "2557f7a4fd54",
    "wagtailadmin/widgets/datetime_input.html": "479d8ddeaa73",
    "wagtailadmin/widgets/time_input.html": "536917c544a1",
}

#: Private names that are called or overridden.
PRIVATE_NAMES = [
    "wagtail.images.models.AbstractImage._set_image_file_metadata",
    "wagtail.models.ReferenceIndex._extract_references_from_object",
    "wagtail.models.ReferenceIndex._get_base_content_type",
]

#: Tables in raw SQL, with the columns it names.
COLUMNS = {
    "wagtailcore_page": {
        "id", "path", "live", "expire_at", "alias_of_id", "locale_id", "translation_key",
    },
    "wagtailcore_locale": {"id", "language_code"},
    "wagtailcore_pageviewrestriction": {"id", "page_id"},
}  # fmt: skip

#: Receivers of signals that ours replace by taking their identifier first.
RECEIVERS = {
    f"workflow_state_{event}_email_notification" for event in ("submitted", "rejected", "approved")
}

#: Names of the admin's addresses that ours stand in front of or that the rights of regions rest on.
ADDRESSES = {
    "wagtailadmin_choose_page", "wagtailadmin_choose_page_child", "wagtailadmin_choose_page_search",
    "wagtailadmin_choose_page_chosen_multiple", "wagtail_bulk_action", "wagtailadmin_logout",
    "wagtailadmin_javascript_catalog", "wagtailadmin_sprite", "page_types_usage",
    "page_types_usage_results",
}  # fmt: skip

_PRIVATE_USE = re.compile(r"\b(?:from|import) wagtail[\w.]* import [^\n]*\b_\w+")
_TABLE = re.compile(r"\bwagtail[a-z]+_[a-z]+\b(?= AS| WHERE|\n|\")")


def _upstream(name: str) -> Path:
    for package, folder in ((wagtail, "admin/templates"), (wagtail_localize, "templates")):
        path = Path(str(package.__file__)).parent / folder / name
        if path.exists():
            return path
    pytest.fail(f"{name} is no template of Wagtail any more: find what has replaced it.")


@pytest.mark.parametrize("name", TEMPLATES)
def test_replaced_template_is_the_one_that_was_read(name: str) -> None:
    digest = hashlib.sha256(_upstream(name).read_bytes()).hexdigest()[:12]
    assert digest == TEMPLATES[name], (
        f"Wagtail changed {name}. Compare it with templates/{name}, then write {digest} here."
    )


def test_every_replaced_template_is_listed() -> None:
    folder = ROOT / "templates"
    found = {str(path.relative_to(folder)) for path in folder.glob("wagtail*/**/*.html")}
    assert found == set(TEMPLATES)


@pytest.mark.parametrize("name", PRIVATE_NAMES)
def test_private_name_exists(name: str) -> None:
    owner, _dot, attribute = name.rpartition(".")
    assert hasattr(import_string(owner), attribute)


def test_no_other_private_name_is_imported() -> None:
    found = [
        name_of(path) for path in modules(*APPS) if _PRIVATE_USE.search(path.read_text("utf-8"))
    ]
    assert not found


@pytest.mark.parametrize("table", COLUMNS)
def test_columns_of_raw_sql_exist(table: str) -> None:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    there = {field.column for field in model._meta.get_fields() if hasattr(field, "column")}
    assert COLUMNS[table] <= there


def test_every_table_of_raw_sql_is_listed() -> None:
    found = {
        table
        for path in modules(*APPS)
        for table in _TABLE.findall(path.read_text("utf-8"))
        if table in {model._meta.db_table for model in apps.get_models()}
    }
    assert found == set(COLUMNS)


def test_receivers_to_replace_exist() -> None:
    source = inspect.getsource(wagtail.admin.signal_handlers)
    assert not {name for name in RECEIVERS if name not in source}


def test_addresses_exist() -> None:
    assert not ADDRESSES - set(_names(admin_urls.urlpatterns))


def _names(patterns: list[Any]) -> list[str]:
    found: list[str] = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _names(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and pattern.name:
            found.append(pattern.name)
    return found
