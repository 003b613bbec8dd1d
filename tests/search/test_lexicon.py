"""The lexicon: synonyms, corrections, suggestions, and how it is kept up."""

from __future__ import annotations

from typing import Any

import pytest

from search.models import LexiconEntry
from search.query.lexicon import Entry, Lexicon, current_lexicon
from search.services import LexiconRow, sync_lexicon, sync_vocabularies


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("防災", "disaster preparedness"),
        ("Disaster Preparedness", "防災"),
        ("はままつ", "浜松"),
        ("hamamatu", "浜松"),
        ("ＤＩＳＡＳＴＥＲ　preparedness", "防災"),
    ],
)
def test_alternatives(lexicon: Lexicon, text: str, expected: str) -> None:
    assert expected in lexicon.alternatives(text)


def test_full_name_is_not_widened_to_its_short_form(lexicon: Lexicon) -> None:
    assert "浜松" not in lexicon.alternatives("浜松市")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("多文化強制", "多文化共生"),
        ("医療通約", "医療通訳"),
        ("医療つうやく", "医療通訳"),
        ("日本後教室", "日本語教室"),
        ("優しい日本語", "やさしい日本語"),
        ("豊端市", "豊橋市"),
        ("medical interpeting", "medical interpreting"),
        ("multicultral coexistence", "multicultural coexistence"),
        ("disaster prepardness", "disaster preparedness"),
        ("hamamatsuu citi", "浜松市"),
    ],
)
def test_correction(lexicon: Lexicon, typed: str, meant: str) -> None:
    labels = [text for text, _score in lexicon.corrections(typed)]
    entries = [entry for entry in lexicon.entries if entry.ja == meant or entry.en == meant]
    assert labels
    assert labels[0] in {entries[0].ja, entries[0].en}


@pytest.mark.parametrize(
    "text", ["防災", "はままつ", "宇宙旅行", "ラーメン", "qwxzqwxz", "の", "", "x"]
)
def test_no_correction_where_none_is_due(lexicon: Lexicon, text: str) -> None:
    assert lexicon.corrections(text) == []


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("た", "多文化共生"), ("たぶn", "多文化共生"), ("tabu", "多文化共生"),
     ("きょうせい", "多文化共生"), ("hama", "浜松"), ("はｍ", "浜松"), ("浜", "浜松"),
     ("prep", "防災"), ("coex", "多文化共生")],
)  # fmt: skip
def test_suggestion(lexicon: Lexicon, typed: str, expected: str) -> None:
    assert expected in [entry.ja for entry in lexicon.suggestions(typed, "", 5)]


def test_row_from_a_set_of_synonyms() -> None:
    row = LexiconRow.from_terms(
        ["やさしい日本語", "やさにち", "やさしいにほんご", "plain japanese", "easy japanese"],
        source="synonyms",
    )
    assert (row.label_ja, row.label_en, row.kana) == (
        "やさしい日本語",
        "plain japanese",
        "やさにち",
    )
    assert row.alternatives == ("やさしいにほんご", "easy japanese")


def test_words_of_other_languages_lead_to_an_entry_and_are_not_searched_for() -> None:
    lexicon = Lexicon(
        [Entry("1", "concept", "家族", "family", "かぞく", (), ("família", "gia đình", "가족"))]
    )
    for typed in ("família", "Familia", "gia dinh", "가족", "가족을"):
        assert lexicon.alternatives(typed) == ["家族", "family"], typed
        assert lexicon.is_foreign(typed)
    assert lexicon.alternatives("家族") == ["family"]
    assert not lexicon.is_foreign("family")
    assert [word for word, _ in lexicon.corrections("gia dinhh")] == ["family"]
    assert lexicon.foreign_words("我的가족和") == ["가족"]


def test_word_of_two_languages_is_not_foreign() -> None:
    lexicon = Lexicon([Entry("1", "concept", "高齢者", "elderly people", "", (), ("老人", "儿童"))])
    assert lexicon.alternatives("老人") == ["高齢者", "elderly people"]
    assert not lexicon.is_foreign("老人")
    assert lexicon.foreign_words("老人会") == []
    assert lexicon.is_foreign("儿童")


