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

RELEASED = """
from django.contrib.auth.models import Group
from wagtail.models import Site, Workflow
site = Site.objects.get(is_default_site=True)
print(Workflow.objects.exists(), Group.objects.exists(), f"{site.hostname}:{site.port}")
"""

RENAME = """
from home.models import StandardPage
page = StandardPage.objects.get(slug="guide-7", locale__language_code="ja")
page.title = "{title}"
page.save_revision().publish()
"""


def test_index_says_what_the_pages_say(filled: Manage) -> None:
    assert "outdated: 0" in filled("search_check")


KEYWORDS = """
from casestudies.models import CaseKeyword, CaseStudyIndexPage, CaseStudyPage
from home.models import HomePage
home = HomePage.objects.get(locale__language_code="ja")
index = CaseStudyIndexPage.objects.filter(locale=home.locale).first()
index = index or home.add_child(instance=CaseStudyIndexPage(title="事例", slug="cases"))
case = index.add_child(instance=CaseStudyPage(title="通訳", slug="interpreting"))
case.keywords.add("消防", "避難", "通訳", "学校")
case.save_revision().publish()
"""
# PostgreSQL returns rows in the order in which they were written last.
MOVE_ROWS = """
from casestudies.models import CaseKeyword
for row in CaseKeyword.objects.order_by("-pk"):
    row.save()
"""


def test_order_of_keywords_in_the_database_is_no_difference(filled: Manage) -> None:
    filled("shell", "--verbosity=0", "--command", KEYWORDS)
    filled("shell", "--verbosity=0", "--command", MOVE_ROWS)
    assert "outdated: 0" in filled("search_check")


def test_released_site_has_reviewers_and_its_address(filled: Manage) -> None:
    told = filled("shell", "--verbosity=0", "--command", RELEASED)
    assert "True True 127.0.0.1:8000" in told
    again = filled("release", "--without-content")
    assert "Migrating" not in again
    assert "Building" not in again


OVERVIEW = """
from django.test import Client
from django.utils import timezone
from home.models import StandardPage
from users.models import User
user = User.objects.create_superuser("overview", "overview@example.org")
page = StandardPage.objects.filter(locale__language_code="ja").first()
page.get_workflow().start(page, user)
revision = StandardPage.objects.last().save_revision()
revision.approved_go_live_at = timezone.now() + timezone.timedelta(days=3)
revision.save()
client = Client(SERVER_NAME="127.0.0.1")
client.force_login(user)
board = "/admin/overview/region/network/"
lists = [f"{board}?list={name}" for name in
         ("waiting", "sent_back", "drafts", "unconfirmed", "stale")]
for address in ["/admin/overview/regions/", "/admin/overview/dates/", board, *lists]:
    assert client.get(address).status_code == 200, address
assert "1" in client.get("/admin/overview/regions/?export=csv").content.decode().split("\\n")[-2]
for name in ("waiting", "unconfirmed"):
    assert client.post(f"{board}ask/", {"list": name, "all": "1"}).status_code == 302
page.current_workflow_state.cancel(user=user)
revision.delete()
user.delete()
print("read")
"""


def test_regions_at_a_glance_are_read(filled: Manage) -> None:
    assert "read" in filled("shell", "--verbosity=0", "--command", OVERVIEW)


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
