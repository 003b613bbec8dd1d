"""Who somebody is: administrators do what curators do, and one module says so."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from proposals.selectors import decides_everywhere
from reviews.models import CuratorApprovalTask, RegionApprovalTask
from tests.architecture.sources import APPS, modules, name_of
from tests.users.conftest import Network, draft, page_of
from users.roles import curators_to_notify, is_administrator, is_curator, is_translator


@pytest.mark.parametrize(
    ("who", "curates", "translates", "administers"),
    [
        ("region-editor", False, False, False),
        ("region-publisher", False, False, False),
        ("translator", False, True, False),
        ("curator", True, True, False),
        ("administrator", True, True, True),
    ],
)
def test_roles(
    network: Network, who: str, curates: bool, translates: bool, administers: bool
) -> None:
    user = network.people[who]
    assert (is_curator(user), is_translator(user), is_administrator(user)) == (
        curates, translates, administers
    )  # fmt: skip
    assert decides_everywhere(user) == curates
    user.is_active = False
    assert not any(asked(user) for asked in (is_curator, is_translator, is_administrator))


def test_superusers_may_everything_and_strangers_nothing(db: None, django_user_model: Any) -> None:
    boss = django_user_model.objects.create_superuser("boss", "boss@example.org", "x")
    assert is_administrator(boss)
    assert is_curator(boss)
    assert not is_curator(AnonymousUser())


def test_administrators_decide_about_reviews_but_get_no_mail_about_them(network: Network) -> None:
    page = page_of(network, "cases", "own")
    administrator, curator = network.people["administrator"], network.people["curator"]
    task = CuratorApprovalTask()
    assert task.may_decide(page, administrator)
    assert not task.may_decide(page, network.people["region-publisher"])
    assert list(task.reviewers_of(page)) == [curator]
    curator.is_active = False
    curator.save()
    assert list(curators_to_notify()) == [administrator], "somebody has to hear of it"


def test_regions_decide_in_their_own_place(network: Network) -> None:
    page = page_of(network, "cases", "own")
    task = RegionApprovalTask()
    assert task.may_decide(page, network.people["region-publisher"])
    assert not task.may_decide(page, network.people["other-publisher"])
    assert not task.may_decide(page, network.people["administrator"])
    of_nobody = draft(page.get_parent().get_parent())
    assert task.may_decide(of_nobody, network.people["administrator"])


def test_no_other_app_asks_for_groups_by_name() -> None:
    asks = re.compile(r"groups__name|groups\.filter\(\s*name|\b(CURATORS|ADMINISTRATORS)\b")
    found = [
        f"{name_of(path)}:{number}"
        for path in modules(*[app for app in APPS if app != "users"])
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if asks.search(line) and "migrations" not in path.parts
    ]
    assert not found, "ask users.roles instead"
