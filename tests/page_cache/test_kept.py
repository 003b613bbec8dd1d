"""What a process keeps in its memory is what the database has, whoever changed it."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from casestudies.models import CasesFromPage, CaseStudyPage
from casestudies.selectors import counts_by_area, counts_by_theme, themes_with_counts
from contact.models import Imprint
from contact.selectors import current_imprint
from home.models import StandardPage
from home.selectors import frame_pages, pages_above
from page_cache.kept import kept
from page_cache.versions import asked_once
from regions.models import Area
from regions.selectors import blocks, prefectures
from search.results import facets
from taxonomy.models import ActorType, Theme
from taxonomy.selectors import theme_tree

Read = Callable[[], Any]
Change = Callable[[], object]


def theme_labels() -> list[str]:
    return [theme.label_ja for theme in theme_tree()]


@kept
def names(code: str) -> str:
    return str(Area.objects.get(code=code).name_ja)


def kept_things() -> dict[str, tuple[Read, Change]]:
    """What is kept, each with a change that it must show."""
    case = CaseStudyPage.objects.filter(locale__language_code="ja", alias_of=None, live=True)[0]
    text = StandardPage.objects.filter(locale__language_code="ja", live=True, in_footer=True)[0]
    return {
        "labels of a vocabulary": (
            lambda: facets.ALL["actor"].values(["npo"], "ja"),
            lambda: ActorType.objects.filter(code="npo").update(label_ja="zq"),
        ),
        "titles": (
            lambda: facets.ALL["programme"].values(["hamis"], "ja"),
            lambda: Page.objects.filter(slug="hamis").update(title="zq"),
        ),
        "themes": (theme_labels, lambda: Theme.objects.update(label_ja="zq")),
        "counts by theme": (
            lambda: counts_by_theme("ja"),
            lambda: Page.objects.filter(pk=case.pk).update(live=False),
        ),
        "counts by area, of a case that is withheld": (
            lambda: counts_by_area("ja"),
            lambda: PageViewRestriction.objects.create(page=case, restriction_type="login"),
        ),
        "prefectures": (
            lambda: [area.name_ja for area in prefectures()],
            lambda: Area.objects.filter(code="13").update(name_ja="zq"),
        ),
        "blocks": (
            lambda: [area.name_ja for block in blocks() for area in block.parts.all()],
            lambda: Area.objects.filter(code="13").update(name_ja="zq"),
        ),
        "menu": (
            lambda: repr(frame_pages("ja")),
            lambda: Page.objects.filter(pk=text.pk).update(title="zq"),
        ),
        "pages above": (
            lambda: [page.title for page in pages_above(case.path)],
            lambda: CasesFromPage.objects.update(title="zq"),
        ),
        "imprint": (
            lambda: current_imprint().operator_ja,
            lambda: (Imprint.objects.all().delete(), Imprint.objects.create(operator_ja="zq")),
        ),
    }


@pytest.mark.django_db
def test_each_kept_thing_follows_each_change_and_its_return(site: Site) -> None:
    for name, (read, change) in kept_things().items():
        before = read()
        with transaction.atomic():
            change()
            assert read() != before, name
            transaction.set_rollback(True)
        assert read() == before, f"{name} after it was taken back"
        with asked_once():
            assert read() == before, name
            with transaction.atomic():
                change()
                assert read() != before, f"{name} within a request"
                transaction.set_rollback(True)
            assert read() == before, f"{name} within a request, taken back"


@pytest.mark.django_db
def test_nothing_is_asked_twice_in_a_request(site: Site) -> None:
    themes_with_counts("ja"), counts_by_area("ja"), prefectures()
    with CaptureQueriesContext(connection) as captured, asked_once():
        for _ in range(3):
            themes_with_counts("ja"), counts_by_area("ja"), prefectures()
    assert len(captured) == 1


@pytest.mark.django_db
def test_what_is_read_is_not_changed_by_who_reads(site: Site) -> None:
    before = [(theme.code, len(theme.children)) for theme in theme_tree()]
    themes_with_counts("ja")
    assert [(theme.code, len(theme.children)) for theme in theme_tree()] == before
    current_imprint().operator_ja = "not saved"
    assert current_imprint().operator_ja != "not saved"


@pytest.mark.django_db
def test_kept_until_a_page_expires(site: Site) -> None:
    case = CaseStudyPage.objects.filter(locale__language_code="ja", alias_of=None, live=True)[0]
    soon = timezone.now() + datetime.timedelta(milliseconds=300)
    Page.objects.filter(pk=case.pk).update(expire_at=soon)
    before = counts_by_area("ja")
    while timezone.now() < soon + datetime.timedelta(seconds=1):  # databases count seconds
        counts_by_area("ja")
    assert counts_by_area("ja") != before


CHANGE = """
import django
django.setup()
from regions.models import Area
Area.objects.filter(code="13").update(name_ja={name!r})
"""


@pytest.mark.django_db(transaction=True)
def test_change_of_another_process_is_seen_at_once(tmp_path: Any) -> None:
    Locale.objects.get_or_create(language_code="ja")
    Area.objects.create(code="13", name_ja="東京都", name_en="Tokyo", kind=Area.Kind.PREFECTURE)
    assert names("13") == "東京都"
    for name in ["一", "二"]:
        _in_another_process(CHANGE.format(name=name))
        with asked_once():
            assert names("13") == name


def _in_another_process(code: str) -> None:
    database = settings.DATABASES["default"]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "nanif.settings.test",
        "DATABASE_URL": f"sqlite:///{database['NAME']}",
    }
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=settings.BASE_DIR)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/en/", "/cases/", "/en/cases/"])
def test_page_is_found_where_wagtail_finds_it(site: Site, client: Client, address: str) -> None:
    assert client.get(address).status_code == 200
    assert client.get(f"{address}no-such-page/").status_code == 404


@pytest.mark.django_db
def test_withdrawn_and_restricted_pages_are_not_found(site: Site, client: Client) -> None:
    case = CaseStudyPage.objects.filter(locale__language_code="ja", alias_of=None, live=True)[0]
    assert client.get(case.url).status_code == 200
    restriction = PageViewRestriction.objects.create(page=case, restriction_type="login")
    assert client.get(case.url).status_code == 302
    restriction.delete()
    assert client.get(case.url).status_code == 200
    Page.objects.filter(pk=case.pk).update(expire_at=timezone.now())
    assert client.get(case.url).status_code == 404
    Page.objects.filter(pk=case.pk).update(expire_at=None)
    moved = CaseStudyPage.objects.get(pk=case.pk)
    moved.slug = "elsewhere"
    moved.save()
    assert client.get(case.url).status_code == 404
    assert client.get(f"{case.url.removesuffix(f'{case.slug}/')}elsewhere/").status_code == 200
