"""The one guard against formulas: its rule, every writer of tables, and Wagtail's own exports."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from core.tabular import csv_pieces, excel_file, guarded, guarded_value, unguarded
from opendata.bibtex import entry
from tests.architecture.sources import APPS, modules, name_of

FORMULAS = [
    "=1+1", "+81", "-x", "@SUM", "\t=1", "\r=1", " =1+1", "＝1+1", "　＝1+1", "\n=cmd|x",
    "＠SUM(1)", "－1", "＋1", "\u200b=1", "'=1", "﹦1",
]  # fmt: skip
# Only these write cells themselves: the shared writer, and templates of sheets with their styles.
WRITERS = {"core/tabular.py", "sheets/writing.py"}


@pytest.mark.parametrize("text", FORMULAS)
def test_formulas_become_text_and_come_back(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text
    content = b"".join(csv_pieces(["title"], [[text]])).decode("utf-8-sig")
    assert content.replace('"', "").startswith("title\r\n'")


@pytest.mark.parametrize("value", ["防災", "1=1", "", "(+81)", 2013, -5, None])
def test_other_cells_stay_as_they_are(value: Any) -> None:
    assert guarded_value(value) == value


@pytest.mark.parametrize("text", FORMULAS)
def test_excel_keeps_formulas_as_text(text: str) -> None:
    content = excel_file(["title"], [[text, 3]], title="Rows")
    cell, number = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0][2]
    # A workbook has no carriage return in a cell.
    assert unguarded(cell.value).replace("\n", "\r") == text.replace("\n", "\r")
    assert (cell.data_type, cell.quotePrefix, number.value) == ("s", True, 3)


def test_tables_are_written_in_one_place() -> None:
    writing = {
        name_of(path)
        for path in modules(*APPS)
        if any(
            mark in path.read_text("utf-8")
            for mark in ("csv.writer", "csv.DictWriter", "Workbook(", "WriteOnlyCell")
        )
    }
    assert writing == WRITERS
    titles = [name_of(path) for path in modules(*APPS) if "@misc{{" in path.read_text("utf-8")]
    assert titles == ["opendata/bibtex.py"]


@pytest.mark.parametrize(
    "address",
    ["/admin/reports/site-history/", "/admin/reports/aging-pages/", "/admin/reports/locked/"],
)
def test_reports_of_wagtail_are_guarded(site: Site, django_user_model: Any, address: str) -> None:
    administrator = Client()
    user = django_user_model.objects.create_superuser(username="all", password="all")
    administrator.force_login(user)
    page = CaseStudyPage.objects.live().filter(alias_of=None).first()
    page.title, page.locked, page.locked_by = "＝1+1", True, user
    page.save_revision(user=user, log_action=True).publish(user=user)
    text = b"".join(administrator.get(f"{address}?export=csv").streaming_content).decode()
    assert text.startswith("\ufeff")
    cells = [cell for line in text.splitlines() for cell in line.split(",")]
    assert "'＝1+1" in cells
    assert "＝1+1" not in cells
    answer = administrator.get(f"{address}?export=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    found = [c for row in book.worksheets[0].rows for c in row if c.value == "＝1+1"]
    assert found
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in found)


def test_bibtex_escapes_what_it_would_read_as_a_command() -> None:
    text = entry(
        key="nanif-x", title="100% {a_b} \\x #1 & $2 ~^\n", year="2026",
        url="https://example.org/", read_on="2026-11-29", language="ja",
    )  # fmt: skip
    assert (
        r"title = {{100\% \{a\_b\} \textbackslash{}x \#1 \& \$2"
        r" \textasciitilde{}\textasciicircum{} }}" in text
    )
