"""Pictures for the guides in `docs/howto/`, taken from the running site as each role sees it.

Usage: make guide-pictures, or python -m tools.guide_pictures [WORD ...] for guides with a word.

Works on a copy of the development site in a temporary folder, where a region is brought on board
and somebody of every role signs in; writes to `docs/images/guides/<language>/`. A picture that no
guide shows, and a guide that shows a picture that is not made here, fail a test in `tests/docs`.
"""

from __future__ import annotations

import io
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django

from tools.screenshots import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "images" / "guides"
LANGUAGES = ["ja", "en"]
REGION = "13"
WIDTH, HEIGHT = 1200, 800
COLOURS = 96


@dataclass(frozen=True)
class Scene:
    """One picture.

    Attributes:
        name: of the file; begins with the guide in which it stands.
        role: a value of `users.rights.Role`.
        view: name of the address.
        page: which page it is about (see `_prepare`), if any.
        act: what is done there before the picture is taken.
    """

    name: str
    role: str
    view: str
    page: str = ""
    act: Callable[[Page], None] | None = None


def _press(selector: str) -> Callable[[Page], None]:
    """Press something and wait until what it opens is there."""

    def press(page: Page) -> None:
        page.locator(selector).locator("visible=true").first.click()
        page.wait_for_timeout(400)

    return press


_MENU = "footer [data-w-dropdown-target='toggle'], footer .w-dropdown__toggle"

SCENES = [
    Scene("write-for-a-region-desk", "region-editor", "wagtailadmin_home"),
    Scene("write-for-a-region-form", "region-editor", "wagtailadmin_pages:edit", "draft"),
    Scene(
        "write-for-a-region-submit",
        "region-editor",
        "wagtailadmin_pages:edit",
        "draft",
        _press(_MENU),
    ),
    Scene("check-for-a-region-waiting", "region-publisher", "reviews:waiting"),
    Scene("check-for-a-region-page", "region-publisher", "wagtailadmin_pages:edit", "waiting"),
    Scene("curate-list", "curator", "case_studies:index"),
    Scene("curate-desk", "curator", "wagtailadmin_home"),
    Scene("translate-pages-desk", "translator", "wagtailadmin_home"),
    Scene("bring-a-region-on-board-list", "administrator", "region:index"),
    Scene("bring-a-region-on-board-form", "administrator", "region:add"),
    Scene("invite-people-list", "administrator", "accounts"),
    Scene("invite-people-form", "administrator", "account_invite"),
]


def main() -> None:
    """Take the pictures whose name contains one of the words, or all."""
    words = sys.argv[1:]
    wanted = [s for s in SCENES if not words or any(word in s.name for word in words)]
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("Chromium is not installed: run make test once, which installs it.")
    database = ROOT / "var" / "db.sqlite3"
    if not database.exists():
        raise SystemExit("There is no development site yet: run make run once.")
    with tempfile.TemporaryDirectory(prefix="nanif-guides-") as folder:
        with (
            closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as source,
            closing(sqlite3.connect(Path(folder) / "db.sqlite3")) as target,
        ):
            source.backup(target)
        shutil.copytree(ROOT / "var" / "search", Path(folder) / "search")
        os.environ |= {"DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "nanif.settings.dev"}
        django.setup()
        names, sessions = _prepare()
        from playwright.sync_api import sync_playwright

        with serving() as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for language in LANGUAGES:
                for scene in wanted:
                    _take(browser, site, scene, language, names, sessions)
            browser.close()


def _prepare() -> tuple[dict[str, Any], dict[tuple[str, str], str]]:
    """Bring the region on board, with people. Returns ids of its pages, and sessions by role."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client
    from wagtail.users.models import UserProfile

    from regions.models import Area
    from regions.services import provision_region
    from users.rights import GROUPS, Role

    region = provision_region(area=Area.objects.get(pk=REGION))
    groups = {
        Role.REGION_EDITOR: region.editors,
        Role.REGION_PUBLISHER: region.publishers,
        **{role: Group.objects.get(name=name) for role, name in GROUPS.items()},
    }
    sessions: dict[tuple[str, str], str] = {}
    for role, group in groups.items():
        for language in LANGUAGES:
            user = get_user_model().objects.create_user(
                username=f"{role.value}-{language}", email=f"{role.value}-{language}@example.org"
            )
            user.groups.set([group] if group else [])
            UserProfile.objects.update_or_create(
                user=user, defaults={"preferred_language": language}
            )
            client = Client()
            client.force_login(user)
            sessions[role.value, language] = client.cookies["sessionid"].value
    author = get_user_model().objects.get(username=f"{Role.REGION_EDITOR.value}-ja")
    pages = {name: _draft(region.cases_page, name, author) for name in ("draft", "waiting")}
    pages["waiting"].get_workflow().start(pages["waiting"], author)
    return {name: page.pk for name, page in pages.items()}, sessions


def _draft(parent: Any, name: str, author: Any) -> Any:
    """A draft with the words of a real case, as somebody of the region would see it."""
    from casestudies.models import CaseStudyPage

    case = CaseStudyPage.objects.live().filter(locale=parent.locale, alias_of=None).first()
    draft = case.copy(
        to=parent,
        update_attrs={"slug": f"guide-{name}", "owner": author},
        copy_revisions=False,
        keep_live=False,
        user=author,
    )
    draft.save_revision(user=author)
    return draft


def _take(
    browser: Browser,
    site: str,
    scene: Scene,
    language: str,
    names: Mapping[str, Any],
    sessions: Mapping[tuple[str, str], str],
) -> None:
    """One picture, in few colours so that the repository stays small."""
    from django.urls import reverse
    from PIL import Image

    context = browser.new_context(
        viewport={"width": WIDTH, "height": HEIGHT},
        locale="ja-JP" if language == "ja" else "en-GB",
        reduced_motion="reduce",
    )
    cookie = {"name": "sessionid", "value": sessions[scene.role, language], "url": site}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    path = reverse(scene.view, args=[names[scene.page]] if scene.page else [])
    answer = page.goto(site + path, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise SystemExit(f"{scene.name}: {path} answers {answer and answer.status}")
    if scene.act:
        scene.act(page)
        page.wait_for_load_state("networkidle")
    file = FOLDER / language / f"{scene.name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS).save(file, optimize=True)
    print(file.relative_to(ROOT))
    context.close()


if __name__ == "__main__":
    main()
