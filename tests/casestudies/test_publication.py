"""Drafts may be incomplete; publishing needs the required fields, named one by one."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from casestudies.models import CasesFromPage, CaseStudyPage
from casestudies.services import publish_case
from core.services import PageContent


@pytest.fixture
def parent(site: Site) -> CasesFromPage:
    return CasesFromPage.objects.get(area="01", locale__language_code="ja")


@pytest.fixture
def admin(site: Site, django_user_model: Any) -> Client:
    client = Client()
    client.force_login(django_user_model.objects.create_superuser("admin"))
    return client


def form(**values: Any) -> dict[str, Any]:
    """The case form as a browser sends it, with nothing but a title unless told otherwise."""
    streams = (
        "context",
        "goal",
        "actions",
        "steps",
        "outcomes",
        "did_not_work",
        "success_factors",
        "remaining_problems",
        "conditions",
    )
    data: dict[str, Any] = {
        "title": "新しい取組",
        "slug": "new-case",
        "provenance": "compiled",
        "licence": "CC-BY-4.0",
        "cost_period": "",
        "keywords": "",
        **{name: streamfield([]) for name in streams},
        **{
            name: inline_formset([])
            for name in ("places", "actors", "results", "sources", "origins", "adoptions")
        },
        "comments": inline_formset([]),
    }
    # Several choices of one field are sent under one name.
    choices = {name: value for name, value in values.items() if isinstance(value, list)}
    nested = nested_form_data(
        data | {name: value for name, value in values.items() if name not in choices}
    )
    return nested | choices


COMPLETE = {
    "overview": "概要の文。",
    "places": inline_formset([{"area": "014583", "note": ""}]),
    "actor_types": ["npo"],
    "themes": ["2-1"],
    "status": "continuing",
    "actions": streamfield([("subheading", "したこと")]),
    "evidence_grade": "C",
    "sources": inline_formset(
        [
            {
                "kind": "source",
                "title": "市の頁",
                "publisher": "",
                "url": "https://example.org/",
                "accessed": "2026-11",
                "note": "",
            }
        ]
    ),
}


def add(client: Client, parent: CasesFromPage, data: dict[str, Any]) -> Any:
    url = reverse("wagtailadmin_pages:add", args=["casestudies", "casestudypage", parent.pk])
    return client.post(url, data)


def test_draft_with_a_title_only_is_saved(admin: Client, parent: CasesFromPage) -> None:
    response = add(admin, parent, form())
    assert response.status_code == 302
    page = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    assert not page.live


def test_publishing_an_incomplete_case_names_every_missing_field(
    admin: Client, parent: CasesFromPage
) -> None:
    response = add(admin, parent, form(**{"action-publish": "1"}))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert {"overview", "actor_types", "themes", "status", "actions", "evidence_grade"} <= set(
        errors
    )
    assert len(errors["__all__"]) == 2  # places and sources are lists of rows
    assert not CaseStudyPage.objects.filter(slug="new-case", live=True).exists()


def test_complete_compiled_case_is_published(
    admin: Client, parent: CasesFromPage, client: Client
) -> None:
    response = add(admin, parent, form(**COMPLETE, **{"action-publish": "1"}))
    assert response.status_code == 302
    page = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    assert page.live
    assert client.get(page.get_url()).status_code == 200
    # It stands in the English tree until it is translated.
    english = page.get_translation(
        CaseStudyPage.objects.filter(locale__language_code="en").first().locale
    )
    assert english.alias_of_id == page.pk


def test_reported_case_needs_what_only_its_body_can_say(
    admin: Client, parent: CasesFromPage
) -> None:
    data = form(**COMPLETE, **{"action-publish": "1"}) | {"provenance": "reported"}
    errors = add(admin, parent, data).context["form"].errors
    assert {
        "summary",
        "goal",
        "context",
        "outcomes",
        "participation_level",
        "contact_name",
        "target_groups",
        "started",
    } <= set(errors)


@pytest.mark.parametrize("value", ["next year", "2024-13", "24", "令和6年度", "2024-02-31", "2月x"])
def test_wrong_dates_are_refused_even_in_drafts(
    admin: Client, parent: CasesFromPage, value: str
) -> None:
    response = add(admin, parent, form(started=value))
    assert response.status_code == 200
    assert "started" in response.context["form"].errors


def test_more_than_three_themes_are_refused(admin: Client, parent: CasesFromPage) -> None:
    response = add(admin, parent, form(themes=["1-1", "1-2", "2-1", "2-2"]))
    assert "themes" in response.context["form"].errors


def test_end_before_start_is_refused(admin: Client, parent: CasesFromPage) -> None:
    response = add(admin, parent, form(started="2024-05", ended="2023"))
    assert "ended" in response.context["form"].errors


def test_actor_without_page_or_name_is_refused(admin: Client, parent: CasesFromPage) -> None:
    actors = inline_formset(
        [
            {
                "part": "lead",
                "organisation": "",
                "name": "",
                "actor_type": "",
                "bridging_role": "",
                "contribution": "",
            }
        ]
    )
    response = add(admin, parent, form(actors=actors))
    assert response.status_code == 200


def test_service_refuses_an_incomplete_case_and_stores_nothing(parent: CasesFromPage) -> None:
    from django.core.exceptions import ValidationError

    before = CaseStudyPage.objects.count()
    with pytest.raises(ValidationError) as caught:
        publish_case(parent=parent, slug="half", content=PageContent(fields={"title": "半分"}))
    assert "overview" in caught.value.message_dict
    assert CaseStudyPage.objects.count() == before


def test_texts_stand_open_and_an_empty_paragraph_counts_for_nothing(
    admin: Client, parent: CasesFromPage
) -> None:
    empty = {
        name: streamfield([("paragraph", rich_text(""))]) for name in ("context", "goal", "actions")
    }
    add(admin, parent, form(**empty))
    page = CaseStudyPage.objects.get(slug="new-case", locale__language_code="ja")
    assert not page.is_filled("goal")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    opened = admin.get(edit).context["form"]
    assert [len(opened[name].value()) for name in ("context", "goal", "actions", "outcomes")] == [
        1, 1, 1, 1,
    ]  # fmt: skip
    response = admin.post(edit, form(**{**COMPLETE, **empty, "action-publish": "1"}))
    assert set(response.context["form"].errors) == {"actions"}
    whole = {**empty, "actions": COMPLETE["actions"], "action-publish": "1"}
    assert admin.post(edit, form(**{**COMPLETE, **whole})).status_code == 302
    page.refresh_from_db()
    assert page.live
    assert not page.is_filled("goal")
