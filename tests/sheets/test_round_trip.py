"""What goes out as a spreadsheet and comes back changes nothing, for every importer there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override
from wagtail.models import Revision, Site

from search.admin.lexicon_csv import decode, read
from sheets.registry import importer, registered
from sheets.services import plan_of_file
from sheets.writing import write_csv, write_excel
from surveys.models import Wave


@pytest.fixture
def curator(site: Site, django_user_model: Any) -> Any:
    """Somebody who may change everything."""
    return django_user_model.objects.create_superuser(username="all", password="all")


FORMATS: dict[str, Callable[[Any, Any], bytes]] = {
    "xlsx": write_excel,
    "csv": lambda imported, records: b"".join(write_csv(imported, records)),
    "csv in the encoding of Japanese Excel": lambda imported, records: (
        b"".join(write_csv(imported, records))
        .decode("utf-8-sig")
        .encode("cp932", "xmlcharrefreplace")
    ),
}


@pytest.mark.parametrize("name", sorted(registered()))
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_export_comes_back_without_a_change(
    curator: Any, name: str, language: str, form: str
) -> None:
    revisions = Revision.objects.count()
    with override(language):
        sent = importer(name, curator)
        assert sent is not None
        records = list(sent.export())[:120]
        received = importer(name, curator)
        assert received is not None
        plan = plan_of_file(received, FORMATS[form](sent, records))
        assert plan.problems == []
        assert [(c.stored.title, c.fields) for c in plan.to_write] == []
        assert len(plan.unchanged) == len(records)
    assert Revision.objects.count() == revisions


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_table_of_the_standard_comes_back_without_a_change(
    curator: Any, client: Client, prefix: str
) -> None:
    """The public table has the first of several themes, and titles that nobody wrote."""
    answer = client.get(f"{prefix}/grants/360giving.csv")
    content = b"".join(answer.streaming_content)
    found = importer("grants", curator)
    assert found is not None
    plan = plan_of_file(found, content)
    assert plan.problems == []
    assert [(c.stored.title, c.fields) for c in plan.to_write] == []
    assert len(plan.unchanged) > 2


def test_f12_own_table_saved_before_comes_back_without_a_change(curator: Any) -> None:
    path = Path(__file__).resolve().parent.parent / "field_cases" / "F12_own_360giving_en.csv"
    found = importer("grants", curator)
    assert found is not None
    plan = plan_of_file(found, path.read_bytes())
    assert plan.problems == []
    assert [(c.stored.title, c.fields) for c in plan.to_write] == []


def test_english_title_changed_in_the_english_table_is_an_english_title(
    curator: Any, client: Client
) -> None:
    text = b"".join(client.get("/en/grants/360giving.csv").streaming_content).decode()
    title = "Careers for second- and third-generation migrants"
    assert title in text
    found = importer("grants", curator)
    assert found is not None
    plan = plan_of_file(found, text.replace(title, "Careers for migrants").encode())
    assert [(f.column.name, f.new) for change in plan.to_write for f in change.fields] == [
        ("title_en", "Careers for migrants")
    ]


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_downloads_of_waves_come_back_without_a_change(
    curator: Any, client: Client, prefix: str, form: str
) -> None:
    offered = 0
    for wave in Wave.objects.select_related("survey"):
        answer = client.get(f"{prefix}/surveys/{wave.survey_id}/{wave.code}/figures.{form}")
        if answer.status_code == 404:  # without a public page
            continue
        offered += 1
        found = importer("survey-waves", curator)
        assert found is not None
        plan = plan_of_file(found, answer.getvalue())
        assert plan.problems == []
        assert [(c.stored.title, c.fields) for c in plan.to_write] == []
        assert plan.removed == []
    assert offered > 5


@pytest.mark.parametrize("language", ["ja", "en"])
def test_lexicon_comes_back_without_a_change(
    site: Site, client_of: Callable[[str], Client], language: str
) -> None:
    administrator = client_of("Curators")
    content = administrator.get(
        "/admin/search/lexicon/?export=csv", headers={"accept-language": language}
    ).getvalue()
    with override(language):
        table = read(decode(content))
    assert table.problems == []
    assert table.changes == []
