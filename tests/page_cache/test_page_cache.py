"""Pages from the cache are those that would be made now, whatever has been changed, and however."""

from __future__ import annotations

import datetime
import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import Settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.models import Site as WagtailSite

from casestudies.models import CaseStudyPage
from events.models import EventPage
from opendata.public_forms import read_stamp
from organisations.models import OrganisationPage
from page_cache.versions import current_version
from programmes.models import Grant, ProgrammePage
from regions.models import Area
from search.engines import current_engine
from search.index.rebuild import rebuild
from taxonomy.models import GlossaryTerm, Theme
from tests.page_examples import LANGUAGES, address, kinds
from users.models import User


@pytest.fixture(autouse=True)
def page_cache(settings: Settings) -> None:
    settings.PAGE_CACHE = True
    caches["pages"].clear()


def example(model: type[Page], language: str = "ja", **conditions: Any) -> Any:
    pages = model.objects.filter(
        locale__language_code=language, alias_of=None, live=True, **conditions
    )
    return pages.order_by("pk")[0]


def read(url: str, **headers: str) -> HttpResponse:
    return Client().get(url, headers={key.replace("_", "-"): text for key, text in headers.items()})


def is_cached(response: HttpResponse) -> bool:
    return "Accept-Encoding" in response.headers.get("Vary", "")


STAMP = re.compile(rb'name="stamp" value="([^"]*)"')


def _without_stamp(response: HttpResponse) -> bytes:
    return STAMP.sub(b"", response.content)


# --- What is kept -----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", kinds())
def test_page_is_the_same_from_the_cache(site: Site, settings: Settings, kind: str) -> None:
    for language in LANGUAGES:
        url = address(kind, language)
        first, second = read(url), read(url)
        settings.PAGE_CACHE = False
        made = read(url)
        settings.PAGE_CACHE = True
        assert is_cached(second) == (made.status_code == 200 and "?" not in url)
        if is_cached(second):
            first_text, second_text, made_text = map(_without_stamp, (first, second, made))
            assert first_text == second_text == made_text
            for name in ["Content-Security-Policy", "Content-Language", "X-Frame-Options"]:
                assert second.headers[name] == made.headers[name]


@pytest.mark.django_db
def test_cached_page_takes_one_query_and_is_sent_packed_or_not_at_all(
    site: Site, django_assert_num_queries: Callable[..., Any]
) -> None:
    plain = read("/cases/")
    with django_assert_num_queries(1):
        packed = read("/cases/", accept_encoding="br, gzip")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert plain.headers["Cache-Control"] == "no-cache"
    for response, encoding in [(plain, ""), (packed, "gzip")]:
        again = read("/cases/", if_none_match=response.headers["ETag"], accept_encoding=encoding)
        assert (again.status_code, again.content) == (304, b"")
    assert read("/cases/", if_none_match='"other"').status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/search/", "/proposals/", "/en/proposals/"])
def test_each_visitor_gets_a_stamp_of_their_own(site: Site, url: str) -> None:
    stamps = {found for _ in range(3) for found in STAMP.findall(read(url).content)}
    assert len(stamps) == 3
    form = "alerts" if "search" in url else "proposals"
    for stamp in stamps:
        assert read_stamp(form, stamp.decode()) is not None
    assert not read(url).has_header("ETag")


@pytest.mark.django_db
def test_fragment_of_the_search_is_never_the_whole_page(site: Site) -> None:
    assert b"<html" in read("/search/").content
    assert b"<html" not in read("/search/", x_fragment="results").content


@pytest.mark.django_db
def test_only_visitors_without_account_query_or_other_cookie_get_kept_pages(site: Site) -> None:
    read("/cases/")
    editor = Client()
    editor.force_login(User.objects.create_superuser("editor@example.org", password="x"))
    assert not is_cached(editor.get("/cases/"))
    assert not is_cached(Client().get("/cases/?page=1"))
    assert not is_cached(Client().head("/cases/"))
    stranger = Client()
    stranger.cookies["sessionid"] = "made-up"
    assert not is_cached(stranger.get("/cases/"))
    easy = Client()
    easy.cookies["csrftoken"] = "x" * 32
    assert is_cached(easy.get("/cases/"))


@pytest.mark.django_db
def test_page_without_the_search_engine_is_not_kept(site: Site, settings: Settings) -> None:
    case = example(CaseStudyPage)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("search.engines.embedded.EmbeddedEngine.revision", _is_away)
        assert not is_cached(read(case.url))
    assert is_cached(read(case.url))


def _is_away(*args: Any) -> str:
    from search.engines.base import EngineUnavailable

    raise EngineUnavailable("away")


@pytest.mark.django_db
def test_page_is_kept_until_an_event_is_over(site: Site, settings: Settings) -> None:
    soon = timezone.now() + datetime.timedelta(milliseconds=300)
    EventPage.objects.filter(pk=example(EventPage).pk).update(ends_at=soon)
    read("/events/")
    while timezone.now() < soon:
        assert current_version()
    settings.PAGE_CACHE = False
    made = read("/events/").content
    settings.PAGE_CACHE = True
    assert read("/events/").content == made


