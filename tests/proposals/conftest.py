"""A small tree with two regions, and a form as people outside fill it in."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import signing
from django.test import Client
from wagtail.models import Collection, GroupPagePermission, Locale

from casestudies.models import CasesFromPage, CaseStudyIndexPage
from home.models import HomePage
from proposals.tokens import stamp
from regions.models import Area, Region
from taxonomy.models import ActorType, CaseStatus, ParticipationLevel, TargetGroup, Theme
from users.roles import CURATORS


@dataclass
class Place:
    """A region, and clients of its people."""

    region: Region
    editor: Client


@pytest.fixture
def words(db: None) -> None:
    """One term of each vocabulary that the form asks for."""
    Theme.objects.create(code="2", label_ja="生活支援", label_en="Life")
    Theme.objects.create(code="2-1", label_ja="教育", label_en="Education", parent_id="2")
    Theme.objects.create(code="2-3", label_ja="防災", label_en="Disasters", parent_id="2")
    ActorType.objects.create(code="npo", label_ja="NPO", label_en="NPO")
    TargetGroup.objects.create(code="children", label_ja="子ども", label_en="Children")
    CaseStatus.objects.create(code="continuing", label_ja="継続中", label_en="Continuing")
    ParticipationLevel.objects.create(code="none", label_ja="不明", label_en="Not known")


@pytest.fixture
def places(words: None, settings: Any, tmp_path: Any, django_user_model: Any) -> dict[str, Place]:
    """Aichi and Shizuoka as regions with an editor each; Shizuoka has a city."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = tmp_path / "uploads"
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    english, _created = Locale.objects.get_or_create(language_code="en")
    home = HomePage.objects.get(locale__language_code="ja")
    trees = {"ja": home, "en": home.copy_for_translation(english)}
    pages = {}
    for language, root in trees.items():
        index = CaseStudyIndexPage(title="事例", slug="cases", locale=root.locale)
        if language == "en":
            index.translation_key = pages["ja", ""].translation_key
        pages[language, ""] = root.add_child(instance=index)
    made = {}
    for code, slug, name in [("23", "aichi", "愛知県"), ("22", "shizuoka", "静岡県")]:
        area = Area.objects.create(code=code, kind="prefecture", name_ja=name, name_en=slug.title())
        for language in trees:
            page = CasesFromPage(
                title=f"{name}の事例",
                slug=slug,
                area=area,
                locale=trees[language].locale,
            )
            if language == "en":
                page.translation_key = pages["ja", slug].translation_key
            pages[language, slug] = pages[language, ""].add_child(instance=page)
        group = Group.objects.create(name=f"Editors {slug}")
        group.permissions.add(Permission.objects.get(codename="access_admin"))
        for language in trees:
            GroupPagePermission.objects.create(
                group=group,
                page=pages[language, slug],
                permission=Permission.objects.get(codename="add_page"),
            )
        region = Region.objects.create(
            area=area,
            cases_page=pages["ja", slug],
            collection=Collection.get_first_root_node().add_child(name=slug),
            editors=group,
        )
        user = django_user_model.objects.create_user(username=slug, email=f"{slug}@example.org")
        user.groups.add(group)
        client = Client()
        client.force_login(user)
        made[slug] = Place(region, client)
    Area.objects.create(
        code="221309", kind="core-city", name_ja="浜松市", name_en="Hamamatsu", parent_id="22"
    )
    return made


@pytest.fixture
def curator(places: dict[str, Place], django_user_model: Any) -> Client:
    """Somebody who works for the whole network."""
    group, _created = Group.objects.get_or_create(name=CURATORS)
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for page in CaseStudyIndexPage.objects.all():
        GroupPagePermission.objects.create(
            group=group, page=page, permission=Permission.objects.get(codename="add_page")
        )
    user = django_user_model.objects.create_user(username="curator", email="c@example.org")
    user.groups.add(group)
    client = Client()
    client.force_login(user)
    return client


def stamp_of(age: datetime.timedelta, version: int = 0, key: str = "0" * 32) -> str:
    """The stamp of a form that was shown some time ago."""
    shown = datetime.datetime.now(datetime.UTC) - age
    return signing.dumps([key, version, shown.timestamp()], salt="proposals.form")


@pytest.fixture
def answers() -> Callable[..., dict[str, Any]]:
    """A function that fills in the form: all that must be filled in, and what is named."""

    def fill(**values: Any) -> dict[str, Any]:
        opened = signing.loads(stamp(), salt="proposals.form")
        return {
            "stamp": stamp_of(datetime.timedelta(minutes=5), key=opened[0]),
            "title": "浜松市の学校へ入る前の教室",
            "overview": "学校に入る前の子どもと保護者の教室を、市の協会が開く。",
            "prefecture": "22",
            "municipality": "浜松市",
            "organisation": "浜松見本協会",
            "actor_type": "npo",
            "theme_1": "2-1",
            "status": "continuing",
            "actions": "教室を開いた。\n\n保護者に<b>手紙</b>を書いた。",
            "contact_name": "浜松見本協会 事務局",
            "proposer_name": "見本花子",
            "proposer_mail": "hanako@example.org",
            "consent": "on",
            **values,
        }

    return fill