def test_longer_name_is_no_misspelling_of_another_word_of_an_entry() -> None:
    entry = Entry("1", "concept", "スポーツ", "sports", "", ("サッカー", "football"))
    assert Lexicon([entry]).corrections("サッカー選手") == []
    assert [word for word, _ in Lexicon([entry]).corrections("footbaall")] == ["football"]


def test_row_with_words_of_other_languages() -> None:
    row = LexiconRow.from_terms(
        ["家族", "family"], source="synonyms", other_languages=["família", " ", "família"]
    )
    assert (row.alternatives, row.other_languages) == ((), ("família",))


@pytest.mark.parametrize("terms", [[], ["防災"], ["防災", " ", "防災"]])
def test_set_of_one_word_is_refused(terms: list[str]) -> None:
    with pytest.raises(ValueError, match="at least two"):
        LexiconRow.from_terms(terms, source="synonyms")


ROWS = [
    LexiconRow("test:1", label_ja="防災", label_en="disaster preparedness"),
    LexiconRow("test:2", label_ja="介護", label_en="nursing care", alternatives=("ケア", "care")),
]


def test_synchronising_twice_changes_nothing(db: None) -> None:
    assert sync_lexicon(ROWS, source="test").changes == 2
    state = list(LexiconEntry.objects.values())
    report = sync_lexicon(ROWS, source="test")
    assert (report.changes, report.unchanged) == (0, 2)
    assert list(LexiconEntry.objects.values()) == state


def test_synchronising_changes_and_removes_only_its_own(db: None) -> None:
    LexiconEntry.objects.create(identifier="mine", label_ja="手話")
    sync_lexicon(ROWS, source="test")
    LexiconEntry.objects.filter(identifier="test:1").update(status="retired")
    changed = LexiconRow("test:1", label_ja="防災", label_en="disaster risk reduction")
    report = sync_lexicon([changed], source="test")
    assert (report.created, report.updated, report.removed) == (0, 1, 1)
    entry = LexiconEntry.objects.get(identifier="test:1")
    assert (entry.label_en, entry.status) == ("disaster risk reduction", "retired")
    assert LexiconEntry.objects.filter(identifier="mine").exists()


def test_same_identifier_twice_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="test:1"):
        sync_lexicon([ROWS[0], ROWS[0]], source="test")


def test_editors_change_acts_at_the_next_query(db: None, django_assert_num_queries: Any) -> None:
    sync_lexicon(ROWS, source="test")
    assert current_lexicon().alternatives("防災") == ["disaster preparedness"]
    with django_assert_num_queries(1):
        current_lexicon()
    entry = LexiconEntry.objects.get(identifier="test:1")
    entry.alternatives = "減災"
    entry.save()
    assert "減災" in current_lexicon().alternatives("防災")
    for status, is_used in [("retired", False), ("active", True)]:
        entry.status = status
        entry.save()
        assert bool(current_lexicon().alternatives("防災")) == is_used
    LexiconEntry.objects.filter(pk=entry.pk).delete()
    assert current_lexicon().alternatives("防災") == []


def test_names_of_places_and_terms_reach_the_lexicon(db: None) -> None:
    from regions.models import Area
    from taxonomy.models import Theme

    Area.objects.create(
        code="221309",
        kind="designated-city",
        name_ja="浜松市",
        kana="はままつし",
        name_en="Hamamatsu-shi",
    )
    Area.objects.create(
        code="22", kind="prefecture", name_ja="静岡県", kana="しずおかけん", name_en="Shizuoka"
    )
    Theme.objects.create(code="1-1", label_ja="日本語教育", label_en="Japanese-language education")
    sync_vocabularies()
    lexicon = current_lexicon()
    for typed in ["hamamatsu", "はままつ", "Hamamatsu"]:
        assert "浜松" in lexicon.alternatives(typed)
    for typed in ["Hamamatsu City", "はままつし", "Hamamatsu-shi"]:
        assert "浜松市" in lexicon.alternatives(typed)
    assert "静岡県" in lexicon.alternatives("Shizuoka Prefecture")
    assert "日本語教育" in lexicon.alternatives("Japanese-language education")
    assert sync_vocabularies().changes == 0
