"""The network's own work is found by the words that people use for it, on both engines."""

from __future__ import annotations

import pytest
from wagtail.models import Site

from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.search_query import SearchQuery
from search.results.answer import search
from surveys.models import SurveyPage

SURVEY = "/surveys/jcie-local-governments/"
# Words, the language of the reader, and the pages of which one is right as the first hit.
ASKED = [
    ("自治体 アンケート", "ja", {SURVEY}),
    ("自治体アンケート", "ja", {SURVEY}),
    ("survey on multiculturalism and accepting foreigners", "en", {f"/en{SURVEY}"}),
    ("休眠預金", "ja", {"/programmes/hamis/"}),
    ("dormant deposits", "en", {"/en/programmes/hamis/"}),
    ("HAMIS", "ja", {"/programmes/hamis/"}),
    ("HAMIS", "en", {"/en/programmes/hamis/"}),
    ("外国ルーツ 就労", "ja", {"/programmes/diverse-roots/", "/programmes/youth-career/"}),
    ("移民政策 円卓", "ja", {"/programmes/migration-roundtable/"}),
]


def check_all() -> None:
    """What stands first on the page is right: a page that editors recommend, else the first hit."""
    wrong = []
    for text, locale, right in ASKED:
        results = search(SearchQuery(text=text, locale=locale))
        shown = [(page.url, page.title) for page in (*results.best_bets, *results.hits)]
        if not shown or not results.hits or shown[0][0] not in right:
            wrong.append((text, locale, shown[:3]))
    assert not wrong


def test_words_for_the_networks_work_find_it_first(site: Site) -> None:
    check_all()


@pytest.mark.parametrize("engine", ["elasticsearch"], indirect=True)
def test_words_for_the_networks_work_find_it_first_in_a_cluster(site: Site, engine: Engine) -> None:
    rebuild(engine)
    check_all()


def test_years_of_waves_are_a_filter(site: Site) -> None:
    found = {
        period: {
            hit.url
            for hit in search(
                SearchQuery(locale="ja", facets={"kind": ("survey",), "period": (period,)})
            ).hits
        }
        for period in ("2010", "2015", "2020")
    }
    assert f"{SURVEY}2014/" in found["2010"]
    assert {f"{SURVEY}2015/", f"{SURVEY}2017/"} <= found["2015"]
    assert f"{SURVEY}2021/" in found["2020"]
    assert SURVEY in found["2010"] & found["2015"] & found["2020"]
    assert SurveyPage.objects.filter(locale__language_code="ja").count() == 8
