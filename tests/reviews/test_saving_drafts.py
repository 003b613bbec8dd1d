"""A title is enough to save a page: its address is made from it; an expiry hinders nothing."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import querydict_from_html

from casestudies.models import CasesFromPage, CaseStudyPage
from casestudies.services import draft_case
from core.services import PageContent
from home.models import StandardPage
from tests.page_examples import page_models

TITLE = "通訳と開く防災ひろば"
SLUG = "tsuyaku-to-hiraku-bosai-hiroba"
FORM = "application/x-www-form-urlencoded"


def opened(client: Client, address: str) -> QueryDict:
    """The form as a browser would send it back, its blocks of text left out."""
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    for block in BeautifulSoup(html, "html.parser").select("[data-block]"):
        data.setdefault(f"{block['id']}-count", "0")
    return data


def send(client: Client, address: str, data: QueryDict, **headers: str) -> Any:
    return client.post(address, data.urlencode(), content_type=FORM, headers=headers)


def parent_for(model: type[Page]) -> Page:
    allowed = model.allowed_parent_page_models()
    return next(page for parent in allowed for page in parent.objects.all()[:1])


@pytest.fixture
def cases(site: Site) -> CasesFromPage:
    return CasesFromPage.objects.filter(locale__language_code="ja", alias_of=None).first()


def adding(parent: Page, model: type[Page] = CaseStudyPage) -> str:
    where = [model._meta.app_label, model._meta.model_name, parent.pk]
    return reverse("wagtailadmin_pages:add", args=where)


@pytest.mark.parametrize("model", page_models(), ids=lambda model: model._meta.label)
def test_every_page_is_saved_from_its_title_on(
    site: Site, admin_client: Client, model: type[Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "max_count", None)
    monkeypatch.setattr(model, "max_count_per_parent", None)
    address = adding(parent_for(model), model)
    assert "data-address-from-title" in admin_client.get(address).content.decode()
    data = opened(admin_client, address)
    data["title"] = TITLE
    saved = send(admin_client, address, data, accept="application/json")
    assert saved.json()["success"], saved.json()
    page = model.objects.get(pk=saved.json()["pk"])
    assert page.slug == SLUG
    assert saved.json()["field_updates"]["slug"] == SLUG
    assert not page.live


def test_a_second_page_of_the_same_title_is_saved_too(
    admin_client: Client, cases: CasesFromPage
) -> None:
    for slug in [SLUG, f"{SLUG}-2"]:
        data = opened(admin_client, adding(cases))
        data["title"] = TITLE
        data["slug"] = SLUG  # as both browsers were told while it was free
        assert send(admin_client, adding(cases), data).status_code == 302
        assert CaseStudyPage.objects.child_of(cases).filter(slug=slug).exists()


def test_a_form_whose_answer_was_lost_makes_no_second_page(
    admin_client: Client, cases: CasesFromPage
) -> None:
    number = cases.numchild
    data = opened(admin_client, adding(cases))
    data["title"], data["kept-text"] = TITLE, "a-token-of-this-form"
    data["places-TOTAL_FORMS"], data["places-0-area"] = "1", "162116"
    first = send(admin_client, adding(cases), data, accept="application/json").json()
    data["summary"] = "あとから書いた要約"
    again = send(admin_client, adding(cases), data, accept="application/json").json()
    assert (again["success"], again["pk"]) == (True, first["pk"])
    assert (again["url"], again["hydrate_url"]) == (first["url"], first["hydrate_url"])
    data["title"] = "あとから直した題名"
    assert send(admin_client, adding(cases), data)["Location"] == first["url"]
    page = CaseStudyPage.objects.get(pk=first["pk"]).get_latest_revision_as_object()
    assert (page.title, page.summary) == ("あとから直した題名", "あとから書いた要約")
    assert [place.area_id for place in page.places.all()] == ["162116"]
    cases.refresh_from_db()
    assert cases.numchild == number + 1
    data["kept-text"] = "a-token-of-another-form"
    other = send(admin_client, adding(cases), data, accept="application/json").json()
    assert other["pk"] != first["pk"]


def test_the_same_new_page_sent_twice_by_the_button_is_one(
    admin_client: Client, cases: CasesFromPage
) -> None:
    data = opened(admin_client, adding(cases))
    data["title"], data["kept-text"] = TITLE, "a-token-of-this-form"
    addresses = {send(admin_client, adding(cases), data)["Location"] for _ in range(2)}
    assert len(addresses) == 1
    assert CaseStudyPage.objects.child_of(cases).filter(title=TITLE).count() == 1


def test_an_address_that_somebody_wrote_stays(admin_client: Client, cases: CasesFromPage) -> None:
    data = opened(admin_client, adding(cases))
    data["title"], data["slug"] = TITLE, "hiroba"
    assert send(admin_client, adding(cases), data).status_code == 302
    page = CaseStudyPage.objects.child_of(cases).get(slug="hiroba")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = opened(admin_client, edit)
    data["title"] = "別の題名"
    send(admin_client, edit, data)
    assert page.get_latest_revision_as_object().slug == "hiroba"


def test_an_emptied_address_of_a_public_page_stays(admin_client: Client, site: Site) -> None:
    page = StandardPage.objects.live().filter(alias_of=None).first()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    data = opened(admin_client, edit)
    data["slug"] = ""
    assert send(admin_client, edit, data).status_code == 302
    assert page.get_latest_revision_as_object().slug == page.slug


def test_drafts_made_by_programs_get_an_address(cases: CasesFromPage) -> None:
    pages = [draft_case(parent=cases, content=PageContent({"title": TITLE})) for _ in range(2)]
    assert [page.slug for page in pages] == [SLUG, f"{SLUG}-2"]


def test_a_copy_gets_a_free_address(admin_client: Client, cases: CasesFromPage) -> None:
    page = draft_case(parent=cases, content=PageContent({"title": TITLE}))
    address = reverse("wagtailadmin_pages:copy", args=[page.pk])
    form = admin_client.get(address).context["form"]
    assert form["new_slug"].value() == f"{SLUG}-2"
    sent = {"new_title": TITLE, "new_slug": SLUG, "new_parent_page": cases.pk}
    assert admin_client.post(address, sent).status_code == 302
    sent = {"new_title": "別の題名", "new_slug": "", "new_parent_page": cases.pk}
    assert admin_client.post(address, sent).status_code == 302
    slugs = CaseStudyPage.objects.child_of(cases).values_list("slug", flat=True)
    assert {f"{SLUG}-2", "betsu-no-daimei"} <= set(slugs)


def test_the_browser_is_told_a_free_address(
    admin_client: Client, client_of: Any, cases: CasesFromPage
) -> None:
    address = reverse("writing_address", args=[cases.pk])
    page = draft_case(parent=cases, content=PageContent({"title": TITLE}))
    asked = {"title": TITLE}
    assert admin_client.get(address, asked).json() == {"slug": f"{SLUG}-2"}
    assert admin_client.get(address, {**asked, "page": page.pk}).json() == {"slug": SLUG}
    assert admin_client.get(address, {"title": ""}).json() == {"slug": ""}
    assert client_of("Translators").get(address, asked).status_code in {302, 403}


@pytest.fixture
def ended(site: Site) -> StandardPage:
    """A page whose expiry has passed."""
    page = StandardPage.objects.live().filter(alias_of=None).first()
    page.expire_at = timezone.now() - datetime.timedelta(days=1)
    page.save_revision().publish()
    page.refresh_from_db()
    page.unpublish(set_expired=True)
    return page


def test_a_page_whose_expiry_has_passed_is_saved(admin_client: Client, ended: StandardPage) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[ended.pk])
    data = opened(admin_client, edit)
    assert data["expire_at"]
    data["title"] = "直した題名"
    saved = send(admin_client, edit, data, accept="application/json")
    assert saved.json()["success"], saved.json()
    ended.refresh_from_db()
    assert ended.get_latest_revision_as_object().title == "直した題名"


def test_publishing_it_asks_for_another_expiry(admin_client: Client, ended: StandardPage) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[ended.pk])
    data = opened(admin_client, edit)
    data["title"] = "直した題名"
    data["action-publish"] = "1"
    refused = send(admin_client, edit, data)
    assert refused.status_code == 200
    [message] = refused.context["form"].errors["expire_at"]
    assert "公開終了日時" in message
    assert "直した題名" in refused.content.decode()
    data["expire_at"] = ""
    assert send(admin_client, edit, data).status_code == 302
    ended.refresh_from_db()
    assert ended.live
