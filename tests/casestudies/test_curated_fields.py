"""Fields that curators alone write: others find them neither in the form nor in spreadsheets."""

from __future__ import annotations

import pytest
from django.test import Client

from casestudies.models import CaseStudyPage
from sheets.registry import importer
from tests.casestudies.test_publication import form as case_form
from tests.users.conftest import Network, draft
from tests.users.conftest import network as network  # the small site itself

NAME = "chosen_because"


@pytest.mark.parametrize(
    ("role", "writes"),
    [("region-editor", False), ("region-publisher", False), ("curator", True)],
)
def test_who_may_say_why_a_case_was_chosen(
    network: Network, client: Client, role: str, writes: bool
) -> None:
    page = draft(network.own.cases_page.specific, CaseStudyPage)
    person = network.people[role]
    client.force_login(person)
    form = client.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert 'name="title"' in form
    assert (f'name="{NAME}"' in form) is writes
    new = f"/admin/pages/add/casestudies/casestudypage/{network.own.cases_page.pk}/"
    assert (f'name="{NAME}"' in client.get(new).content.decode()) is writes

    client.post(
        f"/admin/pages/{page.pk}/edit/",
        case_form(title="題名", slug=page.slug, **{NAME: "すぐれた例"}),
    )
    saved = CaseStudyPage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert saved.title == "題名"
    assert (getattr(saved, NAME) == "すぐれた例") is writes

    sheet = importer("cases", person)
    assert sheet is not None
    assert (NAME in [column.name for column in sheet.columns()]) is writes
