"""What withdraws or moves a page does so in both languages, unless somebody decides otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, PageLogEntry, Site

from casestudies.models import CasesFromPage, CaseStudyPage
from regions.models import Region, RegionalPlatformPage
from regions.services import provision_region
from users.grants import grant_network_rights

Actor = Callable[[str], Client]
ASKED = {"translations_asked": "1"}


def _pair() -> tuple[CaseStudyPage, CaseStudyPage]:
    english = CaseStudyPage.objects.filter(locale__language_code="en", alias_of=None).first()
    assert english is not None
    japanese = CaseStudyPage.objects.get(
        translation_key=english.translation_key, locale__language_code="ja"
    )
    return japanese, english


def _now(page: Page) -> Page:
    return Page.objects.get(pk=page.pk)


def _is_public(page: Page, client: Client) -> bool:
    return client.get(page.url).status_code == 200


@pytest.fixture
def curator(site: Site, client_of: Actor) -> Client:
    grant_network_rights()
    return client_of("Curators")


def _bulk(action: str, *pages: Page) -> str:
    ids = "&".join(f"id={page.pk}" for page in pages)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
    return f"{url}?next=/admin/&{ids}"


def _screens(page: Page, destination: Page) -> dict[str, str]:
    return {
        "unpublish": reverse("wagtailadmin_pages:unpublish", args=[page.pk]),
        "delete": reverse("wagtailadmin_pages:delete", args=[page.pk]),
        "move": reverse("wagtailadmin_pages:move_confirm", args=[page.pk, destination.pk]),
        "privacy": reverse("wagtailadmin_pages:set_privacy", args=[page.pk]),
        "bulk unpublish": _bulk("unpublish", page),
        "bulk delete": _bulk("delete", page),
        "bulk move": _bulk("move", page),
    }


def _elsewhere(page: Page) -> Page:
    parent = page.get_parent()
    return (
        CasesFromPage.objects.filter(locale=page.locale, alias_of=None)
        .exclude(pk=parent.pk)
        .first()
    )


SCREENS = ["unpublish", "delete", "move", "bulk unpublish", "bulk delete", "bulk move"]


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_names_the_translations_and_takes_them_along(curator: Client, screen: str) -> None:
    japanese, english = _pair()
    response = curator.get(_screens(japanese, _elsewhere(japanese))[screen])
    shown = response.content.decode()
    form = shown[shown.lower().index('method="post"') :]
    form = form[: form.index("</form>")]
    assert 'name="translations_asked"' in form
    assert 'name="with_translations" value="1" checked' in form
    assert reverse("wagtailadmin_pages:edit", args=[english.pk]) in form


@pytest.mark.parametrize("screen", SCREENS)
def test_screen_of_a_translation_asks_nothing(curator: Client, screen: str) -> None:
    _japanese, english = _pair()
    response = curator.get(_screens(english, _elsewhere(english))[screen])
    assert "translations_asked" not in response.content.decode()


@pytest.mark.parametrize("screen", ["unpublish", "bulk unpublish"])
def test_unpublishing_takes_the_translation_along(
    curator: Client, client: Client, screen: str
) -> None:
    japanese, english = _pair()
    assert _is_public(english, client)
    curator.post(_screens(japanese, japanese)[screen], {**ASKED, "with_translations": "1"})
    assert not _now(japanese).live
    assert not _now(english).live
    assert not _is_public(english, client)


def test_publishing_again_names_the_translation_that_is_still_withdrawn(curator: Client) -> None:
    japanese = RegionalPlatformPage.objects.filter(
        locale__language_code="ja", alias_of=None, live=True
    ).first()
    assert japanese is not None
    english = next(iter(japanese.get_translations().filter(alias_of=None)), None)
    if english is None:
        english = japanese.get_translations().get().specific
        english.alias_of = None
        english.save()
    japanese.unpublish()
    answer = curator.post(_bulk("publish", japanese), follow=True)
    assert _now(japanese).live
    assert "英語のページは、非公開にしたときから下書きのままです。" in answer.content.decode()
    assert not _now(english).live


@pytest.mark.parametrize("screen", ["unpublish", "bulk unpublish"])
def test_translation_can_be_left_public(curator: Client, client: Client, screen: str) -> None:
    japanese, english = _pair()
    curator.post(_screens(japanese, japanese)[screen], ASKED)
    assert not _now(japanese).live
    assert _is_public(english, client)


def test_unpublishing_below_takes_all_translations_along(curator: Client) -> None:
    japanese, english = _pair()
    parent = japanese.get_parent()
    curator.post(_screens(parent, parent)["unpublish"], {"include_descendants": "on"})
    assert not _now(english).live
    assert not _now(english.get_parent()).live


@pytest.mark.parametrize("screen", ["delete", "bulk delete"])
def test_deleting_takes_the_translation_along(curator: Client, screen: str) -> None:
    japanese, english = _pair()
    curator.post(_screens(japanese, japanese)[screen], {**ASKED, "with_translations": "1"})
    assert not Page.objects.filter(pk__in=[japanese.pk, english.pk]).exists()


@pytest.mark.parametrize("screen", ["delete", "bulk delete"])
def test_translation_can_be_kept_when_the_original_is_deleted(curator: Client, screen: str) -> None:
    japanese, english = _pair()
    curator.post(_screens(japanese, japanese)[screen], ASKED)
    assert not Page.objects.filter(pk=japanese.pk).exists()
    assert _now(english).live


def test_original_and_translation_can_be_deleted_in_one_go(curator: Client) -> None:
    japanese, english = _pair()
    parents = [japanese.get_parent(), english.get_parent()]
    before = [parent.numchild for parent in parents]
    response = curator.post(_bulk("delete", english, japanese))
    assert response.status_code == 302
    assert not Page.objects.filter(pk__in=[japanese.pk, english.pk]).exists()
    assert [_now(parent).numchild for parent in parents] == [number - 1 for number in before]


def test_deleting_an_original_deletes_its_stand_in(curator: Client) -> None:
    alias = Page.objects.filter(locale__language_code="en", live=True).exclude(alias_of=None)
    stand_in = alias.first() or _stand_in()
    original = stand_in.alias_of
    curator.post(_screens(original, original)["delete"], ASKED)
    assert not Page.objects.filter(pk__in=[original.pk, stand_in.pk]).exists()


def _stand_in() -> Page:
    japanese, english = _pair()
    english.delete()
    japanese = CaseStudyPage.objects.get(pk=japanese.pk)
    japanese.save_revision(clean=False).publish()
    return japanese.get_translations().get()


@pytest.mark.parametrize("screen", ["move", "bulk move"])
def test_moving_moves_the_translation(curator: Client, client: Client, screen: str) -> None:
    japanese, english = _pair()
    destination = _elsewhere(japanese)
    data = {**ASKED, "with_translations": "1", "chooser": str(destination.pk)}
    curator.post(_screens(japanese, destination)[screen], data)
    assert _now(japanese).get_parent().pk == destination.pk
    assert _now(english).get_parent().translation_key == destination.translation_key
    assert _is_public(_now(english).specific, client)


def test_translation_can_stay_when_the_original_moves(curator: Client) -> None:
    japanese, english = _pair()
    before = english.get_parent().pk
    curator.post(_screens(japanese, _elsewhere(japanese))["move"], ASKED)
    assert _now(english).get_parent().pk == before


def test_moving_makes_the_missing_parent(curator: Client, client: Client) -> None:
    japanese, english = _pair()
    destination = _elsewhere(japanese)
    # Without its English list; deleting a translation alone leaves the original.
    destination.get_translations().get().delete()
    destination = CasesFromPage.objects.get(pk=destination.pk)
    curator.post(_screens(japanese, destination)["move"])
    parent = _now(english).get_parent()
    assert parent.translation_key == destination.translation_key
    assert parent.alias_of_id == destination.pk


def test_stand_in_moves_with_its_original(curator: Client) -> None:
    stand_in = _stand_in()
    destination = _elsewhere(stand_in.alias_of)
    curator.post(_screens(stand_in.alias_of, destination)["move"])
    assert _now(stand_in).get_parent().translation_key == destination.translation_key


def test_restricting_restricts_the_translation(curator: Client, client: Client) -> None:
    japanese, english = _pair()
    url = _screens(japanese, japanese)["privacy"]
    assert reverse("wagtailadmin_pages:edit", args=[english.pk]) in curator.get(url).json()["html"]
    curator.post(url, {"restriction_type": "login"})
    assert client.get(japanese.url).status_code == 302
    assert client.get(english.url).status_code == 302
    curator.post(url, {"restriction_type": "none"})
    assert _is_public(japanese, client)
    assert _is_public(english, client)


def test_restricted_original_hides_its_stand_in(curator: Client, client: Client) -> None:
    stand_in = _stand_in()
    curator.post(_screens(stand_in.alias_of, stand_in)["privacy"], {"restriction_type": "login"})
    assert client.get(stand_in.url).status_code == 302


def test_expiry_withdraws_the_translation(site: Site, client: Client) -> None:
    japanese, english = _pair()
    CaseStudyPage.objects.filter(pk=japanese.pk).update(
        expire_at=timezone.now() - timedelta(minutes=1)
    )
    call_command("publish_scheduled")
    assert _now(japanese).expired
    assert _now(english).expired
    assert not _is_public(english, client)


def test_code_takes_the_translation_along(site: Site) -> None:
    japanese, english = _pair()
    japanese.unpublish()
    assert not _now(english).live


def test_withdrawing_a_translation_leaves_the_original(curator: Client, client: Client) -> None:
    japanese, english = _pair()
    curator.post(_screens(english, english)["unpublish"])
    assert not _now(english).live
    assert _is_public(japanese, client)


def test_region_publisher_withdraws_both_languages(site: Site, client: Client) -> None:
    """Region publishers have rights on both pages of their region."""
    english = RegionalPlatformPage.objects.filter(
        locale__language_code="en", alias_of=None, areas__kind="prefecture"
    ).first()
    japanese = RegionalPlatformPage.objects.get(
        translation_key=english.translation_key, locale__language_code="ja"
    )
    grant_network_rights()
    region: Region = provision_region(area=japanese.areas.first(), platform=japanese)
    publisher = get_user_model().objects.create_user("publisher", email="publisher@example.org")
    publisher.groups.add(region.publishers)
    client.force_login(publisher)
    url = _screens(japanese, japanese)["unpublish"]
    assert str(english.get_admin_display_title()) in client.get(url).content.decode()
    client.post(url, {**ASKED, "with_translations": "1"})
    assert not _now(japanese).live
    assert not _now(english).live
    entry = PageLogEntry.objects.filter(page=english.pk, action="wagtail.unpublish").get()
    assert entry.user == publisher
