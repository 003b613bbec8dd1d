"""The stage of the stories: a region on board, somebody of every role, their browsers."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from PIL import Image
from wagtail.users.models import UserProfile

from regions.models import Area, Region
from regions.services import provision_region
from tools.browsing import ROOT
from users.rights import GROUPS, Role

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

FOLDER = ROOT / "docs" / "images" / "guides"
REGION = "16"
# Narrow, so that words are large where a guide shows the picture; sharp on fine screens.
WIDTH, HEIGHT, SHARPNESS = 1040, 860, 1.5
COLOURS = 64
PATIENCE_MS = 200_000

# Names as on the samples of Japanese forms: 見本 is “sample”.
NAMES = {
    Role.REGION_EDITOR: ("花子", "Hanako"),
    Role.REGION_PUBLISHER: ("太郎", "Taro"),
    Role.CURATOR: ("直子", "Naoko"),
    Role.TRANSLATOR: ("恵", "Megumi"),
    Role.ADMINISTRATOR: ("健", "Ken"),
}

# Inside a menu, which cuts off what stands out of it, the frame stands inside.
_FRAME = """element => {
  element.style.outline = '3px solid #d4002a';
  element.style.outlineOffset = element.closest('.w-dropdown__content') ? '-4px' : '3px';
  element.style.borderRadius = '2px';
}"""


class Window:
    """The browser of one person; without a role, of somebody from outside."""

    def __init__(self, browser: Browser, site: str, language: str, session: str = "") -> None:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT},
            device_scale_factor=SHARPNESS,
            locale="ja-JP" if language == "ja" else "en-GB",
            timezone_id="Asia/Tokyo",
            reduced_motion="reduce",
        )
        if session:
            context.add_cookies([{"name": "sessionid", "value": session, "url": site}])
        context.set_default_timeout(PATIENCE_MS)
        self.site = site
        self.language = language
        self.page = context.new_page()

    def go(self, path: str) -> None:
        """Open a path and wait until everything is there.

        Raises:
            SystemExit: the page is not there.
        """
        answer = self.page.goto(self.site + path, wait_until="networkidle")
        if answer is None or answer.status != 200:
            raise SystemExit(f"{path} answers {answer and answer.status}")

    def seen(self, selector: str) -> Locator:
        """The first visible element that fits."""
        return self.page.locator(selector).locator("visible=true").first

    def press(self, selector: str) -> None:
        """Press something that stays on the page, and let it open."""
        self.seen(selector).click()
        self.page.wait_for_timeout(500)

    def follow(self, selector: str) -> None:
        """Press something that leads to another page."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.seen(selector).click()

    def open_actions(self) -> None:
        """Open the menu of the button at the bottom of a form."""
        self.press("footer .w-dropdown__toggle")

    def picture(
        self,
        name: str,
        around: Iterable[str] = ("main",),
        *,
        mark: Iterable[str] = (),
        most: int = 700,
        pad: int | None = None,
        height: int = HEIGHT,
    ) -> None:
        """Take the picture of a step, in few colours so that the repository stays small.

        Args:
            name: of the file; begins with the guide in which it stands.
            around: selectors of what must be in the picture; everything else is cut off.
            mark: what the reader should press or look at; framed in red.
            most: greatest height in CSS pixels.
            pad: space around; without it a little, and none around the whole page.
            height: of the window.
        """
        self.page.evaluate("document.activeElement?.blur()")
        around = list(around)
        self.page.set_viewport_size({"width": WIDTH, "height": height})
        if pad is None:
            pad = 0 if "main" in around else 14
        chosen = [self.seen(selector) for selector in around]
        chosen[0].evaluate("element => element.scrollIntoView({block: 'nearest'})")
        for selector in mark:
            self.seen(selector).evaluate(_FRAME)
        self.page.wait_for_timeout(300)
        boxes = [box for locator in chosen if (box := locator.bounding_box())]
        left = max(0.0, min(box["x"] for box in boxes) - pad)
        top = max(0.0, min(box["y"] for box in boxes) - pad)
        right = min(float(WIDTH), max(box["x"] + box["width"] for box in boxes) + pad)
        bottom = max(box["y"] + box["height"] for box in boxes) + pad
        bottom = min(float(height), bottom, top + most)
        shot = self.page.screenshot(
            clip={"x": left, "y": top, "width": right - left, "height": bottom - top}
        )
        file = FOLDER / self.language / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS).save(file, optimize=True)
        print(f"{file.relative_to(ROOT)}  {file.stat().st_size // 1024} KB", flush=True)


class Stage:
    """A region on board and a window for everybody who plays.

    Attributes:
        names: what one story leaves to the next, such as the path of the case that was written.
    """

    def __init__(self, browser: Browser, site: str, language: str) -> None:
        self.browser = browser
        self.site = site
        self.language = language
        self.names: dict[str, Any] = {}
        self._windows: dict[Role | None, Window] = {}
        translation.activate(language)
        call_command("roles_prepare")
        call_command("workflows_prepare", verbosity=0)
        self.region: Region = provision_region(area=Area.objects.get(pk=REGION))
        groups = {
            Role.REGION_EDITOR: self.region.editors,
            Role.REGION_PUBLISHER: self.region.publishers,
            **{role: Group.objects.get(name=name) for role, name in GROUPS.items()},
        }
        self.people = {role: self._person(role, groups[role]) for role in Role}

    def _person(self, role: Role, group: Any) -> Any:
        japanese, latin = NAMES[role]
        user = get_user_model().objects.create_user(
            username=role.value,
            email=f"{latin.lower()}@example.org",
            last_name="見本" if self.language == "ja" else "Mihon",
            first_name=japanese if self.language == "ja" else latin,
        )
        user.groups.add(group)
        UserProfile.objects.update_or_create(
            user=user, defaults={"preferred_language": self.language}
        )
        return user

    def window(self, role: Role | None = None) -> Window:
        """The window of somebody of a role, signed in; of somebody from outside without."""
        if role not in self._windows:
            session = ""
            if role:
                client = Client()
                client.force_login(self.people[role])
                session = client.cookies["sessionid"].value
            self._windows[role] = Window(self.browser, self.site, self.language, session)
        return self._windows[role]

    def leave_traces(self, folder: Path) -> None:
        """Picture every open window, for whoever asks why the play stopped."""
        for role, window in self._windows.items():
            window.page.screenshot(path=folder / f"guide-pictures-{role or 'outside'}.png")
