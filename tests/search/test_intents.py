"""Places, kinds, times, actors, groups and languages in a query: filters that can be undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Site

from search.query.intents import understand
from search.query.lexicon import current_lexicon
from search.query.places import forget_places
from search.query.search_query import SearchQuery
from search.results.answer import search
from search.results.listing import listing_of


@pytest.fixture(autouse=True)
def names_read_again() -> Iterator[None]:
    """Names of places are kept by the process."""
    forget_places()
    yield
    forget_places()


def read(text: str) -> tuple[dict[str, tuple[str, ...]], str]:
    query = understand(SearchQuery(text=text), current_lexicon())
    return {intent.facet: intent.codes for intent in query.intents}, query.text


def years(first: int, last: int) -> tuple[str, ...]:
    return tuple(str(year) for year in range(last, first - 1, -1))


NOW = timezone.localdate().year


@pytest.mark.parametrize(
    ("text", "said", "rest"),
    [
        ("愛知の高校進学の通訳", {"region": ("23",)}, "高校進学の通訳"),
        ("愛知 高校進学 通訳", {"region": ("23",)}, "高校進学 通訳"),
        ("東北 日本語教室", {"region": ("02", "03", "04", "05", "06", "07")}, "日本語教室"),
        ("hamamatsu preschool", {"region": ("221309",)}, "preschool"),
        ("茅ヶ崎市の防災", {"region": ("142077",)}, "防災"),
        ("防災 事例", {"kind": ("case",)}, "防災"),
        ("NPOの事例", {"kind": ("case",)}, "npo"),
        ("NPOの防災の事例", {"actor": ("npo",), "kind": ("case",)}, "防災"),
        ("静岡県の団体", {"region": ("22",), "kind": ("organisation",)}, ""),
        ("防災 イベント", {"kind": ("event",)}, "防災"),
        ("難民 調査", {"kind": ("survey",)}, "難民"),
        ("防災の団体", {"kind": ("organisation",)}, "防災"),
        ("JICA シンポジウム", {"kind": ("event",)}, "jica シンポジウム"),
        ("ベトナム語 医療通訳", {"lang": ("vi",)}, "医療通訳"),
        ("中国語の防災", {"lang": ("zh", "zh-Hans", "zh-Hant")}, "防災"),
        ("2020年以降 防災", {"year": years(2020, NOW)}, "防災"),
        ("令和3年の防災", {"year": ("2021",)}, "防災"),
        ("平成元年 防災", {"year": ("1989",)}, "防災"),
        ("2015年から2018年 防災", {"year": years(2015, 2018)}, "防災"),
        ("2015年以前 防災", {"year": years(1986, 2015)}, "防災"),
        ("disaster drill before 1990", {"year": years(1961, 1990)}, "disaster drill"),
        ("昨年の防災", {"year": (str(NOW - 1),)}, "防災"),
        ("最近の防災", {"year": years(NOW - 2, NOW)}, "防災"),
        ("disaster drill since 2020", {"year": years(2020, NOW)}, "disaster drill"),
        # Nothing else is asked for, several places are called so, or it is no place.
        ("愛知県", {}, "愛知県"),
        ("多文化共生センター東京", {}, "多文化共生センター東京"),
        ("シンポジウム", {}, "シンポジウム"),
        ("府中市 防災", {}, "府中市 防災"),
        ('"愛知" 通訳', {}, '"愛知" 通訳'),
        ("date of birth", {}, "date of birth"),
        ("2024", {}, "2024"),
    ],
)
def test_what_a_query_says(
    site: Site, text: str, said: dict[str, tuple[str, ...]], rest: str
) -> None:
    assert read(text) == (said, rest)


def test_hits_fit_what_was_said(site: Site) -> None:
    results = search(SearchQuery(text="愛知 日本語教室"))
    assert results.hits
    assert all("23" in hit.codes["region"] for hit in results.hits)
    assert results.counts("region")["23"] == results.total
    # Behind them those that fit in part.
    assert any("23" not in hit.codes.get("region", ()) for hit in results.some_hits)
    recent = search(SearchQuery(text="2020年以降 防災"))
    assert recent.hits
    assert all(set(hit.codes["year"]) & set(years(2020, NOW)) for hit in recent.hits)
    assert listing_of(SearchQuery(text="愛知 日本語教室")).total == results.total


def test_years_and_kinds_are_never_words_that_a_page_must_have(site: Site) -> None:
    results = search(SearchQuery(text="1990年 多文化共生センター イベント"))
    assert results.total
    assert any("1990年" in notice for notice in results.query.notices)


def test_each_is_a_chip_that_can_be_taken_away_or_made_a_word(site: Site, client: Client) -> None:
    response = client.get("/search/", {"q": "愛知の日本語教室"})
    html = response.content.decode()
    assert "「愛知」を言葉として検索する" in html
    (chip,) = response.context["chips"]
    assert chip["label"] == "愛知県"
    (intent,) = response.context["intents"]
    assert 'value="愛知の日本語教室"' in html
    as_words = client.get(intent["word_url"]).context["results"]
    assert as_words.query.text == "愛知の日本語教室"
    assert not as_words.query.intents
    without = client.get(chip["remove_url"]).context["results"]
    assert (without.query.text, dict(without.query.chosen)) == ("日本語教室", {})
    # With the filter of the sidebar ticked as well, as the form sends it.
    ticked = client.get("/search/", {"q": "愛知の日本語教室", "region": "23"}).context["results"]
    assert ticked.total == response.context["results"].total
    answer = client.get("/api/v1/search", {"q": "愛知の日本語教室"}).json()["query"]
    assert answer["intents"] == [{"facet": "region", "codes": ["23"], "text": "愛知"}]
    assert answer["words"] == "日本語教室"


def test_cases_come_before_bodies_that_are_called_as_the_place(site: Site) -> None:
    for text in ["愛知県", "浜松市", "ハママツ"]:
        kinds = [hit.kind for hit in search(SearchQuery(text=text)).hits]
        assert kinds[0] == "case", text
        cases = [place for place, kind in enumerate(kinds) if kind == "case"]
        assert kinds.index("organisation") > cases[1] if "organisation" in kinds else True


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("北海道", {"01"}), ("東北", {"02", "07"}), ("関東", {"08", "14"}), ("中部", {"15", "23"}),
        ("近畿", {"24", "30"}), ("関西", {"25", "30"}), ("中国地方", {"31", "35"}),
        ("四国", {"36", "39"}), ("九州", {"40", "46"}), ("沖縄", {"47"}),
    ],
)  # fmt: skip
def test_all_blocks_lead_to_their_page_and_to_what_lies_there(
    site: Site, text: str, codes: set[str]
) -> None:
    results = search(SearchQuery(text=text))
    assert results.places
    assert results.hits[0].kind == "case"
    lower, upper = min(codes), max(codes)
    first = [code for code in results.hits[0].codes["region"] if code.isdigit()]
    assert any(lower <= code[:2] <= upper for code in first)


def test_nothing_is_taken_out_of_the_name_of_a_page(site: Site) -> None:
    results = search(SearchQuery(text="Toyota Foundation", locale="en"))
    assert not results.query.intents
