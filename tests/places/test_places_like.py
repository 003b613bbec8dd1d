"""Places like a place: on its page, in the search, in the API, and when figures change."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, Site

from casestudies.models import CasePlace, CaseStudyPage
from core.visibility import publicly_visible
from places.likeness import current_peers, read_figures
from places.models import LocalPlan
from places.peer_cases import places_like
from places.peers import FEATURES
from regions.models import Area
from regions.services import sync_areas
from search.engines import current_engine
from search.index.projection import documents_of
from search.models import SearchOutbox
from search.plan import Everything, Plan
from search.query.search_query import SearchQuery
from search.results import facets
from search.results.answer import search
from search.results.fallback import pages_from_database
from search.results.planning import plan_without_words
from surveys.models import ResidentCount
from surveys.municipalities import MUNICIPAL_KINDS, POPULATION_BANDS, SHARE_BANDS, bands_of
from surveys.services import replace_resident_counts

OIZUMI, SHINJUKU, YOKOHAMA, NARROW = "105244", "131041", "141003", "271063"


def cases_in(codes: list[str]) -> set[int]:
    """Public originals of cases from these places or a ward of one, by the database alone."""
    places = CasePlace.objects.filter(area__in=codes) | CasePlace.objects.filter(
        area__parent__in=codes
    )
    cases = publicly_visible(CaseStudyPage.objects.all())
    return set(
        cases.filter(
            alias_of=None, locale__language_code="ja", pk__in=places.values("page")
        ).values_list("pk", flat=True)
    )


def peers_of(code: str) -> list[str]:
    return [peer.code for peer in current_peers().table.of(code)]


def without_cases() -> str:
    table = current_peers().table
    return next(code for code in table.codes if table.of(code) and not cases_in(peers_of(code)))


def test_bands_and_kinds_are_those_of_the_figures() -> None:
    assert list(facets.ALL["population"].labels) == [band.code for band in POPULATION_BANDS]
    assert list(facets.ALL["share"].labels) == [band.code for band in SHARE_BANDS]
    assert list(facets.ALL["municipality"].labels) == list(MUNICIPAL_KINDS)
    assert list(facets.ALL["plan"].labels) == LocalPlan.Status.values
    for bands in (POPULATION_BANDS, SHARE_BANDS):
        ends = [(band.least, band.below) for band in bands]
        assert [least for least, _below in ends[1:]] == [below for _least, below in ends[:-1]]
        assert ends[0][0] == 0
        assert ends[-1][1] == float("inf")


# --- Figures ----------------------------------------------------------------------------------


def test_places_are_compared_by_one_series_and_day(site: Site) -> None:
    figures = current_peers().figures
    newest = ResidentCount.objects.filter(series="JUKI").order_by("-month").values("month")[0]
    assert newest["month"] == "2026-01"  # of which the total population is not known
    assert (figures.month, figures.month_before) == ("2025-01", "2020-01")
    rows = ResidentCount.objects.filter(area=OIZUMI, series="JUKI", dimension="total")
    now, then = rows.get(month="2025-01"), rows.get(month="2020-01")
    place = current_peers().by_code[OIZUMI]
    assert (place.residents, place.population) == (now.residents, now.population)
    assert (place.residents_before, place.population_before) == (then.residents, then.population)
    # Three wards of Hamamatsu exist since 2024.
    assert figures.missing == ("221384", "221392", "221406")
    kinds = Area.objects.filter(kind__in=[*MUNICIPAL_KINDS, "ward"], valid_to=None)
    assert len(figures.places) + len(figures.missing) == kinds.count() == 1912


def test_peers_are_kept_until_figures_or_areas_change(
    site: Site, django_assert_num_queries: Any
) -> None:
    first = current_peers()
    with django_assert_num_queries(1):
        assert current_peers() is first
    Page.objects.filter(pk=site.root_page_id).update(title="別の題")
    assert current_peers() is first
    before = peers_of(OIZUMI)
    ResidentCount.objects.filter(area=before[0], series="JUKI").update(residents=1)
    changed = current_peers()
    assert changed is not first
    assert before[0] not in peers_of(OIZUMI)
    Area.objects.filter(code=before[1]).update(valid_to="2025-12-31")
    assert before[1] not in current_peers().table
    ResidentCount.objects.filter(series="JUKI", month="2025-01").update(population=None)
    assert current_peers().figures.month == "2024-01"
    ResidentCount.objects.all().delete()
    assert peers_of(OIZUMI) == []
    assert current_peers().stability is None


def test_peers_are_steady_from_year_to_year(site: Site) -> None:
    out = io.StringIO()
    call_command("peers_report", years=1, stdout=out)
    table = re.search(r"^2025\s+([\d.]+)", out.getvalue(), re.MULTILINE)
    assert table is not None
    assert float(table[1]) >= 70
    assert f"steady: {round(100 * (current_peers().stability or 0))}%" in out.getvalue()
    assert out.getvalue().count("none yet, the nearest: ") == 21
    assert read_figures("2014-01").places == ()  # 2009 is not there


# --- Pages ------------------------------------------------------------------------------------


def test_page_of_a_place_shows_its_peers_and_their_cases(site: Site, client: Client) -> None:
    html = client.get(f"/areas/{OIZUMI}/").content.decode()
    section = html.partition('id="peers"')[2].partition("</section>")[0]
    for code in peers_of(OIZUMI):
        place = current_peers().by_code[code]
        assert f'href="/areas/{code}/"' in section
        assert f"人口{place.population:,}人" in section
    assert "2025年1月1日" in section
    assert f'href="/search/?kind=case&amp;like={OIZUMI}"' in section
    assert 'href="/areas/method/"' in section
    cases = CaseStudyPage.objects.filter(pk__in=cases_in(peers_of(OIZUMI)))
    assert cases
    for case in cases:
        assert f'href="{case.url}"' in section
    english = client.get(f"/en/areas/{OIZUMI}/").content.decode()
    assert "Places like this one" in english
    assert "Near in " in english


def test_page_says_so_where_no_peer_has_a_case(site: Site, client: Client) -> None:
    code = without_cases()
    section = client.get(f"/areas/{code}/").content.decode().partition('id="peers"')[2]
    assert "まだありません" in section
    nearest = [other for other in current_peers().table.ranked(code) if cases_in([other])][:3]
    assert nearest
    shown = re.findall(r'href="/areas/(\w+)/"', section.partition("まだありません")[2])
    assert shown[: len(nearest)] == nearest
    # What these have done is one step away, too.
    cases = CaseStudyPage.objects.filter(pk__in=cases_in(nearest))
    linked = [case for case in cases if f'href="{case.url}"' in section]
    assert len(linked) == min(len(cases), 6) > 0
    for kind in ("13", "221384"):  # a prefecture, and a place without figures of five years ago
        assert 'id="peers"' not in client.get(f"/areas/{kind}/").content.decode()


def test_section_costs_the_same_for_every_place(site: Site) -> None:
    costs = set()
    for code in (OIZUMI, SHINJUKU, YOKOHAMA):
        area = Area.objects.get(code=code)
        places_like(area, "ja")
        with CaptureQueriesContext(connection) as captured:
            found = places_like(area, "ja")
            assert found is not None
            assert found.cases
        costs.add(len(captured))
    assert len(costs) == 1
    assert costs.pop() <= 15


@pytest.mark.parametrize("address", ["/areas/method/", "/en/areas/method/"])
def test_method_is_told_with_the_numbers_of_the_code(
    site: Site, client: Client, address: str
) -> None:
    html = client.get(address).content.decode()
    peers = current_peers()
    for feature in FEATURES:
        assert f">{feature.weight}%<" in re.sub(r">\s+|\s+<", lambda m: m[0].strip(), html)
    for size in peers.table.sizes.values():
        assert f">{size}<" in html
    distance = peers.table.of(OIZUMI)[0].distance
    assert f"{distance:.2f}" in html
    assert "221384" in html
    assert f"{round(100 * (peers.stability or 0))}%" in html


# --- Search -----------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [OIZUMI, SHINJUKU, YOKOHAMA, NARROW])
def test_search_in_places_like_one_finds_what_the_database_has(site: Site, code: str) -> None:
    query = facets.clean(SearchQuery.from_params({"kind": "case", "like": code}, "ja"))
    results = search(query)
    expected = cases_in(peers_of(code))
    assert {hit.page_id for hit in results.hits} == expected or results.total > 10
    assert results.total == len(expected)
    # The filter acts on the counts of all facets, that of places too.
    assert sum(
        count for area, count in results.counts("region").items() if area in set(peers_of(code))
    ) >= len(expected)
    limited = pages_from_database(plan_without_words(query), ())
    assert set(limited.values_list("pk", flat=True)) == expected


def test_facets_of_municipalities_count_what_the_database_has(site: Site, client: Client) -> None:
    wanted = ("municipality", "population", "share", "plan")
    plan = Plan(Everything(), "ja", {"kind": ("case",)}, facets=wanted)
    counts = current_engine().search(plan).counts
    for kind in MUNICIPAL_KINDS:
        codes = list(Area.objects.filter(kind=kind).values_list("pk", flat=True))
        assert counts["municipality"].get(kind, 0) == len(cases_in(codes))
    bands = bands_of()
    for place, facet in enumerate(("population", "share")):
        for band in facets.ALL[facet].labels:
            codes = [code for code, of_area in bands.items() if of_area[place] == band]
            assert counts[facet].get(band, 0) == len(cases_in(codes)), (facet, band)
    municipal = Area.objects.filter(kind__in=MUNICIPAL_KINDS)
    statuses = {
        code: status or "unknown"
        for code, status in municipal.values_list("pk", "local_plan__status")
    }
    assert set(counts["plan"]) >= {"own", "unknown"}
    for status in LocalPlan.Status.values:
        expected = cases_in([code for code, known in statuses.items() if known == status])
        assert counts["plan"].get(status, 0) == len(expected), status
        query = facets.clean(SearchQuery.from_params({"kind": "case", "plan": status}, "ja"))
        limited = pages_from_database(plan_without_words(query), ())
        assert set(limited.values_list("pk", flat=True)) == expected
    found = client.get("/api/v1/search?kind=case&plan=own").json()
    assert found["total"] == counts["plan"]["own"]


def test_documents_of_cases_are_renewed_when_a_plan_or_an_area_changes(site: Site) -> None:
    (known,) = LocalPlan.objects.filter(area=YOKOHAMA) or [LocalPlan(area_id=YOKOHAMA)]
    cases = cases_in([YOKOHAMA])
    (case,) = list(cases)[:1]

    def waiting() -> set[int]:
        rows = SearchOutbox.objects.filter(source="page").values_list("item_id", flat=True)
        found = set(rows)
        SearchOutbox.objects.all().delete()
        return found

    waiting()
    known.status, known.accessed = LocalPlan.Status.PART, "2026-11"
    known.save()
    assert cases <= waiting()
    (document,) = documents_of([case])
    assert "part" in document.facets["plan"]
    known.delete()
    assert cases <= waiting()
    (document,) = documents_of([case])
    assert "unknown" in document.facets["plan"]
    # By the file of areas, and by the form of one.
    yokohama = Area.objects.get(pk=YOKOHAMA)
    row = {"code": YOKOHAMA, "kind": "core-city", "name_ja": yokohama.name_ja}
    assert sync_areas([row]) == 1
    assert cases <= waiting()
    (document,) = documents_of([case])
    assert "core-city" in document.facets["municipality"]
    assert sync_areas([row]) == 0
    assert waiting() == set()
    yokohama.save()
    assert cases <= waiting()


def test_filter_is_a_chip_that_can_be_taken_away(site: Site, client: Client) -> None:
    html = client.get("/search/?kind=case&like=10524&share=5-10").content.decode()
    assert "大泉町に似た地域" in html
    assert 'href="/search/?kind=case&amp;share=5-10"' in html
    assert re.search(rf'name="like"\s+value="{OIZUMI}"\s+checked', html)
    assert "places like Oizumi-machi" in client.get("/en/search/?like=10524").content.decode()
    client.cookies["reading"], client.cookies["furigana"] = "easy", "0"
    plain = client.get("/search/?like=10524").content.decode()
    assert "大泉町に 似た 町" in plain
    assert "5万人より 少ない" in plain
    client.cookies.clear()
    for unknown in ("13", "999999", "x"):
        html = client.get(f"/search/?like={unknown}").content.decode()
        assert f"「{unknown}」に似た地域は分かりません" in html
        assert 'name="like"' not in html
    feed = client.get("/search/feed/?like=105244").content.decode()
    assert "大泉町に似た地域" in feed


def test_programs_get_peers_and_may_search_in_them(site: Site, client: Client) -> None:
    answer = client.get(f"/api/v1/regions/{OIZUMI}/peers").json()
    assert [peer["code"] for peer in answer["peers"]] == peers_of(OIZUMI)
    assert answer["month"] == "2025-01"
    assert answer["peers"][0]["distance"] <= answer["peers"][-1]["distance"]
    assert client.get("/api/v1/regions/10524/peers").json()["place"]["code"] == OIZUMI
    for code in ("13", "nowhere"):
        assert client.get(f"/api/v1/regions/{code}/peers").status_code == 404
    found = client.get(f"/api/v1/search?kind=case&like={OIZUMI}").json()
    assert found["query"]["like"] == OIZUMI
    assert found["total"] == len(cases_in(peers_of(OIZUMI)))


def test_documents_of_cases_are_renewed_when_figures_change(site: Site) -> None:
    case = CaseStudyPage.objects.filter(
        pk__in=cases_in([YOKOHAMA]), places__area__in=[YOKOHAMA]
    ).first()
    assert case is not None
    SearchOutbox.objects.all().delete()
    counts = list(ResidentCount.objects.all())
    for count in counts:
        count.pk = None
        if count.area_id == YOKOHAMA and count.month == "2025-01":
            count.population = 9_000
            count.residents = 900
    replace_resident_counts(counts=counts)
    waiting = set(SearchOutbox.objects.filter(source="page").values_list("item_id", flat=True))
    municipalities = Area.objects.filter(kind__in=MUNICIPAL_KINDS)
    assert cases_in(list(municipalities.values_list("pk", flat=True))) <= waiting
    (document,) = documents_of([case.pk])
    assert "0-10000" in document.facets["population"]
    assert "10-up" in document.facets["share"]
    assert "designated-city" in document.facets["municipality"]
