"""A foreign website shows the widget, and no other page of the site."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, expect

WIDGET = "/embed/region/23/"


@pytest.fixture
def town(live_site: str) -> Iterator[str]:
    """Another origin: a page with the widget, with it in a sandbox, and with an ordinary page."""
    content = f"""<!doctype html><html lang="ja"><title>Town</title><body>
        <iframe id="widget" src="{live_site}{WIDGET}" width="260" height="600"></iframe>
        <iframe id="sandboxed" src="{live_site}/embed/easy/region/23/" width="100%" height="600"
                sandbox="allow-top-navigation-by-user-activation"></iframe>
        <iframe id="ordinary" src="{live_site}/areas/23/" width="260" height="300"></iframe>
    """.encode()

    class Town(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Town)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_widget_is_shown_by_another_site_and_ordinary_pages_are_refused(
    browser: Browser, live_site: str, town: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(town, wait_until="networkidle")

    widget = page.frame_locator("#widget")
    expect(widget.locator("h1")).to_contain_text("愛知県")
    expect(widget.locator(".embed__link").first).to_be_visible()
    frame = page.query_selector("#widget").content_frame()
    assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    # Its style has come, in the sandbox too.
    for name in ("#widget", "#sandboxed"):
        expect(page.frame_locator(name).locator("body")).to_have_css("display", "flex")

    # The third frame alone was refused.
    assert len([text for text in refused if "frame-ancestors" in text]) == 1, refused
    assert not page.frame_locator("#ordinary").locator("h1").count()
    assert context.cookies() == []

    widget.locator(".embed__link").first.click()
    page.wait_for_url(f"{live_site}/cases/**")
    context.close()
