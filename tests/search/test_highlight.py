"""Marks stand on the original text, and nothing that was written becomes HTML."""

from __future__ import annotations

import re

import pytest

from search.results.highlight import Marker


@pytest.mark.parametrize(
    ("sequence", "text", "html"),
    [
        (("子供",), "こどもと子ども", "<mark>こども</mark>と<mark>子ども</mark>"),
        (("プレスクール",), "ﾌﾟﾚｽｸｰﾙの", "<mark>ﾌﾟﾚｽｸｰﾙ</mark>の"),
        (("京都",), "東京都と京都府", "東京都と<mark>京都</mark>府"),
        (("日本", "語"), "日本と日本語", "日本と<mark>日本語</mark>"),
        (("取組",), "取り組みの", "<mark>取り組み</mark>の"),
        (("class",), "Two classes", "Two <mark>classes</mark>"),
    ],
)
def test_words_are_marked_as_they_stand(sequence: tuple[str, ...], text: str, html: str) -> None:
    assert Marker([sequence]).mark(text) == html


def test_quoted_text_is_marked_inside_words() -> None:
    assert Marker([], ["語教"]).mark("日本語教室") == "日本<mark>語教</mark>室"


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", '"><img src=x onerror=y>', "&amp;"]
)
def test_text_is_escaped(hostile: str) -> None:
    marker = Marker([("防災",), ("script",), ("alert",), ("img",), ("amp",)], ["<img", "script"])
    for html in (marker.mark(f"防災{hostile}防災"), marker.passage(f"防災{hostile}防災。")):
        plain = html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in plain
        assert '"' not in plain
        assert "<mark>防災</mark>" in html


def test_passage_takes_the_sentences_with_most_marks() -> None:
    text = (
        "はじめに。市が防災訓練をした。つぎに。外国人の防災リーダーと防災訓練をした。おわり。防災。"
    )
    passage = Marker([("防災",), ("訓練",), ("外国", "人")]).passage(text, count=1)
    assert passage.startswith("<mark>外国人</mark>の<mark>防災</mark>リーダー")


def test_passage_is_empty_without_marks() -> None:
    assert Marker([("防災",)]).passage("なにもない。") == ""


def test_long_sentence_is_shown_around_its_mark() -> None:
    passage = Marker([("防災",)]).passage("あいうえお、" * 60 + "防災" + "、かきくけこ" * 60)
    assert passage.startswith("…")
    assert passage.endswith("…")
    assert "<mark>防災</mark>" in passage
    assert len(passage) < 150


def test_long_sentence_ends_with_a_whole_word() -> None:
    text = "staff of the city visit every school and every child " * 2 + "before schooling begins"
    for longer in range(20):
        passage = Marker([("school",)]).passage("x" * longer + " " + text + " and on it goes" * 9)
        last = re.sub("</?mark>", "", passage).rstrip("…").split()[-1]
        assert last in {*text.split(), *["and", "on", "it", "goes"]}, passage


def test_overlapping_marks_are_joined() -> None:
    assert Marker([("日本", "語"), ("語", "教室")]).mark("日本語教室") == "<mark>日本語教室</mark>"
