"""Small sets of documents and pages to search in."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from wagtail.models import Locale, Page, Site

from home.models import HomePage, StandardPage
from search.engines import current_engine
from search.engines.base import Engine
from search.index.document import ContentDocument
from search.index.fields import IndexEntry, entry_of
from search.index.rebuild import rebuild
from search.query.lexicon import Entry, Lexicon

# Every engine has to pass the same tests.
ENGINES = ["elasticsearch", "embedded"]


def make_document(number: int, **values: Any) -> ContentDocument:
    """A document with a number for a key, in Japanese, for readers of both languages."""
    return ContentDocument(
        **{
            "key": f"page:{number}",
            "page_id": number,
            "kind": "case",
            "locale": "ja",
            "translation_key": str(number),
            "title": f"事例{number}",
            "audience": ("ja", "en"),
            **values,
        }
    )


def make_entry(number: int, **values: Any) -> IndexEntry:
    """The same as an engine stores it."""
    return entry_of(make_document(number, **values))


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest, settings: Any, tmp_path: Path) -> Iterator[Engine]:
    """An engine without an index, which the settings name; once for each kind.

    A test for one kind alone says so: `parametrize("engine", ["embedded"], indirect=True)`.
    """
    if request.param == "embedded":
        settings.SEARCH_INDEX_DIR = tmp_path / "search"
        yield current_engine()
        return
    cluster = request.getfixturevalue("cluster")
    prefix = f"test-{secrets.token_hex(4)}"
    settings.SEARCH_ENGINE = cluster.search_engine(prefix)
    yield current_engine()
    cluster.delete(prefix)


@pytest.fixture
def filled(engine: Engine) -> Callable[[Sequence[ContentDocument]], Engine]:
    """A function that puts documents in the engine."""

    def fill(documents: Sequence[ContentDocument]) -> Engine:
        build = engine.start_build()
        build.add(map(entry_of, documents))
        build.publish(list)
        return engine

    return fill


@pytest.fixture
def lexicon() -> Lexicon:
    """A lexicon of a few entries."""

    def entry(ja: str, en: str, kana: str, *others: str, kind: str = "concept") -> Entry:
        return Entry(ja or en, kind, ja, en, kana, others)

    return Lexicon(
        [
            entry(
                "多文化共生", "multicultural coexistence", "たぶんかきょうせい", "tabunka kyosei"
            ),
            entry("やさしい日本語", "plain Japanese", "やさしいにほんご", "easy Japanese"),
            entry("医療通訳", "medical interpreting", "いりょうつうやく"),
            entry("日本語教室", "Japanese class", "にほんごきょうしつ"),
            entry("防災", "disaster preparedness", "ぼうさい"),
            entry("浜松", "Hamamatsu", "はままつ", kind="place"),
            entry("浜松市", "Hamamatsu City", "はままつし", kind="place"),
            entry("豊橋市", "Toyohashi City", "とよはしし", kind="place"),
        ]
    )


@pytest.fixture
def home(db: None) -> HomePage:
    """The Japanese home page that migrations make."""
    return HomePage.objects.get(locale__language_code="ja")


@pytest.fixture
def add_page(home: HomePage) -> Callable[..., StandardPage]:
    """A function that publishes a page of text below another page."""

    def add(title: str, slug: str, parent: Page | None = None, **values: Any) -> StandardPage:
        above = (parent or home).__class__.objects.get(pk=(parent or home).pk)
        page = StandardPage(title=title, slug=slug, locale=above.locale, live=False, **values)
        above.add_child(instance=page)
        page.save_revision().publish()
        return StandardPage.objects.get(pk=page.pk)

    return add


@pytest.fixture
def index(engine: Engine, home: HomePage) -> Engine:
    """The engine that the settings name, with an index of the pages there are."""
    Locale.objects.get_or_create(language_code="en")
    rebuild(engine)
    return engine


@pytest.fixture
def own_index(site: Site, settings: Any, tmp_path: Path) -> Engine:
    """The index of the loaded site as a copy that a test may change."""
    shutil.copytree(settings.SEARCH_INDEX_DIR, tmp_path / "search")
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    return current_engine()
