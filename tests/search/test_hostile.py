"""What nobody should send gets a clear answer, soon, at every address of the search."""

from __future__ import annotations

import time
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from wagtail.models import Site

from casestudies.models import CaseStudyPage
from search.engines.base import Engine
from search.index.outbox import deliver

ADDRESSES = [
    "/search/",
    "/en/search/",
    "/search/suggest/",
    "/search/suggest/?format=opensearch",
    "/search/export/?format=csv",
    "/search/export/?format=xlsx",
    "/search/export/?format=jsonl",
    "/search/export/?format=bibtex",
    "/search/feed/",
    "/api/v1/search",
]
# Far above what any of these takes alone, so that a busy machine fails nothing.
SECONDS = 30
CLEAR = {200, 304, 400, 404, 414, 429}

TEXTS = {
    "a megabyte": "防災 " * 55_000,  # as it is sent
    "a megabyte of one word": "a" * 1_000_000,
    "nearly romaji": "a" * 150 + "x " + "sha" * 50 + "x",
    "kana without end": "あ" * 200,
    "a regular expression": "(a+)+$ [^x]*{1,9999} .*.*.*.*",
    "operators": 'AND OR NOT ++-- "" "unclosed title:x^9 ~2 * ? \\ /',
    "a script": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE wagtailcore_page; --",
    "a path": "../../../../etc/passwd%00",
    "a template": "{{ 7*7 }} {% load x %} ${7*7} %(x)s %s {0}",
    "right to left": "\u202eevil\u202c שלום مرحبا \u200f",
    "zero width": "防\u200b災\u200d\ufeff\u2060",
    "combining signs": "a" + "\u0301" * 5_000,
    "lone surrogates": "\ud800\udfff防災",
    "NUL": "\x00防災\x00",
    "control characters": "".join(map(chr, range(32))),
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 30,
    "every quote": "\"'`«»„“”‘’「」『』" * 20,
    "minus alone": "- -- --- -\u3000-",
    "many words": " ".join(str(number) for number in range(50_000)),
    "private use": "\ue000\uf8ff\U000f0000",
}

PARAMETERS = {
    "unknown facets": "colour=red&region[]=13&__proto__=x&constructor=1",
    "unknown codes": "region=99&theme=%27&actor=%00&lang=%F0%9F%98%80&period=0000",
    "codes that are no codes": "theme=" + "1" * 100_000 + "&region=../..&region=-",
    "deep paging": "page=999999999",
    "a page beyond numbers": "page=99999999999999999999999999",
    "a negative page": "page=-1&per_page=-1",
    "a page in words": "page=%EF%BC%91&per_page=1e9&sort=__class__",
    "thousands of parameters": "&".join(f"theme={number}" for number in range(5_000)),
    "too many parameters": "&".join(f"p{number}=1" for number in range(12_000)),
    "the same ten thousand times": "&".join(["q=a"] * 9_000),
    "broken escapes": "q=%E3%81&q=%ZZ&region=%ED%A0%80&%=%&=&&&",
}


def ask(client: Client, address: str, params: str) -> Any:
    joint = "&" if "?" in address else "?"
    started = time.process_time()
    response = client.get(f"{address}{joint}{params}")
    content = response.getvalue() if response.streaming else response.content
    taken = time.process_time() - started
    assert response.status_code in CLEAR, (response.status_code, content[:300])
    assert taken < SECONDS, f"{address} took {taken:.1f} s"
    if response.status_code != 304:
        assert content, "there is always a message"
    return response


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered(site: Site, client: Client, address: str, text: str) -> None:
    ask(client, address, f"q={quote(text, errors='surrogatepass')}")


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("params", PARAMETERS.values(), ids=PARAMETERS)
def test_any_parameters_are_answered(site: Site, client: Client, address: str, params: str) -> None:
    ask(client, address, params)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_is_answered_in_the_fragment(site: Site, client: Client, text: str) -> None:
    params = quote(text, errors="surrogatepass")
    response = client.get(f"/search/?q={params}", headers={"X-Fragment": "results"})
    assert response.status_code == 200
    assert "<html" not in response.content.decode()


def test_scripts_in_queries_and_titles_stay_text(own_index: Engine, client: Client) -> None:
    attack = '<script>alert("防災")</script><img src=x onerror=alert(1)>'
    page = CaseStudyPage.objects.get(
        slug="soja-foreign-disaster-leaders", locale__language_code="ja"
    )
    page.title = page.summary = attack
    page.save_revision().publish()
    deliver(own_index)
    for address in ["/search/", "/search/feed/"]:
        for query in ["防災", attack]:
            text = ask(client, address, f"q={quote(query)}").content.decode()
            assert "<script>alert" not in text
            assert "<img src=x" not in text
    hits = client.get("/api/v1/search?q=防災&per_page=50").json()["hits"]
    attacked = next(hit for hit in hits if hit["title"] == attack)
    assert "<script" not in attacked["title_html"] + attacked["passage_html"]


def test_signs_that_no_file_may_hold_are_left_out(own_index: Engine, client: Client) -> None:
    page = CaseStudyPage.objects.get(
        slug="soja-foreign-disaster-leaders", locale__language_code="ja"
    )
    page.title = "防災\x0b\x1f\ufffe\u202eリーダー"
    page.save_revision().publish()
    deliver(own_index)
    for address in ADDRESSES:
        ask(client, address, "q=防災")


def test_long_text_is_cut_and_the_page_says_so(site: Site, client: Client) -> None:
    page = client.get("/en/search/", {"q": TEXTS["a megabyte"]})
    assert "Your search was too long" in page.content.decode()
    answer = client.get("/api/v1/search", {"q": TEXTS["a megabyte"], "locale": "en"})
    assert answer.status_code == 400
    assert "200 characters" in answer.json()["detail"]
