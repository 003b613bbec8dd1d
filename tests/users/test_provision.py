"""Bringing a region on board, putting it right, handing it over, in the admin and by command."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from regions.models import Area, Region, RegionalPlatformPage
from regions.selectors import region_of_page
from regions.services import deprovision_region
from tests.users.conftest import Network, draft, picture_in
from users.grants import set_file_rights, set_page_rights


def _everything() -> list[object]:
    return [
        list(Page.objects.order_by("pk").values_list("pk", "title", "live", "latest_revision")),
        list(Group.objects.order_by("pk").values_list("pk", "name")),
        list(Collection.objects.order_by("pk").values_list("pk", "name")),
        list(GroupPagePermission.objects.order_by("pk").values_list("pk", flat=True)),
    ]


def test_bringing_on_board_in_the_admin_makes_all_and_twice_is_once(network: Network) -> None:
    client = network.client("administrator")
    Area.objects.create(
        code="27", kind=Area.Kind.PREFECTURE, name_ja="大阪府", name_en="Osaka", kana="おおさかふ"
    )
    response = client.post(reverse("on_board:add"), {"area": "27", "platform": ""}, follow=True)
    assert "大阪府" in response.content.decode()
    region = Region.objects.get(area_id="27")
    assert region.platform.slug == "osaka"
    assert not region.platform.live
    for page in (region.platform, region.cases_page):
        assert {p.locale.language_code for p in page.get_translations(inclusive=True)} == {
            "ja",
            "en",
        }
        assert region_of_page(page) == region
    assert region.cases_page.live
    before = _everything()
    client.post(reverse("on_board:edit", args=[region.pk]), {"platform": region.platform.pk})
    call_command("region_provision", "27")
    call_command("region_provision", all=True)
    assert _everything() == before

    region.editors.delete()
    call_command("region_provision", "27")
    region.refresh_from_db()
    assert region.editors is not None
    assert network.client("curator").get(reverse("on_board:add")).status_code == 302


def test_a_platform_of_several_areas_is_taken_only_when_named(network: Network) -> None:
    index = network.own.platform.get_parent()
    areas = [
        Area.objects.create(code=code, kind=Area.Kind.PREFECTURE, name_ja=name, name_en=name)
        for code, name in [("25", "Shiga"), ("26", "Kyoto")]
    ]
    shared = RegionalPlatformPage(title="近畿", slug="kinki", locale=index.locale)
    shared.areas = areas
    index.add_child(instance=shared)
    call_command("region_provision", "25")
    call_command("region_provision", "26", platform="kinki")
    assert Region.objects.get(area_id="25").platform.slug == "shiga"
    assert Region.objects.get(area_id="26").platform.slug == "kinki"
    with pytest.raises(CommandError, match="nowhere"):
        call_command("region_provision", "26", platform="nowhere")
    with pytest.raises(CommandError, match="99"):
        call_command("region_provision", "99")


@pytest.mark.parametrize("to_region", [True, False])
def test_handing_over_loses_nothing(network: Network, to_region: bool) -> None:
    own, other = network.own, network.other
    editor = network.people["region-editor"]
    page = draft(own.platform)
    Page.objects.filter(pk=page.pk).update(
        owner=editor, locked=True, locked_by=editor, locked_at=timezone.now()
    )
    picture = picture_in(own.collection)
    pages = set(Page.objects.values_list("pk", "url_path", "latest_revision"))
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])

    admin = network.client("administrator")
    receiver = other.pk if to_region else ""
    admin.post(reverse("on_board:hand_over", args=[own.pk]), {"receiver": receiver})

    assert set(Page.objects.values_list("pk", "url_path", "latest_revision")) == pages
    page = Page.objects.get(pk=page.pk)
    assert (page.owner, page.locked) == (None, False)
    assert region_of_page(page) == (other if to_region else None)
    assert network.client("region-editor").get(edit).status_code == 302
    assert network.client("other-editor").get(edit).status_code == (200 if to_region else 302)
    assert network.client("curator").get(edit).status_code == 200
    seen = network.client("other-editor").get(reverse("wagtailimages:edit", args=[picture.pk]))
    assert seen.status_code == (200 if to_region else 302)

    if to_region:  # what is looked after moves on when its caretaker leaves, too
        call_command("region_deprovision", "23")
        assert network.client("other-editor").get(edit).status_code == 302
        assert region_of_page(page) is None

    call_command("region_provision", "13")
    editor.groups.add(own.editors)
    assert region_of_page(page) == own
    assert network.client("region-editor").get(edit).status_code == 200
    assert network.client("other-editor").get(edit).status_code == 302


def test_handing_over_to_nobody_who_can_is_refused(network: Network) -> None:
    with pytest.raises(CommandError, match="別の地域"):
        call_command("region_deprovision", "13", to="13")
    deprovision_region(region=network.other)
    with pytest.raises(CommandError):
        call_command("region_deprovision", "13", to="23")
    with pytest.raises(CommandError, match="On board"):
        call_command("region_deprovision", "99")
    assert Region.objects.get(area_id="13").is_active


@pytest.mark.parametrize("who", ["region-publisher", "curator", "administrator"])
def test_pages_on_which_rights_hang_stay(network: Network, who: str) -> None:
    client = network.client(who)
    for page in (network.own.platform, network.own.cases_page, network.own.platform.get_parent()):
        client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        client.post(f"{bulk}?id={page.pk}")
        assert Page.objects.filter(pk=page.pk).exists()
    if who != "region-publisher":
        url = reverse("wagtailadmin_pages:delete", args=[network.own.platform.pk])
        assert "先に地域の引継ぎ" in client.post(url, follow=True).content.decode()


def test_right_that_does_not_exist_takes_none_away(network: Network) -> None:
    group, region = network.own.editors, network.own
    pages = GroupPagePermission.objects.filter(group=group, page=region.platform)
    files = GroupCollectionPermission.objects.filter(group=group, collection=region.collection)
    held = pages.count(), files.count()
    assert all(held)
    with pytest.raises(ValueError, match="publishing"):
        set_page_rights(group, region.platform, ["add", "publishing"])
    with pytest.raises(ValueError, match="choosing"):
        set_file_rights(group, region.collection, ["add", "choosing"])
    assert (pages.count(), files.count()) == held
