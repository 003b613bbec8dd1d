"""The preview panel of the editor: every kind of page, saved or not, in a frame."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, Site
from wagtail.test.utils.form_data import querydict_from_html

from tests.page_examples import page_models

# A list of cases leads to the page of its place, and has no look of its own.
KINDS = [model for model in page_models() if model.preview_modes]
NAMES = [model._meta.label for model in KINDS]


@pytest.fixture
def administrator(admin_client: Client) -> Client:
    """Somebody who may write every kind of page."""
    return admin_client


def _parent_for(model: type[Page]) -> Page:
    """A page below which editors can make a page of this kind."""
    allowed = model.allowed_parent_page_models()
    parents = [page for parent in allowed for page in parent.objects.all()[:1]]
    assert parents, f"nothing in the loaded site may have a {model._meta.label} below it"
    return parents[0]


def _form_of(client: Client, address: str) -> str:
    """What the editor's browser sends for a form that was only opened, its blocks left out."""
    html = client.get(address).content.decode()
    data = querydict_from_html(html, form_id="page-edit-form")
    for block in BeautifulSoup(html, "html.parser").select("[data-block]"):
        data.setdefault(f"{block['id']}-count", "0")
    return data.urlencode()


def _preview(client: Client, address: str, form: str) -> None:
    client.raise_request_exception = False
    sent = client.post(address, form, content_type="application/x-www-form-urlencoded")
    assert sent.status_code == 200, sent.status_code
    assert sent.json() == {"is_valid": True, "is_available": True}
    shown = client.get(address, {"in_preview_panel": "true"})
    assert shown.status_code == 200, shown.status_code
    text = shown.content.decode()
    assert "preview-error" not in text
    assert "<wagtail-userbar>" in text
    policy = shown.headers.get("Content-Security-Policy", "")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in policy


@pytest.mark.parametrize("model", KINDS, ids=NAMES)
def test_a_saved_page_is_previewed(site: Site, administrator: Client, model: type[Page]) -> None:
    page = model.objects.filter(alias_of=None).first()
    assert page is not None
    form = _form_of(administrator, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    _preview(administrator, reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]), form)


@pytest.mark.parametrize("model", KINDS, ids=NAMES)
def test_an_unsaved_page_is_previewed(
    site: Site, administrator: Client, model: type[Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = _parent_for(model)
    # Some kinds exist once in each language, and are there in both.
    monkeypatch.setattr(model, "max_count", None)
    monkeypatch.setattr(model, "max_count_per_parent", None)
    where = [model._meta.app_label, model._meta.model_name, parent.pk]
    form = _form_of(administrator, reverse("wagtailadmin_pages:add", args=where))
    _preview(administrator, reverse("wagtailadmin_pages:preview_on_add", args=where), form)
