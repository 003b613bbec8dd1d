"""Partial dates, periods, numbers and languages as templates show them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateDoesNotExist
from django.utils.translation import override

from core.templatetags.facts import (
    grouped,
    is_other_language,
    marked,
    marked_html,
    partial_date,
    period,
    place_name,
    theme_groups,
)
from core.templatetags.icons import icon, theme_picture

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018", "2018"),
        ("2018-12", "December 2018"),
        ("2018-02-31", "2018-02-31"),
        ("spring 2018", "spring 2018"),
        ("", ""),
        (None, ""),
    ],
)
def test_partial_date_is_as_precise_as_its_source(value: str | None, expected: str) -> None:
    with override("en"):
        assert partial_date(value) == expected


@pytest.mark.parametrize(
    ("started", "ended", "status", "expected"),
    [
        ("2018", "2021", "ended", "2018 – 2021"),
        ("2018", "", "continuing", "since 2018"),
        ("2018", "", "unknown", "started 2018"),
        ("2018", "2018", "ended", "2018"),
        ("", "2021", "ended", "until 2021"),
        ("", "", "unknown", ""),
    ],
)
def test_period_says_no_more_than_is_known(
    started: str, ended: str, status: str, expected: str
) -> None:
    with override("en"):
        assert period(started, ended, status) == expected


def test_theme_groups_come_once_each_in_order() -> None:
    themes = [SimpleNamespace(code=code) for code in ["2-1", "x-16", "2-3"]]
    assert theme_groups(themes) == ["2", "x"]


def test_place_name_follows_the_order_of_the_language() -> None:
    prefecture = SimpleNamespace(label="Aichi", kind="prefecture", parent=None)
    city = SimpleNamespace(label="Toyota-shi", kind="city", parent=prefecture)
    with override("en"):
        assert place_name(city) == "Toyota-shi, Aichi"
    with override("ja"):
        assert place_name(city) == "Aichi Toyota-shi"


def test_numbers_are_grouped_and_texts_left_alone() -> None:
    assert grouped(5_000_000) == "5,000,000"
    assert grouped("about 20") == "about 20"


def test_plain_japanese_is_no_other_language_on_a_japanese_page() -> None:
    with override("ja"):
        assert not is_other_language("ja-x-easy")
        assert is_other_language("en")


def test_icons_are_hidden_from_screen_readers_and_unknown_ones_are_an_error() -> None:
    html = Template("{% load icons %}{% icon 'search' %}").render(Context())
    assert 'aria-hidden="true"' in html
    assert theme_picture("9") == ""
    with pytest.raises(TemplateDoesNotExist):
        icon("no-such-icon")
    with pytest.raises(ValueError, match="not the name"):
        icon("../base")


@pytest.mark.parametrize(
    ("language", "text", "html"),
    [
        (
            "en",
            "Report (日本国際交流センター)",
            'Report (<span lang="ja">日本国際交流センター</span>)',
        ),
        ("en", "「東川の優位性」、概要 2018", '「<span lang="ja">東川の優位性」、概要</span> 2018'),
        ("ja", "日本経済新聞", "日本経済新聞"),
        ("ja", "안산시 업무협약（2025）", '<span lang="ko">안산시 업무협약</span>（2025）'),
        ("en", "<b>防災</b>", '&lt;b&gt;<span lang="ja">防災</span>&lt;/b&gt;'),
        ("en", "", ""),
    ],
)
def test_words_of_another_language_are_marked(language: str, text: str, html: str) -> None:
    with override(language):
        assert marked(text) == html


def test_marking_html_leaves_its_tags_alone() -> None:
    with override("en"):
        html = marked_html('<a title="防災" href="/防災/">See 防災</a>')
    assert html == '<a title="防災" href="/防災/">See <span lang="ja">防災</span></a>'
