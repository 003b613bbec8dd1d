"""Every type of page and every kind of content in the admin has its row in the map of rights."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.apps import apps
from wagtail.admin.viewsets import viewsets
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.models import get_page_models

from contact.models import Imprint
from tests.architecture.sources import APPS, ROOT
from users.management.commands.permissions_document import PATH, permissions_document
from users.rights import EDITED_BY, PAGES

# Stands in the admin by rules of its own that other tests look at.
BY_OTHER_RULES = {"users.User"}
# Has its list in the admin without one of Wagtail's sets of views.
WITHOUT_VIEWSET = {
    "search.QueryLog": "search_queries:index",
    "wagtailredirects.Redirect": "wagtailredirects:index",
}
# Has one form and no list.
SETTINGS = {"contact.Imprint": Imprint}


def viewsets_by_model() -> dict[str, list[Any]]:
    """All lists of the admin with the model that they show."""
    from wagtail.admin import urls  # noqa: F401 - registers all of them

    found: dict[str, list[Any]] = defaultdict(list)
    for viewset in viewsets.viewsets:
        if isinstance(viewset, ModelViewSet):
            found[viewset.model._meta.label].append(viewset)
    return found


def test_every_page_type_has_a_row() -> None:
    own = {model._meta.label for model in get_page_models() if model._meta.app_label in APPS}
    assert sorted(own - set(PAGES)) == [], "give each a row in users.rights.PAGES"
    assert sorted(set(PAGES) - own) == []


def test_every_kind_of_content_in_the_admin_has_a_row() -> None:
    own = {label for label in viewsets_by_model() if apps.get_model(label)._meta.app_label in APPS}
    missing = own - set(EDITED_BY) - BY_OTHER_RULES
    assert sorted(missing) == [], "give each a row in users.rights.EDITED_BY"
    others = {*WITHOUT_VIEWSET, *SETTINGS}
    assert not set(EDITED_BY) - set(viewsets_by_model()) - others


def test_document_says_what_the_map_says() -> None:
    text = (ROOT / PATH).read_text("utf-8")
    assert text == permissions_document(), "run manage.py permissions_document"
