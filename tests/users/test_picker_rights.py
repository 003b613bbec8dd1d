"""Pickers and choosers in forms offer, name and accept no drafts of other regions."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.fields import StreamField
from wagtail.models import Page

from casestudies.models import CaseStudyPage
from organisations.models import OrganisationIndexPage, OrganisationPage
from tests.users.conftest import SECRET, Network, draft

WITHHELD = "公開されていないページ"


def offered(client: Client, name: str, text: str) -> list[dict[str, str]]:
    """What a picker answers to a typed text."""
    answer = client.get(reverse("picker_options", args=[name]), {"q": text})
    assert answer.status_code == 200
    options: list[dict[str, str]] = answer.json()["options"]
    return options


def edit_form(network: Network, who: str, page: Page) -> str:
    """The form of a page as somebody sees it."""
    answer = network.client(who).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_drafts_are_offered_to_their_own_region_alone(network: Network) -> None:
    case = draft(network.own.cases_page.specific, CaseStudyPage)
    assert offered(network.client("other-editor"), "cases", SECRET) == []
    (option,) = offered(network.client("region-editor"), "cases", SECRET)
    assert option["value"] == str(case.pk)
    assert option["note"] == "下書き"


def test_what_is_published_is_offered_to_everybody_by_its_published_title(
    network: Network,
) -> None:
    case = draft(network.own.cases_page.specific, CaseStudyPage)
    Page.objects.filter(pk=case.pk).update(live=True, title="公開の事例", draft_title=SECRET)
    for who in ["other-editor", "region-editor"]:
        (option,) = offered(network.client(who), "cases", "公開の事例")
        assert option["label"] == "公開の事例"
    assert offered(network.client("other-editor"), "cases", SECRET) == []


def test_own_regions_cases_come_first(network: Network) -> None:
    for region, title in [(network.own, "あ 教室"), (network.other, "ん 教室")]:
        case = draft(region.cases_page.specific, CaseStudyPage)
        Page.objects.filter(pk=case.pk).update(live=True, title=title, draft_title=title)
    titles = [one["label"] for one in offered(network.client("other-editor"), "cases", "教室")]
    assert titles == ["ん 教室", "あ 教室"]


def test_form_names_no_draft_of_others_that_was_chosen_while_it_was_public(
    network: Network,
) -> None:
    """It stays chosen, without its title."""
    theirs = draft(network.own.cases_page.specific, CaseStudyPage)
    own = CaseStudyPage(title="わたしたちの事例", slug="ours", live=False)
    network.other.cases_page.specific.add_child(instance=own)
    own.related_cases.set([theirs])
    own.save()
    own.save_revision()
    form = edit_form(network, "other-editor", own)
    assert SECRET not in form
    assert f'<option value="{theirs.pk}" selected' in form
    assert WITHHELD in form
    assert SECRET in edit_form(network, "curator", own)


@pytest.mark.parametrize("field", ["related_cases", "origins-0-origin", "actors-0-organisation"])
def test_guessed_drafts_of_others_are_neither_accepted_nor_named(
    field: str, network: Network
) -> None:
    theirs = draft(network.own.cases_page.specific, CaseStudyPage)
    if field.startswith("actors"):
        index = OrganisationIndexPage.objects.get(locale__language_code="ja")
        theirs = draft(index, OrganisationPage)
    own = draft(network.other.cases_page.specific, CaseStudyPage)
    name, _dash, rest = field.partition("-")
    data: dict[str, Any] = {
        f"{formset}-{count}": 0
        for formset in ["places", "actors", "results", "sources", "origins", "adoptions"]
        for count in ["TOTAL_FORMS", "INITIAL_FORMS"]
    }
    streams = [one for one in CaseStudyPage._meta.get_fields() if isinstance(one, StreamField)]
    data |= {f"{stream.name}-count": 0 for stream in streams}
    data |= {"title": "題名", "slug": "daimei", field: theirs.pk}
    if rest:
        data |= {f"{name}-TOTAL_FORMS": 1}
    form_class = CaseStudyPage.get_edit_handler().get_form_class()
    user = network.people["other-editor"]
    form = form_class(data, instance=own, for_user=user)
    form.is_valid()
    errors = form.formsets[name].forms[0].errors if rest else form.errors
    assert rest.partition("-")[2] in errors if rest else name in errors
    rendered = str(form[name]) if not rest else str(form.formsets[name].forms[0])
    assert SECRET not in rendered
