"""A small site with two regions, a page of every place, and somebody of every role.

To make it takes a second, so it stays while tests that ask for it follow each other: each of them
runs in a savepoint of one transaction, which is taken back before a test that does not know of it.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from wagtail.models import Locale, Page, Site

from casestudies.models import CaseStudyIndexPage
from home.models import HomePage, StandardPage
from organisations.models import OrganisationIndexPage
from regions.models import Area, Region, RegionIndexPage
from regions.services import provision_region
from users.grants import grant_network_rights
from users.rights import GROUPS, REGION_ROLES


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


class SmallSite:
    """The small site in the database, made when it is first asked for."""

    def __init__(self) -> None:
        """Nothing is there yet."""
        self._transaction = ExitStack()
        self.is_there = False

    def make(self) -> None:
        """Make it in a transaction that stays open."""
        if self.is_there:
            return
        self._transaction.enter_context(transaction.atomic())
        make_network()
        # What is to happen at the end of this transaction never does.
        connection.run_on_commit.clear()
        self.is_there = True

    def take_back(self) -> None:
        """Leave the database as it was."""
        if not self.is_there:
            return
        transaction.set_rollback(True)
        self._transaction.close()
        Site.clear_site_root_paths_cache()
        cache.clear()
        self.is_there = False


SMALL_SITE = SmallSite()


def make_network() -> None:
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
    users = get_user_model().objects

    def add(name: str, group: Group) -> None:
        user = users.create_user(
            username=name, email=f"{name}@example.org", password="correct horse"
        )
        user.groups.add(group)

    for prefix, region in (("region", regions[0]), ("other", regions[1])):
        add(f"{prefix}-editor", region.editors)
        add(f"{prefix}-publisher", region.publishers)
    for role, group in GROUPS.items():
        add(role.value, Group.objects.get(name=group))


def read_network() -> Network:
    """What stands in the database, read anew: nobody's rights are known from a test before."""
    people = {user.username: user for user in get_user_model().objects.all()}
    assert {role.value for role in REGION_ROLES} <= set(people)
    own, other = Region.objects.order_by("area_id")
    return Network(own, other, Locale.objects.get(language_code="en"), people)
