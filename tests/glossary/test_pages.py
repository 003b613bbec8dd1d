"""Terms on real pages: the reading shown decides which explanation, and changes count at once."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Site

from core.services import PageContent, publish_page
from glossary.selectors import current_glossary
from home.models import HomePage, StandardPage
from page_cache.versions import record_change
from taxonomy.models import GlossaryTerm

pytestmark = pytest.mark.django_db

TEXT = {
    "ja": "<p>難民の方の在留資格。</p><p>難民</p><ul><li>避難民</li></ul>",
    "en": "<p>Refugees and their rights. A refugee</p>",
}


@pytest.fixture
def pages(site: Site) -> dict[str, StandardPage]:
    """A page of text in each language, whose plain Japanese says the same."""
    made: dict[str, StandardPage] = {}
    for language, words in TEXT.items():
        body = [{"type": "heading", "value": "難民"}, {"type": "paragraph", "value": words}]
        made[language] = publish_page(
            model=StandardPage,
            parent=HomePage.objects.get(locale__language_code=language),
            slug="terms-here",
            content=PageContent(
                fields={"title": "難民", "summary": "", "body": body, "easy_body": body}
            ),
            translation_of=made.get("ja"),
        )
    return made


def read(client: Client, page: StandardPage) -> BeautifulSoup:
    response = client.get(page.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def said(soup: BeautifulSoup) -> dict[str, str]:
    """Terms that are buttons, each with what its button shows."""
    for kana in soup.select("rt, rp"):
        kana.decompose()
    found = {}
    for button in soup.select("main button.term"):
        assert button.find_parent(["h1", "h2", "h3", "a"]) is None
        note = soup.find(id=button["popovertarget"])
        assert note.has_attr("popover")
        assert note.find_parent(["p", "li"]) is button.find_parent(["p", "li"])
        found[button.text] = note.select_one(".term-note__text").text
    return found


def test_reading_decides_which_explanation(client: Client, pages: dict[str, StandardPage]) -> None:
    refugee = GlossaryTerm.objects.get(term_ja="難民")
    status = GlossaryTerm.objects.get(term_ja="在留資格")
    soup = read(client, pages["ja"])
    assert said(soup) == {"難民": refugee.explanation_ja, "在留資格": status.explanation_ja}
    link = soup.select_one(".term-note a")
    assert link["href"] == f"/glossary/#term-{refugee.pk}"
    assert BeautifulSoup(client.get("/glossary/").content, "html.parser").select_one(
        f"#term-{refugee.pk}"
    )
    assert said(read(client, pages["en"])) == {"Refugees": refugee.explanation_en}

    plain = Client()
    plain.cookies["reading"] = "easy"
    soup = read(plain, pages["ja"])
    assert soup.select_one("button.term rt"), "furigana stand above terms too"
    easy = {"難民": refugee.explanation_easy, "在留資格": status.explanation_easy}
    assert said(soup) == easy
    GlossaryTerm.objects.filter(pk=status.pk).update(explanation_easy="")
    record_change()  # a test is one transaction, in which changes are recorded once
    del easy["在留資格"]
    assert said(read(plain, pages["ja"])) == easy
    assert "在留資格" in said(read(client, pages["ja"]))


def test_new_term_counts_at_once_and_costs_no_query_more(
    client: Client, pages: dict[str, StandardPage]
) -> None:
    def queries() -> int:
        read(client, pages["ja"])
        with CaptureQueriesContext(connection) as captured:
            read(client, pages["ja"])
        return len(captured)

    current_glossary()
    before = queries()
    GlossaryTerm.objects.create(term_ja="避難民", explanation_ja="逃げてきた<人>")
    record_change()  # a test is one transaction, in which changes are recorded once
    assert said(read(client, pages["ja"]))["避難民"] == "逃げてきた<人>"
    assert queries() == before


def test_what_is_no_page_of_text_is_untouched(site: Site, client: Client) -> None:
    for path in ["/", "/search/?q=難民", "/api/v1/cases", "/feeds/cases.atom"]:
        assert b'class="term"' not in client.get(path).content, path
