"""What the records have: the command, the public page and the search say the same numbers."""

from __future__ import annotations

import html
import io
import re

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils.translation import override
from wagtail.models import Site

from casestudies.models import CaseStudyIndexPage
from upkeep.record_counts import record_counts

# Shares of published cases, in percent, that the collection has reached and keeps.
REACHED = {"english": 100, "plain": 100, "one-line": 100, "results": 60, "contact": 80,
           "factors-conditions": 70}  # fmt: skip


@pytest.mark.parametrize("language", ["ja", "en"])
def test_page_command_and_search_agree(site: Site, client: Client, language: str) -> None:
    out = io.StringIO()
    call_command("content_check", counts=True, stdout=out)
    printed = dict(line.split(": ") for line in out.getvalue().splitlines())
    total = int(printed.pop("published"))
    index = CaseStudyIndexPage.objects.get(locale__language_code=language)
    text = client.get(index.url).content.decode().partition('id="records"')[2]
    rows = re.findall(
        r'<th scope="row">(.*?)</th>\s*<td class="bars__number">([^<]*)</td>', text, re.DOTALL
    )
    with override(language):
        counts = record_counts()
    assert [count.code for count in counts] == list(printed)
    for count, (label, value) in zip(counts, rows, strict=True):
        number, percent = map(float, re.findall(r"[\d.]+", value))
        assert printed[count.code] == f"{int(number)} ({percent}%)"
        assert str(count.label) in html.unescape(label)
        if link := re.search(r'href="([^"]+)"', label):
            found = client.get(html.unescape(link[1])).context["results"].total
            assert found == number, count.code
    shares = {count.code: 100 * count.number / total for count in counts}
    assert shares["unfit-sources"] == 0
    assert {code for code, least in REACHED.items() if shares[code] < least} == set()
