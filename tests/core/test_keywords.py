"""Keywords split at every comma that people use, in forms and in sheets."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from taggit.forms import TagField
from taggit.utils import edit_string_for_tags

from core.keywords import join_keywords, split_keywords
from sheets.kinds import Words


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("防災、避難所，通訳；相談／学習", ["学習", "相談", "通訳", "避難所", "防災"]),
        ("防災,避難所;通訳", ["通訳", "避難所", "防災"]),
        ("防災　避難所 通訳", ["通訳", "避難所", "防災"]),
        ('"防災、 避難所", 通訳', ["通訳", "避難所", "防災"]),
        ('"multi word", other', ["multi word", "other"]),
        ('"a, b"', ["a, b"]),
        ("防災、、 、", ["防災"]),
        ("", []),
    ],
)
def test_keywords_of_a_form(typed: str, words: list[str]) -> None:
    assert split_keywords(typed) == words
    assert TagField(required=False).clean(typed) == words


def test_keywords_in_a_form_come_back_as_they_were() -> None:
    names = ["a, b", "NPO／NGO", "multi word", "防災"]
    text = edit_string_for_tags([SimpleNamespace(name=name) for name in names])
    assert text == join_keywords([SimpleNamespace(name=name) for name in names])
    assert split_keywords(text) == sorted(names)


def test_keywords_of_a_sheet() -> None:
    assert Words().read("防災、避難所，通訳；相談／学習").text == "学習; 相談; 通訳; 避難所; 防災"


def test_long_texts_cost_no_time() -> None:
    assert split_keywords('"' * 100_001) == []
    assert len(split_keywords("、a" * 50_000)) == 1
