"""The API over HTTP: what it answers, how it says no, and what it costs."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from ninja import Schema
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from regions.models import Area
from taxonomy.models import VOCABULARIES
from tests.architecture.sources import APPS

CASE = "higashikawa-care-scholarship"
ADDRESSES = [
    "search?q=防災&region=23",
    "cases?per_page=3",
    f"cases/{CASE}",
    "organisations?per_page=3",
    "organisations/higashikawa-town",
    "regions?per_page=3",
    "regions/13",
    "desks?region=23&language=pt&per_page=3",
    "plans?region=23&status=own&per_page=3",
    "vocabularies",
    "vocabularies/themes",
]


def get(client: Client, address: str, **headers: str) -> Any:
    return client.get(f"/api/v1/{address}", headers=headers)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_names_licence_source_and_language(
    site: Site, client: Client, address: str
) -> None:
    joint = "&" if "?" in address else "?"
    for locale in ["ja", "en"]:
        response = get(client, f"{address}{joint}locale={locale}")
        assert response.status_code == 200, response.content
        answer = response.json()
        assert answer["licence"]["code"] == "CC-BY-4.0"
        assert answer["source"] == {"name": "NANIF", "url": "http://127.0.0.1:8000"}
        assert answer["locale"] == response["Content-Language"] == locale
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Set-Cookie" not in response


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_has_not_changed_is_not_sent_again(site: Site, client: Client, address: str) -> None:
    first = get(client, address)
    again = get(client, address, if_none_match=first["ETag"])
    assert again.status_code == 304
    assert not again.content
    assert again["ETag"] == first["ETag"]
    assert get(client, address, if_none_match='"another"').status_code == 200


def test_head_and_options_are_answered_and_writing_is_not(site: Site, client: Client) -> None:
    head = client.head("/api/v1/cases")
    assert head.status_code == 200
    assert not head.content
    assert head["ETag"]
    options = client.options("/api/v1/cases")
    assert options.status_code == 204
    assert options["Access-Control-Allow-Headers"] == "If-None-Match"
    for method in [client.post, client.put, client.delete, client.patch]:
        response = method("/api/v1/cases")
        assert response.status_code == 405
        assert response["Content-Type"] == "application/problem+json"


def test_search_says_what_the_command_line_says(site: Site, client: Client) -> None:
    out = io.StringIO()
    call_command("search_query", "防災", "--region", "23", "--json", stdout=out)
    printed = json.loads(out.getvalue())
    answer = get(client, "search?q=防災&region=23").json()
    for page in [*answer["hits"], *answer["by_meaning"], *answer["best_bets"]]:
        page["url"] = page["url"].removeprefix("http://127.0.0.1:8000")
    assert {name: answer[name] for name in printed} == printed


def test_search_tells_both_labels_of_every_code(site: Site, client: Client) -> None:
    answer = get(client, "search?q=防災&per_page=5").json()
    assert len(answer["hits"]) == 5
    labels = answer["labels"]
    for hit in answer["hits"]:
        for name, codes in hit["codes"].items():
            for code in codes:
                assert labels[name][code]["ja"], (name, code)
                assert labels[name][code]["en"], (name, code)
    assert labels["region"]["23"] == {"ja": "愛知県", "en": "Aichi"}
    assert labels["kind"]["case"] == {"ja": "事例", "en": "Case studies"}


def test_pages_of_a_list_lead_from_one_to_the_next(site: Site, client: Client) -> None:
    seen: list[str] = []
    address: str | None = "/api/v1/cases?region=13&per_page=4"
    while address:
        response = client.get(address)
        answer = response.json()
        seen += [item["slug"] for item in answer["items"]]
        links = dict(
            reversed(link.split("; ")) for link in response["Link"].replace("<", "").split(", ")
        )
        address = links.get('rel="next"', "").rstrip(">").removeprefix("http://127.0.0.1:8000")
    assert len(seen) == len(set(seen)) == answer["total"] > 4


def test_filters_of_cases(site: Site, client: Client) -> None:
    everything = get(client, "cases").json()["total"]
    assert everything == CaseStudyPage.objects.live().filter(locale__language_code="ja").count()
    some = get(client, "cases?region=13&region=23").json()["total"]
    assert some == sum(get(client, f"cases?region={code}").json()["total"] for code in ["13", "23"])
    assert 0 < get(client, "cases?theme=2").json()["total"] < everything
    assert (
        get(client, "cases?theme=2").json()["total"]
        > (get(client, "cases?theme=2-3").json()["total"])
    )
    led = get(client, "cases?organisation=higashikawa-town").json()["items"]
    assert CASE in {case["slug"] for case in led}
    assert get(client, "cases?updated_since=2999-01-01").json()["total"] == 0
    assert get(client, "cases?actor=nonsense").json()["total"] == 0


def test_case_has_what_its_page_shows_and_nothing_more(site: Site, client: Client) -> None:
    case = CaseStudyPage.objects.get(slug=CASE, locale__language_code="ja")
    case.internal_note = "nur intern 内部メモ"
    case.save()
    response = get(client, f"cases/{CASE}")
    answer = response.json()
    assert "内部メモ" not in response.content.decode()
    assert not {"internal_note", "owner", "id", "residence_status_groups"} & set(answer)
    assert answer["title"] == case.title
    assert answer["places"][0]["label"] == {"ja": "東川町", "en": "Higashikawa-cho"}
    assert [source["title"] for source in answer["sources"]] == [
        source.title for source in case.sources.all()
    ]
    assert {theme["code"] for theme in answer["themes"]} == {t.code for t in case.themes.all()}
    assert {passage["name"] for passage in answer["passages"]} >= {"context", "actions"}
    shown = client.get(f"/cases/hokkaido/{CASE}/").content.decode()
    for passage in answer["passages"]:
        assert passage["text"].split("\n")[0][:20] in shown


def test_translated_case_says_which_words_are_the_original(site: Site, client: Client) -> None:
    english = CaseStudyPage.objects.filter(slug=CASE, locale__language_code="en")
    english.update(context="[]")
    answer = get(client, f"cases/{CASE}?locale=en").json()
    assert answer["language"] == "en"
    languages = {passage["name"]: passage["language"] for passage in answer["passages"]}
    assert (languages["context"], languages["actions"]) == ("ja", "en")
    assert answer["url"] == f"http://127.0.0.1:8000/en/cases/hokkaido/{CASE}/"


def test_licence_of_a_case_is_its_own(site: Site, client: Client) -> None:
    CaseStudyPage.objects.filter(slug=CASE).update(licence="CC0-1.0")
    assert get(client, f"cases/{CASE}").json()["licence"]["name"] == "CC0 1.0"


def test_place_has_what_is_above_and_below_it(site: Site, client: Client) -> None:
    answer = get(client, "regions/13104").json()
    assert answer["code"] == "131041"
    assert [area["code"] for area in answer["path"]] == ["kanto", "13"]
    prefecture = get(client, "regions/13").json()
    assert len(prefecture["parts"]) == Area.objects.filter(parent="13", valid_to=None).count()
    assert prefecture["platforms"]
    assert get(client, "regions?kind=prefecture&per_page=100").json()["total"] == 47


def test_every_vocabulary_has_all_its_terms(site: Site, client: Client) -> None:
    names = [item["name"] for item in get(client, "vocabularies").json()["items"]]
    assert names == list(VOCABULARIES)
    for name, model in VOCABULARIES.items():
        terms = get(client, f"vocabularies/{name}").json()["terms"]
        assert {term["code"] for term in terms} == set(model.objects.values_list("pk", flat=True))
    themes = {term["code"]: term for term in get(client, "vocabularies/themes").json()["terms"]}
    assert themes["2-3"]["parent"] == "2"


@pytest.mark.parametrize(
    ("address", "status", "parameter", "words"),
    [
        ("cases?page=0", 400, "page", "1 or more"),
        ("cases?page=x", 400, "page", "whole number"),
        ("cases?page=9999", 404, "page", "The last page is"),
        ("cases?per_page=101", 400, "per_page", "100 or less"),
        ("cases?regoin=13", 400, "regoin", "region"),
        ("cases?locale=fr", 400, "locale", "'ja' or 'en'"),
        ("cases?theme=%00", 400, "theme", "Latin letters"),
        ("cases?updated_since=yesterday", 400, "updated_since", "2026-05-31"),
        ("cases?updated_since=2024", 400, "updated_since", "2026-05-31"),
        ("cases/nowhere", 404, "slug", "/api/v1/cases"),
        ("organisations/nowhere", 404, "slug", "/api/v1/organisations"),
        ("regions/999999", 404, "code", "/api/v1/regions"),
        ("vocabularies/nothing", 404, "name", "themes"),
        (f"search?q={'a' * 201}", 400, "q", "at most 200 characters"),
        ("search?sort=best", 400, "sort", "'newest'"),
        ("search?q=防災&page=500", 404, "page", "The last page is"),
        ("search?" + "&".join(["theme=1"] * 31), 400, "theme", "at most 30 values"),
    ],
)
def test_problem_names_the_parameter_and_the_cure(
    site: Site, client: Client, address: str, status: int, parameter: str, words: str
) -> None:
    in_english = (
        address if "locale" in address else f"{address}{'&' if '?' in address else '?'}locale=en"
    )
    response = get(client, in_english)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response["Access-Control-Allow-Origin"] == "*"
    problem = response.json()
    assert problem["status"] == status
    assert parameter in {error["parameter"] for error in problem["errors"]}
    if "locale=fr" not in address:
        assert words in problem["detail"] + str(problem["errors"])


def test_problems_speak_the_language_asked_for(site: Site, client: Client) -> None:
    assert "整数" in get(client, "cases?page=x").json()["detail"]
    assert "whole number" in get(client, "cases?page=x&locale=en").json()["detail"]


def test_address_that_does_not_exist_is_a_problem_too(site: Site, client: Client) -> None:
    for address in ["nothing", "cases/", "cases/a/b", "search/x"]:
        response = get(client, address)
        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"


def queries(client: Client, address: str) -> int:
    get(client, address)
    with CaptureQueriesContext(connection) as captured:
        assert get(client, address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["cases", "organisations", "regions"])
def test_queries_of_a_list_do_not_grow_with_it(site: Site, client: Client, name: str) -> None:
    few = queries(client, f"{name}?per_page=3")
    assert queries(client, f"{name}?per_page=100") == few <= 12


def test_queries_of_a_record_are_the_same_for_every_record(site: Site, client: Client) -> None:
    slugs = (
        CaseStudyPage.objects.live()
        .filter(locale__language_code="ja")
        .values_list("slug", flat=True)
    )
    alone, related = set(), set()
    for slug in slugs[:20]:
        case = get(client, f"cases/{slug}").json()
        is_related = case["adapted_from"] or case["adapted_by"]
        (related if is_related else alone).add(queries(client, f"cases/{slug}"))
    # Only of a case that others adapted, or that adapts one, are the relatives looked up.
    assert len(alone) == len(related) == 1, (alone, related)
    assert max(alone) < max(related) <= 20


def test_queries_of_the_search_do_not_grow_with_hits(site: Site, client: Client) -> None:
    assert queries(client, "search?per_page=50") == queries(client, "search?per_page=5") <= 40


def test_clients_that_ask_too_often_are_told_to_wait(
    site: Site, client: Client, settings: Any
) -> None:
    settings.RATES = {**settings.RATES, "api": "3/day"}
    answers = [
        client.get("/api/v1/vocabularies?locale=en", REMOTE_ADDR="203.0.113.7") for _ in range(4)
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"api";q=3;w=86400'
    assert answers[0]["RateLimit"].startswith('"api";r=2;t=')
    refused = answers[3]
    assert 0 < int(refused["Retry-After"]) <= 86_400
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["detail"].startswith("Too many requests. Please try again in")
    assert client.get("/api/v1/vocabularies", REMOTE_ADDR="203.0.113.8").status_code == 200


@pytest.mark.parametrize(("address", "language"), [("/api/", "ja"), ("/en/api/", "en")])
def test_guide_shows_every_address(site: Site, client: Client, address: str, language: str) -> None:
    page = client.get(address).content.decode()
    document = get(client, f"openapi.json?locale={language}").json()
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        assert path in page
        assert operations["get"]["summary"] in page
        for parameter in operations["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in page
    for script in BeautifulSoup(page, "html.parser").find_all("script"):
        assert script.get("src") or script["type"] == "application/ld+json", script


def test_examples_of_the_guide_answer(site: Site, client: Client) -> None:
    page = client.get("/en/api/")
    examples = [op["example"] for op in page.context["operations"] if op["example"]]
    assert len(examples) >= 6
    for example in examples:
        assert client.get(example).status_code == 200, example


def test_every_schema_has_a_name_of_its_own() -> None:
    """Two classes of one name would be described as one in the document of the API."""
    found: dict[str, list[str]] = {}
    waiting: list[Any] = [Schema]
    while waiting:
        for schema in waiting.pop().__subclasses__():
            found.setdefault(schema.__name__, []).append(schema.__module__)
            waiting.append(schema)
    for name, places in found.items():
        own = {place for place in places if place.split(".")[0] in APPS}
        assert len(own) <= 1, f"{name}: {own}"
