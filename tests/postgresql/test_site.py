"""The site works on PostgreSQL: pages, search, and many editors at once."""

from __future__ import annotations

import subprocess
import sys

import pytest
import requests

from tests.postgresql.conftest import ROOT, Manage

WRITERS = 8
EDITS = 5
# Copies of one process that has everything imported and no connection yet.
PUBLISH = f"""
import sys, django
from multiprocessing import get_context
django.setup()
from home.models import StandardPage

def publish(number):
    pages = StandardPage.objects.filter(alias_of=None, locale__language_code="ja").order_by("pk")
    pages = list(pages)
    for turn in range({EDITS}):
        page = pages[turn % 3]
        page.refresh_from_db()
        page.summary = f"編集{{number}}回{{turn}}"
        page.save_revision().publish()

start = get_context("fork").Process
writers = [start(target=publish, args=[number]) for number in range({WRITERS})]
for writer in writers:
    writer.start()
for writer in writers:
    writer.join()
sys.exit(any(writer.exitcode for writer in writers))
"""

RENAME = """
from home.models import StandardPage
page = StandardPage.objects.get(slug="guide-7", locale__language_code="ja")
page.title = "{title}"
page.save_revision().publish()
"""


def test_index_says_what_the_pages_say(filled: Manage) -> None:
    assert "outdated: 0" in filled("search_check")


def test_models_and_migrations_agree(filled: Manage) -> None:
    filled("makemigrations", "--check", "--dry-run")


@pytest.mark.parametrize(
    ("path", "text"),
    [("/", "防災"), ("/en/", "NANIF"), ("/guide-3/", "防災の手引き3"), ("/sitemap.xml", "guide-19"),
     ("/search/?q=防災&sort=newest&page=2", "防災"), ("/search/?q=浜松", "<mark>浜松</mark>"),
     ("/api/v1/search?q=防災", '"total": 20'), ("/admin/login/", "password")],
)  # fmt: skip
def test_page_is_served(address: str, path: str, text: str) -> None:
    response = requests.get(address + path, timeout=30)
    assert response.status_code == 200
    assert text in response.text


def test_many_processes_publish_at_the_same_time(
    filled: Manage, environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PUBLISH],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "outdated: 0" in filled("search_check")


def test_every_process_shows_a_change_at_once(filled: Manage, address: str) -> None:
    """Each keeps pages of its own, and none of them an old one."""
    for title in ["zq1", "zq2"]:
        for _ in range(8):
            assert title not in requests.get(f"{address}/guide-7/", timeout=30).text
        filled("shell", "--verbosity=0", "--command", RENAME.format(title=title))
        for _ in range(8):
            response = requests.get(f"{address}/guide-7/", timeout=30)
            assert title in response.text
            assert response.headers["ETag"]
