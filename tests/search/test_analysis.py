"""Which spellings are the same word, and which are not."""

from __future__ import annotations

import random

import pytest

from search.language.analysis import fold, fold_with_map, grams, is_known_word, sounds, words
from search.language.hanzi import JAPANESE_FOR_SIMPLIFIED
from search.language.readings import is_romaji, sound_key


def forms(text: str) -> list[str]:
    return [word.form for word in words(fold(text))]


@pytest.mark.parametrize(
    "spellings",
    [
        ["子供", "子ども", "こども"],
        ["取組", "取り組み", "取組み"],
        ["受入れ", "受け入れ", "受入"],
        ["プレスクール", "ﾌﾟﾚｽｸｰﾙ"],
        ["NPO", "ＮＰＯ", "npo"],
        ["ごみ", "ゴミ"],
        ["ごみの分別", "ごみ分別"],
        ["ヴェトナム", "ベトナム"],
        ["濱松", "浜松"],
        ["學校", "学校"],
        ["茅ヶ崎", "茅ケ崎"],
        ["ソーシャル・ワーカー", "ソーシャルワーカー"],
        ["まちづくり", "街づくり", "町づくり"],
        ["手続", "手続き"],
        ["class", "Classes", "classes"],
        ["Português", "portugues"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_are_one_word(spellings: list[str]) -> None:
    assert len({tuple(forms(spelling)) for spelling in spellings}) == 1


def test_kyoto_is_not_in_tokyo_to() -> None:
    assert "京都" in forms("京都府")
    assert "京都" not in forms("東京都")


def test_city_is_found_in_its_full_name() -> None:
    assert forms("浜松市の取組")[:2] == ["浜松", "市"]


def test_words_of_a_compound_share_a_unit() -> None:
    units = [word.unit for word in words("日本語教室")]
    assert units == [0, 0, 1]


@pytest.mark.parametrize("text", ["한국어 지원", "Tiếng Việt", "中文服务", "Español"])
def test_text_of_other_languages_has_words(text: str) -> None:
    assert forms(text)


def test_long_text_is_cut_for_the_dictionary() -> None:
    assert len(words("日本語教室。" * 10_000)) == 30_000


def test_offsets_lead_back_to_the_original() -> None:
    text = "ﾌﾟﾚｽｸｰﾙと㈱ＡＩとヴェトナム"
    folded = fold_with_map(text)
    assert folded.text == fold(text)
    spans = [folded.original_span(word.start, word.end) for word in words(folded.text)]
    assert [text[a:b] for a, b in spans] == ["ﾌﾟﾚｽｸｰﾙ", "ＡＩ", "ヴェトナム"]


def test_lone_surrogates_do_no_harm() -> None:
    assert forms("防災\ud800") == ["防災"]
    assert fold_with_map("防災\ud800").text == "防災?"


def test_letter_pairs_pass_over_signs_and_spaces() -> None:
    assert grams("日本、語 教") == ["日本", "本語", "語教"]


def test_known_words() -> None:
    assert is_known_word("ふれあい")
    assert not is_known_word("はままつ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("はままつ", "hamamatsu"),
        ("ハママツ", "Hamamatu"),
        ("たぶんかきょうせい", "tabunka kyosei"),
        ("とうきょう", "Tōkyō"),
        ("こうべ", "koube"),
        ("しんぶん", "shimbun"),
        ("さっぽろ", "Sapporo"),
        ("ファミリー", "famirii"),
    ],
)
def test_kana_and_latin_letters_sound_the_same(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("たぶn", "たぶんか"), ("はｍ", "はままつ"), ("hamamats", "はままつ"), ("ﾌﾟﾚ", "プレスクール"),
     ("きょう", "きょうせい"), ("touk", "とうきょう")],
)  # fmt: skip
def test_half_typed_input_begins_the_whole_key(typed: str, whole: str) -> None:
    assert sound_key(whole).startswith(sound_key(typed))


def test_readings_of_kanji() -> None:
    assert sounds("多文化共生") == sound_key("たぶんかきょうせい")


def test_english_is_not_taken_for_syllables() -> None:
    assert all(map(is_romaji, ["kyosei", "matcha", "issho", "shimbun", "shin'you", "konnichiwa"]))
    assert not is_romaji("school")
    assert not is_romaji("a" * 150 + "x")


def test_any_latin_letters_can_be_told_from_syllables() -> None:
    chance = random.Random(20261126)
    texts = ("".join(chance.choices("aiueoknsthmrycgdbzpjfvwx-'", k=200)) for _ in range(2_000))
    assert not any(map(is_romaji, texts))


@pytest.mark.parametrize(
    ("chinese", "japanese"),
    [("防灾", "防災"), ("医疗口译", "医療口訳"), ("醫療通譯", "医療通訳"), ("日语", "日語")],
)
def test_chinese_characters_fold_into_the_japanese_ones(chinese: str, japanese: str) -> None:
    assert fold(chinese) == japanese


def test_no_character_that_japanese_writes_is_taken_for_a_simplified_one() -> None:
    for character in JAPANESE_FOR_SIMPLIFIED:
        with pytest.raises(UnicodeEncodeError):
            character.encode("cp932")
