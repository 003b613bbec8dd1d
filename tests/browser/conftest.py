"""A real browser on the loaded site: Chromium, offline, watching for what must not happen."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    expect,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

from tests.page_examples import prefix

CHROMIUM_NAMES = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"]
# The browser's event loop runs in the tests' own thread, where Django would refuse to read.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
WIDTHS = {"phone": 360, "desktop": 1280}
# The desk saves by itself after some seconds, on a machine that may be busy.
PATIENCE_MS = 90_000


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium. Where there is none CI fails, and other machines skip."""
    found = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if found is None:
        stop = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        stop("Chromium is not installed: run make test once, which installs it.")
    return found


@pytest.fixture(scope="session")
def live_site(loaded_site: None, django_db_blocker: Any) -> Iterator[str]:
    """Address of a server that shows the loaded site; browser tests read and never write."""
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for all tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            # No other host is reached: what is elsewhere goes to a proxy that is not there.
            # Watching each request here instead would switch the browser's own cache off.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--proxy-server=127.0.0.1:9",
            ],
        )
        yield launched
        launched.close()


@dataclass
class Visit:
    """An open page of the site, and everything it complained about."""

    page: Page
    site: str
    language: str
    complaints: list[str] = field(default_factory=list)

    def go(self, path: str, *, status: int = 200) -> None:
        """Open a path of the site and wait until it is there with everything it loads."""
        response = self.page.goto(self.site + path, wait_until="networkidle")
        assert response is not None
        assert response.status == status, f"{path} answers {response.status}"

    @property
    def path(self) -> str:
        """Path and query of the page that is open now."""
        return self.page.url.removeprefix(self.site)

    def home(self) -> None:
        """Open the home page in the visit's language."""
        self.go(f"{prefix(self.language)}/")

    def tab_to(self, selector: str, *, most: int = 120) -> None:
        """Press Tab until an element that fits the selector has the focus, seen by the eye.

        Fails after so many presses: what the keyboard cannot reach does not exist for some.
        """
        for _ in range(most):
            self.page.keyboard.press("Tab")
            focused = self.page.locator("*:focus")
            if focused.count() and focused.first.evaluate("(e, s) => e.matches(s)", selector):
                self._check_focus_is_seen()
                return
        pytest.fail(f"{most} presses of Tab on {self.path} do not reach {selector}")

    def _check_focus_is_seen(self) -> None:
        """WCAG 2.4.7 and 2.4.11: the focused element has an outline and is not hidden."""
        seen = self.page.evaluate(
            """() => {
              const element = document.activeElement;
              const look = getComputedStyle(element);
              // The link of a card lets the whole card be marked.
              const card = element.closest('.card');
              const box = element.getBoundingClientRect();
              return {
                marked: look.outlineStyle !== 'none' || look.boxShadow !== 'none'
                  || (card && getComputedStyle(card).outlineStyle !== 'none')
                  || element.labels?.length > 0,
                inside: box.bottom > 0 && box.top < innerHeight,
              };
            }"""
        )
        assert seen["marked"], "the focus cannot be seen"
        assert seen["inside"], "the focused element is outside of the window"

    def press(self, key: str) -> None:
        """Press a key."""
        self.page.keyboard.press(key)

    def follow(self) -> None:
        """Press Enter on a link or in a form, and wait until the next page is there."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.page.keyboard.press("Enter")

    def click(self, link: str | Locator) -> None:
        """Click the first such link or button, and wait until the next page is there.

        The click alone returns when the next page is only asked for: what is then counted at once
        is counted on a page that is not there yet.
        """
        found = self.page.locator(link) if isinstance(link, str) else link
        with self.page.expect_navigation(wait_until="load"):
            found.first.click()

    def change_list(self, act: Callable[[], Any], part: str) -> None:
        """Do something that changes a list in place, and wait until the new list stands there.

        Its address then has this part. What is read of the page before is read of parts that are
        just being replaced.
        """
        status = "document.querySelector('[data-directory-status]')"
        self.page.evaluate(f"{status}.textContent = ''")
        act()
        self.page.wait_for_url(f"**{part}*")
        wait_until(self.page, f"{status}.textContent")
        expect(self.page.locator("[aria-busy]")).to_have_count(0)

    def type(self, text: str) -> None:
        """Type a text, Japanese as an input method would insert it."""
        self.page.keyboard.insert_text(text)


def begin_session(page: Page, site: str, name: str) -> None:
    """Let somebody be signed in from the beginning, without the form."""
    client = Client()
    client.force_login(get_user_model().objects.get(username=name))
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


def sign_in(page: Page, site: str, name: str) -> None:
    """Sign in by the form; the password is `pass-` and the name. All tabs share the session."""
    page.goto(f"{site}/admin/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", f"pass-{name}")
    with page.expect_navigation():
        page.click("button[type=submit]")


def wait_until(page: Page, condition: str) -> None:
    """Wait for a condition; the way of Playwright needs `eval`, which the site forbids."""
    page.evaluate(
        f"""async () => {{
          const end = Date.now() + {PATIENCE_MS};
          while (!({condition})) {{
            if (Date.now() > end) throw new Error("waited in vain");
            await new Promise((go) => setTimeout(go, 50));
          }}
        }}"""
    )


@pytest.fixture
def visit(browser: Browser, live_site: str) -> Iterator[Callable[..., Visit]]:
    """A function that opens a window: `visit("en", width=360)`; `javascript=False` switches it off.

    At the end of the test nothing may have broken the Content-Security-Policy, no script may have
    failed, and nothing may have been asked from another host.
    """
    visits: list[tuple[BrowserContext, Visit]] = []

    def open_window(
        language: str = "ja", *, width: int = 1280, javascript: bool = True, touch: bool = False
    ) -> Visit:
        context = browser.new_context(
            has_touch=touch,
            viewport={"width": width, "height": 800},
            locale="ja-JP" if language == "ja" else "en-GB",
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        opened = Visit(context.new_page(), live_site, language)
        watch = opened.complaints.append

        context.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((live_site, "blob:", "data:"))
                else watch(f"asks another host: {asked.url}")
            ),
        )
        opened.page.on("pageerror", lambda error: watch(f"script failed: {error}"))
        opened.page.on(
            "console",
            lambda message: (
                watch(f"console: {message.text}")
                if message.type == "error"
                # Answers with an error are looked at below.
                and "the server responded with a status of" not in message.text
                # What Wagtail's content checks found in a page is written there as an error.
                and not message.text.startswith("axe.run results")
                and not _is_autosave(message.location.get("url", ""), message.text)
                else None
            ),
        )
        opened.page.on(
            "response",
            lambda response: (
                watch(f"{response.status}: {response.url}")
                if response.status >= 500
                or (
                    response.status >= 400
                    and response.request.resource_type != "document"
                    and not _is_autosave(response.url, str(response.status))
                )
                else None
            ),
        )
        visits.append((context, opened))
        return opened

    yield open_window
    complaints = [complaint for _, opened in visits for complaint in opened.complaints]
    for context, _ in visits:
        context.close()
    assert not complaints, "\n".join(complaints)


def _is_autosave(url: str, told: str) -> bool:
    """Whether this is Wagtail's refusal to save by itself a form that is half filled in."""
    return "/admin/pages/" in url and "400" in told


