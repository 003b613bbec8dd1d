"""Building the index anew, and finding where it has drifted from the pages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Page

from home.models import HomePage, StandardPage
from search.engines import current_engine
from search.engines.base import Change, Engine
from search.index.document import Item
from search.index.outbox import pending
from search.index.projection import entries_of
from search.index.rebuild import check, documents_of, findable_ids, rebuild, repair
from search.index.workers import map_in_processes
from tests.search.conftest import make_entry

AddPage = Callable[..., StandardPage]


def test_rebuild_takes_in_all_pages_and_empties_the_outbox(
    index: Engine, add_page: AddPage
) -> None:
    pages = [add_page(f"防災{n}", f"p{n}") for n in range(3)]
    assert pending() > 0
    assert rebuild(index) == 3
    assert {key for key, _ in index.versions()} == {f"page:{page.pk}" for page in pages}
    assert pending() == 0


def test_edits_during_a_rebuild_are_in_the_new_index(index: Engine, add_page: AddPage) -> None:
    first = add_page("防災", "a")
    doomed = add_page("介護", "b")

    def meanwhile(documents: Any, total: int, done: int) -> Any:
        yield from documents
        add_page("医療", "c")
        StandardPage.objects.get(pk=doomed.pk).unpublish()

    rebuild(index, meanwhile)
    added = StandardPage.objects.get(slug="c")
    assert {key for key, _ in index.versions()} == {f"page:{first.pk}", f"page:{added.pk}"}
    assert not check(index).keys


def test_stopped_rebuild_is_taken_up(index: Engine, add_page: AddPage) -> None:
    pages = [add_page(f"防災{n}", f"p{n}") for n in range(3)]

    written: list[str] = []

    def stop(entries: Any, total: int, done: int) -> Any:
        entry = next(iter(entries))
        written.append(entry.key)
        yield entry
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(index, stop)
    assert list(index.versions()) == []
    changed, unpublished, _other = sorted(pages, key=lambda p: f"page:{p.pk}" not in written)
    StandardPage.objects.get(pk=unpublished.pk).unpublish()
    changed.title = "介護"
    changed.save()
    were_there: list[int] = []

    def watch(entries: Any, total: int, done: int) -> Any:
        were_there.append(done)
        return entries

    rebuild(index, watch)
    assert were_there == [1]
    assert not check(index).keys


def test_rebuild_stopped_long_ago_is_not_taken_up(
    index: Engine, add_page: AddPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_page("防災", "a")
    old = index.start_build("2020-01-01T00:00:00+00:00")
    old.add([make_entry(99999)])
    old.pause()
    rebuild(index)
    assert not check(index).keys


@pytest.mark.django_db(transaction=True)
def test_several_processes_make_the_same_index(
    index: Engine, add_page: AddPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = connection.settings_dict["NAME"]
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{database}")
    for number in range(3):
        add_page(f"防災{number}", f"p{number}")
    expected = dict(index.versions()) if rebuild(index) else {}
    assert len(expected) == 3
    batches = [[Item.page(page.pk)] for page in StandardPage.objects.all()]
    entries = [entry for some in map_in_processes(entries_of, batches, 2) for entry in some]
    assert {entry.key: entry.version for entry in entries} == expected


def test_failed_rebuild_leaves_the_old_index(index: Engine, add_page: AddPage) -> None:
    add_page("防災", "a")
    rebuild(index)
    before = dict(index.versions())

    def fail(documents: Any, total: int, done: int) -> Any:
        yield next(iter(documents))
        raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        rebuild(index, fail)
    assert dict(index.versions()) == before
    rebuild(index)


def test_check_finds_and_repairs_drift(index: Engine, add_page: AddPage) -> None:
    kept = [add_page(f"防災{n}", f"p{n}") for n in range(3)]
    rebuild(index)
    index.apply([Change(f"page:{kept[0].pk}", None), Change("page:99999", make_entry(99999))])
    Page.objects.filter(pk=kept[1].pk).update(title="介護", draft_title="介護")
    Page.objects.filter(pk=kept[2].pk).update(live=False)
    drift = check(index)
    assert drift.missing == (f"page:{kept[0].pk}",)
    assert set(drift.superfluous) == {"page:99999", f"page:{kept[2].pk}"}
    assert drift.outdated == (f"page:{kept[1].pk}",)
    repair(index, drift)
    assert not check(index).keys


def test_queries_of_projection_do_not_grow_with_pages(
    index: Engine, add_page: AddPage, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    counts = []
    for number in range(2):
        for _ in range(number * 3 + 1):
            add_page("防災", f"p{StandardPage.objects.count()}")
        with CaptureQueriesContext(connection) as queries:
            list(documents_of(findable_ids()))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def run(command: str, *args: str) -> str:
    out = io.StringIO()
    call_command(command, *args, stdout=out)
    return out.getvalue()


def test_commands(engine: Engine, home: HomePage, add_page: AddPage) -> None:
    with pytest.raises(CommandError, match="search_rebuild"):
        run("search_check")
    add_page("防災の手引き", "guide")
    assert "1 documents" in run("search_rebuild", "--no-progress")
    assert "missing: 0" in run("search_check")
    assert "missing: 0" in run("search_check", "--quick")
    StandardPage.objects.update(live=False)
    for switch in [[], ["--quick"]]:
        with pytest.raises(CommandError, match="--fix"):
            run("search_check", *switch)
    assert "1 documents were put right" in run("search_check", "--fix")
    assert "superfluous: 0" in run("search_check")


def test_check_asks_for_a_rebuild_after_a_change_of_rules(
    index: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ["embedded", "elasticsearch.engine"]:
        monkeypatch.setattr(f"search.engines.{module}.INDEX_VERSION", "other-9")
    assert current_engine().health().needs_rebuild
    with pytest.raises(CommandError, match="other rules"):
        run("search_check")
