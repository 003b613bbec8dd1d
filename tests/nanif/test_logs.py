"""Secrets in addresses never reach logs, neither Django's nor gunicorn's."""

from __future__ import annotations

import io
import logging
import runpy
import types
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core import signing
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.models import Page

from home.models import HomePage
from nanif.headers import SECRET_PARAMETER
from nanif.logs import SECRET_PATHS, redact
from tests.architecture.sources import ROOT

TOKEN = signing.dumps([7, "secret-part"], salt="somewhere")
ADDRESSES = [
    f"/alerts/confirm/{TOKEN}/",
    f"/en/alerts/stop/{TOKEN}/",
    f"/proposals/{TOKEN}/",
    f"/en/proposals/{TOKEN}/amend/",
    f"/confirm/{TOKEN}/",
    f"/admin/invitation/{TOKEN}/",
    f"/admin/password_reset/confirm/MQ/{TOKEN.replace(':', '-')}/",
]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the site's own handler writes, as it is set up in the settings."""
    stream = io.StringIO()
    configured = django_settings.LOGGING["handlers"]["console"]
    assert configured["filters"] == ["secrets", "request"]
    (handler,) = [
        handler
        for handler in logging.getLogger().handlers
        if type(handler) is logging.StreamHandler and handler.filters
    ]
    old = handler.setStream(stream)
    yield stream
    handler.setStream(old)


def test_django_logs_no_secret(client: Client, db: None, log: io.StringIO) -> None:
    for address in ADDRESSES:
        client.get(address)
        client.get(f"{address}nothing-here/")
    logging.getLogger("django.request").error("Not Found: %s", ADDRESSES[0])
    try:
        raise ValueError(f"no match for {ADDRESSES[2]}")
    except ValueError:
        logging.getLogger("nanif").exception("Failed")
    text = log.getvalue()
    assert "Not Found: /alerts/confirm/[secret]" in text
    assert "no match for /proposals/[secret]" in text
    assert TOKEN not in text
    assert TOKEN.replace(":", "-") not in text


def test_gunicorn_logs_no_secret() -> None:
    config = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    from gunicorn.config import Config

    stream = io.StringIO()
    cfg = Config()
    cfg.set("accesslog", "-")
    logger = config["logger_class"](cfg)
    for handler in logger.access_log.handlers:
        handler.setStream(stream)
    for address in ADDRESSES:
        environ = {
            "REQUEST_METHOD": "GET", "RAW_URI": f"{address}?x=1", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_REFERER": f"https://www.example.org{address}", "REMOTE_ADDR": "203.0.113.1",
        }  # fmt: skip
        response: Any = types.SimpleNamespace(status="200 OK", sent=1, headers=[])
        request: Any = types.SimpleNamespace(headers=[])
        logger.access(response, request, environ, types.SimpleNamespace(seconds=0, microseconds=1))
    text = stream.getvalue()
    assert text.count("[secret]") == 2 * len(ADDRESSES)
    assert TOKEN not in text
    assert TOKEN.replace(":", "-") not in text


@pytest.mark.parametrize(
    "text",
    ["/proposals/", "/proposals/sent/", "/confirm/thanks/right/", "/admin/proposals/12/files/1/",
     "/cases/hokkaido/", "GET /alerts/ HTTP/1.1",
     'File "/srv/nanif/proposals/queue.py", line 203, in get'],
)  # fmt: skip
def test_other_addresses_stay_as_they_are(text: str) -> None:
    assert redact(text) == text


def test_every_address_with_a_secret_is_known_to_the_filter() -> None:
    found = [route for route in _routes(get_resolver()) if f":{SECRET_PARAMETER}>" in route or
             f"<{SECRET_PARAMETER}>" in route]  # fmt: skip
    assert len(found) >= 8
    unknown = [
        route
        for route in found
        if not any(f"/{route}".startswith(f"{path}<") for path in SECRET_PATHS)
    ]
    assert not unknown, "add what stands before the secret to nanif.logs.SECRET_PATHS"


def _routes(resolver: Any, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, route)
        elif isinstance(entry, URLPattern):
            yield route


# The token differs in each process, which tests in several processes must not see.
@pytest.mark.parametrize("address", ADDRESSES, ids=range(len(ADDRESSES)))
def test_pages_with_a_secret_tell_other_sites_nothing(
    client: Client, db: None, address: str
) -> None:
    response = client.get(address)
    assert response["Referrer-Policy"] in {"no-referrer", "strict-origin"}
    assert response["X-Robots-Tag"] == "noindex"


def test_publications_are_logged_without_their_titles(
    db: None, caplog: pytest.LogCaptureFixture
) -> None:
    root = Page.get_first_root_node()
    page = root.add_child(instance=HomePage(title="ひみつの題", slug="logged", live=False))
    with caplog.at_level("INFO", "core.publication_log"):
        page.save_revision().publish()
        page.refresh_from_db()
        page.unpublish()
    lines = [record.getMessage() for record in caplog.records if record.name.startswith("core.")]
    assert lines == [
        f"Page {page.pk} was published: home.HomePage",
        f"Page {page.pk} was unpublished: home.HomePage",
    ]
