"""Vocabularies, keywords, the glossary and areas in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from regions.models import Area
from taxonomy.models import VOCABULARIES, GlossaryTerm, Keyword, Theme


@pytest.fixture
def admin(site: Site, django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("admin"))
    return client


@pytest.mark.parametrize("model", [*VOCABULARIES.values(), Keyword, GlossaryTerm])
def test_list_and_form_of_every_vocabulary_open(admin: Client, model: type[Any]) -> None:
    names = model.snippet_viewset
    assert admin.get(reverse(names.get_url_name("list"))).status_code == 200
    assert admin.get(reverse(names.get_url_name("add"))).status_code == 200


def test_code_of_a_stored_term_cannot_be_changed(admin: Client) -> None:
    url = reverse(Theme.snippet_viewset.get_url_name("edit"), args=["2-1"])
    before = Theme.objects.count()
    response = admin.post(
        url,
        {
            "code": "9-9",
            "label_ja": "教育",
            "label_en": "Education",
            "label_easy": "",
            "note_ja": "",
            "note_en": "",
            "parent": "2",
            "scheme": "mic-2020",
            "order": "1",
            "is_active": "on",
        },
    )
    assert response.status_code == 302
    assert Theme.objects.count() == before
    assert Theme.objects.get(pk="2-1").label_en == "Education"


def test_new_label_is_shown_without_loading_again(admin: Client, client: Client) -> None:
    Theme.objects.filter(pk="4-2").update(label_ja="留学生が地域で働く")
    html = client.get("/cases/hokkaido/higashikawa-care-scholarship/").content.decode()
    assert "留学生が地域で働く" in html


def test_areas_are_listed_and_their_code_is_fixed(admin: Client) -> None:
    assert admin.get(reverse("areas:index")).status_code == 200
    response = admin.get(reverse("areas:edit", args=["131041"]))
    assert response.status_code == 200
    assert response.context["form"].fields["code"].disabled
    assert Area.objects.get(pk="131041").label


def test_keywords_are_merged_from_the_list(admin: Client) -> None:
    first = Keyword.objects.create(name="えんがわ", slug="engawa")
    second = Keyword.objects.create(name="縁側", slug="engawa-2")
    url = (
        reverse("wagtail_bulk_action", args=["taxonomy", "keyword", "merge"])
        + f"?id={first.pk}&id={second.pk}"
    )
    assert admin.get(url).status_code == 200
    assert admin.post(url).status_code == 302
    assert set(Keyword.objects.filter(name__in=["えんがわ", "縁側"])) == {first}
