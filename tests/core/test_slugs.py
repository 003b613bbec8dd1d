"""Addresses made from titles: Japanese as it is read, in Latin letters."""

from __future__ import annotations

import pytest

from core.slugs import LONGEST, is_made_from, slug_from_title, unique_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("通訳と開く防災ひろば", "tsuyaku-to-hiraku-bosai-hiroba"),
        ("外国人住民は、どこへ行くか", "gaikokujin-jumin-wa-doko-e-iku-ka"),
        ("東京都新宿区の学校", "tokyotoshinjukuku-no-gakko"),
        ("２０２６年度 報告書 ver.2", "2026-nendo-hokokusho-ver2"),
        ("マッチング事業", "matchingu-jigyo"),
        ("NPO法人トルシーダ", "npo-hojin-torushida"),
        ("Welcome to Hamamatsu", "welcome-to-hamamatsu"),
        ("！！！", ""),
        ("あっ", "a"),
    ],
)
def test_a_title_is_written_as_it_is_read(title: str, slug: str) -> None:
    assert slug_from_title(title) == slug


def test_a_long_title_is_cut_between_words() -> None:
    slug = slug_from_title("外国人相談窓口の多言語化とやさしい日本語の普及に関する取り組みの報告")
    assert len(slug) <= LONGEST
    assert slug.endswith("-nihongo")


def test_one_word_without_end_is_cut_too() -> None:
    assert slug_from_title("a" * 300) == "a" * LONGEST


def test_a_taken_address_gets_the_first_free_number() -> None:
    assert unique_slug("bosai", {"bosai", "bosai-2"}) == "bosai-3"
    assert is_made_from("bosai-3", "防災")
    assert not is_made_from("bosai-hiroba", "防災")