def _recorded(page: Page, told: dict[str, Any]) -> dict[str, Any]:
    """What `tools.accessibility` needs of one check: the page, and the rules by their outcome."""
    return {
        "path": urlsplit(page.url).path,
        "language": page.locator("html").get_attribute("lang"),
        "width": (page.viewport_size or {}).get("width"),
        "tool": told["testEngine"],
        "browser": page.context.browser.version if page.context.browser else "",
        **{
            outcome: {rule["id"]: rule["tags"] for rule in told[outcome]}
            for outcome in ("passes", "violations", "incomplete")
        },
    }


@pytest.fixture(scope="session")
def axe() -> Callable[..., list[str]]:
    """A function that runs axe on a page, or a part of it, and tells every violation in a line."""
    from axe_playwright_python.sync_playwright import Axe

    checker = Axe()

    def violations(page: Page, context: dict[str, Any] | None = None) -> list[str]:
        # Style sheets that import others would be asked for once more, at addresses of the page.
        options = {"preload": False}
        told = checker.run(page, context=context, options=options).response
        if record := os.environ.get("ACCESSIBILITY_RECORD"):
            with Path(record).open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(_recorded(page, told)) + "\n")
        return [
            f"{rule['id']} ({rule['impact']}): {rule['help']}: {node['html'][:120]}"
            for rule in told["violations"]
            for node in rule["nodes"][:3]
        ]

    return violations
