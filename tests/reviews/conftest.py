"""Two regions with their people, the curators, and the workflows, on the loaded site."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from wagtail.models import Site
from wagtail.users.models import UserProfile

from regions.models import Area, Region
from regions.services import provision_region
from reviews.services import prepare_workflows
from users.grants import grant_network_rights


def make_region(code: str) -> Region:
    """A region on board, with a public page."""
    region = provision_region(area=Area.objects.get(pk=code))
    region.platform.save_revision().publish()
    region.platform.refresh_from_db()
    return region


@pytest.fixture
def region(site: Site) -> Region:
    """The region of 富山県, which has cases of its own."""
    prepare_workflows()
    grant_network_rights()
    return make_region("16")


@pytest.fixture
def other_region(site: Site) -> Region:
    """The region of 群馬県."""
    return make_region("10")


@pytest.fixture
def member(django_user_model: Any) -> Callable[..., Any]:
    """A function that makes somebody who belongs to a group, with a language for mails."""

    def make(name: str, group: Group | str, language: str = "ja") -> Any:
        user = django_user_model.objects.create_user(
            username=name, email=f"{name}@example.org", password=f"pass-{name}"
        )
        if isinstance(group, str):
            group = Group.objects.get(name=group)
        user.groups.add(group)
        profile = UserProfile.get_for_user(user)
        profile.preferred_language = language
        profile.save()
        return user

    return make


@pytest.fixture
def signed_in() -> Callable[[Any], Client]:
    """A function that signs somebody in."""

    def sign_in(user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
