"""Consent and the last day of pictures: what they keep from being published and shown."""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from wagtail.models import Collection, ReferenceIndex
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from casestudies.models import CaseStudyPage
from core.rich_text import PARAGRAPH
from home.models import StandardPage
from images.models import CustomImage, People
from tests.architecture.sources import ROOT
from tests.users.conftest import Network, network

__all__ = ["network"]


def picture(collection: Collection, **fields: Any) -> CustomImage:
    target = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(target, "PNG")
    return CustomImage.objects.create(
        title="広場の写真",
        file=ContentFile(target.getvalue(), name="photo.png"),
        collection=collection,
        **{"people": People.NONE, **fields},
    )


@pytest.fixture
def page(network: Network, settings: Any, tmp_path: Path) -> StandardPage:
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = tmp_path / "uploads"
    about = StandardPage.objects.get(slug="about", locale__language_code="ja")
    about.image = picture(network.own.collection)
    about.save_revision().publish()
    return StandardPage.objects.get(pk=about.pk)


def send(client: Client, page: StandardPage, action: str) -> Any:
    """Send the page's form with a button."""
    data = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "image": page.image_id,
            "body": streamfield([]),
            "easy_body": streamfield([]),
            "order": page.order,
            "comments": inline_formset([]),
            action: "1",
        }
    )
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


UNFIT = [
    ({"people": People.UNKNOWN}, "同意"),
    ({"people": People.UNASKED}, "写っている人"),
    ({"permission_until": datetime.date(2020, 1, 1)}, "2020年1月1日"),
]


@pytest.mark.parametrize(("fields", "words"), UNFIT)
def test_page_with_an_unfit_picture_is_saved_but_not_published(
    fields: dict[str, Any], words: str, page: StandardPage, network: Network
) -> None:
    CustomImage.objects.update(**fields)
    client = network.client("curator")
    before = page.last_published_at
    response = send(client, page, "action-publish")
    assert response.status_code == 200
    text = response.content.decode()
    assert "広場の写真" in text
    assert words in text
    assert StandardPage.objects.get(pk=page.pk).last_published_at == before
    assert send(client, page, "save").status_code == 302
    CustomImage.objects.update(people=People.AGREED, permission_until=None)
    send(client, page, "action-publish")
    assert StandardPage.objects.get(pk=page.pk).last_published_at != before


def test_pages_chosen_together_are_published_with_fit_pictures_alone(
    page: StandardPage, network: Network
) -> None:
    StandardPage.objects.filter(pk=page.pk).update(live=False)
    CustomImage.objects.update(people=People.UNKNOWN)
    client = network.client("curator")
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    response = client.post(f"{url}?id={page.pk}&next=/admin/", {}, follow=True)
    assert "広場の写真" in response.content.decode()
    assert not StandardPage.objects.get(pk=page.pk).live
    CustomImage.objects.update(people=People.NONE)
    client.post(f"{url}?id={page.pk}&next=/admin/", {})
    assert StandardPage.objects.get(pk=page.pk).live


def test_templates_show_pictures_that_may_be_shown_alone() -> None:
    """Whoever adds `{% image %}` to a template has to ask first."""
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        if re.search(r"{%\s*(image|srcset_image|picture|image_url)\s", text):
            assert "may_be_shown" in text, path
    assert "image" not in PARAGRAPH


def test_desk_names_pictures_a_month_before_they_disappear(
    page: StandardPage, network: Network
) -> None:
    today = timezone.localdate()
    unused = picture(network.own.collection, permission_until=today)
    unused.title = "使っていない写真"
    unused.save()
    client = network.client("curator")
    report = reverse("pictures_to_look_after:index")
    for days, is_named in [(31, False), (30, True), (-1, True)]:
        CustomImage.objects.filter(pk=page.image_id).update(
            permission_until=today + datetime.timedelta(days=days)
        )
        for url in [report, reverse("wagtailadmin_home")]:
            text = client.get(url).content.decode()
            assert ("広場の写真" in text) == is_named, (url, days)
            assert "使っていない写真" not in text
    CustomImage.objects.filter(pk=page.image_id).update(
        permission_until=None, people=People.UNASKED
    )
    assert "広場の写真" in client.get(report).content.decode()
    assert "広場の写真" not in network.client("other-editor").get(report).content.decode()


@pytest.mark.parametrize("fields", [UNFIT[0][0], UNFIT[2][0]])
def test_picture_disappears_from_pages_by_itself(
    fields: dict[str, Any], site: Any, client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = settings.SENDFILE_ROOT = tmp_path / "uploads"
    case = CaseStudyPage.objects.live().filter(locale__language_code="ja").first()
    assert case is not None
    shown = picture(Collection.get_first_root_node())
    CaseStudyPage.objects.filter(pk=case.pk).update(image=shown)
    area = client.get(case.get_parent().url).headers["Location"]
    addresses = [case.url, area]
    for url in addresses:
        assert "/media/images/photo" in client.get(url).content.decode(), url
    CustomImage.objects.filter(pk=shown.pk).update(**fields)
    for url in addresses:
        assert "/media/images/photo" not in client.get(url).content.decode(), url


@pytest.mark.django_db(transaction=True)
def test_stored_ticks_become_answers_and_pictures_in_use_stay(network: Network) -> None:
    executor = MigrationExecutor(connection)
    newest = [node for node in executor.loader.graph.leaf_nodes() if node[0] == "images"]
    executor.migrate([("images", "0002_initial")])
    old = executor.loader.project_state([("images", "0002_initial")]).apps
    collection = Collection.get_first_root_node().pk
    fields = {"file": "x.png", "width": 1, "height": 1, "collection_id": collection}
    model = old.get_model("images", "CustomImage")
    ticked = model.objects.create(title="a", people_consented=True, **fields).pk
    used = model.objects.create(title="b", **fields).pk
    unused = model.objects.create(title="c", **fields).pk
    about = StandardPage.objects.get(slug="about", locale__language_code="ja")
    about.image_id = used
    ReferenceIndex.create_or_update_for_object(about)
    executor = MigrationExecutor(connection)
    executor.migrate(newest)
    answers = dict(CustomImage.objects.values_list("pk", "people"))
    assert answers == {ticked: "agreed", used: "unasked", unused: "unknown"}
