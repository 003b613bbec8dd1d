"""A small site with two regions, a page of every place, and somebody of every role."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Page

from casestudies.models import CaseStudyPage
from home.models import StandardPage
from regions.models import RegionPage
from tests.users.small_site import SMALL_SITE, Network, make_network, read_network
from users.grants import shared_collection
from users.rights import Role, Scope

SECRET = "ひみつ7391"


@pytest.fixture
def network(db: None) -> Network:
    """Two regions on board, Tokyo (own) and Aichi (other), below a home page in two languages."""
    if not SMALL_SITE.is_there:  # a test that commits, or the first of all
        make_network()
    return read_network()


def draft(parent: Page, model: type[Page] = RegionPage, **fields: Any) -> Page:
    """A draft below a parent, with a revision, written by nobody in particular."""
    number = parent.get_children().count()
    page = model(
        title=f"{SECRET} {number}", slug=f"draft-{number}", locale=parent.locale, live=False,
        **fields,
    )  # fmt: skip
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision()
    return page


def page_of(network: Network, place: str, scope: str) -> Page:
    """A draft that stands in a place and belongs to a region or to the network."""
    region = network.own if scope == Scope.OWN else network.other
    if place == "platform":
        return draft(region.platform)
    if place == "cases":
        return draft(region.cases_page.specific, CaseStudyPage)
    return draft(StandardPage.objects.get(slug="about", locale__language_code="ja"), StandardPage)


def collection_of(network: Network, scope: str) -> Collection:
    """The collection of a region, or the shared one."""
    if scope == Scope.NETWORK:
        return shared_collection()
    return (network.own if scope == Scope.OWN else network.other).collection


def picture_in(collection: Collection) -> Any:
    """A picture in a collection."""
    return get_image_model().objects.create(
        title=SECRET, file=get_test_image_file(), collection=collection
    )


def document_in(collection: Collection) -> Any:
    """A document in a collection."""
    file = ContentFile(b"text", name="note.txt")
    return get_document_model().objects.create(title=SECRET, file=file, collection=collection)


ROLES = [role.value for role in Role]