@pytest.mark.django_db
def test_page_during_whose_making_an_event_ends_is_not_kept(site: Site, settings: Settings) -> None:
    read("/events/")  # what is slow once is behind it
    soon = timezone.now() + datetime.timedelta(seconds=2)
    EventPage.objects.filter(pk=example(EventPage).pk).update(ends_at=soon)

    def until_it_is_over(execute: Any, sql: str, *rest: Any) -> Any:
        found = execute(sql, *rest)
        if '"ends_at" > ' in sql and 'ORDER BY "events_eventpage"."begins_at"' in sql:
            while timezone.now() < soon:
                pass
        return found

    with connection.execute_wrapper(until_it_is_over):
        read("/events/")
    settings.PAGE_CACHE = False
    made = read("/events/").content
    settings.PAGE_CACHE = True
    assert read("/events/").content == made


# --- Whatever is changed ----------------------------------------------------------------------


def publish(page: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type="login")


def rename_in_sql(table: str, column: str, key: str, value: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {column} = 'zq' WHERE {key} = %s", [value])  # noqa: S608


def undone(change: Callable[[], object]) -> Callable[[], None]:
    """A change after one of the same transaction that was taken back."""

    def run() -> None:
        with transaction.atomic():
            with transaction.atomic():
                Theme.objects.update(label_ja="taken back")
                transaction.set_rollback(True)
            change()

    return run


def changes() -> dict[str, tuple[str, Callable[[], object]]]:
    """What editors, timers, commands and administrators do, each with a page that shows it."""
    case, second = example(CaseStudyPage), example(CaseStudyPage, places__area__code__gt="2")
    english = example(CaseStudyPage, "en", translation_key=case.translation_key)
    grant = Grant.objects.filter(programme__locale__language_code="ja")[0]
    prefecture = Area.objects.get(code="13")
    organisation = example(OrganisationPage)
    term = GlossaryTerm.objects.order_by("pk")[0]
    return {
        "publish": (case.url, lambda: publish(case, title="新しい題名")),
        "publish a translation": (
            english.url,
            lambda: publish(
                example(CaseStudyPage, "en", translation_key=case.translation_key),
                title="New title",
            ),
        ),
        "a shared fact": (english.url, lambda: publish(case, started="1999")),
        "a snippet": ("/glossary/", lambda: _save(term, "label_ja")),
        "several rows at once": ("/cases/", lambda: Theme.objects.update(label_ja="zq")),
        "SQL": (
            "/areas/13/",
            lambda: rename_in_sql("regions_area", "name_ja", "code", prefecture.code),
        ),
        "after what was taken back": (
            "/en/areas/13/", undone(lambda: Area.objects.update(name_en="Zq"))
        ),
        "a record of a page": (
            "/grants/", lambda: Grant.objects.filter(pk=grant.pk).update(amount=1234567)
        ),
        "an actor": (case.url, lambda: case.actors.update(organisation=None, name="zq")),
        "rename a body": (organisation.url, lambda: publish(organisation, title="zq")),
        "restrict": (second.url, lambda: restrict(second)),
        "open again": ("/en/cases/", lambda: PageViewRestriction.objects.all().delete()),
        "expire": (
            second.url,
            lambda: Page.objects.filter(pk=second.pk).update(
                expire_at=timezone.now() - datetime.timedelta(minutes=1)
            ),
        ),
        "unpublish": (case.url, case.unpublish),
        "move": (
            "/organisations/",
            lambda: example(OrganisationPage, slug="jcie").move(
                example(ProgrammePage), pos="last-child"
            ),
        ),
        "delete": ("/events/", lambda: example(EventPage).delete()),
        "name of the site": ("/", lambda: WagtailSite.objects.update(site_name="zq")),
        "rebuild the index": ("/", lambda: rebuild(current_engine())),
    }  # fmt: skip


def _save(record: Any, name: str) -> None:
    value = getattr(record, name, None)
    if value is None:
        name = next(f.name for f in record._meta.fields if f.name.endswith("_ja"))
    setattr(record, name, "zq")
    record.save()


@pytest.mark.django_db(transaction=True)
def test_whatever_changes_the_next_answer_is_right(site: Site, settings: Settings) -> None:
    """Each change is looked for on a page that shows it, and on some of the others in turn."""
    by_name = changes()
    urls = sorted({shown_on for shown_on, _change in by_name.values()})
    unseen = []
    for number, (name, (shown_on, change)) in enumerate(by_name.items()):
        others = [url for url in urls if url != shown_on]
        asked = [shown_on, *others[number % 6 :: 6]]
        before = {url: _shown(read(url)) for url in asked}
        change()
        from_cache = {url: _shown(read(url)) for url in asked}
        settings.PAGE_CACHE = False
        made = {url: _shown(read(url)) for url in asked}
        settings.PAGE_CACHE = True
        assert from_cache == made, name
        if made[shown_on] == before[shown_on]:
            unseen.append(name)
    # What no page shows proves nothing. The rebuilt index says the same as before.
    assert set(unseen) <= {"rebuild the index", "name of the site", "move"}


def _shown(response: HttpResponse) -> tuple[int, bytes]:
    return response.status_code, response.content


@pytest.mark.django_db(transaction=True)
def test_version_changes_with_what_is_public_and_with_nothing_else(site: Site) -> None:
    before = current_version()
    Client().post("/admin/login/", {"username": "nobody@example.org", "password": "wrong"})
    Group.objects.create(name="zq")
    User.objects.create_user("reader@example.org", password="x")
    Client().get("/search/?q=防災")
    assert current_version() == before
    with transaction.atomic():
        Theme.objects.update(label_ja="zq")
        transaction.set_rollback(True)
    assert current_version() == before
    Theme.objects.update(label_ja="zq")
    after = current_version()
    assert after != before
    with transaction.atomic():
        Theme.objects.update(label_ja="one")
        Theme.objects.update(label_ja="two")
    assert current_version() != after
