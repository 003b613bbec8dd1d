"""Following the thread by links only, on a phone: from grant to grantee, case, region, and back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.page_examples import prefix


@pytest.mark.parametrize(
    ("language", "programme", "grant", "grantee", "prefecture", "case"),
    [
        ("ja", "hamis", "hamis-2021-04", "ysc", "13", "ysc-global-school-fussa"),
        ("en", "diverse-roots", "diverse-roots-2020-02", "ikuno-tabunka-flat", "27",
         "ikuno-park-tabunka-flat"),
    ],
    ids=["hamis", "diverse-roots"],
)  # fmt: skip
def test_thread_is_followed_by_links_from_grant_to_case_and_back(
    visit: Callable[..., Visit],
    language: str,
    programme: str,
    grant: str,
    grantee: str,
    prefecture: str,
    case: str,
) -> None:
    window = visit(language, width=360, javascript=False)
    page = window.page

    def click(selector: str) -> None:
        window.click(f"main {selector}")
        assert page.locator("html").evaluate("e => e.scrollWidth") <= 360, window.path

    window.go(f"{prefix(language)}/programmes/")
    click(f"a[href$='/programmes/{programme}/']")
    click(f"a[href$='/grants/{grant}/']")
    click(f".facts a[href$='/organisations/{grantee}/']")
    click(f"#cases a[href*='{case}']")
    click(f"a[href$='/organisations/{grantee}/']")
    click(f"#grants a[href$='/grants/{grant}/']")
    click(f".facts a[href$='/areas/{prefecture}/']")
    click("#cases a[href*='/cases/']")
    page.go_back()
    click(f"#grants a[href$='/grants/{grant}/']")
    click(f"a[href$='/programmes/{programme}/']")
    assert window.path.endswith(f"/programmes/{programme}/")
