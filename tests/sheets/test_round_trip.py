"""What goes out as a spreadsheet and comes back changes nothing, for every importer there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override
from wagtail.models import Revision, Site

from sheets.registry import importer, registered
from sheets.services import plan_of_file
from sheets.writing import write_csv, write_excel


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
@pytest.mark.parametrize(("language", "form"), [("ja", "xlsx"), ("en", "csv")])
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
