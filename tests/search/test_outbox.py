"""Every event that changes what can be found, from the editor's action to the next query."""

from __future__ import annotations

import datetime
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from wagtail.models import Locale, Page, PageViewRestriction

from core.services import ensure_alias
from home.models import HomePage, StandardPage
from search.engines.base import Engine, EngineUnavailable
from search.engines.embedded import EmbeddedEngine
from search.index.outbox import deliver, pending
from search.index.rebuild import check
from search.models import SearchOutbox
from search.query.search_query import SearchQuery
from search.results.answer import search

AddPage = Callable[..., StandardPage]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Any:
    """What happens once the transaction is committed, done at the end of a `with` block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def titles(text: str = "", locale: str = "ja") -> list[str]:
    results = search(SearchQuery(text=text, locale=locale))
    assert results.total == len(results.hits)
    return sorted(hit.title for hit in results.hits)


def test_published_page_is_found_and_drafts_are_not(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        page = add_page("防災の手引き", "guide")
    assert titles("防災") == ["防災の手引き"]
    with committed():
        page.title = "介護の手引き"
        page.save_revision()
    assert titles("介護") == []
    assert titles("防災") == ["防災の手引き"]
    with committed():
        page.get_latest_revision().publish()
    assert (titles("介護"), titles("防災")) == (["介護の手引き"], [])
    assert pending() == 0


def test_draft_alone_writes_nothing_to_the_outbox(index: Engine, add_page: AddPage) -> None:
    page = add_page("防災の手引き", "guide")
    SearchOutbox.objects.all().delete()
    page.title = "介護の手引き"
    page.save_revision()
    assert not SearchOutbox.objects.exists()


def test_unpublished_page_is_gone(index: Engine, add_page: AddPage, committed: Any) -> None:
    with committed():
        page = add_page("防災の手引き", "guide")
    with committed():
        page.unpublish()
    assert titles("防災") == []
    assert dict(index.versions()) == {}


def test_plain_save_of_a_live_page_is_found(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        page = add_page("防災の手引き", "guide")
    with committed():
        page.title = "介護の手引き"
        page.save()
    assert titles("介護") == ["介護の手引き"]


def test_deleted_page_takes_those_below_with_it(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        parent = add_page("防災", "a")
        add_page("防災の下", "b", parent)
    assert len(titles("防災")) == 2
    with committed():
        StandardPage.objects.get(pk=parent.pk).delete()
    assert dict(index.versions()) == {}


def test_moved_page_and_those_below_have_their_new_address(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        target = add_page("介護", "to")
        parent = add_page("防災", "from")
        add_page("防災の下", "below", parent)
    with committed():
        Page.objects.get(pk=parent.pk).move(target, pos="last-child")
    hits = search(SearchQuery(text="防災")).hits
    assert sorted(hit.url for hit in hits) == ["/to/from/", "/to/from/below/"]
    assert SearchOutbox.objects.filter(event="moved").count() == 2
    assert not check(index).keys


def test_page_moved_below_a_private_one_is_gone(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        private = add_page("介護", "to")
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        parent = add_page("防災", "from")
        add_page("防災の下", "below", parent)
    with committed():
        Page.objects.get(pk=parent.pk).move(private, pos="last-child")
    assert dict(index.versions()) == {}


def test_changed_slug_of_a_page_above_changes_addresses(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        parent = add_page("介護", "old")
        add_page("防災の下", "below", parent)
    with committed():
        parent = StandardPage.objects.get(pk=parent.pk)
        parent.slug = "new"
        parent.save_revision().publish()
    (hit,) = search(SearchQuery(text="防災")).hits
    assert hit.url == "/new/below/"
    assert SearchOutbox.objects.filter(event="slug").count() == 2


def test_privacy_of_a_page_above_hides_and_shows_again(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        parent = add_page("防災", "a")
        add_page("防災の下", "b", parent)
    with committed():
        restriction = PageViewRestriction.objects.create(page=parent, restriction_type="login")
    assert dict(index.versions()) == {}
    with committed():
        restriction.delete()
    assert len(titles("防災")) == 2


def test_translation_changes_for_whom_a_page_is_the_best_version(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    english = Locale.objects.get(language_code="en")
    with committed():
        page = add_page("防災の手引き", "guide")
        ensure_alias(page, "en")
    (hit,) = search(SearchQuery(text="防災", locale="en")).hits
    assert (hit.title, hit.language) == ("防災の手引き", "ja")
    assert hit.url.startswith("/en/"), "the alias keeps readers in their language"

    with committed():
        page.get_translation(english).delete()
        translation = page.copy_for_translation(english)
        translation.title = "Preparing for disasters"
        translation.save_revision().publish()
    assert titles("disasters", "en") == ["Preparing for disasters"]
    assert titles("防災", "en") == ["Preparing for disasters"], "found by its Japanese title"
    assert titles("disasters", "ja") == ["防災の手引き"], "found by its English title"

    with committed():
        StandardPage.objects.get(pk=translation.pk).unpublish()
    assert titles("防災", "en") == ["防災の手引き"]


@pytest.mark.parametrize("event", ["unpublished", "private", "deleted"])
def test_withdrawn_page_is_not_even_counted_before_the_index_knows(
    index: Engine, add_page: AddPage, committed: Any, event: str
) -> None:
    with committed():
        page = add_page("防災の手引き", "guide")
        add_page("防災の心得", "other")
    assert titles("防災") == ["防災の心得", "防災の手引き"]
    if event == "unpublished":
        page.unpublish()
    elif event == "deleted":
        page.delete()
    else:
        PageViewRestriction.objects.create(page=page, restriction_type="login")
    results = search(SearchQuery(text="防災"))
    assert len(dict(index.versions())) == 2, "nothing was delivered yet"
    assert (results.total, results.counts("kind")) == (1, {"page": 1})
    assert [hit.title for hit in results.hits] == ["防災の心得"]


def test_unpublished_behind_the_back_is_never_shown(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    with committed():
        page = add_page("防災の手引き", "guide")
        private = add_page("防災の秘密", "secret")
    Page.objects.filter(pk=page.pk).update(live=False)
    restriction = PageViewRestriction(page=private, restriction_type="login")
    PageViewRestriction.objects.bulk_create([restriction])
    assert search(SearchQuery(text="防災")).hits == ()


def test_rolled_back_change_leaves_no_row(index: Engine, add_page: AddPage) -> None:
    class Stop(Exception):
        pass

    def publish_and_fail() -> None:
        with transaction.atomic():
            add_page("防災", "a")
            assert SearchOutbox.objects.exists()
            raise Stop

    with pytest.raises(Stop):
        publish_and_fail()
    assert not SearchOutbox.objects.exists()


@pytest.mark.parametrize("engine", ["embedded"], indirect=True)
def test_changes_wait_while_somebody_else_writes(
    index: Engine, add_page: AddPage, committed: Any
) -> None:
    assert isinstance(index, EmbeddedEngine)
    with index._lock("write.lock"), committed():
        add_page("防災", "a")
    assert pending() > 0
    assert titles("防災") == []
    deliver(index)
    assert (pending(), titles("防災")) == (0, ["防災"])


def test_changes_wait_until_there_is_an_index(
    engine: Engine, home: HomePage, add_page: AddPage, committed: Any
) -> None:
    with committed():
        add_page("防災", "a")
    assert pending() > 0
    assert not search(SearchQuery(text="防災")).is_available


def test_page_that_cannot_be_projected_does_not_hold_up_others(
    index: Engine, add_page: AddPage, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from search.index import projection as index_module

    real = index_module.project

    def project(page: Page) -> Any:
        if page.slug == "broken":
            raise RuntimeError("no words")
        return real(page)

    monkeypatch.setattr(index_module, "project", project)
    with committed():
        add_page("防災の壊れ", "broken")
        add_page("防災", "fine")
    assert titles("防災") == ["防災"]
    assert pending() == 0, "given up after a few attempts; the drift check finds it"
    monkeypatch.setattr(index_module, "project", real)
    assert len(check(index).missing) == 1


def test_older_state_of_a_page_never_stays_over_a_newer_one(
    index: Engine, add_page: AddPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = add_page("防災", "a")
    apply = index.apply
    others: list[str] = ["介護", "医療"]

    def overtaken(changes: Any) -> None:
        """Just before this delivery writes, somebody else edits the page and delivers that."""
        if others:
            page.title = others.pop()
            page.save()
            deliver(index)
        apply(changes)

    monkeypatch.setattr(index, "apply", overtaken)
    deliver(index)
    assert (titles("介護"), pending()) == (["介護"], 0)
    assert not check(index).keys


def test_page_changed_many_times_is_written_once(
    index: Engine, add_page: AddPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = add_page("防災", "a")
    SearchOutbox.objects.bulk_create(
        SearchOutbox(item_id=page.pk, event="saved") for _ in range(2_000)
    )
    written: list[str] = []
    apply = index.apply
    monkeypatch.setattr(
        index, "apply", lambda changes: (written.extend(c.key for c in changes), apply(changes))
    )
    assert deliver(index) == 1
    assert (written, pending()) == ([f"page:{page.pk}"], 0)


def work() -> None:
    """What a worker does until nothing is left to do now."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        call_command("db_worker", "--batch", "--interval=0", verbosity=0)
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_worker_delivers_and_tries_again(
    index: Engine, add_page: AddPage, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    cache.clear()
    add_page("防災", "a")
    assert (pending() > 0, titles("防災")) == (True, []), "the editor does not wait for it"
    work()
    assert (pending(), titles("防災")) == (0, ["防災"])

    def is_away(_engine: Engine, changes: Any) -> None:
        raise EngineUnavailable("The engine is away.")

    with monkeypatch.context() as context:
        context.setattr(type(index), "apply", is_away)
        add_page("介護", "b")
        work()
    assert (pending() > 0, titles("介護")) == (True, [])
    (again,) = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    assert again.run_after - timezone.now() < datetime.timedelta(seconds=10)
    DBTaskResult.objects.update(run_after=timezone.now())
    work()
    assert (pending(), titles("介護")) == (0, ["介護"])


@pytest.mark.django_db(transaction=True)
def test_several_threads_publish_at_the_same_time(index: Engine, add_page: AddPage) -> None:
    from django.db import connection

    pages = [add_page(f"防災{number}", f"page-{number}") for number in range(4)]
    failures: list[Exception] = []

    def publish(page: StandardPage) -> None:
        try:
            page.title = f"介護{page.slug}"
            page.save_revision().publish()
        except Exception as error:
            failures.append(error)
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=publish, args=(page,)) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(titles("介護")) == 4
    assert pending() == 0
    assert not check(index).keys
