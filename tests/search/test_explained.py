"""Every hit says why it is there; suggestions fit what was typed; little found leads further."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Site

from search.query.lexicon import Entry, Lexicon
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.suggestions import suggest


def groups(typed: str) -> dict[str, list[str]]:
    found = suggest(typed, "ja", "/search/")
    return {group.name: [item.label for item in group.items] for group in found}


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        ("宗教団体", "ja"), ("医療通訳", "ja"), ("church", "en"), ("愛知県", "ja"), ("保健", "ja"),
        ("中間支援組織", "ja"), ("外国人住民意識調査", "ja"), ("愛知 高校進学 通訳", "ja"),
        ("medical interpreting", "en"), ("夜間中学", "ja"), ("9言語の相談", "ja"),
    ],
)  # fmt: skip
def test_every_hit_shows_what_it_was_found_by(site: Site, text: str, locale: str) -> None:
    results = search(SearchQuery(text=text, locale=locale))
    assert results.hits
    for hit in results.hits:
        shown = f"{hit.title_html}{hit.passage_html}{hit.reason_html}"
        assert "<mark>" in shown or hit.record, hit.title


def test_a_label_that_alone_matched_is_named(site: Site, client: Client) -> None:
    hits = search(SearchQuery(text="宗教団体")).hits
    assert "団体の種類：<mark>宗教団体</mark>" in [hit.reason_html for hit in hits]
    html = client.get("/search/", {"q": "宗教団体"}).content.decode()
    assert "団体の種類：<mark>宗教団体</mark>" in html


def test_kanji_with_half_typed_kana_go_on(site: Site) -> None:
    assert "医療通訳" in groups("医療つ")["words"]
    assert groups("多文化き")["words"][0] == "多文化共生"
    assert "日本語教室" in groups("日本語きょ")["words"]


def test_what_begins_as_typed_comes_first(site: Site) -> None:
    assert groups("愛知県")["organisations"][0] == "愛知県"


def test_latin_letters_are_no_way_to_write_kana(site: Site) -> None:
    assert "人工知能" not in groups("あい").get("words", [])
    assert "人工知能" in groups("AI")["words"]


def test_programmes_events_and_areas_are_suggested(site: Site) -> None:
    assert groups("シンポ")["activities"]
    assert groups("東北")["areas"][0] == "北海道・東北"


def test_little_found_leads_to_broader_and_related_terms(site: Site, client: Client) -> None:
    results = search(SearchQuery(text="資格外活動許可"))
    assert results.total < 5
    terms = [text for text, total in results.wider if total]
    assert "在留資格" in terms
    html = client.get("/search/", {"q": "資格外活動許可"}).content.decode()
    assert "広い言葉・関連する言葉" in html
    assert client.get("/api/v1/search", {"q": "資格外活動許可"}).json()["wider"]


def test_broader_terms_come_before_related_ones() -> None:
    entry = Entry(
        "a", "concept", "育成就労", "", "", (), (), ("在留資格",), ("技能実習", "特定技能")
    )
    assert Lexicon([entry]).wider("育成就労") == ["在留資格", "技能実習", "特定技能"]
