"""What was typed is searched for: no part of it falls away, and no other word takes its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Site

from home.models import StandardPage
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.interpretation import Interpretation
from search.query.lexicon import current_lexicon
from search.query.search_query import SearchQuery
from search.results.answer import search

# A part of each has no reading in kana.
MIXED = [
    "NPOの事例", "URの団地", "JICAの事業", "LINEの相談", "9言語の相談", "NGOの活動", "SNSの発信",
    "ICTの学習", "AIの翻訳", "JCIEの調査", "PTAの役員", "FMの放送", "24時間の相談", "3か国語の案内",
    "DVの相談", "Zoomの教室", "COVIDの影響", "2020年の調査", "CIRの仕事",
]  # fmt: skip
LOANWORDS = [
    "フォーラム", "シンポジウム", "ワークショップ", "ボランティア", "コーディネーター", "セミナー",
    "コミュニティ", "ネットワーク", "カフェ", "ガイドブック", "マニュアル", "アンケート",
    "プラットフォーム", "サポーター", "リーダー", "メンター", "キャリア", "スクール", "センター",
    "アドバイザー", "プロジェクト", "イベント", "ヘルプ", "オンライン", "ハローワーク", "クラブ",
]  # fmt: skip


@pytest.mark.parametrize("text", MIXED)
def test_a_part_without_a_reading_stays(site: Site, text: str) -> None:
    assert Interpretation(text, current_lexicon()).homophones == ()
    results = search(SearchQuery(text=text))
    assert results.corrected == ""
    assert all(word[0] == text[0] for word in results.corrections if word[0].isascii())


@pytest.mark.parametrize("text", LOANWORDS)
def test_katakana_are_not_written_out(site: Site, text: str) -> None:
    (clause,) = Interpretation(text, current_lexicon()).clauses
    known = {word for entry in current_lexicon().match(text) for word in entry.terms}
    assert clause.converted == "" or clause.converted in known
    assert set(clause.alternatives) <= known
    assert search(SearchQuery(text=text)).corrected == ""


@pytest.mark.parametrize("text", ["ひなんしょ", "hinansho", "うんどうかい"])
def test_hiragana_and_romaji_still_are(site: Site, text: str) -> None:
    assert search(SearchQuery(text=text)).total


@pytest.fixture
def some_pages(engine: Engine, add_page: Callable[..., StandardPage]) -> Engine:
    """Pages for the examples, and some that only sound as a part of one."""
    add_page("NPOによる防災の事例", "npo")
    add_page("公的な事例", "nojirei")
    add_page("日韓フォーラム", "forum")
    add_page("避難所の開設", "shelter")
    add_page("避難する人に書く", "words")
    rebuild(engine)
    return engine


def test_examples_on_both_engines(some_pages: Engine) -> None:
    for text, title in [("NPOの事例", "NPOによる防災の事例"), ("フォーラム", "日韓フォーラム")]:
        results = search(SearchQuery(text=text))
        assert results.hits[0].title == title
        assert results.corrected == ""


def test_another_spelling_is_said_and_can_be_refused(some_pages: Engine, client: Client) -> None:
    results = search(SearchQuery(text="避難書"))
    assert results.corrected == "避難所"
    assert "避難書" in results.message
    html = client.get("/search/", {"q": "避難書"}).content.decode()
    assert "「避難書」のまま検索する" in html
    assert "spelling=typed" in html
    typed = client.get("/search/", {"q": "避難書", "spelling": "typed"}).context["results"]
    assert typed.corrected == ""
    assert typed.hits[0].title == "避難する人に書く"
    answer = client.get("/api/v1/search", {"q": "避難書", "spelling": "typed"}).json()
    assert answer["corrected"] == ""


def test_what_a_page_has_is_never_replaced(
    engine: Engine, add_page: Callable[..., StandardPage]
) -> None:
    add_page("通院同行支援のしくみ", "a")
    add_page("通院動向支援", "b")
    add_page("通院動向支援の調査", "c")
    rebuild(engine)
    results = search(SearchQuery(text="通院同行支援"))
    assert results.corrected == ""
    assert results.hits[0].title == "通院同行支援のしくみ"
