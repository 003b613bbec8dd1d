"""Pages link the styles of the components they show, and not much more."""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from pathlib import Path

import pytest
import rcssmin
from django.conf import settings
from django.test import Client
from wagtail.models import Site

from programmes.models import ProgrammePage
from regions.models import RegionalPlatformPage
from tests.page_examples import address, kinds

STYLES = Path(settings.BASE_DIR) / "static" / "css"
# What every page has.
EVERYWHERE = set(re.findall(r'@import "([\w/-]+)\.css"', (STYLES / "site.css").read_text("utf-8")))
# Of the styles that a page shows on screens, packed as production serves them, before compression.
# Those for paper are fetched when nothing else waits.
MOST_BYTES = 60_000


def _block(name: str) -> str:
    return re.split("__|--", name)[0]


@functools.cache
def _packed_bytes(name: str) -> int:
    return len(rcssmin.cssmin((STYLES / f"{name}.css").read_text("utf-8")).encode())


def _classes_by_file() -> dict[str, set[str]]:
    """Classes that each file in css/components/ styles by themselves, by the file's name.

    A rule about two components at once (`.card .label`) makes neither need the file.
    """
    found = defaultdict(set)
    for path in sorted((STYLES / "components").glob("*.css")):
        rules = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
        for selectors in re.findall(r"([^{};]+)\{", rules):
            for selector in re.sub(r"\([^()]*\)", "", selectors).split(","):
                names = {n for n in re.findall(r"\.([a-z][\w-]*)", selector) if n[:3] != "is-"}
                if len({_block(name) for name in names}) == 1:
                    found[path.stem] |= names
    return found


@pytest.mark.parametrize("kind", kinds())
def test_a_page_links_the_styles_of_its_components(site: Site, client: Client, kind: str) -> None:
    _check(client, address(kind, "ja"))


def test_pages_of_which_no_two_have_the_same_parts(site: Site, client: Client) -> None:
    pages = [*ProgrammePage.objects.live().public(), *RegionalPlatformPage.objects.live().public()]
    japanese = [page for page in pages if page.locale.language_code == "ja"]
    assert len(japanese) > 20
    for path in ["/alerts/", *(page.get_url() for page in japanese)]:
        _check(client, path)


def _check(client: Client, path: str) -> None:
    html = client.get(path, follow=True).content.decode()
    linked = set(re.findall(r"css/([\w/-]+)(?:\.\w+)?\.css", html)) | EVERYWHERE
    shown = {name for names in re.findall(r'class="([^"]*)"', html) for name in names.split()}

    missing = {
        f"components/{file}": sorted(names & shown)
        for file, names in _classes_by_file().items()
        if names & shown and f"components/{file}" not in linked
    }

    assert not missing, path
    assert sum(_packed_bytes(name) for name in linked - {"site", "print"}) <= MOST_BYTES


def test_the_tokens_of_the_digital_agency_are_as_published() -> None:
    published = (STYLES.parent / "vendor" / "digital-go-jp-design-tokens" / "tokens.css").read_text(
        "utf-8"
    )

    for line in re.findall(r"--[\w-]+: [^;]+;", (STYLES / "design-tokens.css").read_text("utf-8")):
        assert line in published
