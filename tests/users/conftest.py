"""A small site with two regions, a page of every place, and somebody of every role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Collection, Locale, Page, Site

from casestudies.models import CaseStudyIndexPage, CaseStudyPage
from home.models import HomePage, StandardPage
from organisations.models import OrganisationIndexPage
from regions.models import Area, Region, RegionIndexPage, RegionPage
from regions.services import provision_region
from users.grants import grant_network_rights, shared_collection
from users.rights import GROUPS, REGION_ROLES, Role, Scope

SECRET = "ひみつ7391"


@dataclass
class Network:
    """What a test needs to reach."""

    own: Region
    other: Region
    english: Locale
    people: dict[str, Any]

    def client(self, who: str) -> Client:
        """A client of somebody: a role's value, `other-editor`, `other-publisher`, `anonymous`."""
        client = Client()
        if who != "anonymous":
            client.force_login(self.people[who])
        return client


@pytest.fixture
def network(db: None) -> Network:
    """Two regions on board, Tokyo (own) and Aichi (other), below a home page in two languages."""
    root = Page.get_first_root_node()
    Site.objects.all().delete()
    root.get_children().delete()
    root = Page.objects.get(pk=root.pk)
    japanese = Locale.objects.get(language_code="ja")
    english, _created = Locale.objects.get_or_create(language_code="en")
    home = root.add_child(instance=HomePage(title="ホーム", slug="home", locale=japanese))
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    sections = [
        home.add_child(instance=model(title=slug, slug=slug, locale=japanese))
        for model, slug in [
            (RegionIndexPage, "regions"),
            (CaseStudyIndexPage, "cases"),
            (OrganisationIndexPage, "organisations"),
        ]
    ]
    home.add_child(instance=StandardPage(title="網の目について", slug="about", locale=japanese))
    for page in [home, *sections]:
        page.copy_for_translation(english)
    Page.objects.update(live=True)
    grant_network_rights()
    regions = []
    for code, name_ja, name_en in [("13", "東京都", "Tokyo"), ("23", "愛知県", "Aichi")]:
        area = Area.objects.create(
            code=code, kind=Area.Kind.PREFECTURE, name_ja=name_ja, name_en=name_en
        )
        regions.append(provision_region(area=area))
    people: dict[str, Any] = {}
    users = get_user_model().objects

    def add(name: str, group: Group) -> None:
        people[name] = users.create_user(
            username=name, email=f"{name}@example.org", password="correct horse"
        )
        people[name].groups.add(group)

    for prefix, region in (("region", regions[0]), ("other", regions[1])):
        add(f"{prefix}-editor", region.editors)
        add(f"{prefix}-publisher", region.publishers)
    for role, group in GROUPS.items():
        add(role.value, Group.objects.get(name=group))
    assert {role.value for role in REGION_ROLES} <= set(people)
    return Network(*regions, english, people)


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
